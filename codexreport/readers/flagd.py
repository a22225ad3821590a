"""Feature flags as flagd defines them.

Format: flagd's documentation, "Flag definitions", and its JSON schema. What flagd itself has no
field for stands in a flag's `metadata`, or in that of the whole set: `owner`, `expires`,
`backlog`, `category` and `strategy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from codexreport.readers.flag_terms import category_of, state_of, strategy_of
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of
from codexreport.rollout.flags import Flag, Flags, FlagStrategy
from codexreport.text import one_line

_WEIGHTED = 2
"""Parts of an entry of `fractional` that has a weight."""


class FlagdReader:
    """`{"flags": {"KEY": {"state": "ENABLED", "variants": {...}, "defaultVariant": ...}}}`."""

    format: ClassVar[str] = "flagd"
    title: ClassVar[str] = "flagd flag definitions"
    made_by: ClassVar[str] = "by hand: https://flagd.dev/reference/flag-definitions"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether its flags have a state, or it is the definition of no flag."""
        top = document.json
        found = top.get("flags") if isinstance(top, dict) else None
        if isinstance(found, dict):
            first = next(iter(found.values()), {"state": ""})
        elif isinstance(found, list):
            first = next(iter(found), None)
        else:
            return False
        return isinstance(first, dict) and "state" in first and "enabled" not in first

    def parse(self, document: Document) -> Flags:
        """Understand the definitions.

        Raises:
            SourceError: They are not what flagd takes.
        """
        top = fields.as_mapping(document, document.json, "")
        common = fields.mapping_at(document, top, "metadata", "", default={})
        flags = tuple(
            _flag(document, key, row, where, common)
            for key, row, where in document.counted(_definitions(document, top))
        )
        return Flags(flags=flags)


def _definitions(
    document: Document, top: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any], str]]:
    if isinstance(top.get("flags"), list):
        for number, row in enumerate(fields.objects(document, top, "flags", "")):
            where = fields.place("flags", number)
            yield fields.text(document, row, "key", where), row, where
        return
    for key, row in fields.mapping_at(document, top, "flags", "").items():
        where = fields.place("flags", one_line(key))
        yield key, fields.as_mapping(document, row, where), where


def _flag(
    document: Document, key: str, row: Mapping[str, Any], where: str, common: Mapping[str, Any]
) -> Flag:
    told = {**common, **fields.mapping_at(document, row, "metadata", where, default={})}
    here = fields.place(where, "metadata")
    rule = fields.mapping_at(document, row, "targeting", where, default={})
    variants = fields.mapping_at(document, row, "variants", where, default={})
    shares = _shares(rule)
    strategy = strategy_of(fields.text(document, told, "strategy", here, default=""))
    return Flag(
        key=key,
        state=state_of(fields.text(document, row, "state", where)),
        variants=tuple(variants),
        default=fields.text(document, row, "defaultVariant", where, default=None),
        named=tuple(dict.fromkeys(_served(rule))),
        shares=shares,
        targeted=bool(rule),
        owner=fields.text(document, told, "owner", here, default=""),
        expires=day_of(document, told.get("expires"), fields.place(here, "expires")),
        backlog=fields.text(document, told, "backlog", here, default=""),
        category=category_of(fields.text(document, told, "category", here, default="")),
        on=tuple(name for name, value in variants.items() if value is True),
        strategy=_strategy(shares, rule) if strategy is FlagStrategy.UNKNOWN else strategy,
    )


def _strategy(shares: object, rule: object) -> FlagStrategy:
    """What the rule alone says of how it reaches its users."""
    if not rule:
        return FlagStrategy.ALL_AT_ONCE
    return FlagStrategy.CANARY if shares is None else FlagStrategy.PERCENTAGE


def _served(rule: object) -> Iterator[str]:
    """The variants that a rule names where its outcome stands; a condition may hold any text."""
    if isinstance(rule, str):
        yield rule
    elif isinstance(rule, dict) and len(rule) == 1:
        parts = next(iter(rule.values()))
        if "fractional" in rule and isinstance(parts, list):
            yield from (entry[0] for entry in parts if _is_entry(entry))
        elif "if" in rule and isinstance(parts, list):
            for outcome in [*parts[1::2], *(parts[-1:] if len(parts) % 2 else [])]:
                yield from _served(outcome)


def _is_entry(part: object) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], str)


def _shares(rule: Mapping[str, Any]) -> tuple[tuple[str, Fraction], ...] | None:
    """Who gets what, where that is chance alone: the weights of `fractional`."""
    parts = rule.get("fractional") if len(rule) == 1 else None
    entries = [part for part in parts if _is_entry(part)] if isinstance(parts, list) else []
    weights = [entry[1] if len(entry) == _WEIGHTED else 1 for entry in entries]
    if not all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in weights):
        return None
    total = sum(weights)
    if not total:
        return None
    return tuple(
        (str(entry[0]), Fraction(weight, total))
        for entry, weight in zip(entries, weights, strict=True)
    )
