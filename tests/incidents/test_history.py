"""Figures of incidents, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from codexreport.facts import About
from codexreport.incidents.history import Incidents, downtime_s
from codexreport.incidents.incident import Incident
from codexreport.incidents.severity import Severity, severity_of
from codexreport.incidents.spans import union
from codexreport.measure import Measure, State, worst

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
BERLIN = ZoneInfo("Europe/Berlin")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, 1, hour, minute, tzinfo=timezone.utc)


FIRST = Incident(
    id="INC-1",
    title="Checkout is down",
    level="SEV-1",
    open=False,
    started=at(9),
    detected=at(9, 5),
    acknowledged=at(9, 7),
    mitigated=at(9, 30),
    resolved=at(10),
)
SECOND = replace(
    FIRST,
    id="INC-2",
    started=at(9, 50),
    detected=at(10),
    acknowledged=at(10, 4),
    mitigated=at(10, 10),
    resolved=at(10, 20),
)
OPEN = Incident(id="INC-3", title="Slow search", level="P3", open=True, started=at(12))


def measured(*incidents: Incident, **more: object) -> dict[str, Measure]:
    facts = Incidents(incidents=incidents, **more)
    about = About(subject="incidents.csv", now=NOW)
    return {measure.name: measure for measure in facts.measures(about)}


def state(*incidents: Incident, **more: object) -> State:
    return worst(measure.state for measure in measured(*incidents, **more).values())


def test_times_are_median_and_mean_with_their_number() -> None:
    """Restored in 60 and 30 min; detected in 5 and 10; acknowledged in 2 and 4; mitigated in 30
    and 20."""
    third = replace(FIRST, id="INC-4", level="low", resolved=at(14), detected=None)
    found = measured(FIRST, SECOND, third)
    assert found["incidents.time_to_restore.median"].value == 60 * 60
    assert found["incidents.time_to_restore.mean"].value == (60 + 30 + 300) * 60 / Fraction(3)
    assert found["incidents.time_to_restore.mean"].sample_size == 3
    assert found["incidents.time_to_restore.median.critical"].value == 45 * 60
    assert found["incidents.time_to_restore.median.low"].value == 300 * 60
    assert found["incidents.time_to_detect.mean"].value == Fraction(15, 2) * 60
    assert found["incidents.time_to_detect.mean"].sample_size == 2
    assert found["incidents.time_to_acknowledge.mean"].value == 3 * 60
    assert found["incidents.time_to_mitigate.median"].value == 30 * 60
    assert found["incidents.time_to_mitigate.mean.critical"].value == 25 * 60


def test_open_incidents_are_listed_and_not_averaged() -> None:
    found = measured(FIRST, OPEN)
    assert found["incidents.time_to_restore.median"].sample_size == 1
    assert found["incidents.open"].value == 1
    assert found["incidents.open"].reason == "Open: INC-3 (P3: Slow search)."


def test_without_a_start_the_time_to_restore_counts_from_detection_and_says_so() -> None:
    found = measured(replace(FIRST, started=None))
    assert found["incidents.time_to_restore.mean"].value == 55 * 60
    assert "1 of them counted from detection" in found["incidents.time_to_restore.mean"].reason
    assert found["incidents.time_to_detect.mean"].value is None


def test_a_duration_over_a_change_of_clocks_is_real() -> None:
    """On 25 October 2026 Berlin lives the hour from 2 to 3 twice: 1:30 to 3:30 takes 3 h."""
    started = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    resolved = datetime(2026, 10, 25, 3, 30, tzinfo=BERLIN)
    one = Incident(id="a", title="", open=False, started=started, resolved=resolved)
    assert one.time_to_restore == timedelta(hours=3)


def test_downtime_of_overlapping_incidents_counts_once() -> None:
    """9:00 to 10:00 and 9:50 to 10:20 is 80 min; clipped to 9:30 - 10:10 it is 40 min."""
    assert downtime_s([FIRST, SECOND], NOW) == 80 * 60
    assert downtime_s([SECOND, FIRST], NOW, (at(9, 30), at(10, 10))) == 40 * 60
    assert downtime_s([FIRST], NOW, (at(11), at(12))) == 0


def test_downtime_of_an_open_incident_lasts_until_now() -> None:
    """From 1 October 12:00 to 6 October 9:00: 4 d 21 h."""
    assert downtime_s([OPEN], NOW) == (4 * 24 + 21) * 3600


def test_spans_inside_one_another_count_once() -> None:
    assert union([(at(1), at(9)), (at(2), at(3)), (at(8), at(10))]) == timedelta(hours=9)
    assert union([]) == timedelta()


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("SEV-1", State.FAIL),
        ("P1", State.FAIL),
        ("SEV0", State.FAIL),
        ("critical", State.FAIL),
        ("High", State.FAIL),
        ("", State.FAIL),
        ("purple", State.FAIL),
        ("SEV3", State.WARNING),
        ("low", State.WARNING),
    ],
)
def test_an_open_incident_fails_unless_it_is_known_to_be_slight(
    level: str, expected: State
) -> None:
    assert state(FIRST, replace(OPEN, level=level)) is expected


def test_all_resolved_is_a_pass() -> None:
    assert state(FIRST, SECOND) is State.PASS


def test_no_incident_passes_only_where_the_export_says_what_it_covers() -> None:
    assert state() is State.UNKNOWN
    assert state(covers=(at(0), at(23))) is State.PASS
    assert state(covers=(at(0), NOW + timedelta(days=1))) is State.UNKNOWN


def test_a_part_of_an_export_is_unknown_but_an_open_urgent_incident_fails_it() -> None:
    assert state(FIRST, incomplete="It is one page of several.") is State.UNKNOWN
    assert state(OPEN, incomplete="It is one page of several.") is State.UNKNOWN
    assert state(replace(OPEN, level="P1"), incomplete="It is one page.") is State.FAIL


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"resolved": at(8)}, "resolved before it was started"),
        ({"detected": at(8)}, "detected before it was started"),
        ({"acknowledged": at(9, 1)}, "acknowledged before it was detected"),
        ({"mitigated": at(11)}, "resolved before it was mitigated"),
        ({"resolved": NOW + timedelta(hours=1)}, "resolved in the future"),
        ({"open": True}, "is open and resolved"),
    ],
)
def test_a_timeline_out_of_order_is_contradictory_and_never_averaged(
    changes: dict[str, object], reason: str
) -> None:
    found = measured(SECOND, replace(FIRST, **changes))
    assert found["incidents.contradictory"].state is State.UNKNOWN
    assert reason in found["incidents.contradictory"].reason
    assert found["incidents.time_to_restore.mean"].sample_size == 1


def test_an_incident_mitigated_before_anybody_saw_it_is_possible() -> None:
    assert replace(FIRST, mitigated=at(9, 1)).contradiction(NOW) == ""


def test_one_id_for_two_incidents_is_contradictory() -> None:
    assert state(FIRST, replace(SECOND, id="INC-1")) is State.UNKNOWN


def test_urgent_incidents_without_a_postmortem_are_counted_where_postmortems_are_told_of() -> None:
    with_one = replace(FIRST, postmortem="https://wiki.example/pm-1")
    found = measured(with_one, SECOND)["incidents.without_postmortem"]
    assert found.value == 1
    assert "INC-2" in found.reason
    assert measured(FIRST, SECOND)["incidents.without_postmortem"].value is None


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("SEV-2 Major", Severity.HIGH),
        ("P1 (low urgency)", Severity.CRITICAL),
        ("s4", Severity.LOW),
        ("Priority 3", Severity.MEDIUM),
        ("p17", Severity.UNKNOWN),
        ("Minor", Severity.LOW),
        ("flow", Severity.UNKNOWN),
    ],
)
def test_severities_are_read_as_teams_write_them(word: str, severity: Severity) -> None:
    assert severity_of(word) is severity


def test_the_summary_names_the_worst_that_is_open() -> None:
    facts = Incidents(incidents=(FIRST, OPEN, replace(OPEN, id="x", level="P1")))
    assert facts.summary() == "3 incidents, 2 open (critical severity)"
