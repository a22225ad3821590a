"""A retrospective as its cells show it."""

from __future__ import annotations

import pytest

from codexreport.measure import State
from codexreport.views.retro import retro

NOW = "2026-10-06T09:00:00+02:00"
PROJECT = """\
schema = 1
[project]
name = "Shop"
timezone = "Europe/Berlin"
[slo]
objectives = []
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
DEPLOYMENTS = """\
id,environment,started,outcome
D-0,production,2026-09-01T06:00:00Z,succeeded
D-9,production,2026-10-06T07:00:00Z,succeeded
"""
HEAD = "id,title,owner,due,state,closed,incident,url"
KEPT = "ACT-1,Rehearse,Shop,2026-10-02,closed,2026-10-02T21:30Z,RETRO-2026-W38,https://t.example/1"
OWN = "ACT-9,Try it,Shop,2026-10-30,open,,RETRO-2026-W40,https://t.example/9"


@pytest.fixture
def report(tmp_path):
    """The retro of a week, with these incidents and action items; there was one in W38."""

    def make(*actions, incidents=(), before=("2026-W38",), deployments=DEPLOYMENTS, **asked):
        (tmp_path / "codexreport.toml").write_text(PROJECT)
        (tmp_path / "deployments.csv").write_text(deployments)
        rows = "\n".join(["id,severity,started,resolved", *incidents])
        (tmp_path / "incidents.csv").write_text(rows + "\n")
        if actions:
            (tmp_path / "actions.csv").write_text("\n".join([HEAD, *actions]) + "\n")
        (tmp_path / "retros").mkdir(exist_ok=True)
        for name in before:
            (tmp_path / "retros" / f"{name}.ipynb").write_text("{}")
        return retro(project=str(tmp_path), now=NOW, **{"week": "2026-W40", **asked})

    return make


def text(block):
    return block.markdown().replace("\\", "")


def test_a_promise_is_kept_to_the_end_of_its_day_in_the_projects_zone(report):
    late = KEPT.replace("1,Rehearse", "2,Practise").replace("example/1", "example/2")
    late = late.replace("21:30Z", "22:30Z")  # half past midnight in Berlin
    found = report(KEPT, late, OWN)
    assert (
        "Of 2 action items that the last retro promised, 1 closed on time, 1 closed late."
        in found.sentence
    )
    assert [one.rule for one in found.record] == ["promise-late"]
    assert "ACT-2" in found.record[0].message
    assert found.state is State.FAIL


def test_a_promise_that_is_not_due_yet_is_neither_kept_nor_broken(report):
    still = KEPT.replace("closed,2026-10-02T21:30Z", "open,").replace("10-02", "10-16")
    found = report(still, OWN)
    said = "Of 1 action item that the last retro promised, 1 still open, due Fri 16 Oct 2026."
    assert said in found.sentence
    assert found.state is State.WARNING  # nobody has begun to write it


def test_the_last_retro_is_the_one_that_began_last_before_this_one(report):
    found = report(KEPT, OWN, before=("2026-W37", "2026-W38", "2026-W41", "notes"))
    assert found.period.before == "2026-W38"
    spans = report(KEPT, OWN, before=("2026-W38", "2026-09-21T0000--2026-09-28T0000"))
    assert spans.period.before == "2026-09-21T0000--2026-09-28T0000"


def test_a_first_retro_has_no_promises_to_look_back_on(report):
    found = report(OWN, before=())
    assert text(found.promised()).strip() == "There is no retro before it."
    assert found.state is State.WARNING  # nobody has begun to write it


def test_a_tracker_that_is_down_is_unknown_and_no_broken_promise(report):
    found = report()
    assert found.state is State.UNKNOWN
    assert "is not known" in text(found.promised())
    assert "actions.csv" in text(found.unknowns())


def test_an_incident_belongs_to_the_week_that_it_began_in(report):
    first = "INC-1,SEV1,2026-09-28T00:00:00+02:00,2026-09-28T01:00:00+02:00"
    before = "INC-2,SEV1,2026-09-27T23:59:00+02:00,2026-09-28T01:00:00+02:00"
    after = "INC-3,SEV1,2026-10-05T00:00:00+02:00,2026-10-05T01:00:00+02:00"
    found = report(OWN, incidents=(first, before, after))
    assert [one.id for one in found.period.incidents] == ["INC-1"]
    assert "1 incident began." in found.sentence


def test_an_incident_that_contradicts_itself_is_unknown(report):
    wrong = "INC-1,SEV1,2026-09-29T12:00Z,2026-09-29T11:00Z"
    found = report(KEPT, OWN, incidents=(wrong,))
    assert "timeline-order" in [one.rule for one in found.record]
    assert "INC-1 was resolved before it was started" in text(found.incidents())
    assert found.state is State.UNKNOWN


def test_what_the_retro_cannot_know_is_unknown(report):
    found = report(OWN, deployments=DEPLOYMENTS.rpartition("D-9")[0])
    assert [one.rule for one in found.record] == ["deployments-unknown"]
    assert "deployments.csv ends on" in text(found.unknowns())
    undated = KEPT.replace("2026-10-02T21:30Z", "")
    found = report(undated, OWN)
    assert [one.rule for one in found.record] == ["action-closing-day"]
    assert found.state is State.UNKNOWN


def test_a_period_that_is_not_over_is_provisional(report):
    running = report(OWN, week="2026-W41", deployments=DEPLOYMENTS.replace("10-06T07", "10-04T07"))
    assert running.provisional
    assert "0 incidents began so far." in running.sentence
    assert "No incident is told of that began in the period so far." in text(running.incidents())
    assert not report(OWN).provisional


def test_objectives_of_the_sample_link_to_nothing_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = retro(week="2026-W40").objectives().html()
    assert "Checkout takes orders" in table
    assert "href" not in table
