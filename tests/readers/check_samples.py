"""Read a folder of files that real tools wrote, and compare with what must be found in them.

    python tests/readers/check_samples.py FOLDER

The folder is not part of the project; `.ci/run` looks for one beside it.
"""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from codexreport.pipeline.check import check_file

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)

EXPECTED = {
    "ctrf/minimal.json": ("pass", {"quality.tests.total": 1, "quality.tests.failed": 0}),
    "ctrf/with-retries.json": ("warning", {"quality.tests.total": 2, "quality.tests.flaky": 1}),
    "perf/k6-handle-summary-grpc.json": (
        "fail",
        {
            "performance.requests": 9615,
            "performance.latency.p50": 0.000758751,
            "performance.latency.p95": 0.0025228431999999996,
            "performance.thresholds.failed": 1,
        },
    ),
    "vulnerabilities/pip_audit-many.json": ("fail", {"supply_chain.vulnerabilities.unknown": 7}),
    "vulnerabilities/npm_audit-many.json": (
        "warning",
        {"supply_chain.vulnerabilities.moderate": 4, "supply_chain.vulnerabilities.low": 2},
    ),
    "vulnerabilities/trivy-a.json": ("fail", {"supply_chain.vulnerabilities.high": 1}),
    "vulnerabilities/grype-fix.json": (
        "fail",
        {"supply_chain.vulnerabilities.high": 1, "supply_chain.vulnerabilities.fixable": 1},
    ),
    "vulnerabilities/osv-some.json": ("fail", {"supply_chain.vulnerabilities.unknown": 1}),
    "vulnerabilities/openvex-one.json": ("pass", {}),
    "vulnerabilities/appendix_k1.sarif": ("unknown", {"supply_chain.vulnerabilities.high": 0}),
}


def expectations(folder):
    """Each file with its state, where one is expected, and its figures."""
    yield from ((name, *told) for name, told in EXPECTED.items())
    for name, told in json.loads((folder / "junit" / "expected.json").read_text()).items():
        figures = {
            "quality.tests.total": told["tests"],
            "quality.tests.skipped": told["skipped"],
            "quality.tests.failed": told["failures"],
            "quality.tests.errors": told["errors"],
        }
        yield f"junit/{name}", "fail" if told["failures"] + told["errors"] else "pass", figures


def complaints(folder):
    """What is not as expected, a line each."""
    for name, state, figures in expectations(folder):
        checked = check_file(folder / name, NOW)
        if checked.state.value != state:
            yield f"{name}: {checked.state.value}, expected {state}: {checked.reason}"
        found = {
            one.name: one.value for one in reversed(checked.measures)
        }  # the whole stands first
        for figure, expected in figures.items():
            if found.get(figure) is None or float(found[figure]) != expected:
                yield f"{name}: {figure} is {found.get(figure)}, expected {expected}"


if __name__ == "__main__":
    wrong = list(complaints(Path(sys.argv[1])))
    print("\n".join(wrong) or "Every sample reads as expected.")
    sys.exit(bool(wrong))
