"""Deployments, incidents and budgets of a project: from its files to the rows that a page shows."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from codexreport.measure import State
from codexreport.pipeline.measures import measure_all
from codexreport.pipeline.open import open_project
from codexreport.pipeline.outcomes import delivery_rows, incident_rows, shown, spending_rows
from codexreport.project.workspace import Workspace

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
PROJECT = """\
schema = 1
[project]
name = "Shop"
[slo]
objectives = []
[delivery]
environments = ["Production"]
span = "28d"
[incident_targets]
restore = "12m"
since = 2026-09-20T00:00:00Z
"""
DEPLOYMENTS = """\
id,environment,started,finished,outcome,committed
d1,production,2026-09-10T09:00Z,2026-09-10T09:10Z,success,2026-09-09T09:10Z
d2,production,2026-09-14T09:00Z,2026-09-14T09:10Z,failed,2026-09-13T09:10Z
d3,production,2026-09-14T11:00Z,2026-09-14T11:10Z,success,2026-09-14T09:10Z
d4,production,2026-09-21T09:00Z,2026-09-21T09:10Z,success,2026-09-17T09:10Z
d5,production,2026-09-24T09:00Z,2026-09-24T09:30Z,rolled back,2026-09-23T09:10Z
d6,production,2026-09-28T09:00Z,2026-09-28T09:10Z,success,2026-09-27T21:10Z
d7,production,2026-10-01T09:00Z,2026-10-01T09:10Z,success,2026-09-30T15:10Z
s1,staging,2026-10-01T07:00Z,2026-10-01T07:10Z,failed,2026-09-30T15:10Z
"""
INCIDENTS = """\
id,severity,started,resolved,deployment
INC-1,SEV-2,2026-09-11T09:00Z,2026-09-11T11:00Z,
INC-2,SEV-2,2026-09-21T09:20Z,2026-09-21T09:31Z,d4
"""
BUDGET = "item,unit,budget,actual,owner\nSearch,EUR,12000,8450.75,web\nLoad,EUR,10,12,ops\n"


@pytest.fixture
def measures(tmp_path):
    """Everything that a project of these files gives; a file of None is not there."""

    def of(project=PROJECT, **files):
        texts = {"deployments": DEPLOYMENTS, "incidents": INCIDENTS, "spending": BUDGET, **files}
        for name, text in texts.items():
            if text is not None:
                project += f'[sources.{name}]\ntype = "{name}"\npath = "{name}.csv"\n'
                (tmp_path / f"{name}.csv").write_text(text)
        (tmp_path / "codexreport.toml").write_text(project)
        opened = open_project(tmp_path)
        return opened, measure_all(opened, Workspace(tmp_path), NOW).measures

    return of


def by_name(measured):
    return {one.name: one for one in measured[1]}


def test_the_four_keys_of_a_project(measures):
    """Five stood in four weeks. From commit 24, 2, 96, 12 and 18 h: 18 h. d2 and d5 failed, and d4
    caused INC-2: 3 of 7. Recovered after 130, 30 and 11 min: 30 min."""
    found = by_name(measures())
    assert found["delivery.deployment_frequency"].value * 4 == 5
    assert found["delivery.lead_time.median"].value == 18 * 3600
    assert found["delivery.change_failure_rate"].value * 7 == 3
    assert found["delivery.recovery_time.median"].value == 30 * 60
    assert found["delivery.unrecovered"].value == 0
    keys = [one for name, one in found.items() if name.startswith("delivery.")]
    assert {one.subject for one in keys} == {"deployments: Production"}
    assert {one.state for one in keys} == {State.NOT_APPLICABLE}
    assert {len(one.origins) for one in keys} == {2}
    assert {one.window.label for one in keys} == {"28d to 2026-10-06 09:00"}


HARM = {"delivery.change_failure_rate", "delivery.recovery_time.median", "delivery.unrecovered"}


@pytest.mark.parametrize(
    ("incidents", "reason"),
    [
        (None, "No source of incidents says which deployments did harm."),
        ("<html>", "incidents: incidents.csv: It is a web page"),
        (INCIDENTS.replace("d4", "d44"), "On no record of deployments: INC-2 names d44."),
    ],
    ids=["no source", "unreadable", "a deployment that there is not"],
)
def test_without_sound_incidents_what_did_harm_is_unknown(measures, incidents, reason):
    found = by_name(measures(incidents=incidents))
    unknown = {
        name
        for name, one in found.items()
        if name.startswith("delivery.") and one.state is State.UNKNOWN
    }
    assert unknown == HARM
    assert all(found[name].reason.startswith(reason) for name in HARM)


def test_marks_on_charts_are_no_record_of_incidents(measures):
    mark = '[[incidents]]\nid = "INC-9"\ntitle = "Down"\nstarted = 2026-09-21T09:20:00Z\n'
    found = by_name(measures(PROJECT + mark, incidents=None))
    assert found["delivery.change_failure_rate"].state is State.UNKNOWN


def test_an_environment_that_no_record_has_offers_those_it_has(measures):
    found = by_name(measures(PROJECT.replace("Production", "live")))
    assert found["delivery.deployment_frequency"].state is State.UNKNOWN
    assert found["delivery.deployment_frequency"].reason == (
        "It holds no deployment to live; there are some to production, staging."
    )


def test_a_record_that_cannot_be_read_makes_every_key_unknown(measures):
    found = by_name(measures(deployments="id,environment\n"))
    keys = [one for name, one in found.items() if name.startswith("delivery.")]
    assert len(keys) == 5
    assert {one.state for one in keys} == {State.UNKNOWN}


def test_without_a_record_of_deployments_nothing_is_measured(measures):
    _, found = measures(deployments=None, incidents=None)
    assert not [one for one in found if one.name.startswith(("delivery.", "incidents."))]


def test_rows_say_what_a_page_shows(measures):
    """Restored in 11 min since the 20th, and in 2 h before. 8462.75 of 12010 EUR are 70.46 %."""
    project, found = measures()
    keys = {one.name: one for one in delivery_rows(found)}
    assert keys["Deployment frequency"].value == "1.25\u00a0per week"
    assert keys["Deployment frequency"].sentence == "5 deployments that stood in 28d."
    assert keys["Lead time for changes, median"].value == "18\u00a0h"
    assert keys["Change failure rate"].value == "42.86\u00a0%"
    (restored,) = [
        one
        for one in incident_rows(found, project.incident_targets.targets())
        if one.name.startswith("Time to restore")
    ]
    assert (restored.value, restored.target, restored.state) == ("11\u00a0min", "≤ 12m", State.PASS)
    assert shown(restored.before) == "2\u00a0h"
    (spent,) = spending_rows(found)
    assert (spent.name, spent.value, spent.state) == ("Cost, EUR", "70.46\u00a0%", State.PASS)
    assert spent.sentence == (
        "8\u00a0462.75 of 12\u00a0010 EUR. Over budget: Load with 12 of 10 EUR, ops."
    )


def test_a_row_of_what_is_unknown_shows_no_figure(measures):
    project, found = measures(incidents=None)
    keys = {one.name: one for one in delivery_rows(found)}
    assert keys["Change failure rate"].value == "not known"
    (restored,) = incident_rows(found, project.incident_targets.targets())
    assert (restored.value, restored.state) == ("not known", State.UNKNOWN)
    assert restored.sentence == "There is no source of incidents."


def test_without_targets_the_times_are_shown_alone(measures):
    project, found = measures(PROJECT.partition("[incident_targets]")[0])
    rows = incident_rows(found, project.incident_targets.targets())
    assert {(one.target, one.state) for one in rows} == {("", State.NOT_APPLICABLE)}


def test_the_worked_example_in_the_docs_comes_to_what_it_says(measures):
    page = (Path(__file__).parents[2] / "docs/delivery.md").read_text()
    deployments, incidents, budget = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    settings = re.findall(r"```toml\n.*?(\[delivery\].*?)```", page, re.DOTALL)[0]
    project = PROJECT.partition("[delivery]")[0] + settings
    opened, found = measures(project, deployments=deployments, incidents=incidents, spending=budget)
    rows = (
        *delivery_rows(found),
        *incident_rows(found, opened.incident_targets.targets()),
        *spending_rows(found),
    )
    assert [one.value.replace("\u00a0", " ") for one in rows] == [
        "1.25 per week",
        "18 h",
        "42.86 %",
        "30 min",
        "0 deployments",
        "4 min",
        "6 min",
        "not known",
        "11 min",
        "70.42 %",
        "107.19 %",
    ]
