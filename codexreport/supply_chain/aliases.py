"""One finding a package for a vulnerability that several databases name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from codexreport.supply_chain.purl import same_package
from codexreport.supply_chain.severity import worst
from codexreport.supply_chain.vulnerabilities import Standing, Vulnerability

Item = TypeVar("Item")
_DATABASES = ("CVE-", "GHSA-", "PYSEC-")
_WORST_FIRST = tuple(Standing)


class Named(Protocol):
    """What can be told to be the same as another: it has a package and names."""

    @property
    def package(self) -> str:
        """As a tool names it."""

    @property
    def ecosystem(self) -> str:
        """The package URL type; empty where nothing says."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Its names."""


def fold(found: Iterable[Vulnerability]) -> tuple[Vulnerability, ...]:
    """`found` with those of one package that share a name made one, in order of appearance.

    Names are shared at any remove: a CVE that is a GHSA's alias and a GHSA that is a PYSEC's
    make one finding of all three. The worst severity that is known holds, and what is open in
    one place is open.
    """
    return tuple(_merged(group) for group in linked(list(found), names_of))


def names_of(one: Named) -> list[tuple[str, str]]:
    """What makes two findings the same: a name of one package, however it is spelt."""
    package = same_package(one.package, one.ecosystem)
    return [(package, name.lower()) for name in one.ids]


def canonical_ids(names: Iterable[str]) -> tuple[str, ...]:
    """`names` once each, the best known database first: CVE, GHSA, PYSEC, then the rest."""
    known = {name.strip().lower(): name.strip() for name in names if name.strip()}
    if len(known) == 1:
        return tuple(known.values())
    return tuple(sorted(known.values(), key=lambda name: (_rank(name), name)))


def linked(items: Sequence[Item], names: Callable[[Item], Iterable[Hashable]]) -> list[list[Item]]:
    """`items` in groups that share a name, at any remove (a union-find)."""
    parents = list(range(len(items)))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    first: dict[Hashable, int] = {}
    for number, item in enumerate(items):
        for name in names(item):
            one, other = root(first.setdefault(name, number)), root(number)
            parents[max(one, other)] = min(one, other)
    groups: dict[int, list[Item]] = {}
    for number, item in enumerate(items):
        groups.setdefault(root(number), []).append(item)
    return list(groups.values())


def _merged(group: list[Vulnerability]) -> Vulnerability:
    if len(group) == 1:
        return group[0]
    kept = min(group, key=lambda one: _WORST_FIRST.index(one.standing))
    return Vulnerability(
        package=group[0].package,
        ids=canonical_ids(name for one in group for name in one.ids),
        severity=worst(one.severity for one in group),
        ecosystem=next((one.ecosystem for one in group if one.ecosystem), ""),
        versions=_once(text for one in group for text in one.versions),
        fixed=_once(text for one in group for text in one.fixed),
        locations=_once(text for one in group for text in one.locations),
        standing=kept.standing,
        why=kept.why,
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _rank(name: str) -> int:
    upper = name.upper()
    return next((n for n, start in enumerate(_DATABASES) if upper.startswith(start)), 99)
