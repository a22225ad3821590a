from __future__ import annotations

import math
from datetime import date, datetime, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.display import numbers
from codexreport.display.numbers import (
    burn,
    count,
    duration,
    measured,
    moment,
    percent,
    points,
    seconds,
)

SHARES = st.fractions(min_value=-2, max_value=2)
TARGETS = st.integers(0, 10**6).map(lambda number: Fraction(number, 10**6))
"""Targets are written as decimals."""


def value_of(shown):
    """The figure a reader takes from what is shown, in percent."""
    number = shown.removesuffix("\u00a0%").lstrip("<>\u00a0").replace("\u2212", "-")
    nudge = {"<": Fraction(-1, 10**15), ">": Fraction(1, 10**15)}.get(shown[0], Fraction(0))
    return Fraction(number) + nudge


def side(figure, bound):
    return (figure > bound) - (figure < bound)


@given(SHARES, TARGETS)
def test_a_share_is_shown_on_its_own_side_of_a_bound(share, target):
    shown = value_of(percent(share, target))
    assert side(shown, target * 100) == side(share, target)
    assert side(shown, 0) == side(share, 0)
    assert side(shown, 100) == side(share, 1)


@pytest.mark.parametrize(
    ("share", "bound", "shown"),
    [
        (Fraction(749_999, 1_000_000), Fraction(3, 4), "74.9999 %"),
        (Fraction(3, 4), Fraction(3, 4), "75.00 %"),
        (Fraction(3, 4) - Fraction(1, 10**30), Fraction(3, 4), "< 75 %"),
        (Fraction(1, 10**30), None, "> 0 %"),
        (0.99999, None, "99.999 %"),
        (1, None, "100.00 %"),
        (Fraction(-1, 2), None, "−50.00 %"),
        (-math.inf, None, "−∞ %"),
        (math.nan, None, "not known"),
        (None, None, "not known"),
    ],
)
def test_percent(share, bound, shown):
    assert percent(share, bound).replace("\u00a0", " ") == shown


def test_a_target_is_shown_as_its_author_wrote_it():
    assert numbers.target(Fraction("0.9995")) == "99.95\u00a0%"
    assert numbers.target(Fraction(1)) == "100\u00a0%"


@pytest.mark.parametrize(
    ("show", "figure", "shown"),
    [
        (points, 0.01, "+1.000 pp"),
        (points, Fraction(-1, 10**7), "−0.00001 pp"),
        (points, 0, "0.000 pp"),
        (count, 1_204_311, "1 204 311"),
        (count, Fraction(2, 5), "<1"),
        (count, 0, "0"),
        (count, -3, "−3"),
        (burn, 14.41, "14.4×"),
        (burn, Fraction(9999, 10_000), "0.9999×"),
        (burn, 0.001, "0.001×"),
        (burn, 0, "0.00×"),
        (burn, math.inf, "∞"),
        (seconds, 0.0004, "0.40 ms"),
        (seconds, 0.2346, "235 ms"),
        (seconds, 0.9996, "1.00 s"),
        (seconds, 12.34, "12.3 s"),
        (duration, 2 * 86_400 + 4 * 3600 + 59, "2 d 4 h"),
        (duration, 86_430, "1 d"),
        (duration, 59.9, "59 s"),
        (duration, -90, "−1 min 30 s"),
        (duration, 0, "0 s"),
        (duration, math.inf, "without end"),
    ],
)
def test_figures_say_no_more_than_they_are(show, figure, shown):
    assert show(figure).replace("\u00a0", " ").replace("\u202f", " ") == shown


@pytest.mark.parametrize("show", [points, count, burn, seconds, duration])
@pytest.mark.parametrize("figure", [None, math.nan])
def test_what_is_not_known_is_said_so(show, figure):
    assert show(figure) == "not known"


def test_a_burn_below_an_alert_is_not_shown_as_the_alert():
    assert burn(14.39, 14.4) == "14.39×"
    assert burn(14.4, 14.4) == "14.4×"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "Mon 5 Oct 2026, 01:30 CEST"),
        ("America/Sao_Paulo", "Sun 4 Oct 2026, 20:30 UTC−03"),
        ("UTC", "Sun 4 Oct 2026, 23:30 UTC"),
    ],
)
def test_a_moment_shows_its_zone(zone, shown):
    assert moment(datetime(2026, 10, 4, 23, 30, tzinfo=timezone.utc), zone) == shown


def test_whole_days_are_shown_by_their_first_and_last():
    utc = timezone.utc
    start = datetime(2026, 9, 27, 22, tzinfo=utc)  # midnight in Berlin
    week, one_day, odd = (
        datetime(2026, 10, 4, 22, tzinfo=utc),
        datetime(2026, 9, 28, 22, tzinfo=utc),
        datetime(2026, 9, 28, 8, tzinfo=utc),
    )
    assert numbers.span(start, week, "Europe/Berlin") == "Mon 28 Sep 2026 to Sun 4 Oct 2026"
    assert numbers.span(start, one_day, "Europe/Berlin") == "Mon 28 Sep 2026"
    assert numbers.span(start, odd, "Europe/Berlin") == (
        "Mon 28 Sep 2026, 00:00 CEST to Mon 28 Sep 2026, 10:00 CEST"
    )


def test_a_day_reads_the_same_in_every_locale():
    assert numbers.day(date(2026, 3, 1)) == "Sun 1 Mar 2026"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (Fraction(9429, 10_000), "ratio", "94.29 %"),
        (0.3088, "seconds", "309 ms"),
        (90_000, "seconds", "1 d 1 h"),
        (Fraction(72, 5), "1", "14.4×"),
        (1, "weeks", "1 week"),
        (3, "weeks", "3 weeks"),
        (Fraction(28758, 20), "events", "1 438 events"),
        (math.inf, "1", "infinity"),
        (-math.inf, "ratio", "minus infinity"),
        (math.inf, "seconds", "without end"),
        (None, "ratio", "not known"),
        (math.nan, "seconds", "not known"),
    ],
)
def test_a_measure_is_shown_by_its_unit_and_what_has_no_digits_in_words(value, unit, shown):
    assert measured(value, unit).replace("\u00a0", " ").replace("\u202f", " ") == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (Fraction(845075, 100), "8\u202f450.75\u00a0EUR"),
        (12, "12\u00a0EUR"),
        (Fraction(1, 3), "0.33\u00a0EUR"),
        (None, "not known"),
    ],
)
def test_an_amount_keeps_its_cents(number, shown):
    assert numbers.amount(number, "EUR") == shown
