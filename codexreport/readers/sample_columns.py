"""Columns of plain sample files: which says what, told by its name, and what its cells mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from codexreport.readers.notation.document import Document

_UNITS = {
    "ns": 10**9,
    "nanoseconds": 10**9,
    "us": 10**6,
    "microseconds": 10**6,
    "ms": 10**3,
    "milliseconds": 10**3,
    "s": 1,
    "sec": 1,
    "seconds": 1,
}
_UNIT = f"(?P<unit>{'|'.join(_UNITS)})"
_LATENCY = re.compile(
    rf"(?:latency|duration|elapsed|response_time|request_time|time_taken)_{_UNIT}", re.IGNORECASE
)
_TIME = re.compile(
    rf"(?:timestamp|time|ts|start|start_time|started_at|at)(?:_{_UNIT})?", re.IGNORECASE
)
_GOOD = ("success", "ok", "passed")
_BAD = ("failed", "error")
_CODE = ("status", "status_code", "http_status", "response_code", "code")
_LABEL = ("label", "name", "endpoint", "route", "operation", "transaction", "url", "path")
_OTHER_RECORDS = frozenset(
    {"severity", "title", "version", "environment", "package", "resolved", "sha", "commit"}
)
"""Columns of records that have durations and are no samples: incidents, deployments, updates."""

_YES = frozenset({"true", "1", "yes", "ok", "pass", "passed", "success"})
_NO = frozenset({"false", "0", "no", "ko", "fail", "failed", "failure", "error", "timeout"})
_LOWEST_BAD_CODE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The columns of one file by what they say; empty where no column says it.

    Attributes:
        latency: How long a request took.
        per_second: How many units of `latency` make a second.
        time: When it began.
        time_per_second: The same of `time`, where it is a number; None: told by its size.
        outcome: Whether it failed.
        label: What was requested.
    """

    latency: str = ""
    per_second: int = 1
    time: str = ""
    time_per_second: int | None = None
    outcome: str = ""
    label: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that says something."""
        return tuple(filter(None, (self.latency, self.time, self.outcome, self.label)))


def have_samples(columns: Iterable[str]) -> bool:
    """Whether a file with these columns is one of samples: a duration names its unit."""
    names = {name.lower() for name in columns}
    return any(map(_LATENCY.fullmatch, names)) and not names & _OTHER_RECORDS


def roles(document: Document, columns: Iterable[str]) -> Roles:
    """What each column says.

    Raises:
        SourceError: None is a duration or a time, or two say the same.
    """
    names = tuple(columns)
    latency = _one(document, [name for name in names if _LATENCY.fullmatch(name)], "a duration")
    time = _one(document, [name for name in names if _TIME.fullmatch(name)], "a time")
    if not latency and not time:
        raise document.error(
            "has no column of durations or times",
            advice="Name one with its unit, such as latency_ms, duration_s or elapsed_ms.",
        )
    timed = _TIME.fullmatch(time)
    return Roles(
        latency=latency,
        per_second=_per_second(_LATENCY.fullmatch(latency)) or 1,
        time=time,
        time_per_second=_per_second(timed),
        outcome=_first(names, (*_GOOD, *_BAD, *_CODE)),
        label=_first(names, _LABEL),
    )


def failed(column: str, cell: str) -> bool | None:
    """Whether a cell of the outcome column `column` says failed; None where it does not say.

    Codes are those of HTTP: 400 and above failed, and so did 0, which is no answer at all.
    """
    said, name = cell.strip().lower(), column.lower()
    if name == "error" and said not in _YES | _NO:
        return bool(said)  # the text of an error, or none
    if name in _CODE and said.isascii() and said.isdigit():
        return not 100 <= int(said[:9]) < _LOWEST_BAD_CODE  # noqa: PLR2004, the first HTTP code
    if said not in _YES | _NO:
        return None
    return said in (_YES if name in _BAD else _NO)


def _one(document: Document, found: list[str], what: str) -> str:
    if len(found) > 1:
        raise document.error(
            f"has {what} in {found[0]!r} and in {found[1]!r}, and only one can be meant",
            advice="Leave the column out that is not meant.",
        )
    return found[0] if found else ""


def _first(names: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    by_name = {name.lower(): name for name in names}
    return next((by_name[name] for name in wanted if name in by_name), "")


def _per_second(found: re.Match[str] | None) -> int | None:
    return _UNITS[found["unit"].lower()] if found and found["unit"] else None
