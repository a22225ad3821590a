"""A performance run in the project's own plain form, which the reader `perf` reads back."""

from __future__ import annotations

from typing import Any

from codexreport.measure import json_number
from codexreport.performance.run import Run
from codexreport.performance.values import Group

SCHEMA = 1


def as_dict(run: Run) -> dict[str, Any]:
    """What was measured, as plain JSON values; durations in seconds, shares from 0 to 1."""
    return {
        "tool": run.tool,
        "unit": run.unit,
        "commit": run.commit or None,
        "total": _group(run.total),
        "groups": [{"name": one.name, **_group(one)} for one in run.groups],
        "more_groups": run.more_groups,
        "errors_bounded": run.errors_bounded,
        "thresholds": [
            {
                "of": one.of,
                "expression": one.expression,
                "state": one.state.value,
                "value": json_number(one.value),
                "unit": one.unit,
                "reason": one.reason,
            }
            for one in run.thresholds
        ],
        "figures": [
            {
                "name": one.name,
                "of": one.of,
                "value": json_number(one.value),
                "unit": one.unit,
                "state": one.state.value,
                "reason": one.reason,
            }
            for one in run.figures
        ],
        "cause": run.cause or None,
        "doubts": list(run.doubts),
    }


def _group(group: Group) -> dict[str, Any]:
    latency = group.latency
    return {
        "count": group.count,
        "failed": group.failed,
        "throughput": json_number(group.throughput),
        "latency": latency
        and {
            "method": latency.method,
            "samples": latency.samples,
            "seconds": {name: json_number(value) for name, value in latency.figures},
        },
    }
