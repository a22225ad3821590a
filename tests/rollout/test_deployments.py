"""Which deployment of an environment counts, and how it is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.rollout.deployments import Deployment, Deployments, Outcome

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)


def deployment(number, outcome=Outcome.SUCCEEDED, environment="production"):
    return Deployment(
        id=f"d{number}",
        environment=environment,
        started=datetime(2026, 10, number, 9, tzinfo=timezone.utc),
        outcome=outcome,
        commit=f"{number}f2a9c1d",
    )


def measured(*deployments):
    return Deployments(deployments=deployments).measures(About(subject="d.csv", now=NOW))


def state(*deployments):
    return worst(one.state for one in measured(*deployments))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.SUCCEEDED, State.PASS),
        (Outcome.FAILED, State.FAIL),
        (Outcome.ROLLED_BACK, State.FAIL),
        (Outcome.IN_PROGRESS, State.UNKNOWN),
        (Outcome.INACTIVE, State.UNKNOWN),
        (Outcome.UNKNOWN, State.UNKNOWN),
    ],
)
def test_the_latest_of_an_environment_decides_in_whatever_order_they_are_listed(outcome, expected):
    assert state(deployment(3, outcome), deployment(1, Outcome.FAILED)) is expected
    assert state(deployment(1, Outcome.FAILED), deployment(3, outcome)) is expected


def test_each_environment_is_judged_apart():
    total, production, staging = measured(
        deployment(1), deployment(2, Outcome.FAILED, environment="staging")
    )
    assert total.value == 2
    assert (production.subject, production.state) == ("d.csv: production", State.PASS)
    assert (staging.subject, staging.state) == ("d.csv: staging", State.FAIL)


def test_failures_are_counted_back_to_the_last_success():
    _, production = measured(
        deployment(1, Outcome.FAILED),
        deployment(2),
        deployment(3, Outcome.FAILED),
        deployment(4, Outcome.ROLLED_BACK),
    )
    assert production.value == 2


def test_of_two_that_started_at_once_the_worse_counts():
    failed = replace(deployment(1, Outcome.FAILED), id="other")
    assert state(deployment(1), failed) is State.FAIL
    assert state(failed, deployment(1)) is State.FAIL


def test_what_cannot_be_is_contradictory():
    early = datetime(2026, 10, 1, 8, tzinfo=timezone.utc)
    assert state(replace(deployment(1), finished=early)) is State.UNKNOWN
    assert state(replace(deployment(1), started=NOW + timedelta(hours=1))) is State.UNKNOWN
    assert state(deployment(1), replace(deployment(2), id="d1")) is State.UNKNOWN


def test_no_deployment_is_unknown():
    assert state() is State.UNKNOWN


def test_a_record_is_of_one_commit_only_where_all_environments_have_it():
    same = replace(deployment(2, environment="staging"), commit="3f2a9c1d")
    assert Deployments(deployments=(deployment(3), same)).commit == "3f2a9c1d"
    assert Deployments(deployments=(deployment(3), deployment(2, environment="x"))).commit == ""
