"""Streaks of kept weeks and the way to steady state."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.measure import State
from codexreport.slo.history import WeekPoint, steadiness, streak, weeks_until
from codexreport.window import Window

P, F, U = State.PASS, State.FAIL, State.UNKNOWN


def points(states: list[State], *, last: str = "2026-W40", last_over: bool = True):
    windows = weeks_until(Window.iso_week(last, "UTC"), len(states))
    return [
        WeekPoint(
            label=window.label,
            window=window,
            over=last_over or window is not windows[-1],
            state=state,
            sli=None,
            coverage=Fraction(1),
            valid=Fraction(0),
            bad=Fraction(0),
            reason="",
        )
        for window, state in zip(windows, states, strict=True)
    ]


@pytest.mark.parametrize(
    ("states", "length"),
    [([], 0), ([P, P, P], 3), ([P, F, P], 1), ([P, U, P, P], 2), ([P, P, F], 0), ([P, P, U], 0)],
)
def test_a_streak_is_broken_by_a_failed_week_and_by_an_unknown_one(states, length):
    assert streak(states) == length


@given(st.lists(st.sampled_from(list(State))), st.sampled_from(list(State)))
def test_a_streak_grows_by_one_or_ends(states, following):
    grown = streak([*states, following])
    assert grown == (streak(states) + 1 if following is State.PASS else 0)


def test_steady_state_is_reached_after_the_needed_weeks_in_a_row():
    steady = steadiness(points([F, P, P, P, P]), 4)
    assert (steady.streak, steady.reached, steady.earliest) == (4, True, None)


@pytest.mark.parametrize(
    ("states", "whole"), [([P, P, P], True), ([F, P, P], False), ([U, P], False), ([P, F], False)]
)
def test_a_streak_from_the_start_of_the_history_may_be_longer(states, whole):
    assert steadiness(points(states), 2).whole is whole


def test_a_running_week_says_nothing_of_where_a_streak_began():
    """W39 and W40 are the history, W40 runs: the streak of one reaches back to its start."""
    assert steadiness(points([P, P], last_over=False), 2).whole
    assert not steadiness(points([F, P], last_over=False), 2).whole


def test_the_earliest_steady_state_counts_the_weeks_that_are_missing():
    """Two of four after W40: W41 and W42 are missing."""
    steady = steadiness(points([F, P, P]), 4)
    assert (steady.reached, steady.earliest.label) == (False, "2026-W42")


def test_a_running_week_that_is_kept_so_far_can_be_the_next_of_the_streak():
    """W40 runs; W38 and W39 were kept: W40 and W41 are missing."""
    steady = steadiness(points([F, P, P, P], last_over=False), 4)
    assert (steady.streak, steady.earliest.label) == (2, "2026-W41")


def test_a_running_week_that_fails_already_ends_the_streak():
    """The next chance are the four weeks after W40."""
    steady = steadiness(points([P, P, P, F], last_over=False), 4)
    assert (steady.streak, steady.earliest.label) == (0, "2026-W44")


def test_the_weeks_before_go_over_the_end_of_a_year_of_53_weeks():
    labels = [one.label for one in weeks_until(Window.iso_week("2027-W02", "Europe/Berlin"), 4)]
    assert labels == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
