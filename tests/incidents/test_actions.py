"""Figures of action items, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from codexreport.facts import About
from codexreport.incidents.actions import ActionItem, Actions, ActionState
from codexreport.measure import Measure, State, worst

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
TODO = ActionItem(
    id="A-1",
    title="Alert on the queue's age",
    state=ActionState.OPEN,
    owner="team-payments",
    due=date(2026, 10, 20),
    incident="INC-1",
)
DONE = replace(
    TODO, id="A-2", state=ActionState.CLOSED, closed_at=datetime(2026, 10, 2, tzinfo=timezone.utc)
)


def measured(*items: ActionItem, now: datetime = NOW, incomplete: str = "") -> dict[str, Measure]:
    facts = Actions(items=items, incomplete=incomplete)
    return {one.name: one for one in facts.measures(About(subject="actions.csv", now=now))}


def state(*items: ActionItem, **more: object) -> State:
    return worst(measure.state for measure in measured(*items, **more).values())


def test_work_that_is_owned_and_in_time_passes() -> None:
    assert state(TODO, DONE) is State.PASS


def test_an_overdue_item_fails_and_is_named() -> None:
    found = measured(replace(TODO, due=date(2026, 10, 5)))
    assert found["actions.overdue"].state is State.FAIL
    assert found["actions.overdue"].reason == (
        "Overdue: A-1 (Alert on the queue's age, due 2026-10-05)."
    )


def test_the_last_day_ends_in_the_zone_of_the_judgement() -> None:
    """9:00 UTC on 6 October is already 7 October at +15 h, and still 6 October at UTC."""
    item = replace(TODO, due=date(2026, 10, 6))
    assert state(item) is State.PASS
    assert state(item, now=NOW.astimezone(timezone(timedelta(hours=15)))) is State.FAIL


URL = "https://tracker.example/1"


@pytest.mark.parametrize(
    ("changes", "expected", "said"),
    [
        ({}, State.PASS, "Open"),
        ({"due": date(2026, 10, 3)}, State.FAIL, "Open, 3 days overdue"),
        ({"owner": "", "url": ""}, State.FAIL, "Open; no owner; no link to its tracker"),
        ({"url": "javascript:alert(1)"}, State.FAIL, "Open; no link to its tracker"),
        ({"due": None}, State.FAIL, "Open; no due date"),
        ({"state": ActionState.DROPPED, "owner": ""}, State.NOT_APPLICABLE, None),
        ({"state": ActionState.CLOSED, "closed_at": NOW}, State.PASS, "Closed on time"),
        (
            {"state": ActionState.CLOSED, "closed_at": NOW, "due": date(2026, 10, 5)},
            State.FAIL,
            "Closed late",
        ),
        ({"state": ActionState.CLOSED}, State.UNKNOWN, "Closed; whether on time is not known"),
        ({"closed_at": NOW}, State.UNKNOWN, None),
        (
            {"state": ActionState.CLOSED, "closed_at": NOW + timedelta(days=2)},
            State.UNKNOWN,
            None,
        ),
    ],
)
def test_one_rule_says_how_an_item_stands(
    changes: dict[str, Any], expected: State, said: str | None
) -> None:
    item = replace(TODO, **{"url": URL, **changes})
    assert item.judged(NOW) is expected
    assert said is None or item.told(NOW) == said


@pytest.mark.parametrize("changes", [{"owner": ""}, {"due": None}])
def test_open_work_that_nobody_has_or_that_has_no_day_is_a_warning(
    changes: dict[str, object],
) -> None:
    assert state(replace(TODO, **changes)) is State.WARNING


def test_closed_work_needs_neither_owner_nor_day() -> None:
    assert state(replace(DONE, owner="", due=None)) is State.PASS


def test_no_item_is_unknown() -> None:
    assert state() is State.UNKNOWN


def test_a_part_of_a_list_is_unknown_unless_it_shows_a_failure() -> None:
    assert state(TODO, incomplete="It is page 1 of 2.") is State.UNKNOWN
    assert state(replace(TODO, due=date(2026, 1, 1)), incomplete="It is a part.") is State.FAIL


def test_closing_in_time_late_and_undated_are_told_apart() -> None:
    late = replace(DONE, id="A-3", due=date(2026, 10, 1))
    undated = replace(DONE, id="A-4", closed_at=None)
    dropped = replace(DONE, id="A-5", state=ActionState.DROPPED)
    found = measured(DONE, late, undated, dropped)
    assert found["actions.closed_in_time"].value == 1
    assert found["actions.closed_late"].value == 1
    assert found["actions.closed_undated"].value == 1
    assert found["actions.dropped"].value == 1
    assert "A-5" in found["actions.dropped"].reason


def test_unlinked_work_is_shown_and_not_judged() -> None:
    found = measured(replace(TODO, incident=""))["actions.unlinked"]
    assert (found.value, found.state) == (1, State.NOT_APPLICABLE)


@pytest.mark.parametrize(
    "item",
    [
        replace(DONE, state=ActionState.OPEN),
        replace(DONE, closed_at=NOW + timedelta(days=1)),
    ],
)
def test_what_cannot_be_is_contradictory(item: ActionItem) -> None:
    assert state(item) is State.UNKNOWN


def test_one_id_for_two_items_is_contradictory() -> None:
    assert state(TODO, replace(TODO, title="Something else")) is State.UNKNOWN
