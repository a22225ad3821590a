"""An environment's settings against those that were agreed, as a report that a gate can read."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from codexreport.evidence.secret_values import holds_secret, sounds_secret
from codexreport.evidence.secrets import SecretSearch
from codexreport.integration.parity import Parity
from codexreport.pipeline.settings_files import Settings

_SEARCH = SecretSearch(())


def compare(
    actual: Settings, baseline: Settings, *, environment: str, now: datetime
) -> dict[str, Any]:
    """What is the same, different, missing or extra, as plain JSON values.

    Of a value whose name sounds secret, or that looks as if it held one (a password, a token, the
    address of a webhook), only that is told and never the value.

    Args:
        actual: What was found.
        baseline: What was agreed.
        environment: The environment's name.
        now: When they were compared, aware.
    """
    keys = sorted({*actual.values, *baseline.values})
    return {
        "schema": 1,
        "environment": environment,
        "generated_at": now.isoformat(),
        "baseline": {"name": baseline.name, "sha256": baseline.sha256},
        "actual": {"name": actual.name, "sha256": actual.sha256},
        "components": [
            {"name": name, "kind": kind}
            | _values(name, baseline.values.get((kind, name)), actual.values.get((kind, name)))
            for kind, name in keys
        ],
        "unread": [*baseline.unread, *actual.unread],
    }


def encoded(report: dict[str, Any]) -> bytes:
    """The report's file: the same bytes for the same report."""
    return (json.dumps(report, indent=2, ensure_ascii=False) + "\n").encode()


def _values(name: str, expected: str | None, actual: str | None) -> dict[str, Any]:
    parity = _parity(expected, actual)
    told = {"expected": expected, "actual": actual}
    if any(_is_secret(name, value) for value in told.values() if value is not None):
        return {"secret": True, "state": parity.value}
    return {key: value for key, value in told.items() if value is not None} | {
        "state": parity.value
    }


def _parity(expected: str | None, actual: str | None) -> Parity:
    if expected is None:
        return Parity.EXTRA
    if actual is None:
        return Parity.MISSING
    return Parity.SAME if expected == actual else Parity.DIFFERENT


def _is_secret(name: str, value: str) -> bool:
    parts = (name, *re.split(r"[.\[\]]+", name))
    return any(map(sounds_secret, parts)) or holds_secret(value) or _looks_secret(value)


def _looks_secret(value: str) -> bool:
    return any(_SEARCH.unknown(value.encode("utf-8", "surrogateescape")))
