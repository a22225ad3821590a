"""Figures in sentences never cross the bound they are compared with."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.wording import NO_BREAK, count, exact_percent, figure, percent


def number(text: str) -> Fraction:
    return Fraction(text.removesuffix(NO_BREAK + "%")) / 100


@pytest.mark.parametrize(
    ("share", "bound", "text"),
    [
        ("0.998712", "0.999", "99.87"),
        ("0.99899", "0.999", "99.899"),
        ("0.9989999", "0.999", "99.89999"),
        ("0.999", "0.999", "99.9"),
        ("0.9990001", "0.999", "99.90001"),
        ("0.999999", "0.999", "99.9999"),
        ("0.0000001", "0.999", "0.00001"),
        ("1", "0.999", "100"),
        ("0", "0.999", "0"),
        ("1.234", None, "123.4"),
        ("-0.031", None, "-3.1"),
    ],
)
def test_percent(share, bound, text):
    shown = percent(Fraction(share), apart_from=Fraction(bound) if bound else None)
    assert shown == text + NO_BREAK + "%"


decimals = st.integers(0, 10**6).map(lambda millionths: Fraction(millionths, 10**6))


@given(st.fractions(0, 1, max_denominator=10**9) | decimals, decimals)
def test_what_is_shown_stands_on_the_same_side_of_the_target_as_what_is_meant(share, target):
    shown = number(percent(share, apart_from=target))
    assert (shown < target, shown > target) == (share < target, share > target)


@given(st.fractions(0, 1, max_denominator=10**9))
def test_only_all_is_shown_as_all_and_only_nothing_as_nothing(share):
    shown = number(percent(share))
    assert (shown == 1) == (share == 1)
    assert (shown == 0) == (share == 0)


def test_a_target_is_shown_as_it_is_written():
    assert exact_percent(Fraction("0.99955")) == f"99.955{NO_BREAK}%"
    assert exact_percent(Fraction(1)) == f"100{NO_BREAK}%"


def test_counts():
    assert count(1_204_311, "events") == f"1{NO_BREAK}204{NO_BREAK}311 events"
    assert count(1, "slices of 5m") == "1 slice of 5m"
    assert count(1, "dependencies") == "1 dependency"
    assert count(Fraction(7, 3), "events") == "about 2 events"


def test_figures():
    assert figure(Fraction(12_000)) == f"12{NO_BREAK}000"
    assert figure(Fraction(1, 3)) == "0.333333"
    assert figure(math.inf) == "infinite"
