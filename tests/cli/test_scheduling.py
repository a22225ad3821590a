"""Retros in the calendar, as they are planned and planned anew."""

from __future__ import annotations

import json

import pytest
from icalendar import Calendar

from codexreport.cli.app import run

PROJECT = """\
schema = 1
[project]
name = "Shop; the <second>"
timezone = "Europe/Berlin"
[slo]
objectives = []
"""
FIRST = ("--from", "2026-11-02", "--count", "2", "--now", "2026-10-06T09:00Z")


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def plan(project, capsys):
    """Exit code and document."""

    def plan_(*arguments):
        code = run(["schedule", "retros", "--json", *arguments])
        return code, json.loads(capsys.readouterr().out)

    return plan_


def records(project):
    lines = (project / "evidence/phase6/run.log").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_a_calendar_and_a_page_for_each_meeting_are_made_and_kept(plan, project):
    code, told = plan(*FIRST)
    assert code == 0
    assert told["written"] == ["retros/retros.ics", "retros/2026-W45.md", "retros/2026-W47.md"]
    events = Calendar.from_ical((project / "retros/retros.ics").read_bytes()).walk("VEVENT")
    assert [event.decoded("dtstart").isoformat() for event in events] == [
        "2026-11-02T10:00:00+01:00",
        "2026-11-16T10:00:00+01:00",
    ]
    assert str(events[0]["summary"]) == "Retro 2026-W45: Shop; the <second>"
    (record,) = records(project)
    assert (record["kind"], record["step"], record["artifacts"][0]["media_type"]) == (
        "change",
        "schedule retros",
        "text/calendar",
    )


def test_the_same_plan_again_writes_and_records_nothing(plan, project):
    plan(*FIRST)
    before = {path: path.read_bytes() for path in (project / "retros").iterdir()}
    code, told = plan(*FIRST)
    assert (code, told["written"], told["record"]) == (0, [], None)
    assert {path: path.read_bytes() for path in (project / "retros").iterdir()} == before


def test_what_people_wrote_on_a_page_is_kept_when_the_hour_moves(plan, project):
    plan(*FIRST)
    page = project / "retros/2026-W45.md"
    page.write_text(page.read_text() + "- The deploy on Friday\n")
    plan(*FIRST, "--at", "14:30")
    text = page.read_text()
    assert "| When | Mon 2 Nov 2026, 14:30 to 15:30 (Europe/Berlin) |" in text
    assert text.endswith("- The deploy on Friday\n")


def test_a_series_that_has_begun_can_be_planned_again(plan, project):
    plan(*FIRST)
    before = (project / "retros/retros.ics").read_bytes()
    code, told = plan(*FIRST, "--now", "2026-11-05T09:00Z")
    assert (code, told["written"]) == (0, [])
    assert (project / "retros/retros.ics").read_bytes() == before


def test_a_meeting_that_is_cancelled_says_so_on_its_page_and_one_that_moved_is_told(plan, project):
    plan(*FIRST)
    page = project / "retros/2026-W47.md"
    page.write_text(page.read_text() + "- The deploy on Friday\n")
    code, told = plan("--from", "2026-11-03", "--count", "1", *FIRST[-2:])
    assert code == 0
    assert told["moved"] == [
        {
            "label": "2026-W45",
            "from": "2026-11-02T10:00:00+01:00",
            "to": "2026-11-03T10:00:00+01:00",
        }
    ]
    assert told["cancelled"] == [{"label": "2026-W47", "start": "2026-11-16T10:00:00+01:00"}]
    text = page.read_text()
    assert (
        "| When | **cancelled**; it was planned for Mon 16 Nov 2026, 10:00 to 11:00 "
        "(Europe/Berlin) |" in text
    )
    assert "new retro" not in text
    assert text.endswith("- The deploy on Friday\n")
    again = plan("--from", "2026-11-03", "--count", "1", *FIRST[-2:])[1]
    assert (again["written"], again["moved"], again["cancelled"]) == ([], [], [])
    plan(*FIRST)
    assert "| When | Mon 16 Nov 2026, 10:00" in page.read_text()


def test_a_retros_page_and_its_notebook_have_one_name_for_its_action_items(plan, project, capsys):
    plan(*FIRST)
    page = (project / "retros/2026-W47.md").read_text()
    command = "new retro --from 2026-11-02 --to 2026-11-16 --name 2026-W47"
    assert f"| Its notebook | `codexreport {command}` |" in page
    assert "| Its action items | name `RETRO-2026-W47` as their incident |" in page
    now = ("--now", "2026-11-16T10:00Z")
    assert run([*command.split(), *now]) == 0
    assert (project / "retros/2026-W47.ipynb").is_file()
    assert run(["lint", "retros/2026-W47.ipynb", *now]) == 3  # no source of action items
    assert run(["new", "retro", "--from", "2026-11-02", "--to", "2026-11-16", *now]) == 2
    assert "retros/2026-W47.ipynb is about the same period" in capsys.readouterr().err
    run(["run", "retro", "--from", "2026-11-02", "--to", "2026-11-16", *now])
    report = json.loads(next(project.glob("reports/retro/*/report.json")).read_text())
    assert report["begun"]
    shown = next(project.glob("reports/retro/*/index.html")).read_text()
    assert "names RETRO-2026-W47 as its incident" in shown


def test_a_damaged_page_is_refused_before_anything_is_written(plan, project, capsys):
    plan(*FIRST)
    (project / "retros/2026-W47.md").write_text("<!-- codexreport:begin meeting -->\n")
    before = (project / "retros/retros.ics").read_bytes()
    assert run(["schedule", "retros", *FIRST, "--at", "14:30"]) == 2
    assert "retros/2026-W47.md:1: begins meeting, which does not end." in capsys.readouterr().err
    assert (project / "retros/retros.ics").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "soon"], "--from: 'soon' is no day."),
        (["--from", "2026-11-02", "--every", "10d"], "10d is no number of weeks"),
        (["--from", "2026-11-02", "--every", "often"], "--every: 'often' is not a duration"),
        (["--from", "2026-11-02", "--at", "25:00"], "'25:00' is no time of day"),
        (["--from", "2026-11-02", "--duration", "2d"], "lasts more than a day"),
        (["--from", "2026-11-02", "--until", "2026-11-01"], "the last day is before the first"),
        (["--from", "2026-11-02", "--until", "2027-01-01", "--count", "2"], "not both"),
        (["--from", "2026-11-02", "--output", "../r.ics"], "cannot be kept as evidence"),
        (["--from", "2026-11-02", "--output", "codexreport.toml"], "is no calendar"),
        (["--from", "2020-11-02"], "is over: it is 2026-10-06 11:00"),
    ],
)
def test_what_cannot_be_planned_is_refused(project, capsys, arguments, said):
    assert run(["schedule", "retros", *arguments, "--now", "2026-10-06T09:00Z"]) == 2
    assert said in capsys.readouterr().err
    assert not (project / "retros").exists()
