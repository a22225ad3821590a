"""Action items from a file into GitHub, and what the project's lists say of them."""

from __future__ import annotations

import json

import pytest
from issue_servers import GitHub

from codexreport.cli.app import run

PROJECT = """\
schema = 1
[project]
name = "Shop"
timezone = "Europe/Berlin"
[slo]
objectives = []
[sources.promises]
type = "actions"
path = "actions.csv"
[sources.backlog]
type = "github-issues"
url = "{url}"
repository = "shop/backlog"
labels = ["postmortem"]
"""
ACTIONS = (
    "id,title,owner,due,state,closed,incident,url\r\n"
    "A-1,Alert on slow burn,Search team,2026-10-01,open,,INC-34,\r\n"
    'A-2,"Check the schema, then migrate",Checkout team,2026-10-30,open,,INC-31,\r\n'
    "A-3,Fewer retries,,2026-09-20,closed,2026-09-18T10:00Z,INC-31,https://t.example/3\r\n"
    "A-4,Page sooner,,2026-09-20,closed,2026-09-21T10:00Z,INC-31,https://t.example/4\r\n"
)
NOW = ("--now", "2026-10-06T09:00Z")


@pytest.fixture
def github(httpserver):
    return GitHub(httpserver)


@pytest.fixture
def project(tmp_path, monkeypatch, github):
    (tmp_path / "codexreport.toml").write_text(PROJECT.format(url=github.url))
    (tmp_path / "actions.csv").write_bytes(ACTIONS.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(capsys):
    """Exit code and document."""

    def type_(*arguments):
        code = run([*arguments, "--json", *NOW])
        return code, json.loads(capsys.readouterr().out)

    return type_


def test_the_plan_makes_nothing(project, typed, github):
    code, told = typed("actions", "push", "--dry-run")
    assert code == 0
    assert [one["id"] for one in told["planned"]] == ["A-1", "A-2"]
    assert (told["pushed"], github.issues) == ([], [])
    assert (project / "actions.csv").read_bytes() == ACTIONS.encode()


def test_each_becomes_an_issue_and_its_row_names_it(project, typed, github):
    code, told = typed("actions", "push", "--yes")
    assert (code, [one["came"] for one in told["pushed"]]) == (0, ["made", "made"])
    assert [one["title"] for one in github.issues] == [
        "Alert on slow burn",
        "Check the schema, then migrate",
    ]
    before, after = ACTIONS.split("\r\n"), (project / "actions.csv").read_bytes().decode()
    assert after.split("\r\n") == [
        before[0],
        f"{before[1]}{github.url}/shop/backlog/issues/1",
        f"{before[2]}{github.url}/shop/backlog/issues/2",
        *before[3:],
    ]
    log = (project / "evidence/phase6/run.log").read_text().splitlines()
    assert [json.loads(line)["subject"] for line in log] == ["A-1", "A-2"]
    assert typed("actions", "push", "--yes")[1]["planned"] == []


def test_what_was_made_and_could_not_be_kept_is_found_again(project, typed, github):
    (project / "evidence").write_text("in the way")
    assert typed("actions", "push", "--yes")[0] == 2
    assert len(github.issues) == 1
    (project / "evidence").unlink()
    _, told = typed("actions", "push", "--yes")
    assert [one["came"] for one in told["pushed"]] == ["found", "made"]
    assert len(github.issues) == 2


def test_one_that_fails_does_not_stop_the_others(project, typed, github):
    from werkzeug import Response

    github.troubles = [Response("no", status=422)]
    code, told = typed("actions", "push", "--yes")
    assert (code, [one["came"] for one in told["pushed"]]) == (3, ["failed", "made"])


def test_a_file_without_a_column_for_it_is_left_alone(project, typed, github):
    text = "id,title,owner,due,state\nA-1,x,,,open\n"
    (project / "actions.csv").write_text(text)
    code, told = typed("actions", "push", "--yes")
    assert (code, told["pushed"][0]["noted"]) == (0, False)
    assert (project / "actions.csv").read_text() == text
    assert typed("actions", "push", "--yes")[1]["pushed"][0]["came"] == "found"


def test_nothing_is_made_before_somebody_agreed(project, github, capsys):
    assert run(["actions", "push", *NOW]) == 2
    assert "Look at it with --dry-run, then add --yes." in capsys.readouterr().err
    assert not github.issues


def test_nothing_is_tried_where_the_tracker_does_not_answer(project, github, httpserver, capsys):
    httpserver.clear()  # every address is a 500 from now on
    with (project / "codexreport.toml").open("a") as stream:
        stream.write('deadline = "1s"\n')
    assert run(["actions", "push", "--yes", *NOW]) == 3
    assert "Nothing is made in backlog, which could not be read" in capsys.readouterr().err
    assert not github.made


def test_an_id_that_stands_twice_is_passed_over(project, typed):
    (project / "actions.csv").write_text("id,title,owner,due,state\nA,x,,,open\nA,y,,,open\n")
    assert typed("actions", "push", "--dry-run")[1]["planned"] == []


def test_data_in_an_issue_neither_calls_people_nor_links(project, typed, github):
    (project / "actions.csv").write_text(
        "id,title,owner,due,state\nA-1,x,@everyone [a](http://b),,open\n"
    )
    typed("actions", "push", "--yes")
    assert "Owner: \\@everyone \\[a\\]\\(http\\:\\/\\/b\\)" in github.issues[0]["body"]


def test_a_project_without_a_tracker_is_told_how_to_have_one(project, capsys):
    text = (project / "codexreport.toml").read_text()
    (project / "codexreport.toml").write_text(text.split("[sources.backlog]")[0])
    assert run(["actions", "push", *NOW]) == 2
    assert "Shop has no tracker among its sources." in capsys.readouterr().err
    assert run(["actions", "push", "--to", "promises", *NOW]) == 2
    assert "The source 'promises' is no tracker" in capsys.readouterr().err


def test_the_list_says_how_each_stands_and_takes_the_trackers_word(project, typed, github):
    typed("actions", "push", "--yes")
    code, told = typed("list", "actions")
    stands = [(one["title"], one["state"], one["source"]) for one in told["actions"]]
    assert code == 0
    assert stands == [
        ("Alert on slow burn", "overdue", "promises, backlog"),
        ("Check the schema, then migrate", "open", "promises, backlog"),
        ("Fewer retries", "closed on time", "promises"),
        ("Page sooner", "closed late", "promises"),
    ]


def test_a_list_that_could_not_be_read_is_not_an_empty_one(project, capsys):
    (project / "actions.csv").write_text("id,title\nA-1,x\n")
    assert run(["list", "actions", *NOW]) == 3
    assert "Not read: actions.csv: " in capsys.readouterr().err


def test_incidents_and_vulnerabilities_are_listed(project, typed):
    with (project / "codexreport.toml").open("a") as stream:
        stream.write(
            '[[incidents]]\nid = "INC-31"\ntitle = "Orders failed"\nseverity = "SEV1"\n'
            "started = 2026-09-16T14:05:00+02:00\nresolved = 2026-09-16T14:50:00+02:00\n"
        )
    (incident,) = typed("list", "incidents")[1]["incidents"]
    assert (incident["id"], incident["severity"], incident["state"]) == (
        "INC-31",
        "critical",
        "resolved",
    )
    assert typed("list", "vulnerabilities") == (0, {"vulnerabilities": [], "unread": []})
