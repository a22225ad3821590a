"""Action items from a file into GitHub, and what the project's lists say of them."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from issue_servers import GitHub

from codexreport.cli.app import run
from codexreport.cli.common import told_when_slow

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


def test_a_plan_is_shown_without_the_tracker_and_says_so(project, github, httpserver, capsys):
    httpserver.clear()
    with (project / "codexreport.toml").open("a") as stream:
        stream.write('deadline = "1s"\n')
    assert run(["actions", "push", "--dry-run", *NOW]) == 3
    out, err = capsys.readouterr()
    assert "2 issues to make in backlog, not compared with backlog" in out
    assert "Checkout team" in out
    assert err.startswith(f"Not read: {github.url}/repos/shop/backlog/issues: ")


def answer(httpserver, **response):
    httpserver.clear()
    httpserver.expect_request("/repos/shop/backlog/issues").respond_with_data(**response)


@pytest.mark.parametrize(
    ("response", "advice"),
    [
        ({"status": 401}, "Check the token"),
        ({"response_data": "<html>Sign in</html>"}, "Check the url, and whether a login"),
        ({"status": 429, "headers": {"Retry-After": "3600"}}, "wait 3600 s: ask again after 20"),
    ],
)
def test_each_way_a_tracker_fails_has_its_own_advice(
    project, github, httpserver, capsys, response, advice
):
    answer(httpserver, **response)
    assert run(["actions", "push", "--yes", *NOW]) == 3
    assert advice in capsys.readouterr().err


def test_a_token_that_is_not_set_is_named_before_anything_is_asked(project, github, capsys):
    with (project / "codexreport.toml").open("a") as stream:
        stream.write('token = "env:SHOP_BACKLOG_TOKEN"\n')
    assert run(["actions", "push", "--yes", *NOW]) == 2
    err = capsys.readouterr().err
    assert "Not set in the environment: SHOP_BACKLOG_TOKEN (backlog)." in err
    assert "export SHOP_BACKLOG_TOKEN=..." in err
    assert run(["list", "actions", *NOW]) == 3
    assert "export SHOP_BACKLOG_TOKEN=..." in capsys.readouterr().err


def test_a_plan_is_shown_without_a_token_and_says_what_to_set(project, github, capsys):
    with (project / "codexreport.toml").open("a") as stream:
        stream.write('token = "env:SHOP_BACKLOG_TOKEN"\n')
    assert run(["actions", "push", "--dry-run", *NOW]) == 3
    out, err = capsys.readouterr()
    assert "2 issues to make in backlog, not compared with backlog" in out
    assert "The environment variable SHOP_BACKLOG_TOKEN is not set." in err
    assert "export SHOP_BACKLOG_TOKEN=..." in err
    assert not github.made


def test_a_step_that_takes_long_is_told_and_one_that_is_over_is_not(capsys):
    with told_when_slow(timedelta(minutes=2), after_s=0) as progress:
        progress("backlog: issues", 0, 0)
        for timer in threading.enumerate():
            if isinstance(timer, threading.Timer):
                timer.join()
    assert capsys.readouterr().err.startswith("Waiting for backlog: issues, until ")
    with told_when_slow(timedelta(minutes=2), after_s=3600) as progress:
        progress("backlog: issues", 0, 0)
    assert capsys.readouterr().err == ""


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
    stands = [(one["title"], one["state"], ", ".join(one["sources"])) for one in told["actions"]]
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
    assert incident["began"] == "2026-09-16T14:05:00+02:00"
    assert (incident["services"], incident["told_in"]) == ([], ["codexreport.toml"])
    assert typed("list", "vulnerabilities") == (
        0,
        {"vulnerabilities": [], "unread": [], "contradictions": [], "doubts": []},
    )


def test_incidents_are_listed_by_date_in_the_projects_zone_with_what_is_wrong(project, capsys):
    with (project / "codexreport.toml").open("a") as stream:
        stream.write(
            '[[incidents]]\nid = "INC-31"\ntitle = "Orders failed"\nseverity = "SEVERE"\n'
            "started = 2026-09-16T12:05:00Z\ndetected = 2026-09-16T12:00:00Z\n"
            '[[incidents]]\nid = "INC-34"\ntitle = "Search was slow"\nseverity = "SEV3"\n'
            "started = 2026-09-20T12:00:00Z\n"
        )
    assert run(["list", "incidents", *NOW]) == 3
    out, err = capsys.readouterr()
    assert out.index("INC-34") < out.index("INC-31")
    assert "2026-09-16 14:05 UTC+02:00" in out
    assert err.splitlines() == [
        "Contradictory: INC-31 was detected before it was started.",
        "INC-31 has no known severity, but 'SEVERE'; write critical, high, medium or low, or SEV1 "
        "to SEV5.",
    ]


@pytest.mark.parametrize("severity", ["", 'severity = "SEVERE"\n'])
def test_a_severity_that_nobody_knows_is_no_clean_list(project, typed, severity):
    with (project / "codexreport.toml").open("a") as stream:
        stream.write(
            '[[incidents]]\nid = "INC-31"\ntitle = "x"\nstarted = 2026-09-16T12:00:00Z\n'
            f"resolved = 2026-09-16T13:00:00Z\n{severity}"
        )
    code, told = typed("list", "incidents")
    assert (code, told["contradictions"]) == (3, [])
    assert told["doubts"][0].startswith("INC-31 has no known severity")


@pytest.mark.parametrize(
    "spoil", [None, "id,title\n", "id,title,started\nINC-31,x,2026-09-16T12:00Z\n"]
)
def test_an_item_of_no_incident_is_no_clean_list(project, typed, spoil):
    with (project / "codexreport.toml").open("a") as stream:
        stream.write('[sources.incidents]\ntype = "incidents"\npath = "incidents.csv"\n')
    if spoil is not None:
        (project / "incidents.csv").write_text(spoil)
    (project / "actions.csv").write_text("id,title,owner,due,state,incident\nA-2,z,,,open,INC-99\n")
    code, told = typed("list", "actions")
    assert code == 3
    assert told["doubts"][0].startswith("A-2 names INC-99, which no list of incidents ")


def test_an_item_that_is_closed_while_nothing_says_when_is_no_clean_list(project, typed):
    closed = ACTIONS.replace("closed,2026-09-18T10:00Z", "closed,")
    (project / "actions.csv").write_bytes(closed.encode())
    code, told = typed("list", "actions")
    assert code == 3
    assert "A-3 is closed, and nothing says when." in told["doubts"]
    assert not told["contradictions"]


def test_action_items_of_one_id_and_of_no_incident_are_named(project, capsys):
    with (project / "codexreport.toml").open("a") as stream:
        stream.write('[[incidents]]\nid = "INC-31"\ntitle = "x"\nstarted = 2026-09-16T12:00:00Z\n')
    (project / "actions.csv").write_text(
        "id,title,owner,due,state,incident\n"
        "A-1,x,,,open,INC-31\nA-1,y,,,open,RETRO-2026-W40\nA-2,z,,,open,INC-99\n"
    )
    assert run(["list", "actions", *NOW]) == 3
    assert capsys.readouterr().err.splitlines() == [
        "Contradictory: A-1 stands in its list more than once.",
        "A-2 names INC-99, which no list of incidents has.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,severity,start,resolved\n", "has no column 'started'; did you mean 'start'?"),
        (
            "id,severity,started,resolved\nINC-1,SEV1,11/10/2026 08:30,\n",
            "expected a time with its offset, such as 2026-11-10T08:30:00+01:00.",
        ),
    ],
)
def test_an_incident_of_an_unread_list_is_refused_with_the_cause_first(project, capsys, text, said):
    with (project / "codexreport.toml").open("a") as stream:
        stream.write('[sources.incidents]\ntype = "incidents"\npath = "incidents.csv"\n')
    (project / "incidents.csv").write_text(text)
    assert run(["new", "postmortem", "--incident", "INC-1", *NOW]) == 2
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith("Error: incidents.csv: Line ")
    assert said in first
    assert first.endswith("So nobody can tell of incident 'INC-1'.")


def test_a_day_that_is_none_is_told_with_one_that_is(project, capsys):
    (project / "actions.csv").write_text("id,title,owner,due,state\nA-1,x,,01.12.2026,open\n")
    assert run(["list", "actions", *NOW]) == 3
    assert "expected a day, such as 2026-12-01." in capsys.readouterr().err
