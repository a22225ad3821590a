"""Updates written down, and whether that is done often enough."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from codexreport.cli.app import run
from codexreport.measure import State
from codexreport.pipeline import update_logs
from codexreport.pipeline.open import open_project
from codexreport.pipeline.update_logs import update_measures

PROJECT = """\
schema = 1
[project]
name = "Shop"
timezone = "Europe/Berlin"
[slo]
objectives = []
[updates]
dependency_log = "UPDATES.md"
cadence = "14d"
"""
NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(project, capsys):
    """Exit code and document."""

    def write_(log, *arguments, now="2026-10-06T09:00Z"):
        code = run(["log-update", log, "--json", "--now", now, *arguments])
        return code, json.loads(capsys.readouterr().out)

    return write_


def records(project):
    lines = (project / "evidence/phase6/run.log").read_text().splitlines()
    return [json.loads(line) for line in lines]


def states():
    opened = open_project(Path.cwd())
    return {one.name.rpartition(".")[2]: one for one in update_measures(opened, NOW)}


def test_the_first_entry_begins_the_log_and_is_kept(write, project):
    code, told = write(
        "security",
        *("--package", "openssl", "--from", "3.0.1", "--to", "3.0.2"),
        *("--reason", "CVE-2026-1 | high", "--link", "https://t.example/1"),
    )
    assert (code, told["added"], told["days_since_last"]) == (0, True, None)
    assert (project / "docs/Security_Update_Log.md").read_text() == (
        "# Security update log\n\n"
        "| Date | Package | From | To | Reason | Link |\n"
        "|---|---|---|---|---|---|\n"
        "| 2026-10-06 | openssl | 3.0.1 | 3.0.2 | CVE-2026-1 \\| high | https://t.example/1 |\n"
    )
    (record,) = records(project)
    assert (record["step"], record["subject"]) == ("log-update security", "openssl")


def test_the_same_update_is_written_once(write, project):
    arguments = ("--package", "zlib", "--from", "1.2", "--to", "1.3")
    write("dependency", *arguments, "--reason", "monthly round")
    before = (project / "UPDATES.md").read_bytes()
    code, told = write("dependency", *arguments, "--reason", "again")
    assert (code, told["added"], told["record"]) == (0, False, None)
    assert (project / "UPDATES.md").read_bytes() == before
    assert len(records(project)) == 1


def test_a_name_of_several_words_is_written_and_found_again(write, project):
    _, first = write("dependency", "--package", "order  *queue*", "--to", "2")
    _, again = write("dependency", "--package", "order *queue*", "--to", "2")
    assert (first["added"], again["added"]) == (True, False)
    assert r"| order \*queue\* |" in (project / "UPDATES.md").read_text()


def test_an_update_that_somebody_else_writes_meanwhile_is_written_once(write, project, monkeypatch):
    """Both have seen a log without it before either holds the evidence."""
    arguments = ("dependency", "--package", "zlib", "--from", "1.2", "--to", "1.3")
    has_row, looked = update_logs.has_row, []

    def overtaken(*values):
        there = has_row(*values)
        looked.append(there)
        if len(looked) == 1:
            write(*arguments)
        return there

    monkeypatch.setattr(update_logs, "has_row", overtaken)
    code, told = write(*arguments)
    assert (code, told["added"], told["record"]) == (0, False, None)
    assert (project / "UPDATES.md").read_text().count("| zlib |") == 1
    assert len(records(project)) == 1


def test_a_gap_longer_than_the_cadence_is_told(write):
    write("dependency", "--package", "zlib", "--to", "1", "--date", "2026-09-20")
    _, told = write("dependency", "--package", "zlib", "--to", "2", "--date", "2026-10-05")
    assert (told["days_since_last"], told["cadence_days"], told["late"]) == (15, 14, True)


def test_the_day_is_that_of_the_projects_zone(write, project):
    write("dependency", "--package", "zlib", "--to", "1", now="2026-10-05T22:30Z")
    assert "| 2026-10-06 | zlib |" in (project / "UPDATES.md").read_text()


def test_a_log_within_its_cadence_passes_and_one_that_is_late_fails(write):
    write("dependency", "--package", "zlib", "--to", "1", "--date", "2026-09-22")
    assert states()["dependency"].state is State.PASS  # 14 days, as long as it may be
    assert states()["dependency"].value == 14 * 86_400
    write("security", "--package", "zlib", "--to", "1", "--date", "2026-08-01")
    late = states()["security"]
    assert (late.state, late.reason) == (
        State.FAIL,
        "The last update was 66 days ago, on 2026-08-01; 31 days is the cadence.",
    )


def test_a_log_that_is_not_there_or_not_understood_is_unknown(project):
    assert states()["security"].reason == "There is no docs/Security_Update_Log.md."
    (project / "UPDATES.md").write_text("| Date | Package | From | To | Reason |\n|-|-|-|-|-|\n|x|")
    assert states()["dependency"].state is State.UNKNOWN
    (project / "UPDATES.md").write_bytes(b"\xff\xfe\x00")
    assert states()["dependency"].state is State.UNKNOWN


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--package", "a\nb", "--to", "1"], r"--package: 'a\nb' is no name; it is one line"),
        (["--package", "a|b", "--to", "1"], "is no name; it is one line without a |"),
        (["--package", "a", "--to", "1 2"], "--to: '1 2' is no version; it is one word"),
        (["--package", " ", "--to", "1"], "--package: it is empty"),
        (["--package", "a"], "Nothing was updated."),
        (["--package", "a", "--to", "1", "--date", "2026-10-07"], "is still to come"),
        (["--package", "a", "--to", "1", "--date", "7/10"], "is no day"),
        (["--package", "a", "--to", "1", "--link", "javascript:x"], "is no address"),
    ],
)
def test_what_cannot_be_written_is_refused(project, capsys, arguments, said):
    assert run(["log-update", "dependency", "--now", "2026-10-06T09:00Z", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not (project / "UPDATES.md").exists()


def test_a_log_with_a_row_that_is_none_is_left_alone(project, capsys):
    text = (
        "| Date | Package | From | To | Reason |\n|---|---|---|---|---|\n| soon | a | | 1 | x |\n"
    )
    (project / "UPDATES.md").write_text(text)
    assert run(["log-update", "dependency", "--package", "a", "--to", "2"]) == 2
    assert "UPDATES.md:3: date is 'soon'" in capsys.readouterr().err
    assert (project / "UPDATES.md").read_text() == text
