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
          "owner": "team-payments",
          "expires": "2026-12-01",
          "backlog": "https://tracker.example/PAY-12",
          "category": "experimental"
        }
      ]
    }

A flag needs `key` and `enabled`. `variants` are `on` and `off` where it names none; `percentage`
is the share of users that get `on`; `expires` is the last day that the flag may exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from codexreport.readers.flag_terms import category_of
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of, moment_of
from codexreport.readers.notation.plain_keys import refuse_others
from codexreport.rollout.flags import Flag, Flags, FlagState

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
    }
)
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
        if not isinstance(found, list):
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
    return Flag(
        key=fields.text(document, row, "key", where),
        state=FlagState.ENABLED if enabled else FlagState.DISABLED,
        variants=fields.texts(document, row, "variants", where) or _ON_AND_OFF,
        default=fields.text(document, row, "default", where, default=None),
        shares=_shares(document, row, where),
        owner=fields.text(document, row, "owner", where, default=""),
        expires=day_of(document, row.get("expires"), fields.place(where, "expires")),
        backlog=fields.text(document, row, "backlog", where, default=""),
        category=category_of(fields.text(document, row, "category", where, default="")),
    )


def _shares(
    document: Document, row: Mapping[str, Any], where: str
) -> tuple[tuple[str, Fraction], ...] | None:
    percentage = fields.number(document, row, "percentage", where, default=None)
    if percentage is None:
        return None
    share = Fraction(Decimal(str(percentage))) / 100
    if not 0 <= share <= 1:
        raise document.error(f"{fields.place(where, 'percentage')} does not lie from 0 to 100")
    return tuple(zip(_ON_AND_OFF, (share, 1 - share), strict=True))
