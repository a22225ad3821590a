"""Bounds as people write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.bounds import BoundError, parse_bound, shown


@pytest.mark.parametrize(
    ("text", "unit", "baseline", "limit"),
    [
        ("< 200 ms", "seconds", None, Fraction(1, 5)),
        ("<=1.5s", "seconds", None, Fraction(3, 2)),
        (">= 98 %", "ratio", None, Fraction(49, 50)),
        ("= 0", "tests", None, Fraction(0)),
        ("< 0.1%", "ratio", None, Fraction(1, 1000)),
        ("<= +10 %", "seconds", Fraction(1, 2), Fraction(11, 20)),
        ("<= +10 %", "ratio", 0, Fraction(0)),
        (">= -5 %", "1", -100, Fraction(-105)),
        ("<= +20 ms", "seconds", Fraction(1, 10), Fraction(3, 25)),
        ("< +3", "defects", 2, Fraction(5)),
        ("<= 14 d", "seconds", None, Fraction(14 * 86_400)),
    ],
)
def test_a_bound_means_what_it_says(text, unit, baseline, limit):
    assert parse_bound(text).limit(unit, baseline) == limit


@pytest.mark.parametrize(
    "text",
    ["", "200", "< ", "<> 3", "< 1e3", "< 200 parsecs!", "about 3", "< -", "<= 10 %%", "< ٣"],
)
def test_what_is_no_bound_is_refused(text):
    with pytest.raises(BoundError, match="is no bound"):
        parse_bound(text)


@pytest.mark.parametrize(
    ("text", "unit"), [("< 200 ms", "ratio"), (">= 98 %", "tests"), ("< 3 apples", "1")]
)
def test_a_bound_in_another_unit_fits_nothing(text, unit):
    with pytest.raises(BoundError, match="is no bound for a figure in"):
        parse_bound(text).limit(unit, None)


def test_a_change_needs_something_to_change_from():
    with pytest.raises(BoundError, match="no baseline"):
        parse_bound("<= +10 %").limit("seconds", None)


@given(st.fractions())
def test_a_figure_on_the_bound_is_exactly_there(value):
    """74.9999... is not 75: nothing is rounded before it is compared."""
    bound = parse_bound(">= 75")
    assert bound.holds(value, bound.limit("1", None)) is (value >= 75)


def test_alternatives_are_shown_as_they_are_meant():
    bounds = ((parse_bound("< 200 ms"), parse_bound("<= +10 %")), (parse_bound("< 100 ms"),))
    assert shown(bounds) == "< 200 ms and <= +10 %, or < 100 ms"
