"""Figures are rounded once, and never across a bound."""

import math
from datetime import datetime, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.display import numbers

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=10**7)
TARGETS = st.integers(0, 10**6).map(lambda number: Fraction(number, 10**6))
"""Targets are written as decimals."""


def shown(text):
    return Fraction(text.removesuffix("\u00a0%").replace("\u2212", "-")) / 100


def side(figure, bound):
    return (figure > bound) - (figure < bound)


@given(SHARES, TARGETS)
def test_a_share_is_shown_on_its_own_side_of_the_bound(share, bound):
    assert side(shown(numbers.percent(share, bound)), bound) == side(share, bound)


@pytest.mark.parametrize(
    ("share", "bound", "text"),
    [
        (Fraction(749999, 10**6), Fraction(3, 4), "74.9999\u00a0%"),
        (Fraction(998999, 10**6), Fraction(999, 1000), "99.8999\u00a0%"),
        (Fraction(999999, 10**6), None, "99.9999\u00a0%"),
        (Fraction(-1, 2), None, "\u221250.00\u00a0%"),
        (-math.inf, None, "\u2212∞"),
        (None, None, "not known"),
    ],
)
def test_known_percentages(share, bound, text):
    assert numbers.percent(share, bound) == text


def test_a_target_is_shown_as_it_was_written():
    assert numbers.target(Fraction("0.9995")) == "99.95\u00a0%"
    assert numbers.target(Fraction(1)) == "100\u00a0%"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (3 * 86_400 + 7200 + 60, "3 d 2 h"), (math.inf, "never")],
)
def test_durations_show_their_two_largest_units(seconds, text):
    assert numbers.duration(seconds).replace("\u00a0", " ") == text


def test_moments_show_their_zone():
    moment = datetime(2026, 10, 5, 7, 0, tzinfo=timezone.utc)
    assert numbers.moment(moment, "Europe/Berlin") == "Mon 5 Oct 2026, 09:00 CEST"


def test_a_week_is_shown_by_its_first_and_last_day():
    start = datetime(2026, 9, 27, 22, tzinfo=timezone.utc)
    end = datetime(2026, 10, 4, 22, tzinfo=timezone.utc)
    expected = "Mon 28 Sep 2026 to Sun 4 Oct 2026"
    assert numbers.span(start, end, "Europe/Berlin") == expected


def test_infinite_burn_is_shown_as_such():
    assert numbers.burn(math.inf) == "∞"
    assert numbers.burn(Fraction(144, 10)) == "14.4×"
