"""What a person or a pipeline types, what is said, and the exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from codexreport.cli import HELP_FILE

pytestmark = pytest.mark.xdist_group("cli")

MONDAY = datetime(2026, 9, 28, tzinfo=timezone.utc)
NOW = "2026-10-06T09:00:00+00:00"

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
    page = "slo_weekly/2026-W40/index.html"
    after = tree(project / "reports")
    assert after[page] == before[page]
    assert after["slo_weekly/2026-W40/report.json"] == before["slo_weekly/2026-W40/report.json"]


def test_a_missed_week_exits_1_and_late_data_is_shown_old_and_new(project):
    (project / "shop.csv").write_text(counts(8))
    assert run(project).returncode == 1
    (project / "shop.csv").write_text(counts(9))
    done = run(project)
    assert done.returncode == 0, done.stdout
    report = json.loads((project / "reports/slo_weekly/2026-W40/report.json").read_text())
    changed = {one["name"]: one for one in report["revisions"][0]["changes"]}
    assert (changed["slo.sli"]["old"], changed["slo.sli"]["new"]) == (0.8, 0.9)


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


def test_a_new_project_works_from_the_start(tmp_path):
    assert codexreport("init", "mine", cwd=tmp_path).returncode == 0
    assert codexreport("init", "mine", cwd=tmp_path).returncode == 2
    done = codexreport("doctor", "--json", cwd=tmp_path / "mine")
    assert done.returncode == 0
    assert all(check["ok"] for check in json.loads(done.stdout)["checks"])
    for what, count in (("notebooks", 1), ("objectives", 6), ("sources", 4), ("reports", 0)):
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
