"""What the project's files and issues say: pulled, kept, recalled, and judged together."""

import json
import os
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from codexreport.errors import ParameterError, ProjectError
from codexreport.execution.notebooks import sample_project
from codexreport.files import sha256
from codexreport.measure import State
from codexreport.pipeline.check import check, check_project
from codexreport.pipeline.doctor import examine
from codexreport.pipeline.exhibits import Terms, exhibits_of_paths
from codexreport.pipeline.open import open_project
from codexreport.project.workspace import Workspace
from codexreport.readers.freshness import Demands

FORMATS = Path(__file__).parent.parent / "fixtures" / "formats"
NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
JUNIT = FORMATS / "junit" / "pass-pytest.xml"
"""Of 2026-10-05T08:30:00Z, ended 25 ms later: 24 h 30 min old at `NOW`."""
GITHUB = FORMATS / "github-issues" / "pass-two-pages.json"
"""Two pages as one list of lists."""
SECRET = "s3cr3t-t0k3n"


def by_hand(*paths, now=NOW, **terms):
    return check(exhibits_of_paths(paths, Terms(**terms), now), now)


def states(results):
    return {Path(one.name).name: one.state.value for one in results}


@pytest.fixture
def project(tmp_path):
    """Makes a project of some files, and of the sources in a TOML text."""

    def make(sources, **files):
        text = f'schema = 1\n[project]\nname = "Shop"\n[slo]\nobjectives = []\n{sources}'
        (tmp_path / "codexreport.toml").write_text(text)
        for name, origin in files.items():
            shutil.copy(origin, tmp_path / name.replace("__", "."))
        return tmp_path

    return make


def checked(root, now=NOW, **more):
    return check_project(open_project(root), Workspace(root), now, **more)[1]


def asjson(results):
    return json.dumps([one.to_dict() for one in results])


# --- what makes evidence -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("demands", "now", "said"),
    [
        (Demands(max_age=timedelta(hours=24)), NOW, "older than the 1 day allowed (max_age)"),
        (Demands(), NOW - timedelta(days=2), "It is dated Mon 5 Oct 2026, 08:30 UTC, after"),
        (Demands(commit="a" * 40), NOW, "does not name the commit"),
    ],
    ids=["stale", "future-dated", "of no commit"],
)
def test_a_pass_that_is_no_evidence_is_unknown(demands, now, said):
    (one,) = by_hand(JUNIT, now=now, demands=demands)
    assert one.state is State.UNKNOWN
    assert said in one.reason
    assert all(m.state in (State.UNKNOWN, State.NOT_APPLICABLE) for m in one.measures)
    assert one.summary == "4 tests, 1 skipped"


def test_a_pass_of_the_right_age_is_one():
    (one,) = by_hand(JUNIT, demands=Demands(max_age=timedelta(hours=25)))
    assert (one.state, one.reason) == (State.PASS, "")


def test_a_clock_that_is_five_minutes_ahead_is_no_future():
    written = datetime(2026, 10, 5, 8, 30, 0, 25_000, tzinfo=timezone.utc)
    assert by_hand(JUNIT, now=written - timedelta(minutes=5))[0].state is State.PASS
    assert by_hand(JUNIT, now=written - timedelta(minutes=6))[0].state is State.UNKNOWN


def test_a_file_that_does_not_say_when_it_was_made_has_no_age():
    path = FORMATS / "pip-audit" / "pass-clean.json"
    (one,) = by_hand(path, demands=Demands(max_age=timedelta(days=1)))
    assert (one.state, one.reason) == (State.UNKNOWN, "It does not say when it was made.")


def commit_of(tmp_path, commit):
    report = json.loads((FORMATS / "ctrf" / "pass-playwright.json").read_text())
    report["results"]["environment"] = {"commit": commit}
    path = tmp_path / "ctrf.json"
    path.write_text(json.dumps(report))
    return path


@pytest.mark.parametrize(
    ("named", "state"),
    [("c0ffee" * 6 + "c0ff", "pass"), ("c0ffeec0", "pass"), ("decaf00", "unknown")],
)
def test_the_commit_a_file_names_must_be_the_one_asked_for(tmp_path, named, state):
    path = commit_of(tmp_path, named)
    (one,) = by_hand(path, demands=Demands(commit="c0ffeec0ffee"))
    assert one.state.value == state, one.reason
    assert ("decaf00" in one.reason) == (state == "unknown")


# --- files in the light of others --------------------------------------------------------------

SCAN = FORMATS / "pip-audit" / "fail-two-names-of-one.json"


@pytest.fixture
def vex(tmp_path):
    """Says that the scan's finding does not apply."""
    document = json.loads((FORMATS / "openvex" / "pass-not-affected-and-fixed.json").read_text())
    for statement in document["statements"]:
        statement["products"] = [{"@id": "pkg:pypi/example-basket@1.0.0"}]
    path = tmp_path / "vex.json"
    path.write_text(json.dumps(document))
    return path


def test_a_statement_closes_the_finding_of_a_scan_beside_it(vex):
    assert by_hand(SCAN)[0].state is State.FAIL
    for order in ([SCAN, vex], [vex, SCAN]):
        assert states(by_hand(*order)) == {SCAN.name: "pass", vex.name: "pass"}


def test_a_statement_that_is_no_evidence_closes_nothing(vex):
    """It was last updated 2026-10-05T08:30Z: two days later it is older than a day."""
    demands = Demands(max_age=timedelta(days=1))
    late = NOW + timedelta(days=2)
    results = check(
        [
            *exhibits_of_paths([SCAN], Terms(), late),
            *exhibits_of_paths([vex], Terms(demands=demands), late),
        ],
        late,
    )
    assert states(results) == {SCAN.name: "fail", vex.name: "unknown"}


def test_alerting_rules_are_compared_with_the_projects_objectives(tmp_path):
    root = tmp_path / "shop"
    shutil.copytree(sample_project(), root)
    rules = "alert-rules/unknown-nothing-to-compare-with.yml"
    shutil.copy(FORMATS / rules, root / "rules.yml")
    file = root / "codexreport.toml"
    file.write_text(file.read_text().replace("alerts/*.yml", "rules.yml"))
    (one,) = [one for one in checked(root) if one.source == "alerts"]
    assert one.state is State.FAIL
    (unguarded,) = [m for m in one.measures if m.name == "alerts.unguarded"]
    assert "search-latency" in unguarded.reason
    assert "checkout-availability" not in unguarded.reason
    assert unguarded.value == len(open_project(root).objectives) - 1


# --- what cannot be read -----------------------------------------------------------------------


def test_what_cannot_be_read_is_unknown_by_name_and_spoils_nothing(tmp_path):
    shutil.copy(JUNIT, tmp_path / "tests.xml")
    os.mkfifo(tmp_path / "pipe.xml")
    (tmp_path / "memory.xml").symlink_to("/proc/self/mem")  # its first byte is nobody's to read
    (tmp_path / "lost.xml").symlink_to("nowhere")
    (tmp_path / "empty").mkdir()
    results = by_hand(
        tmp_path, tmp_path / "gone.xml", tmp_path / "tests.xml" / "in", Path("x" * 5000)
    )
    assert [(Path(one.name).name, one.state.value, one.reason) for one in results[:5]] == [
        ("lost.xml", "unknown", "There is no such file."),
        ("memory.xml", "unknown", "It cannot be read: Input/output error."),
        ("pipe.xml", "unknown", "It is not a regular file."),
        ("tests.xml", "pass", ""),
        ("gone.xml", "unknown", "There is no such file."),
    ]
    assert all(one.state is State.UNKNOWN and one.reason for one in results[4:])


def test_a_folder_without_files_is_not_nothing(tmp_path):
    (one,) = by_hand(tmp_path)
    assert one.state is State.UNKNOWN
    assert one.reason == "It is a folder in which no file could be found."


def test_a_name_that_is_no_text_can_be_printed(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.xml"
    with Path(os.fsdecode(path)).open("wb") as file:
        file.write(JUNIT.read_bytes())
    (one,) = by_hand(tmp_path)
    assert one.state is State.PASS
    assert one.name.encode().endswith(b"\\udcff.xml")


# --- the project's own, pulled and recalled ----------------------------------------------------

TESTS = '[sources.tests]\ntype = "junit"\npath = "*.xml"\n'
ISSUES = '[sources.work]\ntype = "github-issues"\nrepository = "shop/checkout"\n'


def issues_of(server):
    return f'{ISSUES}url = "{server.url_for("").rstrip("/")}"\ntoken = "env:TOKEN"\n'


@pytest.fixture
def tracker(httpserver, monkeypatch):
    """Serves two pages of issues to who knows the secret; gives its table."""
    monkeypatch.setenv("TOKEN", SECRET)
    path, second = "/repos/shop/checkout/issues", "/repos/shop/checkout/issues?page=2"
    link = {"Link": f'<{httpserver.url_for(second)}>; rel="next"'}
    pages = json.loads(GITHUB.read_text())
    known = {"Authorization": f"Bearer {SECRET}"}
    httpserver.expect_oneshot_request(path, headers=known).respond_with_json(pages[0], headers=link)
    httpserver.expect_oneshot_request(path, query_string="page=2").respond_with_json(pages[1])
    return issues_of(httpserver)


def test_what_is_pulled_is_judged_and_kept_and_judged_again_the_same(project, tracker):
    root = project(TESTS + tracker, tests__xml=JUNIT)
    online = checked(root)
    assert [(one.format, one.state.value) for one in online] == [
        ("junit", "pass"),
        ("github-issues", "pass"),
    ], asjson(online)
    (root / "tests.xml").unlink()  # and the server has no third answer
    assert asjson(checked(root, now=None, offline=True)) == asjson(online)


def test_what_is_hashed_is_what_was_kept_and_parsed(project, tracker):
    root = project(TESTS + tracker, tests__xml=JUNIT)
    for one in checked(root):
        digest = one.origin.sha256
        kept = (root / ".codexreport/snapshots/objects" / digest[:2] / digest).read_bytes()
        assert (sha256(kept), len(kept)) == (digest, one.origin.size)


def test_a_secret_is_nowhere_in_what_is_kept_or_said(project, tracker):
    root = project(tracker)
    results = checked(root)
    assert SECRET not in asjson(results)
    files = [path for path in root.rglob("*") if path.is_file()]
    assert len(files) > 2
    assert not any(SECRET.encode() in path.read_bytes() for path in files)


def test_a_tracker_that_does_not_answer_is_unknown_and_its_last_pull_stays(project, tracker):
    root = project(tracker)
    assert checked(root)[0].state is State.PASS
    (now,) = checked(root)  # the server answers 500 to what it does not expect
    assert now.state is State.UNKNOWN
    assert "answered 500" in now.reason
    assert now.name.endswith("/repos/shop/checkout/issues")
    assert checked(root, offline=True)[0].state is State.PASS


def test_a_secret_that_is_not_set_is_named(project, httpserver, monkeypatch):
    monkeypatch.delenv("TOKEN", raising=False)
    (one,) = checked(project(issues_of(httpserver)))
    assert one.state is State.UNKNOWN
    assert one.reason == "The environment variable TOKEN is not set."
    assert not httpserver.log


def test_nothing_is_recalled_that_was_not_pulled(project):
    root = project(TESTS, tests__xml=JUNIT)
    (one,) = checked(root, offline=True)
    assert (one.state, one.name) == (State.UNKNOWN, "*.xml")
    assert one.reason == "No snapshot is kept of tests."


def test_another_pattern_is_another_question(project):
    root = project(TESTS, tests__xml=JUNIT)
    assert checked(root)[0].state is State.PASS
    project(TESTS.replace("*.xml", "tests.xml"))
    assert checked(root, offline=True)[0].state is State.UNKNOWN


def test_a_kept_file_that_was_altered_is_unknown_and_spoils_no_other(project):
    root = project(TESTS, a__xml=JUNIT, b__xml=FORMATS / "junit/pass-namespaced-and-nested.xml")
    digest = checked(root)[0].origin.sha256
    kept = root / ".codexreport/snapshots/objects" / digest[:2] / digest
    kept.write_bytes(kept.read_bytes().replace(b'tests="4"', b'tests="5"'))
    first, second = checked(root, offline=True)
    assert first.state is State.UNKNOWN
    assert "was altered: its SHA-256 is not its name" in first.reason
    assert second.state is State.PASS
    kept.unlink()
    assert "cannot be read: No such file" in checked(root, offline=True)[0].reason


def test_an_altered_index_is_refused(project):
    root = project(TESTS, tests__xml=JUNIT)
    checked(root)
    (index,) = (root / ".codexreport/snapshots/requests").rglob("*.json")
    index.write_text(index.read_text().replace("2026-10-06", "2026-10-05"))
    (one,) = checked(root, offline=True)
    assert one.state is State.UNKNOWN
    assert "was altered" in one.reason


def test_a_file_that_could_not_be_read_is_remembered_beside_those_that_could(project):
    root = project(TESTS, tests__xml=JUNIT)
    big = 'type = "junit"\npath = "*.xml"\nlimits = {max_stream_bytes = 700}\n'
    root = project(f"[sources.tests]\n{big}", more__xml=FORMATS / "junit/fail-not-collected.xml")
    online = checked(root)
    assert states(online) == {"more.xml": "unknown", "tests.xml": "pass"}
    assert "more than max_stream_bytes = 700 bytes" in online[0].reason
    assert asjson(checked(root, offline=True)) == asjson(online)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("gone.xml", "No file matches 'gone.xml'"),
        ("pipe", "Pipe is a pipe, not a file"),
    ],
)
def test_a_pattern_that_gives_nothing_is_an_unknown_file(project, pattern, said):
    root = project(f'[sources.tests]\ntype = "junit"\npath = "{pattern}"\n')
    os.mkfifo(root / "pipe")
    (one,) = checked(root)
    assert (one.state, one.name) == (State.UNKNOWN, pattern)
    assert said.lower() in one.reason.lower()


def test_a_source_is_read_as_its_type_and_as_nothing_else(project):
    root = project('[sources.tests]\ntype = "ctrf"\npath = "*.xml"\n', tests__xml=JUNIT)
    (one,) = checked(root)
    assert one.state is State.UNKNOWN
    assert one.reason == "It is XML, and no CTRF test results."


def test_the_commit_comes_from_the_environment(project, monkeypatch, tmp_path):
    root = project('[sources.e2e]\ntype = "ctrf"\npath = "ctrf.json"\ncommit = "env:COMMIT"\n')
    commit_of(tmp_path, "decaf00d" * 5)
    monkeypatch.setenv("COMMIT", "decaf00d" * 5)
    assert checked(root)[0].state is State.PASS
    monkeypatch.setenv("COMMIT", "c0ffee00" * 5)
    assert checked(root)[0].state is State.UNKNOWN
    monkeypatch.delenv("COMMIT")
    with pytest.raises(ParameterError, match="COMMIT is not set"):
        checked(root)


# --- settings and the doctor -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "mistake"),
    [
        ('type = "junitt"\npath = "a"', "codexreport.toml:7: sources.a.type: is neither a source "
         "type nor a format; did you mean 'junit'?"),
        ('type = "junit"', "codexreport.toml:6: sources.a.path: is missing"),
        ('type = "junit"\npath = "a"\nmaxage = "1d"', "codexreport.toml:9: sources.a.maxage: is "
         "not a key here; did you mean 'max_age'?"),
        ('type = "junit"\npath = "../*.xml"', "codexreport.toml:8: sources.a.path: '../*.xml' "
         "leads out of the project's folder"),
        ('type = "github-issues"', "codexreport.toml:6: sources.a.repository: is missing"),
        ('type = "github-issues"\nrepository = "a/b"\ntoken = "s3cr3t"', "codexreport.toml:9: "
         "sources.a.token: secrets are not written here: put it in a variable, and write env:NAME"),
        ('type = "github-issues"\npath = "a"\nrepository = "a/b"', "codexreport.toml:9: "
         "sources.a.repository: is not a key here"),
        ('type = "junit"\npath = "a"\n[vulnerabilities]\nmax_age_days = {hgih = 3}',
         "codexreport.toml:10: vulnerabilities.max_age_days.hgih: must be one of"),
        ('type = "junit"\npath = "a"\n[vulnerabilities]\nmax_age_days = {high = 0}',
         "codexreport.toml:10: vulnerabilities.max_age_days.high: "),
    ],
)  # fmt: skip
def test_a_mistake_in_a_source_is_named_by_line_and_key(project, table, mistake):
    root = project("", tests__xml=JUNIT)
    lines = f'schema = 1\n[project]\nname = "Shop"\n[slo]\nobjectives = []\n[sources.a]\n{table}\n'
    (root / "codexreport.toml").write_text(lines)
    with pytest.raises(ProjectError) as refused:
        open_project(root)
    assert mistake in str(refused.value)
    assert "s3cr3t" not in str(refused.value)


def found_by_doctor(root):
    return {one.what: one for one in examine(root, Workspace(root)) if "source" in one.what}


def test_the_doctor_counts_files_and_asks_trackers(project, tracker):
    root = project(TESTS + '[sources.gone]\ntype = "lcov"\npath = "x.info"\n' + tracker)
    shutil.copy(JUNIT, root / "tests.xml")
    found = found_by_doctor(root)
    assert (found["source tests"].ok, found["source tests"].found) == (True, "1 file of junit")
    assert not found["source gone"].ok
    assert "no file matches 'x.info'" in found["source gone"].found
    assert found["source work"].ok
    assert found["source work"].found.endswith("/repos/shop/checkout/issues answers.")


def test_the_doctor_says_what_a_tracker_answers(project, httpserver, monkeypatch):
    monkeypatch.setenv("TOKEN", SECRET)
    httpserver.expect_request("/repos/shop/checkout/issues").respond_with_data(
        f"Bad credentials: {SECRET}", status=401
    )
    (found,) = found_by_doctor(project(issues_of(httpserver))).values()
    assert not found.ok
    assert "answered 401: Bad credentials: ***" in found.found
