"""What the weekly report says first, on the sample's own weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from codexreport.measure import State
from codexreport.views.slo_summary import (
    decisions,
    gone_by,
    headline,
    overall,
    tally,
    unknowns,
)


def plain(text):
    return text.replace("\xa0", " ")


def test_a_missed_objective_is_named_with_the_figure_that_decided(weeks_of):
    """Of 14 379 searches 13 558 were quick: 94.29 %, and 95 % were promised."""
    assert plain(headline(weeks_of("2026-W40"))) == (
        "1 of 6 objectives was missed: Search is quick. "
        "94.29 % of 14 379 events were good, below the target of 95 %. "
        "Not known: Wholesale portal takes orders."
    )
    assert overall(weeks_of("2026-W40")) is State.FAIL


def test_what_is_not_known_stands_in_the_first_screen_too(weeks_of):
    assert tally(weeks_of("2026-W40")) == "1 missed, 1 not known, 2 kept with a warning, 2 kept"


def test_without_a_miss_what_is_not_known_comes_first(weeks_of):
    rest = [one for one in weeks_of("2026-W40") if one.state is not State.FAIL]
    assert plain(headline(rest)) == (
        "4 of 5 objectives were kept. Not known: Wholesale portal takes orders. "
        "There were only 2 events; a verdict needs 500."
    )


def test_a_warning_alone_is_named(weeks_of):
    kept = [one for one in weeks_of("2026-W40") if one.state in {State.PASS, State.WARNING}]
    assert headline(kept) == (
        "All 4 objectives were kept, with a warning: Checkout takes orders, Search answers."
    )


def test_when_all_is_well_the_tightest_budget_is_what_matters(weeks_of):
    assert plain(headline(weeks_of("2026-W35"))) == (
        "All 6 objectives were kept. "
        "The tightest budget is that of Payments go through: 59.13 % left."
    )


def test_nothing_known_of_any_is_said_before_anything_else(weeks_of):
    """The sample's data begins in week 29."""
    assert headline(weeks_of("2026-W20")).startswith("Nothing is known of any of the 6 objectives.")
    assert overall(weeks_of("2026-W20")) is State.UNKNOWN


def test_no_objectives_promise_nothing():
    assert headline([]).startswith("There are no objectives")
    assert overall([]) is State.UNKNOWN
    assert tally([]) == ""


def test_every_decision_has_an_owner_and_a_day_the_worst_first(weeks_of):
    found = decisions(weeks_of("2026-W40"))
    assert [(one.owner, one.due) for one in found] == [
        ("Search team", date(2026, 10, 12)),
        ("Wholesale desk", date(2026, 10, 12)),
        ("Checkout team", date(2026, 10, 12)),
        ("Search team", date(2026, 10, 12)),
    ]
    assert found[0].what.startswith("Search is quick: find the cause")


def test_a_good_week_asks_nothing_of_anyone(weeks_of):
    assert decisions(weeks_of("2026-W35")) == ()


def test_weeks_of_the_history_that_could_not_be_told_are_listed_by_name(weeks_of):
    named = [one.what for one in unknowns(weeks_of("2026-W40"))]
    assert "Wholesale portal takes orders, the week" in named
    assert all(one.reason for one in unknowns(weeks_of("2026-W40")))


HOURS = 168
KEPT, MISSED = (1000, 1000), (900, 1000)


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        (KEPT, "The objective was kept. The tightest budget is that of Checkout takes orders: "),
        (MISSED, "The objective was missed: Checkout takes orders. "),
        (None, "Nothing is known of the objective. Nothing was observed."),
    ],
)
def test_a_single_objective_is_spoken_of_in_the_singular(judged, week, sentence):
    counts = [KEPT] * HOURS * 3 + [week] * HOURS
    assert headline([judged(counts)]).startswith(sentence)


def test_a_single_objective_with_a_warning_is_spoken_of_in_the_singular(weeks_of):
    (warned, *_) = [one for one in weeks_of("2026-W40") if one.state is State.WARNING]
    assert headline([warned]).startswith("The objective was kept, with a warning: Checkout")


@pytest.mark.parametrize(
    ("as_of", "due"),
    [
        (datetime(2026, 10, 1, tzinfo=timezone.utc), date(2026, 10, 12)),  # the week still runs
        (datetime(2026, 10, 8, tzinfo=timezone.utc), date(2026, 10, 12)),
        (datetime(2026, 10, 12, tzinfo=timezone.utc), date(2026, 10, 19)),  # that day's is over
        (datetime(2026, 11, 21, tzinfo=timezone.utc), date(2026, 11, 23)),
    ],
)
def test_a_decision_is_due_at_the_next_weekly_review_never_in_the_past(judged, as_of, due):
    (decision,) = decisions([judged([KEPT] * HOURS * 3 + [MISSED] * HOURS, as_of=as_of)])
    assert decision.due == due
    assert decision.due >= as_of.date()


def fast_burn(judged, as_of):
    """Three weeks without a bad event, a week with 3 of 1 000 bad in each hour of its last day.

    Allowed: 1 % of 672 000 = 6 720; bad: 24 x 30 = 720. Burn 30/1 000 / 1 % = 3;
    remaining 1 - 720/6 720 = 25/28; it lasts 25/28 x 28 d / 3 = 8 1/3 d from 5 October.
    """
    counts = [KEPT] * (HOURS * 4 - 24) + [(970, 1000)] * 24
    return judged(counts, as_of=as_of)


@pytest.mark.parametrize("days_later", [0, 3, 40])
def test_the_day_the_budget_is_gone_does_not_depend_on_when_the_report_is_made(judged, days_later):
    week = fast_burn(judged, datetime(2026, 10, 5, tzinfo=timezone.utc) + timedelta(days_later))
    assert week.exhaustion.value == Fraction(25, 3) * 86_400
    assert gone_by(week) == date(2026, 10, 13)


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (datetime(2026, 10, 6, tzinfo=timezone.utc), "the budget is gone by Sat 10 Oct 2026."),
        (
            datetime(2026, 11, 6, tzinfo=timezone.utc),
            "the budget was to be gone by Sat 10 Oct 2026.",
        ),
    ],
)
def test_a_fast_burn_is_told_with_the_day_the_budget_is_gone(judged, as_of, said):
    """As above with 45 bad an hour: burn 4.5, remaining 1 - 1 080/6 720; 5.2 d from 5 October."""
    counts = [KEPT] * (HOURS * 4 - 24) + [(955, 1000)] * 24
    (decision,) = decisions([judged(counts, as_of=as_of)])
    assert decision.what.endswith(said)


def test_a_budget_that_does_not_burn_is_never_gone(judged):
    assert gone_by(judged([KEPT] * HOURS * 4)) is None


def test_unknown_weeks_in_a_row_are_told_together(judged):
    """Data begins in week 39: weeks 37 and 38 are one row, and week 36 fell out of the history."""
    week = judged([KEPT] * HOURS * 2, min_coverage=Fraction(1, 2))
    assert [(one.what, one.reason) for one in unknowns([week])] == [
        ("Checkout takes orders, weeks 2026-W37 to W38", "Nothing was observed.")
    ]


def test_unknown_weeks_are_told_apart_by_their_reason(judged):
    half = [None] * (HOURS // 2) + [KEPT] * (HOURS // 2)
    found = unknowns([judged([*half, *[KEPT] * HOURS], min_coverage=Fraction(9, 10))])
    assert [one.what for one in found][-2:] == [
        "Checkout takes orders, weeks 2026-W37 to W38",
        "Checkout takes orders, week 2026-W39",
    ]


def test_weeks_of_two_years_are_told_with_both(weeks_of):
    points = weeks_of("2026-W20")[0].history
    spread = [replace(points[0], label="2025-W52"), points[1]]
    week = replace(weeks_of("2026-W20")[0], history=(*spread, points[-1]))
    assert (
        unknowns([week])[-1].what == f"Checkout takes orders, weeks 2025-W52 to {points[1].label}"
    )
