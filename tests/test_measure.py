"""Measures keep their exact value, and states never turn better when put together."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.measure import Measure, Origin, State, json_number, worst
from codexreport.window import Window

WEEK = Window.iso_week("2026-W40", "Europe/Berlin")
ORIGIN = Origin(
    source="shop",
    uri="data/events.parquet",
    query="",
    retrieved=datetime(2026, 10, 5, 8, tzinfo=timezone.utc),
    sha256="ab" * 32,
    size=12,
)


def measure(**changes):
    return Measure(
        **{"name": "slo.sli", "subject": "checkout", "value": 1, "unit": "ratio", "window": WEEK}
        | changes
    )


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([], State.UNKNOWN),
        ([State.NOT_APPLICABLE], State.UNKNOWN),
        ([State.PASS, State.NOT_APPLICABLE], State.PASS),
        ([State.PASS, State.WARNING], State.WARNING),
        ([State.WARNING, State.UNKNOWN], State.UNKNOWN),
        ([State.UNKNOWN, State.FAIL], State.FAIL),
        ([State.ERROR, State.PASS], State.ERROR),
    ],
)
def test_a_whole_is_as_good_as_its_worst_part(states, whole):
    assert worst(states) is whole


@given(st.lists(st.sampled_from(State)), st.sampled_from(State))
def test_a_part_that_is_no_pass_never_makes_a_whole_pass(states, part):
    if part not in (State.PASS, State.NOT_APPLICABLE):
        assert worst([*states, part]) is not State.PASS


@given(st.lists(st.sampled_from(State)), st.randoms())
def test_the_order_of_the_parts_does_not_matter(states, order):
    shuffled = states[:]
    order.shuffle(shuffled)
    assert worst(states) is worst(shuffled)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (3, 3),
        (Fraction(6, 2), 3),
        (Fraction(1, 4), 0.25),
        (0.5, 0.5),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, None),
    ],
)
def test_numbers_as_json_can_hold_them(value, plain):
    assert json_number(value) == plain


def test_a_measure_as_json_has_its_exact_value_and_its_window():
    plain = measure(
        value=Fraction(999, 1000),
        state=State.PASS,
        coverage=Fraction(1),
        sample_size=Fraction(1000),
        interval=(0.99, 1.0),
        origins=(ORIGIN, ORIGIN),
    ).to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert (plain["value"], plain["exact"], plain["state"]) == (0.999, "999/1000", "pass")
    assert (plain["coverage"], plain["sample_size"], plain["interval"]) == (1, 1000, [0.99, 1.0])
    assert plain["window"] == {
        "label": "2026-W40",
        "start": "2026-09-28T00:00:00+02:00",
        "end": "2026-10-05T00:00:00+02:00",
        "zone": "Europe/Berlin",
    }
    assert plain["inputs"] == ["ab" * 32]


@pytest.mark.parametrize("value", [None, math.inf, -math.inf, math.nan, 0, 1.5])
def test_every_measure_is_strict_json(value):
    json.dumps(measure(value=value).to_dict(), allow_nan=False)


def test_a_measure_says_nothing_until_it_is_judged():
    assert measure().state is State.NOT_APPLICABLE


def test_an_origin_as_json():
    assert ORIGIN.to_dict()["retrieved"] == "2026-10-05T08:00:00+00:00"
    json.dumps(ORIGIN.to_dict())
