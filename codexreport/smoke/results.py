"""The results of a smoke run as other programs take them: plain JSON values, JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from codexreport.markup import xml_attribute
from codexreport.measure import State
from codexreport.smoke.check import Result


def as_dict(result: Result) -> dict[str, Any]:
    """Plain JSON values."""
    check, exchange = result.check, result.exchange
    return {
        "name": check.name,
        "method": check.method,
        "url": check.url,
        "state": result.state.value,
        "status": exchange.status,
        "seconds": exchange.seconds,
        "found": [
            {"what": one.what, "state": one.state.value, "reason": one.reason}
            for one in result.found
        ],
    }


def as_junit(name: str, results: Sequence[Result], started: datetime) -> str:
    """JUnit XML: a case for each check. A failure is a failure, what is unknown an error."""
    failures = sum(one.state is State.FAIL for one in results)
    errors = sum(one.state is State.UNKNOWN for one in results)
    seconds = sum(one.exchange.seconds or 0 for one in results)
    counts = f'tests="{len(results)}" failures="{failures}" errors="{errors}" skipped="0"'
    cases = "".join(_case(name, one) for one in results)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts} time="{seconds:.3f}">\n'
        f'<testsuite name={xml_attribute(name)} {counts} time="{seconds:.3f}" '
        f'timestamp="{started.isoformat(timespec="seconds")}">\n{cases}</testsuite>\n</testsuites>\n'
    )


def _case(name: str, result: Result) -> str:
    told = f"message={xml_attribute(result.reason)}"
    inner = {State.FAIL: f"<failure {told}/>", State.UNKNOWN: f"<error {told}/>"}
    return (
        f"<testcase classname={xml_attribute(name)} name={xml_attribute(result.check.name)} "
        f'time="{result.exchange.seconds or 0:.3f}">{inner.get(result.state, "")}</testcase>\n'
    )
