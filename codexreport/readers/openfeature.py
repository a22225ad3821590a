"""Feature flags as an OpenFeature provider answered for made-up users; our own form.

A source of type `openfeature` writes it. What is said of a flag is what those users got: how many
of them have it on is a count, and the share of all users an estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from codexreport.readers.flag_terms import category_of, strategy_of
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of, moment_of
from codexreport.rollout.flags import Flag, Flags, FlagState

_DISABLED = "DISABLED"
_ON_AND_OFF = ("on", "off")


class OpenFeatureReader:
    """`{"openfeature": 1, "flags": [{"key": ..., "users": 2000, "on": 103, ...}]}`."""

    format: ClassVar[str] = "openfeature"
    title: ClassVar[str] = "Feature flags as an OpenFeature provider evaluates them"
    made_by: ClassVar[str] = "codexreport itself, from a source of type openfeature"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it says that it is of this form."""
        return isinstance(document.json, dict) and "openfeature" in document.json

    def parse(self, document: Document) -> Flags:
        """Understand the answers.

        Raises:
            SourceError: They are not of this form.
        """
        top = fields.as_mapping(document, document.json, "")
        if fields.integer(document, top, "openfeature", "") != 1:
            raise document.error("is of a newer form than this")
        rows = fields.objects(document, top, "flags", "")
        return Flags(
            flags=tuple(
                _flag(document, row, fields.place("flags", number))
                for number, row in document.counted(enumerate(rows))
            ),
            observed=moment_of(document, top.get("evaluated_at"), "evaluated_at"),
        )


def _flag(document: Document, row: Mapping[str, Any], where: str) -> Flag:
    users = fields.count(document, row, "users", where)
    on = fields.count(document, row, "on", where)
    if on > users:
        raise document.error(f"{where} is on for more users than it was evaluated for")
    failed = fields.text(document, row, "error", where, default="")
    reasons = fields.mapping_at(document, row, "reasons", where, default={})
    known = bool(users) and not failed
    return Flag(
        key=fields.text(document, row, "key", where),
        state=_state(reasons, known=known),
        variants=_ON_AND_OFF,
        shares=_shares(on, users) if known else None,
        sampled=users,
        owner=fields.text(document, row, "owner", where, default=""),
        expires=day_of(document, row.get("expires"), fields.place(where, "expires")),
        backlog=fields.text(document, row, "backlog", where, default=""),
        category=category_of(fields.text(document, row, "category", where, default="")),
        strategy=strategy_of(fields.text(document, row, "strategy", where, default="")),
    )


def _state(reasons: Mapping[str, Any], *, known: bool) -> FlagState:
    if not known:
        return FlagState.UNKNOWN
    return FlagState.DISABLED if set(reasons) == {_DISABLED} else FlagState.ENABLED


def _shares(on: int, users: int) -> tuple[tuple[str, Fraction], ...]:
    share = Fraction(on, users)
    return tuple(zip(_ON_AND_OFF, (share, 1 - share), strict=True))
