"""Action items of several lists as one: a promise written down here and tracked there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from codexreport.incidents.actions import ActionItem, Actions, ActionState, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionList:
    """One list of action items.

    Attributes:
        source: Its name.
        actions: What it holds.
        live: Whether it is a tracker's, and no file that people keep beside one.
    """

    source: str
    actions: Actions
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One action item, of all that is known of it.

    Attributes:
        item: Its state is the tracker's where a tracker has it.
        sources: The lists that name it.
    """

    item: ActionItem
    sources: tuple[str, ...]

    @property
    def linked(self) -> bool:
        """Whether it can be found in a tracker."""
        return self.item.linked

    def standing(self, now: datetime) -> Standing:
        """How it stands at `now`, in whose zone days end."""
        return self.item.standing(now)


def backlog(lists: Iterable[ActionList]) -> tuple[Work, ...]:
    """All action items, in the order of the lists; those that share an address are one.

    Of one address, a tracker tells the state; of two files, the one that says it is open. What
    the one leaves out, the others tell, and the earliest last day counts.
    """
    found: dict[str, list[tuple[ActionList, ActionItem]]] = {}
    for one in lists:
        for item in one.actions.told:
            key = item.url if item.linked else f"{one.source}\n{item.id}"
            found.setdefault(key, []).append((one, item))
    return tuple(_joined(some) for some in found.values())


def _claimed_twice(some: Sequence[tuple[ActionList, ActionItem]]) -> bool:
    """Whether one list names the same address for two promises."""
    named = {(one.source, item.id) for one, item in some}
    return len({source for source, _ in named}) < len(named)


def _joined(some: Sequence[tuple[ActionList, ActionItem]]) -> Work:
    ranked = sorted(some, key=lambda one: (not one[0].live, one[1].state is not ActionState.OPEN))
    items = [item for _, item in ranked]
    return Work(
        item=replace(
            items[0],
            owner=next((one.owner for one in items if one.owner), ""),
            incident=next((one.incident for one in items if one.incident), ""),
            due=min((one.due for one in items if one.due), default=None),
            repeated=any(one.repeated for one in items) or _claimed_twice(some),
        ),
        sources=tuple(dict.fromkeys(one.source for one, _ in some)),
    )
