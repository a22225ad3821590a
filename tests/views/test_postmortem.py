"""A postmortem as its cells show it, on small projects of every kind."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from codexreport.errors import ParameterError, ProjectError
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.measure import State
from codexreport.pipeline.authoring import make
from codexreport.pipeline.open import moment_of, open_project
from codexreport.views.postmortem import postmortem

NOW = "2026-10-06T09:00:00+02:00"
HEAD = """\
schema = 1
[project]
name = "Shop"
timezone = "Europe/Berlin"
owner = "Shop operations"
[slo]
objectives = []
"""
SOURCES = """\
[sources.incidents]
type = "incidents"
path = "incidents.csv"
[sources.actions]
type = "actions"
path = "actions.csv"
[sources.deployments]
type = "deployments"
path = "deployments.csv"
"""
COLUMNS = "id,severity,started,resolved,title,detected,acknowledged,mitigated,services,deployment"
WHOLE = (
    "INC-42,SEV1,2026-10-01T12:00:00Z,2026-10-01T13:00:00Z,Orders failed,"
    "2026-10-01T14:04:00+02:00,2026-10-01T12:06Z,2026-10-01T12:40Z,checkout,"
)
FAR = (
    "D-0,production,2026-09-01T06:00:00Z,succeeded,,0.9,",
    "D-9,production,2026-10-06T07:00:00Z,succeeded,,1.9,",
)
"""Deployments from long before it to the moment of the report: the list spans it."""
ACTION = "ACT-1,Alert sooner,Shop operations,2026-10-20,open,,INC-42,https://tracker.example/1"


@pytest.fixture
def project(tmp_path):
    """Writes a project of incidents, action items and deployments."""

    def write(*incidents, actions=(ACTION,), deployments=FAR, own="", sources=SOURCES):
        files = {
            "codexreport.toml": HEAD + sources + own,
            "incidents.csv": "\n".join([COLUMNS, *incidents]),
            "actions.csv": "\n".join(["id,title,owner,due,state,closed,incident,url", *actions]),
            "deployments.csv": "\n".join(
                ["id,environment,started,outcome,finished,version,commit", *deployments]
            ),
        }
        for name, text in files.items():
            (tmp_path / name).write_text(text + "\n")
        return str(tmp_path)

    return write


def rules(report):
    return [one.rule for one in report.record]


def times(report):
    return {one.name.rpartition("_")[2]: one.value for one in report.file.times}


def text(block):
    return block.markdown().replace("\\", "")


def test_the_times_are_real_time_whatever_zone_they_are_written_in(project):
    report = postmortem(project=project(WHOLE), incident="INC-42", now=NOW)
    assert times(report) == {"detect": 240, "acknowledge": 120, "mitigate": 2400, "restore": 3600}
    assert report.sentence == "INC-42: Orders failed. It went on for 1\u00a0h."
    assert "The team knew of it | Thu 1 Oct 2026, 14:04 CEST | 4\u00a0min" in text(
        report.timeline()
    )


def test_an_incident_still_open_goes_up_to_now_and_is_provisional(project):
    folder = project("INC-42,SEV1,2026-10-06T06:00:00Z,,Orders fail,,,,checkout,")
    report = postmortem(project=folder, incident="INC-42", now=NOW)
    assert report.sentence == "INC-42: Orders fail. It has gone on for 1\u00a0h, and is still open."
    assert report.provisional
    assert rules(report) == ["incident-open", "time-missing"]
    assert report.state is State.WARNING


def test_times_that_are_missing_are_named_and_none_is_made_up(project):
    row = "INC-42,SEV1,2026-10-01T12:00:00Z,2026-10-01T13:00:00Z,Orders failed,,,,,"
    report = postmortem(project=project(row), incident="INC-42", now=NOW)
    assert times(report) == {"detect": None, "acknowledge": None, "mitigate": None, "restore": 3600}
    assert "INC-42, time to detect" in text(report.unknowns())
    assert "detected, acknowledged, mitigated" in text(report.decisions())


def test_times_that_are_equal_take_no_time(project):
    at = "2026-10-01T12:00:00Z"
    row = f"INC-42,SEV1,{at},{at},Orders failed,{at},{at},{at},,"
    report = postmortem(project=project(row), incident="INC-42", now=NOW)
    assert set(times(report).values()) == {0}
    assert report.file.span.length.total_seconds() == 1


def test_times_in_reverse_leave_every_figure_unknown(project):
    row = "INC-42,SEV1,2026-10-01T12:00Z,2026-10-01T11:00Z,Orders failed,2026-10-01T11:30Z,,,,"
    report = postmortem(project=project(row), incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert set(times(report).values()) == {None}
    assert report.sentence.endswith(
        "How long it went on and what it cost are not known. Its record contradicts itself."
    )
    said = "INC-42 was detected and resolved before it was started."
    assert text(report.decisions()).count(said) == 1
    assert said not in text(report.headline())
    assert "Final figures" not in text(report.headline())
    assert "What changed near it is not known." in text(report.changes())


def test_an_incident_that_contradicts_itself_stands_where_it_began(project):
    row = "INC-42,SEV1,2026-10-01T12:00:00Z,2026-10-01T11:00:00Z,Orders failed,,,,,"
    window = postmortem(project=project(row), incident="INC-42", now=NOW).to_dict()["window"]
    assert (window["label"], window["start"]) == ("INC-42", "2026-10-01T14:00:00+02:00")


def test_of_a_similar_incident_that_contradicts_itself_nobody_knows_how_long_it_took(project):
    other = "INC-29,SEV2,2026-09-01T12:00Z,2026-09-01T18:20Z,Orders,2026-09-01T11:00Z,,,checkout,"
    report = postmortem(project=project(WHOLE, other), incident="INC-42", now=NOW)
    shown = text(report.similar())
    assert "INC-29" in shown
    assert "not known" in shown
    assert "20\u00a0min" not in shown


def test_an_incident_told_twice_differently_is_unknown(project):
    again = WHOLE.replace("13:00:00Z", "13:30:00Z")
    report = postmortem(project=project(WHOLE, again), incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert "INC-42 is told twice: resolved is" in text(report.decisions())


def test_the_project_file_and_the_tracker_complete_each_other(project):
    own = """
[[incidents]]
id = "INC-42"
title = "Marked on the charts"
started = 2026-10-01T14:00:00+02:00
resolved = 2026-10-01T15:00:00+02:00
acknowledged = 2026-10-01T14:10:00+02:00
"""
    row = "INC-42,SEV1,2026-10-01T12:00:00Z,2026-10-01T13:00:00Z,Orders failed,,,,,"
    report = postmortem(project=project(row, own=own), incident="INC-42", now=NOW)
    assert report.incident.title == "Orders failed"
    assert report.incident.acknowledged is not None


def test_a_severity_that_is_none_fails(project):
    report = postmortem(project=project(WHOLE.replace("SEV1", "")), incident="INC-42", now=NOW)
    assert "severity-missing" in rules(report)
    assert report.state is State.FAIL


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("ACT-1,Alert,,2026-10-20,open,,INC-42,https://t.example/1", "action-owner"),
        ("ACT-1,Alert,Shop,,open,,INC-42,https://t.example/1", "action-due-date"),
        ("ACT-1,Alert,Shop,2026-10-20,open,,INC-42,", "action-link"),
        ("ACT-1,Alert,Shop,2026-10-05,open,,INC-42,https://t.example/1", "action-overdue"),
    ],
)
def test_an_action_item_needs_an_owner_a_day_and_a_link_and_to_be_in_time(project, row, rule):
    report = postmortem(project=project(WHOLE, actions=[row]), incident="INC-42", now=NOW)
    assert rules(report) == [rule]
    assert report.state is State.FAIL
    assert "ACT-1" in text(report.decisions())
    assert "Fail" in text(report.actions())


def test_an_action_item_is_due_to_the_end_of_its_day_in_the_projects_zone(project):
    row = "ACT-1,Alert,Shop,2026-10-05,open,,INC-42,https://t.example/1"
    folder = project(WHOLE, actions=[row])
    for moment, late in (("2026-10-05T21:59:00Z", False), ("2026-10-05T22:01:00Z", True)):
        report = postmortem(project=folder, incident="INC-42", now=moment)
        assert ("action-overdue" in rules(report)) is late


def test_a_tracker_that_is_down_is_unknown_and_never_no_action_item(project, tmp_path):
    folder = project(WHOLE)
    (tmp_path / "actions.csv").unlink()
    report = postmortem(project=folder, incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert "Action items of actions.csv are not known." in text(report.actions())
    assert "actions.csv" in text(report.unknowns())


def test_a_project_without_a_source_of_action_items_does_not_know_them(project):
    lines = SOURCES.replace('[sources.actions]\ntype = "actions"\npath = "actions.csv"\n', "")
    folder = project(WHOLE, sources=lines)
    assert postmortem(project=folder, incident="INC-42", now=NOW).state is State.UNKNOWN


def test_deployments_near_it_are_shown_and_others_are_not(project):
    rows = [
        "D-1,production,2026-10-01T05:59:00Z,succeeded,,1.0,",
        "D-2,production,2026-10-01T06:01:00Z,succeeded,2026-10-01T06:10:00Z,1.1,",
        "D-3,production,2026-10-01T12:30:00Z,rolled back,,1.0,",
        "D-4,production,2026-10-01T13:01:00Z,succeeded,,1.2,",
    ]
    report = postmortem(project=project(WHOLE, deployments=rows), incident="INC-42", now=NOW)
    assert [one.id for one in report.file.deployments] == ["D-2", "D-3"]
    assert "Deployment of 1.1 to production: succeeded" in text(report.timeline())


@pytest.mark.parametrize(
    ("deployments", "said"),
    [
        (FAR[:1], "deployments.csv ends on Tue 1 Sep 2026, 08:00 CEST."),
        (FAR[1:], "deployments.csv begins on Tue 6 Oct 2026, 09:00 CEST."),
        ((), "deployments.csv holds no deployment."),
    ],
)
def test_a_list_that_does_not_span_it_cannot_show_that_nothing_was_deployed(
    project, deployments, said
):
    report = postmortem(project=project(WHOLE, deployments=deployments), incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert f"Whether any deployment began near it is not known. {said}" in text(report.changes())
    assert said in text(report.unknowns())


def test_deployments_that_cannot_be_read_are_unknown(project, tmp_path):
    folder = project(WHOLE)
    (tmp_path / "deployments.csv").unlink()
    report = postmortem(project=folder, incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert "deployments-unknown" in rules(report)


def test_a_deployment_that_is_near_or_named_hides_no_list_that_ends_early(project):
    near = "D-2,production,2026-10-01T11:00:00Z,succeeded,,1.1,"
    report = postmortem(
        project=project(WHOLE, deployments=[FAR[0], near]), incident="INC-42", now=NOW
    )
    assert rules(report) == ["deployments-unknown"]
    assert "Whether any other deployment began near it is not known." in text(report.changes())
    named = f"{WHOLE}D-0"
    report = postmortem(project=project(named, deployments=FAR[:1]), incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert "deployments.csv ends on Tue 1 Sep 2026" in text(report.unknowns())


def test_a_project_without_a_source_of_deployments_does_not_know_them(project):
    lines = SOURCES.partition("[sources.deployments]")[0]
    report = postmortem(project=project(WHOLE, sources=lines), incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert "The project names no source of deployments." in text(report.unknowns())


def test_an_item_that_is_closed_while_nothing_says_when_is_unknown(project):
    row = "ACT-1,Alert sooner,Shop operations,2026-10-02,closed,,INC-42,https://tracker.example/1"
    report = postmortem(project=project(WHOLE, actions=[row]), incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert rules(report) == ["action-closing-day"]
    assert "ACT-1 is closed, and nothing says when." in text(report.unknowns())


def test_a_similar_incident_names_the_postmortem_that_is_written_about_it(project):
    earlier = WHOLE.replace("INC-42", "INC-41").replace("2026-10-01", "2026-09-30")
    folder = project(WHOLE, earlier)
    assert "none is named" in text(postmortem(project=folder, incident="INC-42", now=NOW).similar())
    make(
        open_project(Path(folder)),
        "postmortem",
        "INC-41",
        {},
        moment_of(NOW, open_project(Path(folder))),
    )
    report = postmortem(project=folder, incident="INC-42", now=NOW)
    assert "postmortems/INC-41.ipynb" in text(report.similar())


def test_a_deployment_that_the_record_names_has_to_be_there(project):
    named = f"{WHOLE}D-7"
    report = postmortem(project=project(named), incident="INC-42", now=NOW)
    assert report.state is State.UNKNOWN
    assert "names the deployment D-7, which no source has" in text(report.changes())
    there = "D-7,production,2026-09-30T06:00:00Z,succeeded,,1.1,"
    report = postmortem(
        project=project(named, deployments=[*FAR, there]), incident="INC-42", now=NOW
    )
    assert rules(report) == []
    assert "1.1, which its record names" in text(report.changes())


def test_flags_that_were_found_changed_near_it_are_shown(project, tmp_path):
    for hour, key in (("05:00", "before"), ("12:10", "one-page"), ("13:10", "after")):
        at = datetime.fromisoformat(f"2026-10-01T{hour}:00+00:00")
        change = {"source": "flags", "key": key, "field": "state", "before": "off", "after": "on"}
        record = Record(
            kind=Kind.CHECK,
            time=at,
            step="rollout flags",
            subject="flags",
            state="pass",
            summary="Changed.",
            tool="codexreport",
            details={"as_of": at.isoformat(), "changes": [change]},
        )
        keep(tmp_path, "phase6", record)
    report = postmortem(project=project(WHOLE), incident="INC-42", now=NOW)
    assert [one.change.key for one in report.file.flags] == ["one-page"]
    assert "one-page: state was off; is on" in text(report.changes())
    assert "Flag found changed: one-page" in text(report.timeline())


def test_an_action_item_that_two_lists_name_is_one(project, tmp_path):
    own = '[sources.more]\ntype = "actions"\npath = "more.csv"\n'
    folder = project(WHOLE, sources=SOURCES + own)
    (tmp_path / "more.csv").write_text((tmp_path / "actions.csv").read_text())
    assert len(postmortem(project=folder, incident="INC-42", now=NOW).items) == 1


def test_hostile_text_of_a_tracker_is_shown_as_the_characters_it_is(project):
    hostile = "<script>alert(1)</script> {{< include x >}} [a](javascript:b)"
    report = postmortem(
        project=project(WHOLE.replace("Orders failed", hostile)), incident="INC-42", now=NOW
    )
    for block in (report.headline(), report.timeline(), report.actions(), report.similar()):
        assert "<script>" not in block.html()
        assert "{{<" not in block.html()


def test_the_page_is_called_by_its_incident(project):
    report = postmortem(project=project(WHOLE), incident="INC-42", now=NOW)
    assert report.to_dict()["title"] == "Postmortem of INC-42: Orders failed"
    assert "Orders failed" not in report.headline().sentence


def test_only_the_draft_has_a_day_of_its_own(project):
    row = "INC-42,SEV1,2026-10-06T06:00:00Z,,Orders fail,,,,checkout,"
    found = postmortem(project=project(row), incident="INC-42", now=NOW).decisions().actions
    assert {one.due for one in found} == {None}


def test_the_latest_incident_is_taken_where_none_is_named(project):
    older = WHOLE.replace("INC-42", "INC-7").replace("2026-10-01", "2026-09-01")
    assert postmortem(project=project(WHOLE, older), now=NOW).incident.id == "INC-42"


def test_an_incident_that_there_is_not_is_refused_with_those_that_come_near(project):
    with pytest.raises(ParameterError, match=r"no incident 'INC-24'; did you mean INC-42\?"):
        postmortem(project=project(WHOLE), incident="INC-24", now=NOW)


def test_a_project_without_any_incident_says_where_they_come_from(project):
    with pytest.raises(ParameterError, match="has no incident") as caught:
        postmortem(project=project(), now=NOW)
    assert "[[incidents]]" in caught.value.advice


def test_an_id_that_cannot_name_a_file_is_refused(project):
    row = WHOLE.replace("INC-42", "../../INC")
    with pytest.raises(ParameterError, match="cannot name a file"):
        postmortem(project=project(row), incident="../../INC", now=NOW)


def test_reversed_times_of_the_project_file_are_refused_by_line(project):
    own = """
[[incidents]]
id = "INC-1"
title = "Reversed"
started = 2026-10-01T14:00:00+02:00
resolved = 2026-10-01T13:00:00+02:00
"""
    with pytest.raises(ProjectError, match="it ends before it starts"):
        postmortem(project=project(own=own), now=NOW)


def test_the_draft_is_part_of_the_page_and_of_the_record(project):
    folder = project(WHOLE)
    opened = open_project(Path(folder))
    before = postmortem(project=folder, incident="INC-42", now=NOW)
    assert before.progress().startswith("Nobody has begun to write it: codexreport new postmortem")
    assert before.state is State.WARNING
    make(opened, "postmortem", "INC-42", {"incident": "INC-42"}, moment_of(NOW, opened))
    report = postmortem(project=folder, incident="INC-42", now=NOW)
    assert report.progress() == "Draft: 0 of 10 sections written"
    assert "Write the sections: Summary, Impact" in text(report.decisions())
    assert report.state is State.WARNING
    late = postmortem(project=folder, incident="INC-42", now="2026-10-21T09:00:00+02:00")
    assert late.state is State.FAIL
    files = [one["path"] for one in report.to_dict()["project_files"]]
    assert files == ["codexreport.toml", "postmortems/INC-42.ipynb"]


def test_the_same_inputs_give_the_same_report(project):
    folder = project(WHOLE)
    first, second = (
        json.dumps(postmortem(project=folder, incident="INC-42", now=NOW).to_dict())
        for _ in range(2)
    )
    assert first == second


def test_the_sample_has_an_incident_that_cost_something(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = postmortem(incident="INC-31")
    spent = {one.objective.name: one.spent.value for one in report.file.spent}
    assert spent["checkout-availability"] > 0
    assert "of the error budget of Checkout takes orders" in report.sentence
    assert "cost" in report.cost().html()
