"""Promises of several lists as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

from codexreport.incidents.actions import ActionItem, Actions, ActionState, Standing
from codexreport.incidents.backlog import ActionList, backlog

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
URL = "https://tracker.example/7"
TODO = ActionItem(
    id="A-1", title="Alert", state=ActionState.OPEN, due=date(2026, 10, 20), url=URL, owner="Search"
)
DONE = replace(
    TODO, id="#7", state=ActionState.CLOSED, closed_at=NOW, owner="", due=None, incident="INC-34"
)


def one_of(*lists):
    found = backlog(
        ActionList(source=name, actions=Actions(items=(item,)), live=live)
        for name, item, live in lists
    )
    (one,) = found
    return one


def test_the_trackers_word_counts_and_the_file_says_the_rest():
    lists = [("file", TODO, False), ("backlog", DONE, True)]
    for order in (lists, lists[::-1]):
        one = one_of(*order)
        assert one.standing(NOW) is Standing.IN_TIME
        assert (one.item.owner, one.item.due) == ("Search", date(2026, 10, 20))
        assert one.item.incident == "INC-34"


def test_of_two_files_the_one_that_says_open_is_believed():
    one = one_of(("a", DONE, False), ("b", TODO, False))
    assert one.item.state is ActionState.OPEN


def test_the_earliest_day_counts():
    late = replace(TODO, due=date(2026, 12, 1))
    assert one_of(("backlog", late, True), ("file", TODO, False)).item.due == date(2026, 10, 20)


def test_items_without_an_address_are_their_lists_own():
    bare = replace(TODO, url="")
    found = backlog(ActionList(source=name, actions=Actions(items=(bare,))) for name in ("a", "b"))
    assert [(one.sources, one.linked) for one in found] == [(("a",), False), (("b",), False)]


def test_what_is_no_address_joins_nothing():
    both = Actions(items=(replace(TODO, url="none"), replace(TODO, id="A-2", url="none")))
    found = backlog([ActionList(source="file", actions=both)])
    assert [one.item.id for one in found] == ["A-1", "A-2"]


def test_one_address_for_two_promises_of_a_list_is_a_contradiction():
    both = Actions(items=(TODO, replace(TODO, id="A-2")))
    (one,) = backlog([ActionList(source="file", actions=both)])
    assert one.item.repeated


def test_how_an_item_stands():
    open_, closed = replace(TODO, url=""), replace(TODO, state=ActionState.CLOSED)
    cases = {
        Standing.OPEN: open_,
        Standing.OVERDUE: replace(open_, due=date(2026, 10, 5)),
        Standing.IN_TIME: replace(closed, closed_at=NOW),
        Standing.LATE: replace(closed, closed_at=NOW, due=date(2026, 10, 5)),
        Standing.CLOSED: replace(closed, closed_at=None),
        Standing.DROPPED: replace(open_, state=ActionState.DROPPED),
    }
    assert {one_of(("a", item, False)).standing(NOW): item for item in cases.values()} == cases
