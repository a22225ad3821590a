"""What is read out of each tracker's incidents, and the traps that lie in them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from examples import FORMATS

from codexreport.errors import SourceError
from codexreport.incidents.incident import Incident
from codexreport.incidents.severity import Severity
from codexreport.readers.incident_io import IncidentIoReader
from codexreport.readers.incidents import IncidentsReader
from codexreport.readers.notation.document import Document
from codexreport.readers.pagerduty import PagerDutyReader


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def example(name):
    return Document(name, (FORMATS / name).read_bytes())


def document(text, **more):
    return Document("a file", text.encode(), **more)


def pagerduty(**changes):
    row = {
        "id": "Q1",
        "status": "resolved",
        "urgency": "high",
        "created_at": "2026-10-01T09:00:00Z",
        **changes,
    }
    return PagerDutyReader().parse(document(json.dumps({"incidents": [row]}))).incidents[0]


def test_pagerduty_log_entries_tell_the_first_acknowledgement_that_the_list_has_forgotten():
    first, second = (
        PagerDutyReader().parse(example("pagerduty/pass-resolved-with-log-entries.json")).incidents
    )
    assert first == Incident(
        id="Q1CHECKOUT01",
        title="Checkout answers 503",
        level="P1",
        open=False,
        detected=utc(2026, 9, 30, 21, 4),
        acknowledged=utc(2026, 9, 30, 21, 7),
        resolved=utc(2026, 9, 30, 21, 49),
        services=("checkout", "cart"),
        url="https://shop.pagerduty.example/incidents/Q1CHECKOUT01",
    )
    assert first.time_to_acknowledge == timedelta(minutes=3)
    assert second.acknowledged is None


def test_pagerduty_knows_when_it_was_told_and_not_when_it_started():
    one = pagerduty()
    assert one.started is None
    assert one.time_to_detect is None


def test_an_older_pagerduty_answer_without_resolved_at_ends_with_its_last_change():
    changed = "2026-10-01T09:30:00Z"
    assert pagerduty(last_status_change_at=changed).resolved == utc(2026, 10, 1, 9, 30)


def test_without_a_priority_pagerdutys_urgency_is_the_severity():
    assert pagerduty(urgency="low").severity is Severity.LOW
    assert pagerduty(priority={"summary": "P3"}).severity is Severity.MEDIUM
    assert pagerduty(priority={"summary": "Whenever"}).severity is Severity.UNKNOWN


def test_a_status_that_pagerduty_does_not_have_yet_is_open():
    assert pagerduty(status="paused").open


def test_incident_io_timestamps_are_known_by_their_names():
    (one,) = IncidentIoReader().parse(example("incident-io/pass-closed.json")).incidents
    assert one == Incident(
        id="INC-1",
        title="Payments were declined",
        level="Critical",
        open=False,
        started=utc(2026, 10, 1, 10, 0),
        detected=utc(2026, 10, 1, 10, 5),
        acknowledged=utc(2026, 10, 1, 10, 8),
        mitigated=utc(2026, 10, 1, 10, 40),
        resolved=utc(2026, 10, 1, 11, 0),
        url="https://app.incident.example/incidents/1",
        postmortem="https://wiki.example/inc-1",
    )


def test_a_rehearsal_and_a_false_alarm_are_no_incidents():
    """The example holds a drill (mode test) and a declined one beside the real one."""
    rows = json.loads((FORMATS / "incident-io/pass-closed.json").read_bytes())["incidents"]
    assert [row["reference"] for row in rows] == ["INC-1", "INC-2", "INC-3"]
    found = IncidentIoReader().parse(example("incident-io/pass-closed.json"))
    assert [one.id for one in found.incidents] == ["INC-1"]


@pytest.mark.parametrize(
    ("category", "still"),
    [("live", True), ("triage", True), ("paused", True), ("new one", True), ("learning", False)],
)
def test_incident_io_status_categories_decide_what_is_open(category, still):
    row = {"id": "1", "incident_status": {"category": category}}
    body = json.dumps({"incidents": [row]})
    assert IncidentIoReader().parse(document(body)).incidents[0].open is still


def test_a_plain_incident_is_read_from_csv_with_its_offset():
    first, second = IncidentsReader().parse(example("incidents/pass-all-resolved.csv")).incidents
    assert first.title == "Checkout is down, all regions"
    assert first.services == ("checkout", "cart")
    assert first.time_to_detect == timedelta(minutes=4)
    assert second.started == utc(2026, 9, 30, 19, 50)


def test_csv_and_toml_say_the_same():
    csv = "id,severity,started,resolved\nA,low,2026-10-01T09:00Z,2026-10-01T10:00Z\n"
    toml = (
        '[[incidents]]\nid = "A"\nseverity = "low"\n'
        "started = 2026-10-01T09:00:00Z\nresolved = 2026-10-01T12:00:00+02:00\n"
    )
    reader = IncidentsReader()
    assert reader.parse(document(csv)).incidents == reader.parse(document(toml)).incidents


def test_a_time_without_offset_is_in_the_zone_of_the_source_or_refused():
    csv = "id,severity,started,resolved\nA,low,2026-10-01T09:00,2026-10-01T10:00\n"
    berlin = document(csv, zone=ZoneInfo("Europe/Berlin"))
    assert IncidentsReader().parse(berlin).incidents[0].started == utc(2026, 10, 1, 7)
    with pytest.raises(SourceError, match=r"a file:2: started is '2026-10-01T09:00', expected"):
        IncidentsReader().parse(document(csv))


def test_a_misspelt_key_does_not_leave_an_incident_open():
    with pytest.raises(SourceError, match=r"resloved is not a key here; did you mean 'resolved'"):
        IncidentsReader().parse(example("incidents/refused-misspelt-key.toml"))


def test_a_row_that_was_exported_twice_counts_once():
    csv = "id,severity,started,resolved\n" + "A,low,2026-10-01T09:00Z,2026-10-01T10:00Z\n" * 2
    assert len(IncidentsReader().parse(document(csv)).incidents) == 1


def test_the_zero_time_of_a_server_means_that_there_is_none():
    assert pagerduty(resolved_at="0001-01-01T00:00:00Z").resolved is None


@pytest.mark.parametrize("blank", ["TODO", "tbd", "-", "n/a", "?"])
def test_a_postmortem_that_is_still_to_be_named_is_none(blank):
    times = "2026-10-01T09:00Z,2026-10-01T10:00Z"
    csv = f"id,severity,started,resolved,postmortem\nA,low,{times},{blank}\n"
    assert not IncidentsReader().parse(document(csv)).incidents[0].postmortem
