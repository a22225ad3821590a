"""Feature flags in the project's own plain JSON.

    {
      "generated_at": "2026-10-05T09:00Z",
      "commit": "4f2a9c1",
      "flags": [
        {
          "key": "checkout.one-page",
          "enabled": true,
          "variants": ["on", "off"],
          "default": "off",
          "percentage": 25,
          "strategy": "percentage",
          "owner": "team-payments",
          "expires": "2026-12-01",
          "backlog": "https://tracker.example/PAY-12",
          "category": "experimental"
        }
      ]
    }

A flag needs `key` and `enabled`. `variants` are `on` and `off` where it names none; `percentage`
is the share of users that get `on`; `expires` is the last day that the flag may exist. `strategy`
is `all-at-once`, `percentage`, `progressive` or `canary`. A progressive flag has steps instead of a
percentage: `"steps": [{"at": "2026-10-05T09:00Z", "percentage": 5}, ...]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar

from codexreport.readers.flag_terms import category_of, strategy_of
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of, moment_of
from codexreport.readers.notation.plain_keys import refuse_others
from codexreport.rollout.flags import Flag, Flags, FlagState, FlagStrategy

_TOP = frozenset({"flags", "generated_at", "commit"})
_KEYS = frozenset(
    {
        "key",
        "enabled",
        "variants",
        "default",
        "percentage",
        "owner",
        "expires",
        "backlog",
        "category",
        "strategy",
        "steps",
    }
)
_STEP_KEYS = frozenset({"at", "percentage"})
_ON_AND_OFF = ("on", "off")


class FlagsReader:
    """The project's own plain form."""

    format: ClassVar[str] = "flags"
    title: ClassVar[str] = "Feature flags, plain JSON"
    made_by: ClassVar[str] = 'by hand: {"flags": [{"key": ..., "enabled": true, "owner": ...}]}'
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it lists flags that are enabled or not, or lists none."""
        top = document.json
        found = top.get("flags") if isinstance(top, dict) else None
        if not isinstance(found, list) or "openfeature" in top:
            return False
        return not found or (isinstance(found[0], dict) and "enabled" in found[0])

    def parse(self, document: Document) -> Flags:
        """Understand the file.

        Raises:
            SourceError: A key is missing, not known, or holds what it cannot.
        """
        top = fields.as_mapping(document, document.json, "")
        refuse_others(document, top, _TOP, "")
        rows = fields.objects(document, top, "flags", "")
        return Flags(
            flags=tuple(
                _flag(document, row, fields.place("flags", n))
                for n, row in document.counted(enumerate(rows))
            ),
            observed=moment_of(document, top.get("generated_at"), "generated_at"),
            commit=fields.text(document, top, "commit", "", default=""),
        )


def _flag(document: Document, row: Mapping[str, Any], where: str) -> Flag:
    refuse_others(document, row, _KEYS, where)
    enabled = fields.flag(document, row, "enabled", where)
    shares = _shares(document, row, where)
    progress = _progress(document, row, where)
    return Flag(
        key=fields.text(document, row, "key", where),
        state=FlagState.ENABLED if enabled else FlagState.DISABLED,
        variants=fields.texts(document, row, "variants", where) or _ON_AND_OFF,
        default=fields.text(document, row, "default", where, default=None),
        shares=shares,
        owner=fields.text(document, row, "owner", where, default=""),
        expires=day_of(document, row.get("expires"), fields.place(where, "expires")),
        backlog=fields.text(document, row, "backlog", where, default=""),
        category=category_of(fields.text(document, row, "category", where, default="")),
        strategy=_strategy(document, row, where, staged=shares is not None),
        progress=progress,
    )


def _strategy(
    document: Document, row: Mapping[str, Any], where: str, *, staged: bool
) -> FlagStrategy:
    written = fields.text(document, row, "strategy", where, default="")
    strategy = strategy_of(written)
    if (strategy is FlagStrategy.PROGRESSIVE) is not bool(row.get("steps")):
        raise document.error(f"{where} needs both: steps, and a strategy that is progressive")
    if written:
        return strategy
    return FlagStrategy.PERCENTAGE if staged else FlagStrategy.ALL_AT_ONCE


def _progress(
    document: Document, row: Mapping[str, Any], where: str
) -> tuple[tuple[datetime, Fraction], ...]:
    steps = []
    for number, one in enumerate(fields.objects(document, row, "steps", where, default=[])):
        here = fields.place(fields.place(where, "steps"), number)
        refuse_others(document, one, _STEP_KEYS, here)
        at = moment_of(document, one.get("at"), fields.place(here, "at"))
        if at is None:
            raise document.error(f"{fields.place(here, 'at')} is missing")
        steps.append((at, _share(document, one, here)))
    if any(later[0] <= earlier[0] for earlier, later in pairwise(steps)):
        raise document.error(f"{fields.place(where, 'steps')} are not in order of time")
    return tuple(steps)


def _share(document: Document, row: Mapping[str, Any], where: str) -> Fraction:
    share = Fraction(Decimal(str(fields.number(document, row, "percentage", where)))) / 100
    if not 0 <= share <= 1:
        raise document.error(f"{fields.place(where, 'percentage')} does not lie from 0 to 100")
    return share


def _shares(
    document: Document, row: Mapping[str, Any], where: str
) -> tuple[tuple[str, Fraction], ...] | None:
    if row.get("percentage") is None:
        return None
    share = _share(document, row, where)
    return tuple(zip(_ON_AND_OFF, (share, 1 - share), strict=True))
