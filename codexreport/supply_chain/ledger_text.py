"""The age ledger as JSON Lines: a ledger has one spelling, and nothing else is read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timezone
from functools import cache
from itertools import pairwise
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.strict import StrictError, load_json
from codexreport.supply_chain.ledger import Entry, LastScan, Ledger, Scanner
from codexreport.text import one_line

FILE_NAME = "vulnerabilities.jsonl"


def write_ledger(ledger: Ledger) -> str:
    """`ledger` as text; the same ledger gives the same bytes."""
    records = [*map(_scan_record, ledger.scans), *map(_entry_record, ledger.entries)]
    return "".join(_line(record) + "\n" for record in records)


def parse_ledger(text: str, name: str = FILE_NAME) -> Ledger:
    """Read what `write_ledger` wrote.

    Args:
        text: The file.
        name: How messages call it.

    Raises:
        EvidenceError: A line is not exactly as it would be written, or stands out of order.
    """
    lines = text.removesuffix("\n").split("\n") if text else []
    values = [_value(line, f"{name}:{number}") for number, line in enumerate(lines, 1)]
    ledger = Ledger(
        scans=tuple(value for value in values if isinstance(value, LastScan)),
        entries=tuple(value for value in values if isinstance(value, Entry)),
    )
    written = write_ledger(ledger).split("\n")
    for number, (line, again) in enumerate(zip(f"{text}\n".split("\n"), written, strict=False), 1):
        if line != again:
            raise _refused(f"{name}:{number}", "is not written as the ledger is, or out of order")
    _check_order((last.scanner for last in ledger.scans), name)
    _check_order((entry.key for entry in ledger.entries), name)
    return ledger


def _check_order(keys: Iterable[Any], name: str) -> None:
    for one, other in pairwise(keys):
        if not one < other:
            raise _refused(name, f"{other} stands after {one}, out of order or twice")


def _value(line: str, place: str) -> LastScan | Entry:
    from pydantic import ValidationError

    try:
        record = load_json(line)
        kind = record.pop("record", None) if isinstance(record, dict) else None
        if kind not in {"scan", "finding"}:
            raise _refused(place, "is no record of a scan or finding")
        value: LastScan | Entry = _shape(kind).validate_python(record)
    except StrictError as error:
        raise _refused(place, f"is not strict JSON: {one_line(str(error))}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise _refused(place, one_line(f"{where}: {first['msg']}")) from error
    if isinstance(value, Entry) and (wrong := _contradiction(value)):
        raise _refused(place, wrong)
    return value


@cache
def _shape(kind: str) -> Any:
    """What checks the types of a record. What it lets pass, writing it again does not."""
    from pydantic import TypeAdapter

    return TypeAdapter(LastScan if kind == "scan" else Entry)


def _contradiction(entry: Entry) -> str:
    if not entry.ids or not entry.package:
        return "names no vulnerability of a package"
    if any(at.tzinfo is None for at in _moments(entry)):
        return "holds a time without offset"
    if entry.first_seen > entry.last_seen:
        return "was last seen before it was first seen"
    opened = entry.closed_at is None
    if opened != bool(entry.seen_by) or opened == bool(entry.closed_why):
        return "is neither open, seen by a scanner, nor closed with a reason"
    return ""


def _moments(entry: Entry) -> list[datetime]:
    return [at for at in (entry.first_seen, entry.last_seen, entry.closed_at) if at is not None]


def _scan_record(last: LastScan) -> dict[str, Any]:
    return {
        "record": "scan",
        "scanner": _scanner(last.scanner),
        "ran": _moment(last.ran),
        "complete": _moment(last.complete),
    }


def _entry_record(entry: Entry) -> dict[str, Any]:
    return {
        "record": "finding",
        "key": entry.key,
        "package": entry.package,
        "ecosystem": entry.ecosystem,
        "ids": list(entry.ids),
        "severity": entry.severity.value,
        "first_seen": _moment(entry.first_seen),
        "last_seen": _moment(entry.last_seen),
        "seen_by": [_scanner(one) for one in entry.seen_by],
        "closed_at": _moment(entry.closed_at),
        "closed_why": entry.closed_why,
    }


def _scanner(scanner: Scanner) -> dict[str, str]:
    return {"tool": scanner.tool, "target": scanner.target}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(timezone.utc).isoformat()


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _refused(place: str, what: str) -> EvidenceError:
    return EvidenceError(
        f"{place}: {what}.",
        advice="Only the tool writes this file: restore it as it was last committed.",
    )
