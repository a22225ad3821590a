"""Measure this project's own release: its tests, coverage, start-up times and dependencies.

    python data/own/measure.py [--tests]

What is found lies in `results/`; a measurement that cannot be made leaves nothing there, and is
unknown to the gate. `--tests` runs all tests first, unless their results are newer than the code.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results"
BIN = Path(sys.executable).parent
COMPUTING = (
    "slo",
    "quality",
    "performance",
    "supply_chain",
    "incidents",
    "rollout",
    "spending",
    "integration",
    "readiness",
)
"""The rooms that compute: what their tests go through is what coverage says."""
STARTS = {
    "import codexreport": (sys.executable, "-c", "import codexreport"),
    "codexreport --help": (str(BIN / "codexreport"), "--help"),
}
REPEAT = 20


def main() -> None:
    """Make every measurement, and go on where one cannot be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true")
    wanted = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    if wanted.tests and not is_current(RESULTS / "tests.xml"):
        measure_tests(RESULTS / "tests.xml")
    measure_coverage(RESULTS / "coverage.xml")
    measure_start(RESULTS / "start.csv")
    measure_dependencies(RESULTS / "dependencies.json")
    record_sample()


def is_current(results: Path) -> bool:
    """Whether results are newer than everything they are about."""
    if not results.exists():
        return False
    made = results.stat().st_mtime
    places = ("codexreport", "tests", "notebooks")
    return all(
        path.stat().st_mtime <= made
        for place in places
        for path in (ROOT / place).rglob("*")
        if path.suffix in {".py", ".toml", ".ipynb", ".css"}
    )


def measure_tests(path: Path) -> None:
    """All tests, as `make test` runs them."""
    path.unlink(missing_ok=True)
    run("-m", "pytest", "-q", "-n", "auto", "--dist", "loadgroup", f"--junitxml={path}")


def measure_coverage(path: Path) -> None:
    """The lines of what computes that its own tests go through."""
    path.unlink(missing_ok=True)
    data = f"--data-file={RESULTS / 'coverage.data'}"
    sources = ",".join(f"codexreport/{room}" for room in COMPUTING)
    tests = [f"tests/{room}" for room in COMPUTING]
    run("-m", "coverage", "run", data, f"--source={sources}", "-m", "pytest", "-q", *tests)
    run("-m", "coverage", "xml", data, "-q", "-o", str(path))


def measure_start(path: Path) -> None:
    """How long it takes until a command answers, every run a row."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["endpoint", "status", "latency_ms"])
        for name, command in STARTS.items():
            for _ in range(REPEAT):
                begin = time.perf_counter()
                ended = subprocess.run(command, capture_output=True, check=False)
                took = (time.perf_counter() - begin) * 1000
                writer.writerow([name, 200 if ended.returncode == 0 else 500, f"{took:.2f}"])


def measure_dependencies(path: Path) -> None:
    """Known vulnerabilities of everything that is installed here."""
    path.unlink(missing_ok=True)
    run("-m", "pip_audit", "--skip-editable", "--format", "json", "--output", str(path))


def record_sample() -> None:
    """Whether a fresh page of the sample can be made, as evidence."""
    command = str(BIN / "codexreport")
    recorded = [command, "record", "sample", "--project", str(HERE), "--phase", "release", "--"]
    made = [command, "run", "slo_weekly", "--sample", "--exit-zero", "--quiet"]
    subprocess.run([*recorded, *made], cwd=RESULTS, check=False)


def run(*arguments: str) -> None:
    """A Python command at the root; its exit code is for the gate to judge, not for us."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
