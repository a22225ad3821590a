"""What is to be mended in an incident's record, seen beside the rest of its project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

import pytest

from codexreport.incidents.incident import Incident
from codexreport.incidents.telling import Told, accounts
from codexreport.pipeline.happenings import happenings_of
from codexreport.pipeline.incident_remarks import incident_remarks

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
MOMENTS = ("started", "detected", "acknowledged", "mitigated", "resolved")


@dataclass
class Promise:
    """All of an objective that counts here."""

    service: str


def remarks(*services, known=("checkout", "search")):
    incident = Incident(
        id="INC-42",
        title="Orders failed",
        open=False,
        level="SEV1",
        services=services,
        **dict.fromkeys(MOMENTS, NOW),
    )
    (account,) = accounts([Told(incident=incident, where="incidents.toml")], NOW)
    found = happenings_of([], [], NOW, [])
    return [one.message for one in incident_remarks(account, found, [*map(Promise, known)])]


def test_a_service_that_looks_misspelt_is_named_with_the_one_that_was_meant():
    said = "No objective has the service 'serch' of INC-42; did you mean 'search'?"
    assert remarks("serch") == remarks("checkout", "serch") == [said]


def test_where_no_objective_has_any_of_its_services_those_there_are_are_named():
    assert remarks("mail") == [
        "No objective has the service 'mail' of INC-42; there are: checkout, search."
    ]


@pytest.mark.parametrize("services", [(), ("checkout",), ("checkout", "mail")])
def test_a_service_without_an_objective_beside_one_that_has_some_is_no_mistake(services):
    assert remarks(*services) == []


def test_a_project_without_objectives_has_no_service_to_miss():
    assert remarks("mail", known=()) == []
