"""Vulnerabilities and the scan that found them, judged by a plain default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.supply_chain.severity import Severity
from codexreport.text import one_line
from codexreport.wording import count

NAME = "supply_chain.vulnerabilities"
_NAMED = 3
_STATES = {
    Severity.CRITICAL: State.FAIL,
    Severity.HIGH: State.FAIL,
    Severity.UNKNOWN: State.FAIL,
    Severity.MODERATE: State.WARNING,
    Severity.LOW: State.WARNING,
    Severity.NONE: State.NOT_APPLICABLE,
}
"""What one open vulnerability of each severity makes of a scan."""


class Standing(StrEnum):
    """Whether a vulnerability counts."""

    OPEN = "open"
    SUPPRESSED = "suppressed"
    """Set aside where the scan was set up, by nobody in particular and without an end."""
    CLOSED = "closed"
    """A statement says that it does not apply: not affected, or fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """One weakness of one package, whatever it is called.

    Attributes:
        package: As the tool names it; a file's path where the tool names no package.
        ids: Its names, the best known first (`canonical_ids`); at least one.
        severity: The worst that is known of it.
        ecosystem: The package URL type, such as `pypi`; empty where nothing says.
        versions: Installed ones that have it.
        fixed: Versions that do not have it any more.
        locations: Where it was found, such as a lock file.
        standing: Whether it counts.
        why: Why it does not; empty where it is open.
    """

    package: str
    ids: tuple[str, ...]
    severity: Severity
    ecosystem: str = ""
    versions: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    standing: Standing = Standing.OPEN
    why: str = ""

    def __str__(self) -> str:
        package = " ".join(filter(None, [self.package, ", ".join(self.versions)]))
        return one_line(f"{self.ids[0]} in {package}" if package else self.ids[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one run of a scanner says.

    Attributes:
        tool: The scanner.
        target: What it looked at, as it names it; empty where it does not say.
        findings: Vulnerabilities, aliases folded (`aliases.fold`).
        scanned: How many packages or targets it looked at; None where it does not say.
        unit: What `scanned` counts: `packages`, `targets` or `runs`.
        gaps: What it did not look at, or why it cannot be relied on, a sentence each.
        observed: When it ran.
        commit: The revision it looked at.
    """

    kind: ClassVar[str] = "vulnerabilities"

    tool: str
    target: str = ""
    findings: tuple[Vulnerability, ...] = ()
    scanned: int | None = None
    unit: str = "packages"
    gaps: tuple[str, ...] = ()
    observed: datetime | None = None
    commit: str = ""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why a vulnerability that it does not name may be there all the same."""
        if self.gaps or self.scanned:
            return self.gaps
        if self.scanned is None:
            return (f"It does not say how many {self.unit} it looked at",)
        return (f"It looked at no {self.unit}",)

    def standing(self, standing: Standing) -> tuple[Vulnerability, ...]:
        """The vulnerabilities that stand so."""
        return tuple(one for one in self.findings if one.standing is standing)

    def summary(self) -> str:
        """Such as `3 open vulnerabilities: 1 high, 2 low; 214 packages scanned`."""
        opened = self.standing(Standing.OPEN)
        counts = Counter(one.severity for one in opened)
        split = ", ".join(f"{counts[one]} {one.value}" for one in Severity if counts[one])
        parts = [f"{_vulnerabilities(len(opened), 'open')}{f': {split}' if split else ''}"]
        others = ((one, len(self.standing(one))) for one in Standing if one is not Standing.OPEN)
        parts.extend(f"{number} {one.value}" for one, number in others if number)
        if self.scanned is not None:
            parts.append(f"{count(self.scanned, self.unit)} scanned")
        return "; ".join([*parts, *(["incomplete"] if self.gaps else [])])

    def measures(self, about: About) -> tuple[Measure, ...]:
        """Each severity's count, judged: open high, critical or unclassified ones fail."""
        return (
            self._scanned(about),
            *(self._of_severity(severity, about) for severity in Severity),
            self._fixable(about),
            self._suppressed(about),
            about.measure(
                f"{NAME}.closed",
                len(self.standing(Standing.CLOSED)),
                "vulnerabilities",
                formula="findings that a statement says do not apply or are fixed",
            ),
        )

    def _scanned(self, about: About) -> Measure:
        return about.measure(
            "supply_chain.scanned",
            self.scanned,
            self.unit,
            State.UNKNOWN if self.doubts else State.PASS,
            some_of(self.doubts),
            formula=f"{self.unit} that {one_line(self.tool)} looked at",
        )

    def _of_severity(self, severity: Severity, about: About) -> Measure:
        found = [one for one in self.standing(Standing.OPEN) if one.severity is severity]
        state = _STATES[severity]
        reason = ""
        if found:
            reason = f"{_vulnerabilities(len(found), 'open')} of {severity.value} severity"
            if severity is Severity.UNKNOWN:
                reason += ", judged as high until classified"
            reason += f": {named(found)}."
        elif state is not State.NOT_APPLICABLE:
            state = State.UNKNOWN if self.doubts else State.PASS
            reason = some_of(self.doubts)
        return about.measure(
            f"{NAME}.{severity.value}",
            len(found),
            "vulnerabilities",
            state,
            reason,
            doubt=some_of(self.doubts),
            formula=f"open findings of {severity.value} severity, aliases counted once a package",
            sample_size=self.scanned,
        )

    def _fixable(self, about: About) -> Measure:
        return about.measure(
            f"{NAME}.fixable",
            sum(1 for one in self.standing(Standing.OPEN) if one.fixed),
            "vulnerabilities",
            formula="open findings for which the scan names a fixed version",
        )

    def _suppressed(self, about: About) -> Measure:
        found = self.standing(Standing.SUPPRESSED)
        reason = f"{_vulnerabilities(len(found), 'suppressed')} without an expiry: {named(found)}."
        return about.measure(
            f"{NAME}.suppressed",
            len(found),
            "vulnerabilities",
            State.WARNING if found else State.NOT_APPLICABLE,
            reason if found else "",
            formula="findings that the scan's own settings or the code set aside",
        )


def named(found: Sequence[object]) -> str:
    """The first few by name, and how many more there are."""
    names = ", ".join(map(str, found[:_NAMED]))
    more = len(found) - _NAMED
    return f"{names} and {more} more" if more > 0 else names


def some_of(doubts: Sequence[str]) -> str:
    """The first few of several sentences, and how many more there are; each with a full stop."""
    sentences = [f"{one_line(doubt)}." for doubt in doubts[:_NAMED]]
    more = len(doubts) - _NAMED
    return " ".join([*sentences, *([f"And {more} more."] if more > 0 else [])])


def _vulnerabilities(number: int, standing: str) -> str:
    noun = "vulnerability" if number == 1 else "vulnerabilities"
    return f"{number} {standing} {noun}"
