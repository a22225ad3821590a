"""Statements of whether a vulnerability matters to a product (VEX), and what they close.

Source: the OpenVEX specification 0.2.0. Statements of one vulnerability and product override
each other in the order of their times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from enum import StrEnum
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.supply_chain.purl import parse_purl, same_package
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability, named
from codexreport.text import one_line

_DAWN = datetime.min.replace(tzinfo=timezone.utc)


class Status(StrEnum):
    """What a statement says, the most cautious first."""

    AFFECTED = "affected"
    UNDER_INVESTIGATION = "under_investigation"
    FIXED = "fixed"
    NOT_AFFECTED = "not_affected"


_CAUTIOUS_FIRST = tuple(Status)
_CLOSING = frozenset({Status.FIXED, Status.NOT_AFFECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a statement is about.

    Attributes:
        names: Its identifiers, such as package URLs.
        parts: Identifiers of the components that are meant; empty: the whole of it.
    """

    names: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VexStatement:
    """What an author says about a vulnerability in products.

    Attributes:
        ids: The vulnerability's name and aliases.
        products: What it is about.
        status: What is said.
        reason: The justification, impact or action, as written; empty where there is none.
        made: When, aware; None where nothing says.
    """

    ids: tuple[str, ...]
    products: tuple[Product, ...]
    status: Status
    reason: str = ""
    made: datetime | None = None

    @property
    def founded(self) -> bool:
        """Whether it may be relied on: `not_affected` has to say why."""
        return self.status is not Status.NOT_AFFECTED or bool(self.reason)

    def __str__(self) -> str:
        return one_line(self.ids[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Vex:
    """The statements of one document.

    Attributes:
        author: Who makes them.
        statements: In the document's order.
        observed: When it was last changed.
        commit: Always empty: such a document speaks of products, not of a revision.
    """

    kind: ClassVar[str] = "vex"

    author: str
    statements: tuple[VexStatement, ...]
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `3 statements: 2 not_affected, 1 fixed`."""
        counts = Counter(one.status for one in self.statements)
        split = ", ".join(f"{counts[one]} {one.value}" for one in Status if counts[one])
        noun = "statement" if len(self.statements) == 1 else "statements"
        return f"{len(self.statements)} {noun}{f': {split}' if split else ''}"

    def measures(self, about: About) -> tuple[Measure, ...]:
        """Each status's count. `affected` fails: the document carries no severity."""
        return (
            about.measure(
                "supply_chain.vex.statements",
                len(self.statements),
                "statements",
                State.PASS if self.statements else State.UNKNOWN,
                "" if self.statements else "It states nothing.",
            ),
            self._open(Status.AFFECTED, State.FAIL, "affected, and no severity is given", about),
            self._open(
                Status.UNDER_INVESTIGATION, State.UNKNOWN, "still under investigation", about
            ),
            self._unfounded(about),
            *(
                about.measure(f"supply_chain.vex.{one.value}", self._count(one), "statements")
                for one in (Status.FIXED, Status.NOT_AFFECTED)
            ),
        )

    def _open(self, status: Status, state: State, words: str, about: About) -> Measure:
        found = [one for one in self.statements if one.status is status]
        return about.measure(
            f"supply_chain.vex.{status.value}",
            len(found),
            "statements",
            state if found else State.NOT_APPLICABLE,
            f"{len(found)} {words}: {named(found)}." if found else "",
        )

    def _unfounded(self, about: About) -> Measure:
        found = [one for one in self.statements if not one.founded]
        return about.measure(
            "supply_chain.vex.unfounded",
            len(found),
            "statements",
            State.UNKNOWN if found else State.NOT_APPLICABLE,
            f"{len(found)} not_affected without saying why: {named(found)}." if found else "",
        )

    def _count(self, status: Status) -> int:
        return sum(1 for one in self.statements if one.status is status)


def apply_vex(
    scan: Scan, statements: Sequence[VexStatement], now: datetime, *, product: str = ""
) -> Scan:
    """`scan` with the findings closed that the latest statement on them closes.

    A statement closes a finding that it names by an id and by its package, in every version
    installed; or by an id and the product that was scanned. One that is dated after `now`, or
    says `not_affected` without a reason, counts for nothing. Of two at the same time the more
    cautious counts.

    Args:
        scan: What was found.
        statements: Of any number of documents.
        now: The moment of the judgement, aware.
        product: What the statements call the scanned product; empty: as the scan calls it.
    """
    by_id: dict[str, list[VexStatement]] = {}
    for statement in statements:
        if statement.founded and (statement.made is None or statement.made <= now):
            for name in statement.ids:
                by_id.setdefault(name.lower(), []).append(statement)
    target = product or scan.target
    findings = tuple(_answered(one, by_id, target) for one in scan.findings)
    return replace(scan, findings=findings)


def _answered(
    one: Vulnerability, by_id: dict[str, list[VexStatement]], target: str
) -> Vulnerability:
    said = [
        statement
        for name in one.ids
        for statement in by_id.get(name.lower(), ())
        if _covers(statement, one, target)
    ]
    if not said:
        return one
    last = max(said, key=lambda s: (s.made or _DAWN, -_CAUTIOUS_FIRST.index(s.status)))
    if last.status not in _CLOSING:
        return replace(one, standing=Standing.OPEN, why="")
    on = f" on {last.made.date().isoformat()}" if last.made else ""
    why = one_line(f"VEX {last.status.value}{on}{f': {last.reason}' if last.reason else ''}")
    return replace(one, standing=Standing.CLOSED, why=why)


def _covers(statement: VexStatement, one: Vulnerability, target: str) -> bool:
    scanned = [product for product in statement.products if target and target in product.names]
    if any(not product.parts for product in scanned):
        return True
    parts = [name for product in scanned for name in product.parts]
    names = [name for product in statement.products if not product.parts for name in product.names]
    meant = {
        version for name in (*parts, *names) if (version := _version_meant(name, one)) is not None
    }
    if "" in meant:
        return True
    installed = set(one.versions)
    if statement.status in _CLOSING:  # that takes every installed version, to open takes one
        return bool(installed) and installed <= meant
    return bool(meant & installed) if installed else bool(meant)


def _version_meant(name: str, one: Vulnerability) -> str | None:
    """The version of the finding's package that `name` means, empty for all; None: another's."""
    purl = parse_purl(name)
    if purl is None or (one.ecosystem and one.ecosystem != purl.ecosystem):
        return None
    ecosystem = one.ecosystem or purl.ecosystem
    same = same_package(purl.package, ecosystem) == same_package(one.package, ecosystem)
    return purl.version if same else None
