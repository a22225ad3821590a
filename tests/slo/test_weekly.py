"""The weekly evaluation: verdicts, figures and what is said where something is missing."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codexreport.measure import State
from codexreport.series import Percentiles
from codexreport.slo.alerts import AlertState
from codexreport.slo.objective import Correction, RatioTimeslices, Timeslices
from codexreport.slo.period import CalendarPeriod, RollingPeriod
from codexreport.slo.weekly import evaluate
from codexreport.window import Window
from codexreport.wording import NO_BREAK

WEEK = Window.iso_week("2026-W40", "UTC")  # 28 September to 5 October
START = int(WEEK.start_s)
HOURS = 168
GOOD_HOUR, BAD_HOUR = (1000, 1000), (900, 1000)


@pytest.fixture(scope="session")
def judge(make_objective, make_series):
    """Evaluate hourly counts that end with the week."""

    def make(counts, *, as_of=None, corrections=(), problem="", series=None, week=WEEK, **changes):
        start = int(week.end_s) - len(counts) * 3600
        return evaluate(
            make_objective(**changes),
            make_series(counts, start=start, width=3600) if series is None else series,
            week=week,
            as_of=as_of or week.end + timedelta(days=3),
            history_weeks=4,
            steady_weeks=2,
            corrections=corrections,
            problem=problem,
        )

    return make


def correction(first_hour: int, last_hour: int, objective: str = "checkout") -> Correction:
    return Correction(
        objectives=(objective,),
        start=datetime.fromtimestamp(START + first_hour * 3600, timezone.utc),
        end=datetime.fromtimestamp(START + last_hour * 3600, timezone.utc),
        reason="planned maintenance",
        approver="operations lead",
    )


def test_a_kept_week(judge):
    """10 of 168 hours lose 100 of 1 000: 1 000 bad of 168 000; SLI = 167/168 = 99.40 %."""
    result = judge([GOOD_HOUR] * 79 + [BAD_HOUR] * 10 + [GOOD_HOUR] * 79, target=Fraction("0.9"))
    assert result.state is State.PASS
    assert result.sli.value == Fraction(167, 168)
    assert (result.good.value, result.bad.value, result.valid.value) == (167_000, 1000, 168_000)
    assert result.reason == (
        f"99.4{NO_BREAK}% of 168{NO_BREAK}000 events were good,"
        f" at or above the target of 90{NO_BREAK}%."
    )
    assert not result.provisional


def test_a_missed_week_says_by_how_much_without_rounding_up_to_the_target(judge):
    """1 bad more than the 168 allowed at 99.9 %: 99.8994 %, which two decimals would call 99.9."""
    counts = [(1000 - 169, 1000)] + [GOOD_HOUR] * 167
    result = judge(counts, target=Fraction("0.999"))
    assert result.state is State.FAIL
    assert result.sli.value == Fraction(168_000 - 169, 168_000)
    assert result.reason.startswith(
        f"99.899{NO_BREAK}% of 168{NO_BREAK}000 events were good, below"
    )
    assert result.reason.endswith("; not distinguishable from the target.")


def test_a_week_that_just_meets_the_target_is_kept(judge):
    """168 bad of 168 000 is 99.9 % exactly."""
    counts = [(1000 - 168, 1000)] + [GOOD_HOUR] * 167
    result = judge(counts, target=Fraction("0.999"), period=RollingPeriod(length=timedelta(days=7)))
    assert result.sli.state is State.PASS
    assert result.budget.remaining.value == 0
    assert result.budget.remaining.state is State.PASS


@pytest.mark.parametrize(
    ("counts", "changes", "reason"),
    [
        ([(None, None)] * HOURS, {}, "Nothing was observed."),
        (
            [GOOD_HOUR] * 151 + [(None, None)] * 17,  # 151 / 168 = 89.88 %
            {},
            f"Only 89.88{NO_BREAK}% of the time was observed; a verdict needs 90{NO_BREAK}%.",
        ),
        ([(0, 0)] * HOURS, {}, "There was not one event to judge by."),
        ([(0, 0)] * 167 + [(99, 99)], {}, "There were only 99 events; a verdict needs 100."),
        ([(5, 4)] * HOURS, {}, "More events were good than were valid."),
        (
            [GOOD_HOUR] * HOURS,
            {"method": RatioTimeslices(width=timedelta(minutes=30))},
            "A time slice of 30m is not a whole number of buckets of 1h.",
        ),
    ],
)
def test_too_little_or_untrue_data_is_unknown_with_the_reason(judge, counts, changes, reason):
    result = judge(counts, **changes)
    assert (result.state, result.reason) == (State.UNKNOWN, reason)
    assert result.history[-1].state is State.UNKNOWN
    assert result.steadiness.streak == 0


def test_a_source_that_failed_makes_everything_unknown(judge):
    result = judge([GOOD_HOUR] * HOURS, problem="prometheus did not answer.")
    assert (result.state, result.reason) == (State.UNKNOWN, "prometheus did not answer.")
    unknown = [one for one in result.measures() if one.value is None]
    assert {one.name for one in unknown} >= {
        "slo.sli",
        "slo.good",
        "slo.budget_remaining",
        "slo.burn_rate_1h",
        "slo.time_to_exhaustion",
        "slo.sli_change",
    }
    assert all((one.state, one.reason != "") == (State.UNKNOWN, True) for one in unknown)
    assert {one.state for one in result.alerts} <= {AlertState.UNKNOWN, AlertState.NEVER}
    assert result.budget.burn_down == ()


def test_a_source_that_gave_nothing_is_unknown(make_objective):
    result = evaluate(
        make_objective(), None, week=WEEK, as_of=WEEK.end, history_weeks=4, steady_weeks=2
    )
    assert (result.state, result.reason) == (State.UNKNOWN, "Its source gave nothing.")


def test_contradictions_of_the_source_forbid_any_figure(judge, make_series):
    series = make_series(
        [GOOD_HOUR] * HOURS, start=START, width=3600, contradictions=("Two series disagree.",)
    )
    result = judge([], series=series)
    assert (result.state, result.reason) == (State.UNKNOWN, "Two series disagree.")
    assert result.sli.value is None


def test_a_week_that_has_not_begun_is_unknown(judge):
    result = judge([GOOD_HOUR] * HOURS, as_of=WEEK.start - timedelta(hours=1))
    assert result.state is State.UNKNOWN
    assert result.reason == "2026-W40 had not begun at the time of the report."
    assert result.provisional


def test_a_running_week_is_judged_on_what_has_passed_and_nothing_later(judge):
    """At Monday 10:30, ten whole hours are over: all good, whatever comes after."""
    result = judge([GOOD_HOUR] * 10 + [(0, 1000)] * 158, as_of=WEEK.start + timedelta(hours=10.5))
    assert result.state is State.PASS
    assert result.provisional
    assert result.valid.value == 10_000
    assert result.sli.coverage == 1
    assert result.sli.window.length == timedelta(hours=10)
    assert result.steadiness.streak == 0


def test_a_week_is_provisional_until_late_data_has_settled(judge):
    just_over = judge([GOOD_HOUR] * HOURS, as_of=WEEK.end + timedelta(hours=23))
    settled = judge([GOOD_HOUR] * HOURS, as_of=WEEK.end + timedelta(hours=24))
    assert (just_over.provisional, settled.provisional) == (True, False)


def test_a_kept_week_in_a_period_overspent_is_a_warning(judge):
    """Three weeks lose 2 %, this one nothing; 28 days: 10 080 bad of 6 720 allowed = 150 %."""
    result = judge([(980, 1000)] * (3 * HOURS) + [GOOD_HOUR] * HOURS)
    assert result.sli.state is State.PASS
    assert result.budget.consumed.value == Fraction(3, 2)
    assert result.budget.remaining.value == Fraction(-1, 2)
    assert result.budget.remaining.state is State.FAIL
    assert result.state is State.WARNING
    assert f"but 150{NO_BREAK}% of the error budget is spent" in result.reason


def test_a_kept_week_in_which_a_page_fired_is_a_warning(make_objective, make_series):
    """6 bad buckets of 5 minutes fail wholly: 6 000 of 2 016 000 bad = 0.3 % of 1 % allowed."""
    counts = [(1000, 1000)] * 4032
    counts[3000:3006] = [(0, 1000)] * 6
    result = evaluate(
        make_objective(),
        make_series(counts, start=int(WEEK.end_s) - 4032 * 300),
        week=WEEK,
        as_of=WEEK.end + timedelta(days=2),
        history_weeks=2,
        steady_weeks=2,
    )
    assert result.sli.state is State.PASS
    assert result.alerts[0].state is AlertState.FIRED
    assert result.state is State.WARNING
    # Nobody was asked what an alert manager did: the sentence says what a rule would have done.
    first, second = f"2{NO_BREAK}% of the budget in 1h", f"5{NO_BREAK}% of the budget in 6h"
    fired = f"but burn-rate alerts would have fired (page: {first}; page: {second})"
    assert fired in result.reason
    assert result.history[-1].state is State.PASS


def test_the_week_before_is_not_told_where_too_little_of_it_was_seen(judge):
    """All 84 hours that were seen of the week before are good; a verdict needs 90 % of 168."""
    half_seen = [(None, None)] * 84 + [GOOD_HOUR] * 84
    assert judge([*half_seen, *[GOOD_HOUR] * HOURS]).previous_sli is None
    assert judge([GOOD_HOUR] * HOURS * 2).previous_sli == 1


def test_one_event_is_spoken_of_in_the_singular(judge):
    result = judge([(0, 0)] * (HOURS - 1) + [(1, 1)])
    assert result.reason.startswith("There was only 1 event;")


def test_a_budget_over_a_period_mostly_unobserved_is_shown_but_unknown(judge):
    """One week of four is observed: coverage 1/4."""
    result = judge([GOOD_HOUR] * HOURS)
    assert result.state is State.PASS
    assert result.budget.remaining.value == 1
    assert result.budget.remaining.state is State.UNKNOWN
    assert result.budget.remaining.coverage == Fraction(1, 4)


def test_the_budget_of_time_slices_is_time(judge):
    """Hourly slices, 99 % over 28 days: 6.72 of 672 slices may be bad; 2 are, below 99 %."""
    method = Timeslices(width=timedelta(hours=1), target=Fraction(99, 100))
    counts = [GOOD_HOUR] * 600 + [BAD_HOUR] * 2 + [GOOD_HOUR] * 70
    result = judge(counts, method=method)
    assert result.budget.total.value == Fraction("6.72")
    assert result.budget.total.unit == "slices"
    assert result.budget.consumed.value == 2 / Fraction("6.72")
    assert result.sli.value == Fraction(166, 168)


def test_a_running_calendar_month_has_the_slices_of_the_whole_month(judge):
    """October has 744 hours: 1 % is 7.44 slices, though only 4 days of it have passed."""
    result = judge(
        [GOOD_HOUR] * HOURS,
        method=Timeslices(width=timedelta(hours=1), target=Fraction(99, 100)),
        period=CalendarPeriod(
            unit="month",
            count=1,
            start=datetime(2026, 1, 1),  # noqa: DTZ001, by the wall clock
            zone_name="UTC",
        ),
    )
    assert result.budget.total.value == Fraction("7.44")
    assert result.budget.elapsed.length == timedelta(days=4)
    assert result.budget.remaining.state is State.PASS


def test_burn_rates_end_with_the_week(judge):
    """The last 6 hours lose 10 %: 10 of 1 % allowed in 6 h; in a day 6 x 100 / 24 000 = 2.5 %."""
    result = judge([GOOD_HOUR] * 162 + [BAD_HOUR] * 6)
    assert {name: one.value for name, one in result.burn.items()} == {
        "1h": 10,
        "6h": 10,
        "1d": Fraction("2.5"),
        "3d": Fraction("2.5") / 3,
        "7d": Fraction("2.5") / 7,
    }
    assert result.burn_largest.value == 100


def test_time_to_exhaustion_takes_the_last_day_s_burn(judge):
    """28 days: 600 bad of 6 720 allowed leave 612/672; at a burn of 2.5: x 28 d / 2.5."""
    result = judge([GOOD_HOUR] * (4 * HOURS - 6) + [BAD_HOUR] * 6)
    assert result.exhaustion.value == Fraction(612, 672) * 28 * 86_400 / Fraction("2.5")
    assert result.exhaustion.unit == "seconds"


def test_a_burn_without_data_is_unknown_and_so_is_the_exhaustion(judge):
    result = judge([GOOD_HOUR] * (4 * HOURS - 8) + [(None, None)] * 8)
    assert result.state is State.PASS
    assert (result.burn["6h"].value, result.burn["6h"].state) == (None, State.UNKNOWN)
    assert result.burn["1d"].state is State.UNKNOWN  # 16 of 24 hours were observed
    assert result.exhaustion.state is State.UNKNOWN
    assert "66.67" in result.exhaustion.reason


def test_an_objective_of_100_percent(judge):
    clean = judge([GOOD_HOUR] * (4 * HOURS), target=Fraction(1))
    assert (clean.state, clean.budget.total.value, clean.burn["1d"].value) == (State.PASS, 0, 0)
    assert clean.exhaustion.value == math.inf
    broken = judge([GOOD_HOUR] * (4 * HOURS - 1) + [(999, 1000)], target=Fraction(1))
    assert (broken.state, broken.budget.consumed.value) == (State.FAIL, math.inf)
    assert broken.burn["1d"].value == math.inf
    assert broken.exhaustion.value == 0
    earlier = judge([(999, 1000)] + [GOOD_HOUR] * (4 * HOURS - 1), target=Fraction(1))
    assert earlier.state is State.WARNING


def test_corrections_are_left_out_and_the_sli_without_them_is_shown(judge):
    """10 hours of maintenance fail wholly: with them 158/168, without them all good."""
    counts = [GOOD_HOUR] * 100 + [(0, 1000)] * 10 + [GOOD_HOUR] * 58
    result = judge(counts, corrections=[correction(100, 110)])
    assert result.state is State.PASS
    assert result.sli.value == 1
    assert result.sli.coverage == 1
    assert result.valid.value == 158_000
    assert result.sli_uncorrected.value == Fraction(158, 168)
    assert result.sli_uncorrected.state is State.FAIL
    assert result.sli_uncorrected.name == "slo.sli_uncorrected"
    assert len(result.corrections) == 1


def test_a_week_corrected_away_is_unknown(judge):
    result = judge([GOOD_HOUR] * HOURS, corrections=[correction(0, HOURS)])
    assert result.state is State.UNKNOWN
    assert result.reason == "All of the time is excluded by corrections."


@pytest.mark.parametrize("cut", [correction(0, 10, objective="search"), correction(-300, -200)])
def test_corrections_of_other_objectives_or_other_weeks_do_not_touch_the_week(judge, cut):
    result = judge([GOOD_HOUR] * HOURS, corrections=[cut])
    assert result.sli_uncorrected is None
    assert result.corrections == ()


def test_history_streak_and_change(judge):
    """Weeks: lost, kept, kept at 999/1000, kept at 1; the change is 1/1000."""
    weeks = [(900, 1000), (1000, 1000), (999, 1000), (1000, 1000)]
    result = judge([week for week in weeks for _ in range(HOURS)])
    assert [one.label for one in result.history] == ["2026-W37", "2026-W38", "2026-W39", "2026-W40"]
    assert [one.state for one in result.history] == [State.FAIL, *[State.PASS] * 3]
    assert result.steadiness.streak == result.streak.value == 3
    assert result.streak.state is State.PASS
    assert result.change.value == Fraction(1, 1000)
    assert result.previous_sli == Fraction(999, 1000)


def test_a_gap_in_the_week_before_leaves_the_change_unknown(judge):
    result = judge([(None, None)] * 30 + [GOOD_HOUR] * (2 * HOURS - 30))
    assert (result.change.value, result.change.state) == (0, State.UNKNOWN)
    assert result.change.reason.startswith("2026-W39: Only 82.14")


@pytest.mark.parametrize(
    ("label", "hours"),
    [("2026-W13", 167), ("2026-W43", 169), ("2026-W53", 168), ("2020-W53", 168), ("2025-W01", 168)],
)
def test_weeks_over_changes_of_clocks_and_years_are_covered_by_their_real_hours(
    judge, label, hours
):
    result = judge([GOOD_HOUR] * 400, week=Window.iso_week(label, "Europe/Berlin"))
    assert result.valid.value == hours * 1000
    assert result.sli.coverage == 1
    assert result.state is State.PASS


def test_measures_have_names_that_do_not_depend_on_the_data(judge):
    names = [one.name for one in judge([GOOD_HOUR] * HOURS).measures()]
    assert names == [one.name for one in judge([], problem="no answer.").measures()]
    assert len(names) == len(set(names))
    assert all(name.startswith("slo.") for name in names)


def test_every_unknown_measure_has_a_reason_and_every_measure_is_plain_json(judge):
    for counts in ([], [(None, None)] * HOURS, [GOOD_HOUR] * 100, [GOOD_HOUR] * 700):
        for one in judge(counts).measures():
            assert one.reason or one.state is not State.UNKNOWN
            assert one.to_dict()["name"] == one.name


def test_latency_is_passed_on_where_the_source_can_tell_it(judge, make_series):
    latency = Percentiles(window=WEEK, values={95: 0.25, 50: 0.1}, count=7, method="linear")
    series = make_series([GOOD_HOUR] * HOURS, start=START, width=3600, percentiles=latency)
    result = judge([], series=series)
    shown = [(one.name, one.value, one.unit, one.sample_size) for one in result.latency]
    assert shown == [
        ("slo.latency_p50", 0.1, "seconds", 7),
        ("slo.latency_p95", 0.25, "seconds", 7),
    ]
    assert judge([], series=series, problem="It was cut off.").latency == ()


RANK = {State.FAIL: 0, State.WARNING: 1, State.PASS: 2}


@settings(deadline=None, max_examples=50)
@given(
    bad=st.lists(st.integers(0, 40), min_size=HOURS, max_size=HOURS),
    hour=st.integers(0, HOURS - 1),
    target=st.sampled_from(["0.98", "0.99", "1"]),
)
def test_an_event_that_turns_bad_never_raises_the_verdict(judge, bad, hour, target):
    worse = bad[:]
    worse[hour] += 1
    before, after = (
        judge([(1000 - one, 1000) for one in losses], target=Fraction(target))
        for losses in (bad, worse)
    )
    assert RANK[after.state] <= RANK[before.state]
    assert after.sli.value < before.sli.value
    assert after.budget.remaining.value < before.budget.remaining.value or target == "1"


@settings(deadline=None, max_examples=50)
@given(missing=st.sets(st.integers(0, HOURS - 1)))
def test_taking_data_away_never_makes_a_pass(judge, missing):
    counts = [BAD_HOUR] * HOURS
    for hour in missing:
        counts[hour] = (None, None)
    assert judge(counts).state in (State.FAIL, State.UNKNOWN)
