"""How long one whole `codexreport run` takes, against papermill alone, and `--help` against Python.

python tests/bench/bench_run.py [--repeat 5]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "slo_weekly.ipynb"


def best_of(repeat, *command):
    """The shortest of several runs, in seconds: the machine's noise only ever adds."""
    times = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            times.append(time.perf_counter() - begin)
    return min(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    python = best_of(repeat * 4, sys.executable, "-c", "pass")
    help_text = best_of(repeat * 4, BIN / "codexreport", "--help")
    papermill = best_of(repeat, BIN / "papermill", NOTEBOOK, "out.ipynb", "--no-progress-bar")
    run = ("run", "slo_weekly", "--sample", "--exit-zero", "--renderer", "pandoc")
    whole = best_of(repeat, BIN / "codexreport", *run)
    print(f"python -c pass       {python * 1000:8.0f} ms")
    print(f"codexreport --help   {help_text * 1000:8.0f} ms  {help_text / python:5.2f} x (goal 3)")
    print(f"papermill alone      {papermill:8.2f} s")
    print(f"codexreport run      {whole:8.2f} s   {whole / papermill:5.2f} x (goal 1.5)")


if __name__ == "__main__":
    main()
