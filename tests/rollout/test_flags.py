"""What is wrong with flags, and what is missing on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.rollout.flags import Flag, FlagCategory, Flags, FlagState

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
FLAG = Flag(
    key="checkout.one-page",
    state=FlagState.ENABLED,
    variants=("on", "off"),
    default="off",
    owner="team-payments",
    expires=date(2026, 12, 1),
    backlog="PAY-12",
    category=FlagCategory.EXPERIMENTAL,
)


def measured(*flags, now=NOW):
    return {one.name: one for one in Flags(flags=flags).measures(About(subject="f", now=now))}


def state(*flags, now=NOW):
    return worst(one.state for one in measured(*flags, now=now).values())


def test_a_flag_that_works_and_is_looked_after_passes():
    assert state(FLAG) is State.PASS


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"default": "of"}, State.FAIL),
        ({"named": ("green",)}, State.FAIL),
        ({"expires": date(2026, 10, 5)}, State.FAIL),
        ({"expires": date(2026, 10, 6)}, State.PASS),
        ({"owner": ""}, State.WARNING),
        ({"expires": None}, State.WARNING),
        ({"backlog": ""}, State.WARNING),
        ({"state": FlagState.UNKNOWN}, State.UNKNOWN),
        ({"default": None}, State.PASS),
        ({"state": FlagState.DISABLED, "expires": date(2026, 1, 1)}, State.FAIL),
        ({"category": FlagCategory.UNKNOWN}, State.PASS),
    ],
)
def test_a_flag_is_judged_by_its_definition(changes, expected):
    assert state(replace(FLAG, **changes)) is expected


def test_a_flags_last_day_ends_in_the_zone_of_the_judgement():
    flag = replace(FLAG, expires=date(2026, 10, 6))
    assert state(flag, now=NOW.astimezone(timezone(timedelta(hours=15)))) is State.FAIL


def test_where_no_flag_is_defined_every_measure_is_unknown_and_says_so():
    found = measured()
    assert found.keys() == measured(FLAG).keys()
    said = {(one.value, one.state, one.reason) for one in found.values()}
    assert said == {(None, State.UNKNOWN, "It defines no flag.")}


def test_a_flag_that_is_defined_twice_is_unknown():
    assert state(FLAG, FLAG) is State.UNKNOWN


def test_who_gets_what_is_said_in_words():
    quarter = (("on", Fraction(1, 8)), ("off", Fraction(7, 8)))
    assert replace(FLAG, shares=quarter).rollout() == "on 12.5\u00a0%, off 87.5\u00a0%"
    assert replace(FLAG, targeted=True).rollout() == "by rules, else off"
    assert replace(FLAG, default=None).rollout() == "the code's default for everybody"
    assert replace(FLAG, state=FlagState.DISABLED).rollout() == "disabled"


def test_flags_are_counted_by_what_they_are_for():
    found = measured(FLAG, replace(FLAG, key="b", category=FlagCategory.SAFETY))
    assert found["flags.experimental"].value == 1
    assert found["flags.safety"].value == 1
    assert found["flags.critical"].value == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"default": "on"}, 1),
        ({"default": "off"}, 0),
        ({"default": None}, None),
        ({"default": "on", "targeted": True}, None),
        ({"state": FlagState.DISABLED, "default": "on"}, 0),
        ({"state": FlagState.UNKNOWN}, None),
        ({"shares": (("on", Fraction(1, 4)), ("off", Fraction(3, 4)))}, Fraction(1, 4)),
        ({"on": ()}, None),
        ({"progress": ((NOW + timedelta(seconds=1), Fraction(1, 2)),)}, 0),
        ({"progress": ((NOW, Fraction(1, 2)),)}, Fraction(1, 2)),
    ],
)
def test_the_share_of_users_follows_from_the_definition_or_is_not_told(changes, expected):
    assert replace(FLAG, **changes).share_on(NOW) == expected


@pytest.mark.parametrize(
    ("category", "changes", "name", "expected"),
    [
        (FlagCategory.SAFETY, {"default": "on"}, "safety_on", State.FAIL),
        (FlagCategory.SAFETY, {"default": None}, "safety_on", State.UNKNOWN),
        (FlagCategory.SAFETY, {"default": "off"}, "safety_on", State.PASS),
        (FlagCategory.CRITICAL, {"default": "off"}, "critical_off", State.FAIL),
        (FlagCategory.CRITICAL, {"default": None}, "critical_off", State.UNKNOWN),
        (FlagCategory.CRITICAL, {"default": "on"}, "critical_off", State.PASS),
        (FlagCategory.EXPERIMENTAL, {"default": "on"}, "experimental_full", State.WARNING),
        (FlagCategory.EXPERIMENTAL, {"default": None}, "experimental_full", State.PASS),
    ],
)
def test_critical_flags_are_on_experiments_staged_and_safety_flags_off(
    category, changes, name, expected
):
    found = measured(replace(FLAG, key="k", category=category, **changes))[f"flags.{name}"]
    assert found.state is expected
    assert ("k" in found.reason) is (expected is not State.PASS)
