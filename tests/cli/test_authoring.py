"""Postmortems and retros as they are typed: new, run, lint, upgrade; every word in place."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from codexreport.cli.app import run

ROOT = Path(__file__).parents[2]
FILE = "postmortems/INC-42.ipynb"
NOW = ("--now", "2026-10-06T09:00:00Z")
PROJECT = """\
schema = 1
[project]
name = "Shop"
owner = "Shop operations"
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
D-1,production,2026-09-01T06:00:00Z,succeeded
D-2,production,2026-12-01T06:00:00Z,succeeded
"""
INCIDENTS = """\
id,severity,started,resolved,title,detected,acknowledged,mitigated
INC-42,SEV1,{day}:00Z,{day}:45Z,Orders failed,{day}:04Z,{day}:06Z,{day}:40Z
INC-7,SEV3,2026-09-01T12:00Z,2026-09-01T13:00Z,Search was slow,,,
""".replace("{day}", "2026-10-01T12")
ACTIONS = """\
id,title,owner,due,state,closed,incident,url
ACT-1,Alert sooner,Shop operations,2026-10-20,{state},{closed},INC-42,https://tracker.example/1
ACT-2,Rehearse a rollback,Shop operations,2026-10-02,closed,2026-10-01T09:00Z,RETRO-2026-W38,https://tracker.example/2
ACT-3,Write the runbook,Shop operations,2026-10-02,closed,2026-10-05T09:00Z,RETRO-2026-W38,https://tracker.example/3
"""
HOSTILE = """\
A migration removed a column. *Most* orders failed.

<script>alert(1)</script> {{< include secret.txt >}} [link](javascript:alert(1))

---
title: Another
---

| What | How many |
|---|---|
| orders | 2900 |
"""


@pytest.fixture
def typed(tmp_path, monkeypatch, capfd):
    """Runs a command in a project; gives its exit code, and both its outputs."""
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "incidents.csv").write_text(INCIDENTS)
    (tmp_path / "deployments.csv").write_text(DEPLOYMENTS)
    (tmp_path / "actions.csv").write_text(ACTIONS.format(state="open", closed=""))
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = run([str(one) for one in arguments])
        return code, *capfd.readouterr()

    return call


@pytest.fixture
def begun(typed, tmp_path):
    """The postmortem of INC-42, just made."""
    assert typed("new", "postmortem", "--incident", "INC-42", *NOW)[0] == 0
    return tmp_path / FILE


def write(path, said="Orders failed.", **changes):
    """What an author does: every section written in JupyterLab, and some cells changed."""
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        if not cell.id.startswith("cr-"):
            cell.source = f"{cell.source.splitlines()[0]}\n\n{said}"
        cell.update(changes.get(cell.id.replace("-", "_"), {}))
    nbformat.write(notebook, path)


def add(path, cell):
    notebook = nbformat.read(path, 4)
    notebook.cells.append(cell)
    nbformat.write(notebook, path)


def test_new_makes_a_notebook_and_never_writes_over_one(typed, begun):
    before = begun.read_bytes()
    code, _, err = typed("new", "postmortem", "--incident", "INC-42", *NOW)
    assert (code, begun.read_bytes()) == (2, before)
    assert "is there already" in err


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("INC-24", "did you mean INC-42"),
        ("../INC-42", "cannot name a file"),
        ("a/b", "cannot name a file"),
        ("", "cannot name a file"),
    ],
)
def test_new_refuses_an_incident_that_there_is_not(typed, tmp_path, id_, said):
    code, _, err = typed("new", "postmortem", "--incident", id_, *NOW)
    assert code == 2
    assert said in err
    assert not list(tmp_path.rglob("*.ipynb"))


def test_from_new_to_a_page_and_a_month_later_again_with_every_word_in_place(
    typed, begun, tmp_path
):
    write(begun, HOSTILE)
    before = begun.read_bytes()
    code, out, err = typed("run", FILE, *NOW)
    assert code == 0, err
    assert out.startswith("WARNING  INC-42: Orders failed. It went on for")  # the HTML in it
    page = tmp_path / "reports/postmortem/INC-42/index.html"
    first = page.read_text()
    for said in ("<em>Most</em> orders failed", "&lt;script&gt;alert(1)", ">2900</td>", ">Open<"):
        assert said in first, said
    for never in ("<script>alert", 'href="javascript', "To answer:"):
        assert never not in first, never

    (tmp_path / "actions.csv").write_text(
        ACTIONS.format(state="closed", closed="2026-10-19T09:00Z")
    )
    code, _, err = typed("run", "postmortem", "--incident", "INC-42", "--now", "2026-11-06T09:00Z")
    assert code == 0, err
    second = page.read_text()
    assert "Closed on time" in second
    assert "<em>Most</em> orders failed" in second
    assert begun.read_bytes() == before


def test_a_templates_page_never_takes_the_place_of_a_written_one(typed, begun, tmp_path):
    write(begun)
    assert typed("run", FILE, *NOW)[0] == 0
    page = tmp_path / "reports/postmortem/INC-42/index.html"
    before = page.read_bytes()
    code, _, err = typed("run", "postmortem", *NOW)  # the latest is INC-42, too
    assert code == 2
    assert f"No --incident was given; the latest is INC-42, whose notebook is {FILE}" in err
    assert f"Run that: codexreport run {FILE}" in err
    assert page.read_bytes() == before


def test_an_executed_template_never_takes_the_place_of_a_written_page(typed, begun, tmp_path):
    write(begun)
    assert typed("run", FILE, *NOW)[0] == 0
    page = tmp_path / "reports/postmortem/INC-42/index.html"
    executed = nbformat.read(page.with_suffix(".ipynb"), 4)
    nbformat.write(executed, tmp_path / "copy.ipynb")
    assert typed("render", "copy.ipynb")[0] == 0
    before = page.read_bytes()
    del executed.metadata["codexreport"]["created"]
    nbformat.write(executed, tmp_path / "template.ipynb")
    code, _, err = typed("render", "template.ipynb")
    assert code == 2
    assert f"Somebody writes about INC-42 in {FILE}" in err
    assert page.read_bytes() == before


@pytest.mark.parametrize(
    "window",
    [
        {"label": "2026-W36"},
        {"label": "2026-W36", "start": "2026-08-31", "end": "soon", "zone": "UTC"},
        {"label": "2026-W36", "start": "2026-09-07", "end": "2026-08-31", "zone": "UTC"},
        {"label": "2026-W36", "start": "2026-08-31", "end": "2026-09-07", "zone": "Mars/Olympus"},
        "2026-W36",
        None,
    ],
)
@pytest.mark.parametrize("kind", ["retro", "postmortem"])
def test_an_executed_notebook_that_says_no_window_is_refused_by_name(typed, tmp_path, kind, window):
    said = {"report": kind, "window": window}
    output = nbformat.v4.new_output(
        "display_data", {"application/vnd.codexreport.report+json": said}
    )
    executed = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])
    nbformat.write(executed, tmp_path / "x.ipynb")
    code, _, err = typed("render", "x.ipynb")
    assert code == 2
    assert "x.ipynb does not say the window of its report" in err


def test_prose_is_never_published_beside_the_figures_of_another_incident(typed, begun):
    code, _, err = typed("run", FILE, "--incident", "INC-7", *NOW)
    assert code == 2
    assert "is written with incident INC-42, not INC-7" in err


def test_a_broken_cell_of_the_authors_is_named_and_nothing_is_published(typed, begun, tmp_path):
    write(begun)
    add(begun, nbformat.v4.new_code_cell("lost = 1 / 0"))
    code, _, err = typed("run", FILE, *NOW)
    assert code == 2
    assert "INC-42.ipynb, In [" in err
    assert "`lost = 1 / 0`: ZeroDivisionError" in err
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("command", ["run", "lint", "upgrade"])
@pytest.mark.parametrize("within", [True, False])
def test_a_merge_conflict_is_refused_by_its_place(typed, begun, tmp_path, command, within):
    if within:
        write(begun, "<<<<<<< local\nA\n=======\nB\n>>>>>>> remote")
    else:
        begun.write_text("<<<<<<< HEAD\n" + begun.read_text())
    before = begun.read_bytes()
    code, out, err = typed(command, FILE)
    assert code in {1, 2}
    assert "merge conflict is not settled" in out + err
    assert begun.read_bytes() == before
    assert not (tmp_path / "reports").exists()


def test_a_pasted_output_is_named_and_never_published(typed, begun, tmp_path):
    pasted = nbformat.v4.new_output("display_data", {"text/html": "<b>All is well</b>"})
    write(begun, cr_times={"outputs": [pasted]})
    code, out, _ = typed("lint", FILE, *NOW)
    assert code == 1
    assert "cell cr-times: fail: The cell holds an output that running it did not make" in out
    typed("run", FILE, *NOW)
    assert "All is well" not in (tmp_path / "reports/postmortem/INC-42/index.html").read_text()


def test_lint_says_what_is_to_be_mended_and_then_nothing(typed, begun):
    code, out, _ = typed("lint", FILE, "--json", *NOW)
    (found,) = json.loads(out)["files"]
    assert code == 0
    assert {(one["rule"], one["state"]) for one in found["remarks"]} == {
        ("section-empty", "warning")
    }
    assert len(found["remarks"]) == 10
    assert typed("lint", FILE, "--quiet", *NOW)[:2] == (0, f"10 warning in {FILE}\n")
    write(begun)
    clean = f"{FILE}: nothing to mend.\nNot looked at: "
    code, out, _ = typed("lint", FILE, *NOW)
    assert (code, out) == (0, f"{clean}what an incident cost; codexreport run computes it.\n")
    assert typed("lint", FILE, "--quiet", *NOW)[:2] == (0, "")
    assert typed("lint", FILE, "--alone", *NOW)[1].startswith(f"{clean}the records")


def test_lint_and_run_say_the_same_of_a_draft_and_of_an_old_one(typed, begun):
    assert typed("lint", FILE, *NOW)[0] == 0
    assert typed("run", FILE, *NOW)[:2][0] == 0
    later = ("--now", "2026-10-20T09:00:01Z")  # 14 days are allowed
    assert typed("lint", FILE, *later)[0] == 1
    assert typed("run", FILE, *later)[0] == 1


def test_lint_and_run_say_the_same_of_an_action_item_that_is_overdue(typed, begun, tmp_path):
    write(begun)
    later = ("--now", "2026-10-21T09:00Z")  # its last day was the 20th
    code, out, _ = typed("lint", FILE, *later)
    assert code == 1
    assert "fail: ACT-1 (Alert sooner) is 1 day overdue. [action-overdue]" in out
    assert typed("run", FILE, *later)[0] == 1


SHORT = DEPLOYMENTS.replace("2026-12-01", "2026-09-02")
"""A list that ends a month before the incident."""
UNDATED = ACTIONS.format(state="closed", closed="")


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("deployments.csv", SHORT, "deployments-unknown"),
        ("actions.csv", UNDATED, "action-closing-day"),
    ],
)
def test_lint_and_run_say_the_same_of_what_is_not_known(typed, begun, tmp_path, name, text, rule):
    write(begun)
    (tmp_path / name).write_text(text)
    code, out, _ = typed("lint", FILE, *NOW)
    assert code == 3
    assert f"[{rule}]" in out
    assert typed("run", FILE, *NOW)[0] == 3
    report = json.loads((tmp_path / "reports/postmortem/INC-42/report.json").read_text())
    assert [one["rule"] for one in report["remarks"]] == [rule]
    assert [one["reason"] for one in report["unknowns"]] == [report["remarks"][0]["message"]]


def test_lint_and_run_say_the_same_of_a_retro(typed, tmp_path):
    for week in ("2026-W38", "2026-W40"):
        assert typed("new", "retro", "--period", week, *NOW)[0] == 0
    write(tmp_path / "retros/2026-W40.ipynb")
    (tmp_path / "deployments.csv").write_text(SHORT)
    code, out, _ = typed("lint", "retros/2026-W40.ipynb", *NOW, "--json")
    (linted,) = json.loads(out)["files"]
    assert code == 1  # ACT-3 was due on 2 October and closed on the 5th
    assert {one["rule"] for one in linted["remarks"]} == {
        "no-action",
        "promise-late",
        "deployments-unknown",
    }
    assert typed("run", "retros/2026-W40.ipynb", *NOW)[0] == 1
    report = json.loads((tmp_path / "reports/retro/2026-W40/report.json").read_text())
    assert report["remarks"] == linted["remarks"]


def test_a_cell_without_which_there_is_no_report_is_missed_by_name(typed, begun, tmp_path):
    write(begun)
    notebook = nbformat.read(begun, 4)
    notebook.cells = [one for one in notebook.cells if one.id != "cr-load"]
    nbformat.write(notebook, begun)
    code, _, err = typed("run", FILE, *NOW)
    assert code == 2
    assert "INC-42.ipynb: the kit's cell cr-load is missing." in err
    assert "codexreport upgrade" in err
    assert not (tmp_path / "reports").exists()
    assert typed("upgrade", FILE)[0] == 0
    assert typed("run", FILE, *NOW)[0] == 0


def test_what_is_to_be_done_is_said_once_with_the_sections_it_stands_in(typed, begun, tmp_path):
    write(begun, "See the [runbook](../docs/runbook.md).")
    assert typed("run", FILE, *NOW)[0] == 0
    report = json.loads((tmp_path / "reports/postmortem/INC-42/report.json").read_text())
    (todo,) = [one["what"] for one in report["decisions"]]
    assert todo.startswith("The link to '../docs/runbook.md' leads nowhere on the page")
    assert "It stands in: Summary, Impact, Trigger, Root causes, Detection and 5 more." in todo


def test_an_id_that_stands_twice_is_said_once(typed, begun, tmp_path):
    write(begun)
    twice = ACTIONS.format(state="open", closed="")
    (tmp_path / "actions.csv").write_text(twice + twice.splitlines()[1].replace("/1", "/9") + "\n")
    assert typed("run", FILE, *NOW)[0] == 3
    report = json.loads((tmp_path / "reports/postmortem/INC-42/report.json").read_text())
    todo = [one["what"] for one in report["decisions"]]
    assert todo.count("ACT-1 stands in its list more than once.") == 1


def test_a_written_postmortem_is_found_by_every_list(typed, tmp_path):
    assert typed("new", "postmortem", "--incident", "INC-7", *NOW)[0] == 0
    rows = json.loads(typed("list", "incidents", "--json", *NOW)[1])["incidents"]
    assert {one["id"]: one["postmortem"] for one in rows} == {
        "INC-42": "",
        "INC-7": "postmortems/INC-7.ipynb",
    }


def test_an_action_items_link_is_an_address(typed, begun, tmp_path):
    write(begun)
    text = ACTIONS.format(state="open", closed="").replace(
        "https://tracker.example/1", "javascript:alert(1)"
    )
    (tmp_path / "actions.csv").write_text(text)
    code, out, _ = typed("lint", FILE, *NOW)
    assert code == 1
    assert "has a link that is no http or https address. [action-link]" in out


def test_lint_takes_a_folder_for_its_notebooks(typed, begun, tmp_path):
    assert f"{FILE}, cell summary" in typed("lint", "postmortems", *NOW)[1]
    assert typed("upgrade", "postmortems")[1] == f"{FILE}: as new as the template.\n"


@pytest.mark.parametrize("there", [True, False])
def test_lint_of_a_folder_without_a_notebook_says_how_one_is_made(typed, tmp_path, there):
    for folder, new in (
        ("postmortems", "codexreport new postmortem --incident ID"),
        ("retros", "codexreport new retro --period WEEK"),
    ):
        if there:
            (tmp_path / folder).mkdir()
        code, _, err = typed("lint", folder, *NOW)
        assert code == 2
        assert f"{folder} has no notebook yet." in err
        assert new in err


def test_a_time_that_is_none_is_the_commands_mistake_and_no_files(typed, begun):
    code, out, err = typed("lint", FILE, "--now", "yesterday")
    assert (code, out) == (2, "")
    assert "'yesterday' is not an ISO 8601 time" in err


def test_new_says_which_list_of_incidents_it_could_not_read(typed, tmp_path):
    (tmp_path / "incidents.csv").write_text("severity\nSEV1\n")
    with (tmp_path / "codexreport.toml").open("a") as stream:
        stream.write('[[incidents]]\nid = "INC-8"\ntitle = "x"\nstarted = 2026-10-01T12:00:00Z\n')
    code, out, err = typed("new", "postmortem", "--incident", "INC-8", *NOW)
    assert code == 0
    assert "Made postmortems/INC-8.ipynb" in out
    assert err.startswith("Not read: incidents.csv: ")


@pytest.mark.parametrize("name", ["postmortems", "reports"])
def test_a_file_in_a_folders_place_is_named(typed, tmp_path, name):
    (tmp_path / name).write_text("")
    typed("new", "postmortem", "--incident", "INC-42", *NOW)
    code, _, err = typed(
        *(("run", FILE) if name == "reports" else ("new", "postmortem", "--incident", "INC-42")),
        *NOW,
    )
    assert code == 2
    assert f"{name} is a file, not a folder." in err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "INC-42.ipynb: the cell mine is not valid Python: "),
        (
            {"cr_times": {"source": "report.times("}},
            "INC-42.ipynb: the cell cr-times is not valid Python",
        ),
        (
            {"cr_parameters": {"source": "incident = 1"}},
            "Restore the cell with codexreport upgrade",
        ),
    ],
)
def test_a_cell_that_is_no_python_is_named_before_anything_runs(
    typed, begun, tmp_path, changes, said
):
    write(begun, **changes)
    add(begun, nbformat.v4.new_code_cell("def f(:", id="mine"))
    code, _, err = typed("run", FILE, *NOW)
    assert code == 2
    assert said in err
    assert not (tmp_path / "reports").exists()


def test_lint_does_not_know_what_it_cannot_ask_and_alone_does_not_ask(typed, begun, tmp_path):
    write(begun)
    (tmp_path / "actions.csv").unlink()
    code, out, _ = typed("lint", FILE, *NOW)
    assert code == 3
    assert "unknown: Action items of actions.csv are not known" in out
    assert typed("lint", FILE, "--alone", *NOW)[0] == 0


def test_lint_of_a_file_that_is_none_spoils_no_other(typed, begun, tmp_path):
    (tmp_path / "postmortems/broken.ipynb").write_text("{")
    plain = nbformat.writes(nbformat.v4.new_notebook())
    (tmp_path / "postmortems/plain.ipynb").write_text(plain)
    code, out, _ = typed("lint", *sorted(tmp_path.glob("postmortems/*.ipynb")), *NOW)
    assert code == 2
    assert "is not a notebook" in out
    assert "was not made by codexreport new" in out
    assert "The section 'Summary' is not written yet" in out


def test_the_hook_of_pre_commit_lints_what_new_has_made(typed, begun):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert re.search(hook["files"], FILE)
    assert re.search(hook["files"], f"teams/shop/{FILE}")
    assert not re.search(hook["files"], "notebooks/postmortem.ipynb")
    command, *arguments = hook["entry"].split()
    assert command == "codexreport"
    assert typed(*arguments, FILE, *NOW)[0] == 0  # a draft may be committed
    assert typed(*arguments, FILE, "--now", "2026-11-06T09:00Z")[0] == 1  # and no old one
    write(begun)
    assert typed(*arguments, FILE, "--now", "2026-11-06T09:00Z")[0] == 0


def test_upgrade_says_what_would_change_before_it_does(typed, begun):
    write(begun, cr_times={"source": "report.times()  # mine"})
    before = begun.read_bytes()
    code, out, _ = typed("upgrade", "--check", FILE)
    assert (code, begun.read_bytes()) == (1, before)
    assert "Renewed cr-times; what had been changed in it is kept as a raw cell." in out
    assert typed("upgrade", FILE)[0] == 0
    assert b"# mine" in begun.read_bytes()
    assert typed("upgrade", FILE)[:2] == (0, f"{FILE}: as new as the template.\n")


def test_a_retro_tells_what_became_of_the_last_ones_promises(typed, tmp_path):
    assert typed("new", "retro", "--period", "2026-W38", *NOW)[0] == 0
    assert typed("new", "retro", *NOW)[0] == 0
    path = tmp_path / "retros/2026-W40.ipynb"
    write(path, "Rehearsals.")
    before = path.read_bytes()
    code, out, err = typed("run", "retro", *NOW)
    assert code == 1, err  # ACT-3 was due on 2 October and closed on the 5th
    assert "1 incident began. Of 2 action items that the last retro promised, 1 closed" in out
    page = (tmp_path / "reports/retro/2026-W40/index.html").read_text()
    assert "Closed late" in page
    assert "Rehearsals." in page
    assert path.read_bytes() == before
    report = json.loads((tmp_path / "reports/retro/2026-W40/report.json").read_text())
    assert report["written"] is True


def test_a_retro_of_a_span_is_kept_under_its_moments(typed, tmp_path):
    span = ("--from", "2026-09-21", "--to", "2026-10-05")
    assert typed("new", "retro", *span, *NOW)[0] == 0
    (path,) = tmp_path.glob("retros/*.ipynb")
    assert path.name == "2026-09-21T0000--2026-10-05T0000.ipynb"
    assert typed("run", f"retros/{path.name}", *NOW)[0] == 0


def test_a_retro_with_a_name_of_its_own_keeps_it_on_its_page(typed, tmp_path):
    span = ("--from", "2026-09-21", "--to", "2026-10-05", "--name", "2026-W41")
    assert typed("new", "retro", *span, *NOW)[0] == 0
    assert typed("run", "retros/2026-W41.ipynb", *NOW)[0] == 0
    report = json.loads((tmp_path / "reports/retro/2026-W41/report.json").read_text())
    assert report["title"] == "Retro 2026-W41"
    assert report["window"]["start"].startswith("2026-09-21")
    assert report["parameters"]["start"].startswith("2026-09-21")
    assert [one.name for one in (tmp_path / "reports/retro").iterdir()] == ["2026-W41"]


def test_without_a_period_a_retro_that_nobody_has_begun_is_refused(typed, tmp_path):
    code, _, err = typed("run", "retro", *NOW)
    assert code == 2
    assert "There is no notebook retros/2026-W40.ipynb." in err
    assert "codexreport new retro --period 2026-W40" in err
    assert not (tmp_path / "reports").exists()
    assert typed("run", "retro", "--period", "2026-W40", *NOW)[0] == 0


def test_an_editor_runs_it_cell_by_cell_in_its_own_folder(typed, begun):
    """As JupyterLab and VS Code do, without the command."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", begun.name],
        cwd=begun.parent,
        check=False,
        capture_output=True,
        text=True,
    )
    cells = sum(one.cell_type == "code" for one in nbformat.read(begun, 4).cells)
    assert f"{cells} passed" in done.stdout, done.stdout


def test_what_an_editor_saves_after_a_run_is_nothing_to_mend(typed, begun):
    write(begun)
    executed = begun.with_name("executed.ipynb")
    subprocess.run(
        [sys.executable, "-m", "papermill", begun.name, executed.name, "--no-progress-bar"],
        cwd=begun.parent,
        check=True,
        capture_output=True,
    )
    notebook = nbformat.read(executed, 4)
    notebook.cells = [
        one for one in notebook.cells if "injected-parameters" not in one.metadata.tags
    ]
    nbformat.write(notebook, begun)
    executed.unlink()
    code, out, _ = typed("lint", FILE, *NOW)
    assert (code, out.splitlines()[0]) == (0, f"{FILE}: nothing to mend.")
