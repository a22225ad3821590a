"""Medians against their targets, worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.facts import About
from codexreport.incidents.incident import Incident
from codexreport.incidents.targets import Targets, measure_targets
from codexreport.measure import State

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
MIDDLE = datetime(2026, 9, 20, tzinfo=timezone.utc)


def incident(day, restored, detected=5, open_=False):
    """Began at 9 on a day of September; restored and detected in so many minutes, None: not."""
    started = datetime(2026, 9, day, 9, tzinfo=timezone.utc)
    return Incident(
        id=f"INC-{day}",
        title="",
        open=open_,
        started=started,
        detected=None if detected is None else started + detected * MINUTE,
        resolved=None if restored is None else started + restored * MINUTE,
    )


def measured(*incidents, doubt="", since=None, **minutes):
    targets = Targets(medians={k: v * MINUTE for k, v in minutes.items()}, since=since)
    about = About(subject="incidents", now=NOW)
    found = measure_targets(incidents, targets, about, doubt)
    return {one.name.removeprefix("incidents."): one for one in found}


def test_a_median_is_judged_against_its_target():
    """The median of 10, 12 and 90 min is 12 min, which is not over 12 min."""
    three = incident(1, 10), incident(2, 12), incident(3, 90)
    kept = measured(*three, restore=12)["target.restore"]
    assert (kept.value, kept.state, kept.sample_size) == (12 * 60, State.PASS, 3)
    assert kept.formula == "median of resolved - started over 3 of 3 incidents"
    assert kept.reason == "It is kept: the target is 12m."
    assert measured(*three, restore=11)["target.restore"].state is State.FAIL


def test_only_times_that_have_a_target_are_measured():
    assert set(measured(incident(1, 10), detect=5)) == {"target.detect"}
    assert not measured(incident(1, 10))


def test_before_and_after_are_told_apart_and_only_the_later_judged():
    """Restored in 120 and 60 min before the 20th, in 12 min since: from a median of 90 to 12."""
    found = measured(incident(1, 120), incident(2, 60), incident(20, 12), restore=15, since=MIDDLE)
    assert (found["target.restore"].value, found["target.restore"].state) == (720, State.PASS)
    assert (found["before.restore"].value, found["before.restore"].sample_size) == (5400, 2)
    assert found["before.restore"].state is State.NOT_APPLICABLE
    assert found["before.restore"].formula.endswith("before 2026-09-20T00:00:00+00:00")


def test_what_no_incident_records_is_unknown():
    found = measured(incident(1, 10, detected=None), detect=5)["target.detect"]
    assert (found.value, found.state, found.sample_size) == (None, State.UNKNOWN, 0)
    assert found.reason == "No closed incident records it."
    assert measured(detect=5)["target.detect"].state is State.UNKNOWN


@pytest.mark.parametrize(
    ("recorded", "silent", "expected"),
    [
        ((5, 5, 5), 1, State.PASS),  # 5 5 5 ∞: 5
        ((5, 5), 1, State.PASS),  # 5 5 ∞: 5
        ((5, 5), 2, State.UNKNOWN),  # 0 0 5 5 is 2.5, 5 5 ∞ ∞ is not
        ((5, 50, 50), 1, State.FAIL),  # 0 5 50 50: 27.5
        ((50,), 1, State.FAIL),  # 0 50: 25
        ((50,), 2, State.UNKNOWN),
        ((5,), 1, State.UNKNOWN),
    ],
)
def test_it_is_judged_by_what_those_that_say_nothing_could_have_taken(recorded, silent, expected):
    said = [incident(number, 60, detected=one) for number, one in enumerate(recorded, 1)]
    unsaid = [incident(20 + number, 60, detected=None) for number in range(silent)]
    assert measured(*said, *unsaid, detect=10)["target.detect"].state is expected


def test_an_open_incident_is_not_averaged_and_counts_as_one_that_says_nothing():
    found = measured(incident(1, 5), incident(2, None, open_=True), restore=10)["target.restore"]
    assert (found.value, found.state) == (300, State.UNKNOWN)
    assert found.reason == "It depends on what 1 incident left out; the target is 10m."


def test_contradictory_or_doubtful_incidents_are_unknown():
    odd = incident(1, -5)
    found = measured(odd, incident(2, 5), restore=10)["target.restore"]
    assert found.state is State.UNKNOWN
    assert found.reason == "Contradictory: INC-1 was resolved before it was started."
    assert measured(incident(2, 5), restore=10, doubt="It is stale.")["target.restore"].reason == (
        "It is stale."
    )


@given(
    minutes=st.lists(st.integers(0, 30), min_size=1, max_size=8),
    target=st.integers(1, 30),
    data=st.data(),
)
def test_saying_less_never_makes_a_pass(minutes, target, data):
    full = [incident(number, 60, detected=one) for number, one in enumerate(minutes, 1)]
    silent = data.draw(st.sets(st.integers(1, len(full))))
    part = [
        incident(number, 60, detected=None if number in silent else one)
        for number, one in enumerate(minutes, 1)
    ]
    whole, less = (measured(*some, detect=target)["target.detect"].state for some in (full, part))
    assert less in {whole, State.UNKNOWN}
