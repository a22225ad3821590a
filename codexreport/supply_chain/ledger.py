"""The age ledger: when each vulnerability was first and last seen, and why it was closed.

No scanner's file says since when a vulnerability has been there, so the ledger keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from codexreport.supply_chain.aliases import canonical_ids, linked, names_of
from codexreport.supply_chain.purl import same_package
from codexreport.supply_chain.severity import Severity, worst
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability
from codexreport.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Scanner:
    """A tool that looks at one thing again and again.

    Attributes:
        tool: Its name.
        target: What it looks at; two targets of one tool are two scanners.
    """

    tool: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastScan:
    """When a scanner last ran.

    Attributes:
        scanner: Which.
        ran: The moment of its last scan, aware.
        complete: The moment of its last complete one; None before the first.
    """

    scanner: Scanner
    ran: datetime
    complete: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One vulnerability of one package, through time.

    Attributes:
        key: Its name in the ledger, which never changes: the package and the first known id.
        package: As a tool names it.
        ecosystem: The package URL type; empty where nothing says.
        ids: Every name it has been given.
        severity: The last that is known.
        first_seen: When a scan first found it, aware; kept when it comes back.
        last_seen: When a scan last found it.
        seen_by: The scanners whose last word is that it is there.
        closed_at: When the last of them did not find it any more; None while it is open.
        closed_why: The evidence for that; empty while it is open.
    """

    key: str
    package: str
    ids: tuple[str, ...]
    severity: Severity
    first_seen: datetime
    last_seen: datetime
    ecosystem: str = ""
    seen_by: tuple[Scanner, ...] = ()
    closed_at: datetime | None = None
    closed_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything that is known of ages.

    Attributes:
        scans: One for each scanner, in order.
        entries: By key.
    """

    scans: tuple[LastScan, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def opened(self) -> tuple[Entry, ...]:
        """The entries that are open."""
        return tuple(entry for entry in self.entries if entry.closed_at is None)


def update(ledger: Ledger, scan: Scan, seen_at: datetime, *, target: str | None = None) -> Ledger:
    """`ledger` with what `scan` found at `seen_at`.

    What is found is open, also when it was suppressed: that has no end, so its age counts on.
    What a statement closes is closed with the statement; what a complete scan does not find any
    more is closed as not found. An incomplete scan closes nothing, and a scan closes only what
    the same tool saw on the same target: while another scanner still sees it, it is open.
    A scan older than the scanner's last one tells nothing but earlier first sights.

    Args:
        ledger: Before.
        scan: What was found.
        seen_at: When, aware.
        target: What was scanned, where the file does not say or does not say it uniquely.
    """
    scanner = Scanner(tool=scan.tool, target=scan.target if target is None else target)
    look = _Look(scanner=scanner, at=seen_at.astimezone(timezone.utc), complete=not scan.doubts)
    groups: list[_Group] = linked([*ledger.entries, *scan.findings], names_of)
    before = next((last for last in ledger.scans if last.scanner == scanner), None)
    if before is not None and look.at < before.ran:
        entries = [entry for group in groups for entry in _earlier(group, look)]
        return replace(ledger, entries=_by_key(entries))
    entries = [entry for group in groups for entry in _after(group, look)]
    return Ledger(scans=_noted(ledger.scans, look), entries=_by_key(entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    scanner: Scanner
    at: datetime
    complete: bool


_Group = list[Entry | Vulnerability]
"""Entries and findings of one vulnerability."""


def _by_key(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.key))


def _parted(group: _Group) -> tuple[list[Entry], list[Vulnerability]]:
    known = [one for one in group if isinstance(one, Entry)]
    return known, [one for one in group if isinstance(one, Vulnerability)]


def _after(group: _Group, look: _Look) -> list[Entry]:
    known, found = _parted(group)
    if found:
        return [_seen(_joined(known), found, look)]
    if not look.complete:
        return known
    why = f"not found by {one_line(look.scanner.tool)} on {look.at.date().isoformat()}"
    return [_gone(entry, look, why) for entry in known]


def _earlier(group: _Group, look: _Look) -> list[Entry]:
    known, found = _parted(group)
    if not found:
        return known
    return [replace(entry, first_seen=min(entry.first_seen, look.at)) for entry in known]


def _noted(scans: Sequence[LastScan], look: _Look) -> tuple[LastScan, ...]:
    by_scanner = {last.scanner: last for last in scans}
    before = by_scanner.get(look.scanner)
    complete = before.complete if before else None
    by_scanner[look.scanner] = LastScan(
        scanner=look.scanner, ran=look.at, complete=look.at if look.complete else complete
    )
    return tuple(by_scanner[one] for one in sorted(by_scanner))


def _joined(known: Sequence[Entry]) -> Entry | None:
    """Entries that turned out to be one vulnerability; the oldest gives the key."""
    if len(known) < 2:  # noqa: PLR2004, one alone is itself
        return known[0] if known else None
    oldest = min(known, key=lambda entry: (entry.first_seen, entry.key))
    still = [entry for entry in known if entry.closed_at is None]
    last = max(known, key=lambda entry: (entry.closed_at or entry.last_seen, entry.key))
    return replace(
        oldest,
        ids=canonical_ids(name for entry in known for name in entry.ids),
        severity=worst(entry.severity for entry in still or known),
        last_seen=max(entry.last_seen for entry in known),
        seen_by=tuple(sorted({one for entry in known for one in entry.seen_by})),
        closed_at=None if still else last.closed_at,
        closed_why="" if still else last.closed_why,
    )


def _seen(entry: Entry | None, found: Sequence[Vulnerability], look: _Look) -> Entry:
    entry = entry or _new(found[0], look.at)
    others = [one for one in entry.seen_by if one != look.scanner]
    severity = worst([*(one.severity for one in found), *([entry.severity] if others else [])])
    entry = replace(
        entry,
        ids=canonical_ids([*entry.ids, *(name for one in found for name in one.ids)]),
        severity=entry.severity if severity is Severity.UNKNOWN else severity,
        first_seen=min(entry.first_seen, look.at),
        last_seen=max(entry.last_seen, look.at),
    )
    if all(one.standing is Standing.CLOSED for one in found):
        return _gone(entry, look, found[0].why)
    seen_by = tuple(sorted({*others, look.scanner}))
    return replace(entry, seen_by=seen_by, closed_at=None, closed_why="")


def _new(one: Vulnerability, seen_at: datetime) -> Entry:
    return Entry(
        key=f"{same_package(one.package, one.ecosystem)}:{one.ids[0]}",
        package=one.package,
        ecosystem=one.ecosystem,
        ids=one.ids,
        severity=one.severity,
        first_seen=seen_at,
        last_seen=seen_at,
    )


def _gone(entry: Entry, look: _Look, why: str) -> Entry:
    """`entry` without the scanner's sight of it, and closed where that was the last."""
    others = tuple(one for one in entry.seen_by if one != look.scanner)
    if others or entry.closed_at is not None:
        return replace(entry, seen_by=others)
    return replace(entry, seen_by=(), closed_at=max(look.at, entry.last_seen), closed_why=why)
