"""Sustained conditions on rows of samples that a person can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.bounds import BoundError, parse_bound
from codexreport.measure import State
from codexreport.sustained import Condition, Hold, Sample, sustained
from codexreport.window import duration

START = datetime(2026, 10, 5, 9, 0, tzinfo=timezone.utc)
BAD, GOOD = Fraction(2, 100), Fraction(1, 100)
MARKS = {"x": BAD, ".": GOOD}
MINUTE = timedelta(minutes=1)


def hold_of(text):
    """`for 5m` or `5 in a row`."""
    if text.startswith("for "):
        return Hold(length=duration(text.removeprefix("for ")))
    return Hold(in_a_row=int(text.removesuffix(" in a row")))


def over_1_percent(hold):
    return Condition(bound=parse_bound("> 1 %"), unit="ratio", hold=hold_of(hold))


def samples_of(row, step=MINUTE):
    """One sample for each `x` (2 % bad) and `.` (1 %, just kept to); `?` is missing."""
    return [
        Sample(at=START + number * step, value=MARKS[mark])
        for number, mark in enumerate(row.split())
        if mark != "?"
    ]


def judged(row, hold="for 5m", step=MINUTE):
    end = START + len(row.split()) * step
    samples = samples_of(row, step)
    return sustained(samples, over_1_percent(hold), step=step, since=START, as_of=end)


# Each line: step: row of samples | hold | tripped now | tripped ever | longest known, in samples.
# It takes 5 samples of 1m for 5m, 20 of 15s, 3 of 2m, 1 of 10m.
KNOWN = """
1m:  . . x x x x x              | for 5m     | fail    | fail    | 5
1m:  . . x x x x .              | for 5m     | pass    | pass    | 4
1m:  . x x x x x x .            | for 5m     | pass    | fail    | 6
1m:  x x x x x . . x            | for 5m     | pass    | fail    | 5
1m:  . . x x x x x ? x          | for 5m     | unknown | fail    | 5
1m:  . x x ? x x .              | for 5m     | pass    | unknown | 2
1m:  . x x ? x .                | for 5m     | pass    | pass    | 2
1m:  . . ? . .                  | for 5m     | pass    | pass    | 0
1m:  . x x x x ?                | for 5m     | unknown | unknown | 4
1m:  . x x x ?                  | for 5m     | pass    | pass    | 3
1m:  ? x x x x                  | for 5m     | unknown | unknown | 4
1m:  . ? ? ? ? ? .              | for 5m     | pass    | unknown | 0
1m:  . ? ? ? ? .                | for 5m     | pass    | pass    | 0
1m:  . x x x x x ? .            | for 5m     | pass    | fail    | 5
1m:  . x x x x x ?              | for 5m     | unknown | fail    | 5
1m:  . . .                      | for 5m     | pass    | pass    | 0
1m:  ? ? ?                      | for 5m     | unknown | unknown | 0
15s: x x x x x x x x x x x x x x x x x x x x  | for 5m | fail | fail | 20
15s: x x x x x x x x x x x x x x x x x x x .  | for 5m | pass | pass | 19
2m:  . x x                      | for 5m     | pass    | pass    | 2
2m:  x x x                      | for 5m     | fail    | fail    | 3
5m:  . x                        | for 5m     | fail    | fail    | 1
10m: . x                        | for 5m     | fail    | fail    | 1
10m: x .                        | for 5m     | unknown | fail    | 1
10m: . .                        | for 5m     | unknown | unknown | 0
10m: . ?                        | for 5m     | unknown | unknown | 0
10m: . .                        | 1 in a row | pass    | pass    | 0
10m: x x ? x x                  | 5 in a row | unknown | unknown | 2
10m: x x ? x .                  | 5 in a row | pass    | pass    | 2
10m: x x x x x                  | 5 in a row | fail    | fail    | 5
"""


@pytest.mark.parametrize("line", KNOWN.strip().splitlines())
def test_known_answers(line):
    script, hold, now, ever, longest = (part.strip() for part in line.split("|"))
    step, _, row = script.partition(":")
    answer = judged(row, hold, duration(step))
    assert (answer.now, answer.ever) == (State(now), State(ever))
    assert (answer.longest.samples if answer.longest else 0) == int(longest)


def test_an_answer_says_since_when_and_how_long():
    """Bad from 09:02 to 09:07, 5 minutes; clear for one; bad again from 09:08 to 09:14, 6."""
    answer = judged(". . x x x x x . x x x x x x")
    assert answer.since == START + 8 * MINUTE
    assert [(one.start, one.end, one.samples) for one in answer.trips] == [
        (START + 2 * MINUTE, START + 7 * MINUTE, 5),
        (START + 8 * MINUTE, START + 14 * MINUTE, 6),
    ]
    assert answer.longest_time == 6 * MINUTE
    assert (answer.seen, answer.missing, answer.needed, answer.could_be) == (14, 0, 5, 6)
    assert answer.now_reason == "It is > 1 % for 6m, since Mon 5 Oct 2026, 09:08 UTC."
    assert answer.ever_reason == (
        "It was > 1 % for 6m, from Mon 5 Oct 2026, 09:08 UTC to Mon 5 Oct 2026, 09:14 UTC,"
        " the longest of 2 times."
    )


@pytest.mark.parametrize(
    ("row", "hold", "now", "ever"),
    [
        (". .", "for 5m", "It is not > 1 % for 5m.", "It was never > 1 %."),
        (
            "x x .",
            "5 in a row",
            "It is not > 1 % 5 times in a row.",
            "It was never > 1 % 5 times in a row; the most was 2 times in a row.",
        ),
        (
            "x x x x x .",
            "for 5m",
            "It is no longer > 1 % for 5m.",
            "It was > 1 % for 5m, from Mon 5 Oct 2026, 09:00 UTC to Mon 5 Oct 2026, 09:05 UTC.",
        ),
        (
            ". x x ? x x",
            "for 5m",
            "The last samples are not all there: it may be > 1 % for 5m now.",
            "It is known to have been > 1 % for 2m, and 1 sample is missing:"
            " it may have been for 5m.",
        ),
        ("? ?", "for 5m", "Nothing was observed.", "Nothing was observed."),
        (
            ".",
            "for 30s",
            "Samples of 1m cannot show that it was not > 1 % for 30s.",
            "Samples of 1m cannot show that it was not > 1 % for 30s.",
        ),
    ],
)
def test_the_reason_is_a_sentence(row, hold, now, ever):
    answer = judged(row, hold)
    assert (answer.now_reason, answer.ever_reason) == (now, ever)


def test_a_bucket_that_is_still_being_filled_is_not_missing():
    """At 09:05:59 the sixth minute is not over: what it says does not count, nor its absence."""
    samples = samples_of("x x x x x .")
    moment = START + 5 * MINUTE + timedelta(seconds=59)
    condition = over_1_percent("for 5m")
    answer = sustained(samples, condition, step=MINUTE, since=START, as_of=moment)
    assert (answer.now, answer.missing) == (State.FAIL, 0)


def test_a_check_that_comes_late_by_less_than_a_step_is_no_gap():
    late = [Sample(at=START + timedelta(seconds=seconds), value=1) for seconds in (0, 60, 170)]
    condition = Condition(bound=parse_bound("= 1"), unit="1", hold=Hold(in_a_row=3))
    end = START + timedelta(seconds=230)
    answer = sustained(late, condition, step=MINUTE, since=START, as_of=end)
    assert (answer.now, answer.missing) == (State.FAIL, 0)


def test_what_was_before_the_span_does_not_count():
    samples = samples_of("x x x x x .")
    condition = over_1_percent("for 5m")
    end = START + 6 * MINUTE
    answer = sustained(samples, condition, step=MINUTE, since=START + MINUTE, as_of=end)
    assert (answer.ever, answer.seen) == (State.PASS, 5)


def test_no_value_and_no_number_are_gaps():
    row = samples_of("x x . x x")
    missing = judged("x x ? x x")
    for value in (None, float("nan")):
        samples = [*row[:2], replace(row[2], value=value), *row[3:]]
        condition = over_1_percent("for 5m")
        end = START + 5 * MINUTE
        assert sustained(samples, condition, step=MINUTE, since=START, as_of=end) == missing


def test_a_change_of_clocks_is_no_gap():
    """In Berlin the clock goes from 03:00 back to 02:00 at 01:00 UTC; the minutes go on."""
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 25, 0, 58, tzinfo=timezone.utc)
    samples = [Sample(at=(start + n * MINUTE).astimezone(berlin), value=BAD) for n in range(5)]
    end = (start + 5 * MINUTE).astimezone(berlin)
    condition = over_1_percent("for 5m")
    answer = sustained(samples, condition, step=MINUTE, since=samples[0].at, as_of=end)
    assert (answer.now, answer.missing) == (State.FAIL, 0)


def test_what_cannot_be_asked_is_refused():
    condition = over_1_percent("for 5m")
    twice = [Sample(at=START, value=BAD), Sample(at=START, value=GOOD)]
    with pytest.raises(ValueError, match="less than a step apart"):
        sustained(twice, condition, step=MINUTE, since=START, as_of=START + MINUTE)
    with pytest.raises(ValueError, match="time zone"):
        sustained([], condition, step=MINUTE, since=START.replace(tzinfo=None), as_of=START)
    for bound, unit in (("<= +10 %", "ratio"), ("> 500 ms", "ratio")):
        unfit = Condition(bound=parse_bound(bound), unit=unit, hold=Hold(in_a_row=1))
        with pytest.raises(BoundError):
            sustained([], unfit, step=MINUTE, since=START, as_of=START + MINUTE)
    for hold in ({}, {"length": MINUTE, "in_a_row": 5}, {"in_a_row": 0}, {"length": MINUTE * 0}):
        with pytest.raises(ValueError, match="a hold is"):
            Hold(**hold)


rows = st.lists(st.sampled_from("x.?"), min_size=1, max_size=24).map(" ".join)
holds = st.sampled_from(["for 3m", "for 5m", "for 30s", "1 in a row", "4 in a row"])


def replaced(row, number, mark):
    marks = row.split()
    marks[number % len(marks)] = mark
    return " ".join(marks)


@given(rows, holds, st.integers(0, 23))
def test_a_sample_less_never_clears(row, hold, number):
    before, after = judged(row, hold), judged(replaced(row, number, "?"), hold)
    for was, became in ((before.now, after.now), (before.ever, after.ever)):
        assert was is State.PASS or became is not State.PASS


@given(rows, holds, st.integers(0, 23))
def test_a_bad_sample_more_never_clears(row, hold, number):
    order = [State.PASS, State.UNKNOWN, State.FAIL]
    before, after = judged(row, hold), judged(replaced(row, number, "x"), hold)
    if before.seen:  # where nothing was, a single bad sample is known not to have lasted
        assert order.index(after.ever) >= order.index(before.ever)
        assert order.index(after.now) >= order.index(before.now)


@given(rows, st.sampled_from(["for 3m", "for 5m"]), st.integers(2, 5))
def test_splitting_every_bucket_changes_nothing(row, hold, parts):
    """The same time in more samples; the hold is no shorter than the buckets were."""
    split = " ".join(mark for mark in row.split() for _ in range(parts))
    whole, finer = judged(row, hold), judged(split, hold, MINUTE / parts)
    assert (whole.now, whole.ever, whole.since) == (finer.now, finer.ever, finer.since)
    assert whole.longest_time == finer.longest_time


@given(rows, holds, st.randoms())
def test_the_order_of_the_samples_does_not_matter(row, hold, random):
    samples = samples_of(row)
    shuffled = random.sample(samples, len(samples))
    end = START + len(row.split()) * MINUTE
    condition = over_1_percent(hold)
    answers = [
        sustained(one, condition, step=MINUTE, since=START, as_of=end)
        for one in (samples, shuffled)
    ]
    assert answers[0] == answers[1]


@given(rows, holds)
def test_a_state_is_what_every_way_of_filling_the_gaps_agrees_on(row, hold):
    """The extremes decide: every missing sample bad, or every one good."""
    answer = judged(row, hold)
    bad, good = (judged(row.replace("?", mark), hold) for mark in "x.")
    if not answer.seen:
        return
    assert answer.ever is (good.ever if good.ever is bad.ever else State.UNKNOWN)
    assert answer.now is (good.now if good.now is bad.now else State.UNKNOWN)


@given(rows, holds)
def test_stretches_are_apart_in_order_and_long_enough(row, hold):
    answer = judged(row, hold)
    assert all(one.samples >= answer.needed for one in answer.trips)
    assert all(earlier.end < later.start for earlier, later in pairwise(answer.trips))
