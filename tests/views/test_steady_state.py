"""What steady operations take, what is missing, and when it can be there at the earliest."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from codexreport.measure import State
from codexreport.pipeline.authoring import make
from codexreport.pipeline.check import check_project
from codexreport.pipeline.open import open_project, workspace_of
from codexreport.pipeline.steady import earliest, exits, steady_measures
from codexreport.views.steady_state import steady_state
from codexreport.views.supply_chain import supply_chain
from codexreport.window import zone

NOW = datetime(2026, 10, 6, 9, tzinfo=zone("Europe/Berlin"))
PROJECT = """\
schema = 1
[project]
name = "Shop"
timezone = "Europe/Berlin"
owner = "Shop operations"
as_of = 2026-10-06T09:00:00+02:00
[slo]
objectives = []
steady_weeks = 2
[sources.promises]
type = "actions"
path = "actions.csv"
[[incidents]]
id = "INC-31"
title = "Orders failed"
severity = "SEV1"
started = 2026-09-10T14:05:00+02:00
resolved = 2026-09-10T14:50:00+02:00
"""
DONE = "A-1,Alert,Search,2026-09-20,closed,2026-09-18T10:00Z,INC-31,https://t.example/1\n"
HEADER = "id,title,owner,due,state,closed,incident,url\n"
LOG = "| Date | Package | From | To | Reason |\n|---|---|---|---|---|\n| {day} | x | 1 | 2 | y |\n"
GOOD = [(100, 100)] * 24 * 7


@pytest.fixture
def project(tmp_path):
    """Everything holds, but for the postmortem and the objectives."""
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "actions.csv").write_text(HEADER + DONE)
    (tmp_path / "docs").mkdir()
    for name in ("Dependency", "Security"):
        (tmp_path / f"docs/{name}_Update_Log.md").write_text(LOG.format(day="2026-10-01"))
    return tmp_path


@pytest.fixture
def named(project):
    """Has the incident stand in a file that names its postmortem."""

    def name(postmortem):
        settings, _, incident = PROJECT.partition("[[incidents]]")
        (project / "incidents.toml").write_text(
            "covers_from = 2026-07-01T00:00:00+02:00\ncovers_until = 2026-10-06T08:00:00+02:00\n"
            f'[[incidents]]{incident}services = ["shop"]\npostmortem = "{postmortem}"\n'
        )
        source = '[sources.outages]\ntype = "incidents"\npath = "incidents.toml"\n'
        (project / "codexreport.toml").write_text(settings + source)

    return name


@pytest.fixture
def found(project):
    """The exits by the last words of their measures' names."""

    def find(weeks=()):
        opened = open_project(project)
        _, files = check_project(opened, workspace_of(project), NOW)
        every = exits(opened, weeks, files, NOW)
        return {one.measure.name.removeprefix("operations."): one for one in every}

    return find


def test_what_holds_asks_for_nothing(found):
    held = {name for name, one in found().items() if one.holds}
    assert held == {
        "updates.dependency",
        "updates.security",
        "actions.late",
        "actions.unlinked",
    }
    assert all(not one.missing for one in found().values() if one.holds)


def test_a_project_without_objectives_is_never_steady(found):
    streak = found()["streak"]
    assert (streak.measure.state, streak.earliest) == (State.UNKNOWN, None)
    assert earliest(found().values(), NOW) is None


def test_the_streak_is_that_of_the_objective_that_was_kept_shortest(found, judged):
    kept, missed = judged(GOOD * 3, steady_weeks=2), judged(GOOD * 2 + [(0, 100)] * 168)
    assert found([kept])["streak"].holds
    streak = found([kept, missed])["streak"]
    assert (streak.measure.state, streak.measure.value) == (State.FAIL, 0)
    # W40 was missed: W41 and W42, the latter over on 19 October.
    assert streak.earliest.isoformat() == "2026-10-19"


def test_a_last_week_that_is_not_known_is_not_a_failure(found, judged):
    gone = judged([*GOOD * 2, *[None] * 167, (100, 100)])
    assert found([gone])["streak"].measure.state is State.UNKNOWN


def test_an_overdue_action_blocks_until_it_is_no_longer_looked_back_on(found, project):
    (project / "actions.csv").write_text(
        HEADER + "A-2,Late,Search,2026-10-05,open,,INC-31,https://t.example/2\n"
    )
    late = found()["actions.late"]
    assert (late.measure.state, late.owner) == (State.FAIL, "Search")
    # Closed today it is late; the lookback of 28 days ends on 3 November.
    assert late.earliest.isoformat() == "2026-11-04"


def test_one_closed_late_counts_only_as_long_as_it_is_looked_back_on(found, project):
    row = "A-2,Late,,2026-08-01,closed,{day}T10:00Z,INC-31,https://t.example/2\n"
    (project / "actions.csv").write_text(HEADER + row.format(day="2026-09-08"))
    assert found()["actions.late"].earliest.isoformat() == "2026-10-07"
    (project / "actions.csv").write_text(HEADER + row.format(day="2026-09-07"))
    assert found()["actions.late"].holds


@pytest.mark.parametrize(
    "rows",
    [
        "A-2,No day,,,open,,INC-31,https://t.example/2\n",
        "A-2,No closing,,2026-09-30,closed,,INC-31,https://t.example/2\n",
        "A-2,No row",
    ],
)
def test_what_cannot_be_told_of_actions_is_unknown(found, project, rows):
    (project / "actions.csv").write_text(HEADER + rows)
    assert found()["actions.late"].measure.state is State.UNKNOWN


def test_an_action_in_no_tracker_is_missing_from_the_backlog(found, project):
    (project / "actions.csv").write_text(HEADER + "A-2,Loose,,2026-10-30,open,,INC-31,\n")
    loose = found()["actions.unlinked"]
    assert (loose.measure.state, loose.measure.value) == (State.FAIL, 1)
    assert "codexreport actions push" in loose.missing


def test_a_list_that_is_gone_makes_nothing_better(found, project):
    (project / "actions.csv").unlink()
    assert {found()[name].measure.state for name in ("actions.late", "actions.unlinked")} == {
        State.UNKNOWN
    }


def test_a_severe_incident_needs_its_postmortem_after_a_while(found, project):
    missing = found()["postmortems.missing"]
    assert (missing.measure.state, missing.measure.value) == (State.FAIL, 1)
    assert missing.missing == "Finish the postmortem of INC-31."
    text = (project / "codexreport.toml").read_text()
    for easier in (
        text.replace("SEV1", "SEV3"),
        text + '[steady_state]\npostmortem_within = "30d"\n',
        text.replace("resolved = 2026-09-10T14:50:00+02:00\n", ""),
    ):
        (project / "codexreport.toml").write_text(easier)
        assert found()["postmortems.missing"].holds
    (project / "codexreport.toml").write_text(text.replace('severity = "SEV1"\n', ""))
    assert found()["postmortems.missing"].measure.state is State.FAIL  # as if it were high


@pytest.mark.parametrize(
    ("place", "lacks"),
    [
        ("https://wiki.example/postmortems/INC-31", ""),
        ("docs/INC-31.md", ""),
        *((blank, "nobody has begun it") for blank in ("TODO", "tbd", "-", "n/a", "?", " ")),
        ("javascript:alert(1)", "the file that it names is not there"),
        ("docs/INC-13.md", "the file that it names is not there"),
        ("docs", "the file that it names is not there"),
        ("docs/empty.md", "nothing is written in its file"),
        ("docs/begun.md", "nothing is written in its file"),
        ("docs/begun.ipynb", "its file cannot be read"),
        ("../outside.md", "what it names is no address, and no file of the project"),
        ("/etc/hostname", "what it names is no address, and no file of the project"),
        ("a" * 300, "its file cannot be read"),
    ],
)
def test_a_postmortem_is_an_address_or_a_file_in_which_something_is_written(
    found, project, named, place, lacks
):
    (project / "docs/INC-31.md").write_text("# INC-31\n\nA lock was held for too long.\n")
    (project / "docs/empty.md").write_text(" \n")
    (project / "docs/begun.md").write_text("# INC-31\n\nTODO\n- ...\n")
    (project / "docs/begun.ipynb").write_text("{}")
    (project.parent / "outside.md").write_text("Somebody else's.\n")
    named(place)
    measure = found()["postmortems.missing"].measure
    assert measure.state is (State.FAIL if lacks else State.PASS)
    assert not lacks or measure.reason == f"Missing: INC-31 ({lacks})."


def test_a_notebook_that_an_incident_names_must_be_finished(found, project, named):
    opened = open_project(project)
    make(opened, "postmortem", "INC-31", {"incident": "INC-31"}, NOW)
    named("postmortems/INC-31.ipynb")
    reason = found()["postmortems.missing"].measure.reason
    assert reason == "Missing: INC-31 (it is not finished)."


def test_a_log_that_is_late_is_named_with_what_to_do(found, project):
    (project / "docs/Security_Update_Log.md").write_text(LOG.format(day="2026-08-01"))
    late = found()["updates.security"]
    assert (late.measure.state, late.earliest) == (State.FAIL, NOW.date())
    assert "codexreport log-update security" in late.missing


def test_a_project_that_has_not_begun_is_not_told_of_what_it_lacks(tmp_path):
    (tmp_path / "codexreport.toml").write_text(PROJECT.partition("[sources")[0])
    assert not list(steady_measures(open_project(tmp_path), (), (), NOW))


def test_the_report_names_what_is_missing_and_is_the_same_twice(project):
    report = steady_state(project=str(project))
    told = report.to_dict()
    assert [one["state"] for one in told["steady_state"]["exits"]] == [
        *("unknown", "pass", "pass", "pass", "pass", "fail"),
    ]
    assert told["verdict"] == "UNDECIDED"
    assert steady_state(project=str(project)).to_dict() == told
    for part in ("missing", "weeks", "updates", "actions", "incidents", "headline"):
        assert "Traceback" not in getattr(report, part)().html()


def test_the_supply_chain_of_a_project_that_was_never_scanned_is_not_passed(project):
    (project / "docs/Security_Update_Log.md").unlink()
    report = supply_chain(project=str(project))
    assert report.to_dict()["verdict"] == "UNDECIDED"
    assert "Nothing is known" in report.overdue().html()
    for part in ("ages", "vulnerabilities", "statements", "updates", "scans"):
        assert getattr(report, part)().html()


def test_what_a_scan_finds_is_shown_though_no_ledger_knows_its_age(project):
    found = {"VulnerabilityID": "CVE-2026-1", "PkgName": "zlib", "Severity": "HIGH"}
    result = {"Target": "shop", "Class": "lang-pkgs", "Vulnerabilities": [found]}
    scan = {"SchemaVersion": 2, "ArtifactName": "shop", "Results": [result]}
    (project / "trivy.json").write_text(json.dumps(scan))
    with (project / "codexreport.toml").open("a") as stream:
        stream.write('[sources.scan]\ntype = "trivy"\npath = "trivy.json"\n')
    report = supply_chain(project=str(project))
    assert "CVE-2026-1" in report.vulnerabilities().html()
    assert report.label == "2026-10-06"


@pytest.fixture(scope="session")
def sample_steady(tmp_path_factory):
    """The sample's own report."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("steady"))
        return steady_state()


def test_a_finding_has_one_owner_and_one_day_on_the_page(sample_steady):
    told = sample_steady.to_dict()
    missing = [one for one in told["steady_state"]["exits"] if one["missing"]]
    assert sorted((one["owner"], one["earliest"]) for one in missing) == sorted(
        (one["owner"], one["due"]) for one in told["decisions"]
    )
    assert "Search team" in sample_steady.gates().html()


def test_a_postmortem_that_is_not_due_yet_has_a_day(sample_steady):
    """INC-34 is severe and ended on 30 September; a postmortem may take two weeks."""
    page = sample_steady.incidents().html()
    row = next(line for line in page.split("<tr>") if "INC-34" in line)
    assert "Needed by Wed 14 Oct 2026" in row
    assert "not yet" not in page
