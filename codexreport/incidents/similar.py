"""Which incidents resemble one: those of the same services, in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from codexreport.incidents.incident import Incident
from codexreport.incidents.spans import since_epoch

_WORD = re.compile(r"\w{4,}")
_COMMON = frozenset(
    {
        *("after", "before", "could", "during", "error", "errors", "from", "have", "incident"),
        *("into", "that", "this", "were", "when", "while", "with", "without"),
    }
)
"""Words that stand in any title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """An incident and what it has in common with another.

    Attributes:
        incident: The one found.
        services: The services that both touched, sorted.
        words: The words of four letters or more that stand in both titles, sorted.
    """

    incident: Incident
    services: tuple[str, ...]
    words: tuple[str, ...]


def similar(one: Incident, others: Iterable[Incident], most: int = 5) -> tuple[Likeness, ...]:
    """Those that began before it and have most in common with it, most alike and latest first."""
    if one.began is None:
        return ()
    began = since_epoch(one.began)
    found = [
        _likeness(one, other)
        for other in others
        if other.id != one.id and other.began is not None and since_epoch(other.began) < began
    ]
    alike = [each for each in found if each.services or each.words]
    return tuple(sorted(alike, key=_rank)[:most])


def _likeness(one: Incident, other: Incident) -> Likeness:
    return Likeness(
        incident=other,
        services=tuple(sorted({*one.services} & {*other.services})),
        words=tuple(sorted(_words(one.title) & _words(other.title))),
    )


def _rank(one: Likeness) -> tuple[int, float, str]:
    alike = 2 * len(one.services) + len(one.words)
    began = since_epoch(one.incident.began).total_seconds() if one.incident.began else 0.0
    return -alike, -began, one.incident.id


def _words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.casefold())) - _COMMON
