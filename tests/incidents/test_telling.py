"""One incident told in several places."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.incidents.incident import Incident
from codexreport.incidents.telling import Told, accounts

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
START = datetime(2026, 10, 1, 9, tzinfo=timezone.utc)
INCIDENT = Incident(
    id="INC-42",
    title="Orders failed",
    open=False,
    level="SEV1",
    started=START,
    resolved=START + timedelta(hours=1),
)


def told(*incidents):
    names = ("incidents.csv", "codexreport.toml", "incidents.csv")
    return accounts(
        [Told(incident=one, where=name) for one, name in zip(incidents, names, strict=False)], NOW
    )


def test_what_one_place_leaves_out_another_may_say():
    other = replace(INCIDENT, services=("checkout",), detected=START, title="Another title")
    (found,) = told(INCIDENT, other)
    assert found.incident == replace(INCIDENT, services=("checkout",), detected=START)
    assert found.where == ("incidents.csv", "codexreport.toml")
    assert found.contradiction == ""


def test_one_moment_in_two_zones_is_no_contradiction():
    elsewhere = START.astimezone(timezone(timedelta(hours=2)))
    (found,) = told(INCIDENT, replace(INCIDENT, started=elsewhere, level="critical"))
    assert found.contradiction == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"started": START + timedelta(minutes=1)}, "started is 2026-10-01T09:00:00"),
        ({"level": "SEV3"}, "severity is SEV1 in incidents.csv, SEV3 in codexreport.toml"),
        ({"open": True, "resolved": None}, "state is resolved in incidents.csv, open in"),
    ],
)
def test_places_that_say_different_things_contradict_each_other(change, said):
    (found,) = told(INCIDENT, replace(INCIDENT, **change))
    assert found.contradiction.startswith("INC-42 is told twice: ")
    assert said in found.contradiction


def test_all_contradictions_are_told_at_once():
    early = START - timedelta(hours=1)
    wrong = replace(INCIDENT, detected=early, resolved=early - timedelta(minutes=1), level="SEV1")
    (alone,) = told(wrong)
    assert alone.contradiction == "INC-42 was detected and resolved before it was started."
    assert alone.length("time_to_restore") is None
    (twice,) = told(wrong, replace(wrong, level="SEV3", deployment="D-1"))
    assert "severity is SEV1 in incidents.csv" in twice.contradiction
    assert "before it was started" in twice.contradiction


def test_two_places_that_name_different_deployments_contradict_each_other():
    (found,) = told(replace(INCIDENT, deployment="D-1"), replace(INCIDENT, deployment="D-2"))
    assert "deployment is D-1 in incidents.csv, D-2 in codexreport.toml" in found.contradiction


def test_a_timeline_that_cannot_be_is_a_contradiction():
    (found,) = told(replace(INCIDENT, resolved=START - timedelta(hours=1)))
    assert found.contradiction == "INC-42 was resolved before it was started."


def test_incidents_stay_in_the_order_they_are_first_told():
    other = replace(INCIDENT, id="INC-7")
    assert [one.incident.id for one in told(INCIDENT, other, INCIDENT)] == ["INC-42", "INC-7"]
