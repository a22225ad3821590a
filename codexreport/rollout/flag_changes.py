"""What changed on flags between two looks at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from codexreport.rollout.flags import Flag
from codexreport.wording import NO_BREAK

Definitions = Mapping[str, Mapping[str, str]]
"""By a flag's key, its fields in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that became another.

    Attributes:
        key: The flag's.
        field: What of it; `flag` where it came or went as a whole.
        before: What it was; empty where there was none.
        after: What it is; empty where there is none.
    """

    key: str
    field: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """As in a trail: `checkout.one-page: users was on 5 %, off 95 %; is on 10 %, off 90 %`."""
        if self.field == "flag":
            return f"{self.key}: {'added' if self.after else 'removed'}"
        return f"{self.key}: {self.field} was {self.before or 'none'}; is {self.after or 'none'}"

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "key": self.key,
            "field": self.field,
            "before": self.before,
            "after": self.after,
        }


def definitions(flags: Iterable[Flag]) -> dict[str, dict[str, str]]:
    """The flags as they are kept to be compared; nothing of it changes with time alone."""
    return {one.key: _fields(one) for one in flags}


def changes(before: Definitions, after: Definitions) -> Iterator[Change]:
    """What is not as it was, by key and field."""
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield Change(key=key, field="flag", before=_told(old), after=_told(new))
            continue
        for field in sorted(old.keys() | new.keys()):
            if old.get(field, "") != new.get(field, ""):
                yield Change(
                    key=key, field=field, before=old.get(field, ""), after=new.get(field, "")
                )


def _fields(flag: Flag) -> dict[str, str]:
    fields = {
        "state": flag.state.value,
        "users": flag.rollout().replace(NO_BREAK, " "),
        "variants": ", ".join(flag.variants),
        "default": flag.default or "",
        "owner": flag.owner,
        "expires": flag.expires.isoformat() if flag.expires else "",
        "backlog": flag.backlog,
        "category": flag.category.value,
        "strategy": flag.strategy.value,
    }
    return {name: value for name, value in fields.items() if value}


def _told(fields: Mapping[str, str] | None) -> str:
    return "" if fields is None else fields.get("users", "there")
