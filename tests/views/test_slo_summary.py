"""What the weekly report says first, on the sample's own weeks."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from codexreport.measure import State
from codexreport.views.slo_summary import decisions, headline, overall, tally, unknowns
from codexreport.views.slo_weekly import slo_weekly


@pytest.fixture(scope="session")
def weeks_of(tmp_path_factory):
    """The objectives of one week of the sample, computed once."""
    workspace = tmp_path_factory.mktemp("workspace")

    @cache
    def compute(week):
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(workspace)
            return slo_weekly(week=week).weeks

    return compute


def plain(text):
    return text.replace("\xa0", " ")


def test_a_missed_objective_is_named_with_the_figure_that_decided(weeks_of):
    """Of 14 379 searches 13 558 were quick: 94.29 %, and 95 % were promised."""
    assert plain(headline(weeks_of("2026-W40"))) == (
        "1 of 6 objectives was missed: Search is quick. "
        "94.29 % of 14 379 events were good, below the target of 95 %."
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
