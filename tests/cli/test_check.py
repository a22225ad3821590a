"""`check`, and what `collect` and `list` say of files and issues, as they are typed."""

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from codexreport.cli.app import run

FORMATS = Path(__file__).parent.parent / "fixtures" / "formats"
NOW = ("--now", "2026-10-06T09:00:00Z")
SOURCES = """\
[sources.tests]
type = "junit"
path = "tests/*.xml"

[sources.scan]
type = "pip-audit"
path = "scan.json"
"""
STATES = {"refused": "unknown"}


@pytest.fixture
def typed(tmp_path, monkeypatch, capfd):
    """Runs a command in an empty folder; gives its exit code, and both its outputs."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = run([str(one) for one in arguments])
        return code, *capfd.readouterr()

    return call


@pytest.fixture
def mixed(tmp_path):
    """Fifty files of every format, and by name the state each must be said to have."""
    folder = tmp_path / "mixed"
    examples = sorted(path for path in FORMATS.glob("*/*-*") if path.is_file())
    chosen = examples[:: len(examples) // 50][:50]
    expected = {}
    for number, path in enumerate(chosen):
        name = f"{number % 5}/{number:02}-{path.name.partition('-')[2]}"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / name)
        state = path.name.partition("-")[0]
        expected[f"mixed/{name}"] = (path.parent.name, STATES.get(state, state), state)
    return expected


@pytest.fixture
def project(tmp_path):
    """A project of one test report that passes and one scan that fails."""
    (tmp_path / "tests").mkdir()
    shutil.copy(FORMATS / "junit/pass-pytest.xml", tmp_path / "tests/unit.xml")
    shutil.copy(FORMATS / "pip-audit/fail-two-names-of-one.json", tmp_path / "scan.json")
    header = 'schema = 1\n[project]\nname = "Shop"\n[slo]\nobjectives = []\n'
    (tmp_path / "codexreport.toml").write_text(header + SOURCES)
    return tmp_path


def files_of(out):
    return {one["file"]: one for one in json.loads(out)["files"]}


def test_fifty_mixed_files_are_each_judged_right_in_one_table(typed, mixed):
    assert len(mixed) == 50
    assert len({format_ for format_, _, _ in mixed.values()}) > 30
    code, out, err = typed("check", "mixed", *NOW)
    assert (code, err) == (1, "")
    assert "Traceback" not in out
    rows = {line.split()[0]: line for line in out.splitlines() if line.startswith("mixed/")}
    assert sorted(rows) == sorted(mixed)
    for name, (format_, state, told) in mixed.items():
        shown = rows[name].removeprefix(name).split()
        assert state in shown[:2], rows[name]
        assert told == "refused" or shown[0] == format_
    counts = Counter(state for _, state, _ in mixed.values())
    said = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    assert out.splitlines()[-1] == f"50 files: {said}"


def test_fifty_mixed_files_are_the_same_as_data(typed, mixed):
    code, out, _ = typed("check", "mixed", *NOW, "--json")
    assert code == 1
    assert {name: one["state"] for name, one in files_of(out).items()} == {
        name: state for name, (_, state, _) in mixed.items()
    }
    assert all(one["state"] == "pass" or one["reason"] for one in files_of(out).values())


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["junit/pass-pytest.xml"], 0),
        (["junit/pass-pytest.xml", "junit/warning-surefire-flaky.xml"], 0),
        (["junit/pass-pytest.xml", "junit/unknown-no-test.xml"], 3),
        (["junit/unknown-no-test.xml", "junit/fail-pytest.xml"], 1),
        (["gone.xml"], 3),
    ],
)
def test_the_worst_file_is_the_exit_code(typed, names, code):
    assert typed("check", *(FORMATS / name for name in names), *NOW)[0] == code


def test_quiet_says_nothing_of_a_pass_and_one_line_of_anything_else(typed):
    passed, failed = FORMATS / "junit/pass-pytest.xml", FORMATS / "junit/fail-pytest.xml"
    assert typed("check", passed, *NOW, "--quiet") == (0, "", "")
    assert typed("check", passed, failed, *NOW, "-q") == (1, "2 files: 1 fail, 1 pass\n", "")


def test_one_file_is_shown_with_all_its_figures(typed):
    code, out, _ = typed("check", FORMATS / "pip-audit/fail-two-names-of-one.json", *NOW)
    assert code == 1
    assert "supply_chain.scanned" in out
    assert "supply_chain.vulnerabilities.unknown" in out


def test_the_json_names_the_bytes_and_every_figure(typed):
    path = FORMATS / "junit/pass-pytest.xml"
    code, out, _ = typed("check", path, *NOW, "--json")
    document = json.loads(out)
    assert (code, list(document)) == (0, ["as_of", "files"])
    assert document["as_of"] == "2026-10-06T09:00:00+00:00"
    (one,) = document["files"]
    keys = ["file", "format", "state", "summary", "reason", "origin", "measures"]
    assert list(one) == keys
    assert (one["file"], one["format"], one["state"]) == (str(path), "junit", "pass")
    assert one["origin"]["size"] == path.stat().st_size
    (total,) = [m for m in one["measures"] if m["name"] == "quality.tests.total"]
    assert (total["value"], total["unit"]) == (4, "tests")
    assert total["inputs"] == [one["origin"]["sha256"]]


def test_a_format_that_is_named_wrongly_is_unknown(typed):
    path = FORMATS / "junit/pass-pytest.xml"
    code, out, _ = typed("check", path, "--as", "ctrf", *NOW, "--json")
    (one,) = files_of(out).values()
    assert (code, one["format"], one["state"]) == (3, "ctrf", "unknown")
    assert one["reason"] == "It is XML, and no CTRF test results."


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--as", "junitt"], "There is no format 'junitt'."),
        (["--limit", "max_files=3"], "--limit max_files: "),
        (["--limit", "max_rows=many"], "--limit max_rows: "),
        (["--limit", "max_rows"], "--limit max_rows: "),
        (["--max-age", "soon"], "--max-age: "),
        (["--commit", "abc"], "--commit needs at least 7 digits."),
        (["--timezone", "Mars/Olympus"], "Mars/Olympus"),
        (["--now", "today"], "today"),
        (["--offline"], "--offline goes with the project's own sources"),
    ],
)
def test_an_option_that_means_nothing_is_refused(typed, options, said):
    code, out, err = typed("check", FORMATS / "junit/pass-pytest.xml", *options)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_limit_can_be_lowered_and_raised(typed):
    path = FORMATS / "junit/pass-pytest.xml"
    code, out, _ = typed("check", path, *NOW, "--limit", "max_bytes=100")
    assert code == 3
    assert "more than max_bytes = 100" in out
    assert typed("check", path, *NOW, "--limit", "max_bytes=1000000")[0] == 0


def test_freshness_and_revision_can_be_asked_for(typed):
    path = FORMATS / "junit/pass-pytest.xml"
    assert typed("check", path, *NOW, "--max-age", "2d")[0] == 0
    code, out, _ = typed("check", path, *NOW, "--max-age", "1d")
    assert code == 3
    assert "older than the 1 day allowed" in out
    assert typed("check", path, *NOW, "--commit", "c0ffeec0")[0] == 3


def test_what_cannot_be_read_is_named(typed, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "memory").symlink_to("/proc/self/mem")
    code, out, _ = typed("check", "pipe", "memory", "gone", *NOW, "--json")
    assert code == 3
    assert {name: one["reason"] for name, one in files_of(out).items()} == {
        "pipe": "It is not a regular file.",
        "memory": "It cannot be read: Input/output error.",
        "gone": "There is no such file.",
    }


def test_the_projects_own_files_are_checked_without_naming_them(typed, project):
    code, out, _ = typed("check", *NOW, "--json")
    assert code == 1
    states = {name: one["state"] for name, one in files_of(out).items()}
    assert states == {"tests/unit.xml": "pass", "scan.json": "fail"}
    assert files_of(out)["scan.json"]["origin"]["source"] == "scan"


def test_offline_says_the_same_bytes_again(typed, project):
    online = typed("check", *NOW, "--json")
    shutil.rmtree(project / "tests")
    (project / "scan.json").write_text("{}")
    assert typed("check", "--offline", "--json") == online
    assert typed("check", *NOW, "--json")[1] != online[1]


def test_offline_judges_by_the_moment_that_is_given(typed, project):
    text = (project / "codexreport.toml").read_text().replace("xml", 'xml"\nmax_age = "2d', 1)
    (project / "codexreport.toml").write_text(text)
    typed("check", *NOW)
    later = typed("check", "--offline", "--now", "2026-10-20T09:00Z", "--json")[1]
    assert "older than the 2 days allowed" in files_of(later)["tests/unit.xml"]["reason"]
    assert files_of(typed("check", "--offline", "--json")[1])["tests/unit.xml"]["state"] == "pass"


def test_offline_without_a_pull_is_unknown(typed, project):
    code, out, _ = typed("check", "--offline")
    assert code == 3
    assert "No snapshot is kept of tests." in out


def test_options_for_files_are_refused_without_files(typed, project):
    code, _, err = typed("check", "--as", "junit")
    assert code == 2
    assert "stand in codexreport.toml" in err


def test_a_project_without_files_says_so(typed, project):
    text = (project / "codexreport.toml").read_text().partition("[sources.tests]")[0]
    (project / "codexreport.toml").write_text(text)
    code, _, err = typed("check")
    assert code == 2
    assert "has no source that is files of a format, or issues of a tracker" in err


def test_collect_pulls_files_too(typed, project):
    (project / "scan.json").unlink()
    code, out, _ = typed("collect", *NOW, "--json")
    tests, scan = json.loads(out)["files"]
    assert code == 3
    size = (project / "tests/unit.xml").stat().st_size
    assert tests == {"file": "tests/unit.xml", "source": "tests", "bytes": size, "problem": ""}
    assert (scan["file"], scan["bytes"]) == ("scan.json", 0)
    assert "no file matches 'scan.json'" in scan["problem"]
    shutil.rmtree(project / "tests")
    states = {n: f["state"] for n, f in files_of(typed("check", "--offline", "--json")[1]).items()}
    assert states == {"tests/unit.xml": "pass", "scan.json": "unknown"}
    assert "tests/unit.xml" in typed("collect", *NOW)[1] + typed("check", "--offline")[1]


def test_list_says_where_sources_are(typed, project):
    (tests, _) = json.loads(typed("list", "sources", "--json")[1])["sources"]
    assert tests == {"name": "tests", "type": "junit", "from": "tests/*.xml", "objectives": 0}


# --- the ledger --------------------------------------------------------------------------------


def ledger_row(out):
    return files_of(out)["vulnerabilities.jsonl"]


def test_the_ledger_is_one_more_row_and_one_more_record(typed, project):
    code, out, _ = typed("check", *NOW, "--ledger", "--json")
    row = ledger_row(out)
    assert code == 1
    assert (row["format"], row["state"]) == ("vulnerability-ledger", "pass")
    assert row["summary"] == "1 open finding, 0 overdue, 0 closed"
    listed = json.loads(typed("show", 1, "--json")[1])
    assert (listed["kind"], listed["artifacts"][0]["now"]) == ("check", "as recorded")
    assert listed["artifacts"][0]["sha256"] == row["origin"]["sha256"]


def test_how_long_one_may_be_open_is_the_projects_choice(typed, project):
    typed("check", *NOW, "--ledger")
    later = ("--now", "2026-10-14T09:00:01Z", "--ledger", "--json")
    assert ledger_row(typed("check", *later)[1])["state"] == "pass"
    with (project / "codexreport.toml").open("a") as file:
        file.write("[vulnerabilities]\nmax_age_days = {unknown = 8}\n")
    row = ledger_row(typed("check", *later)[1])
    assert row["state"] == "fail"
    assert "1 of unknown severity open for more than 8 days" in row["reason"]
    assert row["measures"][0]["formula"] == "open findings first seen more than 14 days ago"


def test_a_clean_scan_closes_and_a_broken_one_does_not(typed, project):
    typed("check", *NOW, "--ledger")
    (project / "scan.json").write_text("{}")
    day = ("--now", "2026-10-07T09:00Z", "--ledger", "--json")
    assert ledger_row(typed("check", *day)[1])["summary"] == "1 open finding, 0 overdue, 0 closed"
    shutil.copy(FORMATS / "pip-audit/pass-clean.json", project / "scan.json")
    assert ledger_row(typed("check", *day)[1])["summary"] == "0 open findings, 0 overdue, 1 closed"


def test_files_by_hand_are_folded_by_their_place_in_the_project(typed, project, monkeypatch):
    """From two folders, and by a full path, it is the same file."""
    typed("check", "scan.json", *NOW, "--ledger")
    shutil.copy(FORMATS / "pip-audit/pass-clean.json", project / "scan.json")
    monkeypatch.chdir(project / "tests")
    out = typed("check", "../scan.json", "--now", "2026-10-07T09:00Z", "--ledger", "--json")[1]
    assert ledger_row(out)["summary"] == "0 open findings, 0 overdue, 1 closed"
    ledger = (project / "evidence/phase6/vulnerabilities.jsonl").read_text()
    assert str(project) not in ledger
    assert '"target":"scan.json"' in ledger


def test_a_ledger_needs_no_project(typed, tmp_path):
    typed("check", FORMATS / "pip-audit/fail-two-names-of-one.json", *NOW, "--ledger")
    assert (tmp_path / "evidence/phase6/vulnerabilities.jsonl").is_file()
    code, _, err = typed(
        "check", FORMATS / "pip-audit/pass-clean.json", "--ledger", "--project", "x"
    )
    assert code == 2
    assert "codexreport.toml: there is no such file" in err


def test_a_ledger_that_somebody_edited_stops_the_check(typed, project):
    typed("check", *NOW, "--ledger")
    path = project / "evidence/phase6/vulnerabilities.jsonl"
    path.write_text(path.read_text().replace("2026-10-06", "2026-10-6"))
    code, _, err = typed("check", *NOW, "--ledger")
    assert code == 2
    assert "vulnerabilities.jsonl:1" in err


def test_an_empty_name_is_refused_and_is_not_the_current_folder(typed):
    code, out, err = typed("check", "")
    assert (code, out) == (2, "")
    assert "A file's name is empty; write . for the current folder." in err
