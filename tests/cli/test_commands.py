"""What a person or a pipeline types, what is said, and the exit code."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from codexreport import __version__
from codexreport.cli import HELP_FILE

pytestmark = pytest.mark.xdist_group("cli")

MONDAY = datetime(2026, 9, 28, tzinfo=timezone.utc)
NOW = "2026-10-06T09:00:00+00:00"
STATEMENTS = ("report", "decision")

PROJECT = """\
schema = 1
[project]
name = "Small"
[slo]
min_events = 1
history_weeks = 2
steady_weeks = 2
[sources.shop]
type = "buckets"
path = "shop.csv"
bucket = "1h"
"""

OBJECTIVE = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: shop, displayName: The shop is open}
spec:
  service: shop
  indicator:
    metadata: {name: orders}
    spec:
      ratioMetric:
        counter: false
        good: {metricSource: {metricSourceRef: shop, spec: {column: good}}}
        total: {metricSource: {metricSourceRef: shop, spec: {column: valid}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.9}]
"""


def codexreport(*arguments, cwd, **env):
    return subprocess.run(
        [sys.executable, "-c", "from codexreport.cli import main; main()", *arguments],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def counts(good):
    """Two weeks of hourly counts, ten orders an hour."""
    hours = [MONDAY + timedelta(hours=hour) for hour in range(-7 * 24, 7 * 24)]
    return "\n".join(["start,good,valid", *(f"{at.isoformat()},{good},10" for at in hours), ""])


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "objectives").mkdir(parents=True)
    (folder / "codexreport.toml").write_text(PROJECT)
    (folder / "objectives" / "shop.yaml").write_text(OBJECTIVE)
    (folder / "shop.csv").write_text(counts(10))
    return folder


def run(project, *arguments, **env):
    return codexreport(
        "run", "slo_weekly", "--renderer", "pandoc", "--now", NOW, *arguments, cwd=project, **env
    )


def tree(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".codexreport" not in path.parts
    }


def test_a_kept_week_exits_0_and_offline_makes_the_same_bytes_without_the_data(project):
    done = run(project, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "pass"
    before = tree(project / "reports")
    (project / "shop.csv").unlink()
    again = run(project, "--offline", TZ="Asia/Tokyo", PYTHONHASHSEED="1", LC_ALL="C")
    assert again.returncode == 0, again.stderr
    after = tree(project / "reports")
    same = ("index.html", "report.json", "report.intoto.json", "decision.intoto.json")
    for name in (f"slo_weekly/2026-W40/{one}" for one in same):
        assert after[name] == before[name]


def test_beside_a_report_are_statements_about_its_bytes(project):
    assert run(project).returncode == 0
    folder = project / "reports/slo_weekly/2026-W40"
    digest = hashlib.sha256((folder / "report.json").read_bytes()).hexdigest()
    told = {name: json.loads((folder / f"{name}.intoto.json").read_text()) for name in STATEMENTS}
    for statement in told.values():
        (subject,) = statement["subject"]
        assert subject["name"] == "reports/slo_weekly/2026-W40/report.json"
        assert subject["digest"] == {"sha256": digest}
    assert told["report"]["predicate"]["result"] == "PASSED"
    assert "slo.sli shop 2026-W40" in told["report"]["predicate"]["passedTests"]
    assert told["decision"]["predicate"]["state"] == "pass"
    manifest = (project / "evidence/phase6/manifest.json").read_text()
    assert all(f"{name}.intoto.json" in manifest for name in STATEMENTS)


def test_a_missed_week_exits_1_and_late_data_is_shown_old_and_new(project):
    (project / "shop.csv").write_text(counts(8))
    assert run(project).returncode == 1
    (project / "shop.csv").write_text(counts(9))
    done = run(project)
    assert done.returncode == 0, done.stdout
    report = json.loads((project / "reports/slo_weekly/2026-W40/report.json").read_text())
    changed = {one["name"]: one for one in report["revisions"][0]["changes"]}
    assert (changed["slo.sli"]["old"], changed["slo.sli"]["new"]) == (0.8, 0.9)


def test_a_document_of_an_earlier_verdict_does_not_stay_beside_a_new_page(project):
    assert run(project, "--format", "docx").returncode == 0
    folder = project / "reports/slo_weekly/2026-W40"
    assert (folder / "index.docx").is_file()
    (folder / "notes.docx").write_text("somebody's own")
    (project / "shop.csv").write_text(counts(8))
    assert run(project).returncode == 1
    assert not (folder / "index.docx").exists()
    assert (folder / "notes.docx").read_text() == "somebody's own"
    *_, record = (project / "evidence/phase6/run.log").read_text().splitlines()
    assert json.loads(record)["removed"] == ["reports/slo_weekly/2026-W40/index.docx"]


@pytest.mark.parametrize("content", [None, "", "start,good,valid\n", "<html>Sign in</html>"])
def test_data_that_is_missing_or_unreadable_is_unknown_by_name_and_exits_3(project, content):
    if content is None:
        (project / "shop.csv").unlink()
    else:
        (project / "shop.csv").write_text(content)
    done = codexreport("collect", "--week", "2026-W40", "--now", NOW, "--json", cwd=project)
    assert done.returncode == 3
    (row,) = json.loads(done.stdout)["objectives"]
    assert "shop.csv" in row["problem"]


def test_a_span_of_which_nothing_was_observed_exits_3(project):
    done = codexreport("collect", "--now", "2025-10-06T09:00:00+00:00", "--json", cwd=project)
    assert done.returncode == 3
    (row,) = json.loads(done.stdout)["objectives"]
    assert row["problem"] == "Nothing was observed."


def test_contradictory_data_exits_3_too(project):
    (project / "shop.csv").write_text(counts(11))
    done = codexreport("collect", "--week", "2026-W40", "--now", NOW, cwd=project)
    assert done.returncode == 3
    assert "more good events than valid ones" in done.stdout


def test_mistakes_in_the_project_exit_2_and_are_all_named(project):
    text = PROJECT.replace("[project]", '[project]\nowner = 3\nnmae = "x"').replace("1h", "1x")
    (project / "codexreport.toml").write_text(text)
    done = run(project)
    assert done.returncode == 2
    assert done.stderr.count("codexreport.toml:") == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "slo_wekly"], "did you mean 'slo_weekly'"),
        (["run", "slo_weekly", "--week", "2026-W54"], "There is no ISO week '2026-W54'"),
        (["run", "slo_weekly", "-p", "wek=1"], "did you mean 'week'"),
        (["run", "slo_weekly", "-p", "offline=perhaps"], "offline must be bool"),
        (["run", "slo_weekly", "-p", "week"], "is not NAME=VALUE"),
        (["run", "slo_weekly", "--now", "soon"], "is not an ISO 8601 time"),
        (["collect", "--from", "2026-09-28"], "A start needs an end"),
        (["collect", "--week", "2026-W40", "--from", "2026-09-28"], "not both"),
        (["open", "../../etc"], "There is no report"),
        (["open"], "There is no report yet"),
        (["lst"], "No such command"),
        (["run", "slo_weekly", "--format", "xml"], "'--format': 'xml' is not one of 'html'"),
        (
            ["run", "slo_weekly", "--now", "2026-09-20T09:38:12.5", "--week", "2026-W40"],
            "2026-W40 has not begun at the moment of the report, 2026-09-20 09:38 UTC.\n"
            "Name a week that has begun, or a later moment: --now TIME.",
        ),
        (["render", "codexreport.toml"], "is not a notebook"),
        (["render", "none.ipynb"], "none.ipynb is not a notebook"),
        (["render", "objectives"], "objectives is not a notebook"),
        (["list", "objectives", "--project", "nowhere"], "there is no such file"),
    ],
)
def test_what_cannot_be_done_exits_2_and_says_why(project, arguments, words):
    done = codexreport(*arguments, cwd=project)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    ["run slo_weekly", "render x.ipynb", "list reports", "collect", "open", "check", "doctor"],
)
def test_without_a_project_nothing_is_reported_on_and_nothing_is_written(tmp_path, command):
    (tmp_path / "x.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    done = codexreport(*command.split(), cwd=tmp_path)
    assert done.returncode == 2
    assert "codexreport.toml" in done.stderr + done.stdout
    assert "codexreport init DIR" in done.stderr + done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["x.ipynb"]


def test_the_sample_is_used_where_it_is_asked_for(tmp_path):
    done = codexreport("list", "objectives", "--sample", "--json", cwd=tmp_path)
    assert len(json.loads(done.stdout)["objectives"]) == 6
    both = codexreport("list", "objectives", "--sample", "--project", ".", cwd=tmp_path)
    assert both.returncode == 2


def test_quiet_says_nothing_on_a_pass_and_one_line_on_anything_else(project):
    done = run(project, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (project / "shop.csv").write_text(counts(8))
    done = run(project, "--quiet")
    assert done.returncode == 1
    assert done.stdout.startswith("FAIL  The objective was missed: ")
    assert done.stdout.count("\n") == 1
    (project / "shop.csv").unlink()
    done = codexreport("collect", "--now", NOW, "--quiet", cwd=project)
    assert done.returncode == 3
    assert done.stdout.startswith("2026-W40: not collected: shop. ")
    assert done.stdout.count("\n") == 1


def test_a_rendered_notebook_exits_by_what_it_says(project):
    (project / "shop.csv").write_text(counts(8))
    assert run(project).returncode == 1
    page = project / "reports/slo_weekly/2026-W40/index.ipynb"
    done = codexreport("render", str(page), "--renderer", "pandoc", cwd=project)
    assert done.returncode == 1
    assert done.stdout.startswith("FAIL  ")
    done = codexreport("render", str(page), "--renderer", "pandoc", "--exit-zero", cwd=project)
    assert done.returncode == 0


def test_a_secret_that_is_not_there_is_refused_before_anything_is_asked_or_written(project):
    table = '[sources.shop]\ntype = "prometheus"\nurl = "http://127.0.0.1:9"\ntoken = "env:NOPE"\n'
    text = PROJECT[: PROJECT.index("[sources.shop]")] + table
    (project / "codexreport.toml").write_text(text)
    (project / "objectives" / "shop.yaml").write_text(
        OBJECTIVE.replace("column: good", "query: good").replace("column: valid", "query: valid")
    )
    for arguments in (("run", "slo_weekly"), ("collect",)):
        done = codexreport(*arguments, "--now", NOW, cwd=project)
        assert done.returncode == 2, done.stdout
        assert "Not set in the environment: NOPE (shop)." in done.stderr
        assert not (project / "reports").exists()
        assert not (project / ".codexreport").exists()
    offline = codexreport("run", "slo_weekly", "--now", NOW, "--offline", cwd=project)
    assert offline.returncode == 3
    assert "NOPE" in codexreport("doctor", cwd=project).stdout


def test_a_source_that_refuses_an_objective_is_named_with_the_line_and_where_to_look(project):
    text = OBJECTIVE.replace("column: valid", "query: valid")
    (project / "objectives" / "shop.yaml").write_text(text)
    done = codexreport("list", "objectives", cwd=project)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "Error: objectives/shop.yaml:9: shop: the source shop, of type buckets, refuses it: "
        "spec knows column and where, not query\n"
    )
    assert 'docs/objectives.md has a table of them, under "Which source answers"' in done.stderr


def test_an_error_is_data_too_where_json_is_asked_for(project):
    (project / "codexreport.toml").write_text("schema = 2\n")
    done = codexreport("list", "objectives", "--json", cwd=project)
    problems = json.loads(done.stdout)["error"]["problems"]
    assert {problem["key"] for problem in problems} == {"schema", "project"}


def test_a_folder_that_cannot_be_written_is_named(project):
    (project / "reports").write_text("in the way")
    done = run(project)
    assert done.returncode == 2
    assert "reports" in done.stderr
    assert "Traceback" not in done.stderr


SHIPPED_NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_a_new_project_works_from_the_start(tmp_path):
    assert codexreport("init", "mine", cwd=tmp_path).returncode == 0
    assert codexreport("init", "mine", cwd=tmp_path).returncode == 2
    done = codexreport("doctor", "--json", cwd=tmp_path / "mine")
    assert done.returncode == 0
    assert all(check["ok"] for check in json.loads(done.stdout)["checks"])
    shipped = len(list(SHIPPED_NOTEBOOKS.glob("*.ipynb")))
    assert shipped >= 10
    for what, count in (("notebooks", shipped), ("objectives", 6), ("sources", 4), ("reports", 0)):
        listed = codexreport("list", what, "--json", cwd=tmp_path / "mine")
        assert len(json.loads(listed.stdout)[what]) == count


def test_a_report_that_cannot_be_read_is_listed_as_that(project):
    broken = project / "reports/slo_weekly/2026-W40/report.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    done = codexreport("list", "reports", "--json", cwd=project)
    (row,) = json.loads(done.stdout)["reports"]
    assert (row["window"], row["state"]) == ("2026-W40", "error")
    assert "Unreadable: report.json is not JSON" in row["headline"]


def test_reports_are_listed_with_their_moment_to_the_minute(project):
    assert run(project, "--now", "2026-10-06T09:38:12.123456+02:00").returncode == 0
    assert "2026-10-06 09:38 UTC+02:00" in codexreport("list", "reports", cwd=project).stdout
    listed = json.loads(codexreport("list", "reports", "--json", cwd=project).stdout)
    assert listed["reports"][0]["as_of"] == "2026-10-06T09:38:12.123456+02:00"


def test_the_version_is_told(tmp_path):
    done = codexreport("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"codexreport {__version__}\n")


def test_the_shell_completes_notebooks_and_reports(project):
    (project / "reports/slo_weekly/2026-W40").mkdir(parents=True)
    (project / "reports/slo_weekly/2026-W40/index.html").write_text("")
    for typed, completed in (("run sl", "slo_weekly"), ("open slo", "slo_weekly/2026-W40")):
        done = codexreport(
            cwd=project,
            _CODEXREPORT_COMPLETE="complete_bash",
            COMP_WORDS=f"codexreport {typed}",
            COMP_CWORD="2",
        )
        assert done.stdout.split() == [completed]


def test_the_project_is_found_from_a_folder_inside_it(project):
    done = codexreport("list", "objectives", "--json", cwd=project / "objectives")
    assert json.loads(done.stdout)["objectives"][0]["name"] == "shop"


def test_doctor_says_what_is_wrong_and_what_to_do(project):
    (project / "shop.csv").unlink()
    done = codexreport("doctor", cwd=project)
    assert done.returncode == 2
    assert "no file matches 'shop.csv'" in done.stdout


def test_an_interrupt_leaves_nothing_half_written(project):
    runner = subprocess.Popen(
        [sys.executable, "-c", "from codexreport.cli import main; main()", "run", "slo_weekly"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    give_up_at = time.monotonic() + 60
    while not (project / ".codexreport").exists() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    runner.send_signal(signal.SIGINT)
    _, errors = runner.communicate(timeout=60)
    assert runner.returncode == 130
    assert "Nothing was left half-written" in errors
    assert not (project / "reports").exists()
    assert not [path for path in project.rglob(".*.*") if path.is_file()]


def test_no_arguments_show_the_help(tmp_path):
    done = codexreport(cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == Path(HELP_FILE).read_text(encoding="utf-8")
