"""Figures in sentences never cross the bound they are compared with."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.wording import (
    NO_BREAK,
    ages,
    amount,
    count,
    exact_percent,
    figure,
    length,
    percent,
)


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


@pytest.mark.parametrize(
    ("value", "unit", "bound", "text"),
    [
        ("0.98576", "ratio", "0.99", "98.58_%"),
        ("0.94", "ratio", None, "94_%"),
        ("0.18852", "seconds", "0.18", "188.52_ms"),
        ("0.32", "seconds", None, "320_ms"),
        ("0.1800001", "seconds", "0.18", "180.0001_ms"),
        ("86400", "seconds", None, "1 day"),
        ("117930", "seconds", "604800", "1 day 8 hours"),
        ("1", "vulnerabilities", "0", "1 vulnerability"),
        ("1", "tests", "0", "1 test"),
        ("0", "defects", "0", "0 defects"),
        ("12500", "orders", None, "12_500 orders"),
        ("0.622222", "per week", "1", "0.62 per week"),
        ("-0.5", "points", None, "-0.5 points"),
        ("14.4", "1", "6", "14.4"),
    ],
)
def test_a_figure_has_peoples_units(value, unit, bound, text):
    limit = None if bound is None else Fraction(bound)
    assert amount(Fraction(value), unit, apart_from=limit) == text.replace("_", NO_BREAK)


def test_what_is_no_number_is_said():
    assert amount(math.inf, "seconds") == "infinite seconds"
    assert amount(math.nan, "seconds") == "not known"


@pytest.mark.parametrize(
    ("seconds", "parts", "bound", "text"),
    [
        (47 * 86_400 + 15_620, 1, 14 * 86_400, "47 days"),
        (14 * 86_400 + 7_260, 1, 14 * 86_400, "14 days 2 hours"),
        (14 * 86_400, 1, 14 * 86_400, "14 days"),
        (90, 2, None, "1 minute 30 seconds"),
        (0, 1, None, "0 seconds"),
        (-7_200, 2, None, "-2 hours"),
        (-7_260, 1, -7_200, "-2 hours 1 minute"),
        (Fraction("61.6"), 2, Fraction("61.5"), "1 minute 1.6 seconds"),
        (Fraction("61.4"), 2, Fraction("61.5"), "1 minute 1 second"),
        (Fraction("-61.6"), 2, Fraction("-61.5"), "-1 minute 1.6 seconds"),
        (Fraction("3600.05"), 1, 3600, "1 hour 0.05 seconds"),
        (Fraction("-0.5"), 1, 0, "-0.5 seconds"),
        (Fraction("-0.5"), 1, None, "0 seconds"),
    ],
)
def test_a_length_of_time_is_told_in_its_largest_units(seconds, parts, bound, text):
    limit = None if bound is None else Fraction(bound)
    assert length(seconds, parts=parts, apart_from=limit) == text


SIZES = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}


def in_seconds(text):
    parts = re.findall(r"([0-9.]+) (day|hour|minute|second)", text.replace(NO_BREAK, ""))
    total = sum(Fraction(number) * SIZES[unit] for number, unit in parts)
    return -total if text.startswith("-") else total


spans = st.integers(-(10**12), 10**12).map(lambda millionths: Fraction(millionths, 10**6))


@given(spans, spans | st.just(Fraction()), st.integers(-3, 3), st.integers(1, 4))
def test_a_length_stands_on_its_side_of_the_bound(bound, off, near, parts):
    for value in (off, bound + Fraction(near, 10**6)):
        shown = in_seconds(length(value, parts=parts, apart_from=bound))
        assert (shown < bound, shown > bound) == (value < bound, value > bound)


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(days=1, milliseconds=500), ("1 day 0.5 seconds", "1 day")),
        (timedelta(days=1, microseconds=1), ("1 day 0.000001 seconds", "1 day")),
        (timedelta(days=1), ("1 day", "1 day")),
        (timedelta(days=47, hours=4), ("47 days", "1 day")),
    ],
)
def test_an_age_is_told_apart_from_the_greatest_allowed(age, told):
    assert ages(age, timedelta(days=1)) == told
