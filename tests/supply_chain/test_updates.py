"""An update log shows whether updates are kept up."""

from datetime import date, datetime, timezone

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.supply_chain.updates import Update, UpdateLog

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)


def log(*days, reason="routine"):
    return UpdateLog(
        entries=tuple(
            Update(
                on=date.fromisoformat(day),
                package="zlib",
                before="1",
                after="2",
                reason=reason,
                line=number,
            )
            for number, day in enumerate(days, 2)
        )
    )


def judged(updates, now=NOW):
    measures = updates.measures(About(subject="updates.csv", now=now))
    return worst(one.state for one in measures), measures[0]


@pytest.mark.parametrize(
    ("day", "state", "age"),
    [
        ("2026-10-06", State.PASS, 0),
        ("2026-09-05", State.PASS, 31),
        ("2026-09-04", State.WARNING, 32),
    ],
)
def test_the_newest_entry_may_be_thirty_one_days_old(day, state, age):
    found, measure = judged(log("2026-01-01", day))
    assert (found, measure.value) == (state, age * 86_400)


def test_a_late_log_says_how_late():
    assert judged(log("2026-08-01"))[1].reason == (
        "The last update was 66 days ago, on 2026-08-01; 31 days is the cadence."
    )


def test_an_empty_log_is_unknown():
    assert judged(log())[0] is State.UNKNOWN


def test_an_entry_from_the_future_makes_the_log_unknown():
    state, measure = judged(log("2026-10-01", "2026-10-08"))
    assert state is State.UNKNOWN
    assert "Line 3 is dated 2026-10-08" in measure.reason


def test_a_day_has_no_zone_and_may_have_begun_further_east():
    """At 12:00 UTC it is already the next day on the Line Islands, at 02:00."""
    noon = NOW.replace(hour=12)
    assert judged(log("2026-10-07"), noon)[0] is State.PASS
    assert judged(log("2026-10-07"), NOW)[0] is State.UNKNOWN


def test_updates_for_security_are_told_by_their_reason():
    assert log("2026-10-01", reason="fixes CVE-2026-1").summary() == (
        "1 update, 1 for security, the last on 2026-10-01"
    )
    assert log("2026-10-01").summary() == "1 update, 0 for security, the last on 2026-10-01"
    assert log().summary() == "0 updates"
