"""What a decision must never be made of: no bad input exits with 0 or says GO."""

from __future__ import annotations

import json

import pytest

from codexreport.cli.app import run

NOW = "2026-10-06T09:00:00Z"
LATER = "2026-11-01T00:00:00Z"
PROJECT = f"""\
schema = 1
[project]
name = "Shop"
as_of = {NOW}
[slo]
objectives = []
"""
GATE = """\
schema = 1
name = "ship"
title = "Ship it"
"""
FAILED = """\
[[criteria]]
id = "failed"
title = "No test failed"
measure = "quality.tests.failed"
pass = ["= 0"]
"""
RATE = """\
[[criteria]]
id = "rate"
title = "Tests pass"
measure = "quality.tests.pass_rate"
pass = [">= 98 %"]
"""
A, B = "a" * 40, "b" * 40


def junit(*failed, tests=2, said="", at="", commit=""):
    """`tests` test cases, of which those numbered in `failed` failed."""
    cases = "".join(
        f'<testcase classname="t" name="n{n}">{"<failure/>" if n in failed else ""}</testcase>'
        for n in range(tests)
    )
    when = f' timestamp="{at}"' if at else ""
    revision = f'<properties><property name="commit" value="{commit}"/></properties>'
    number = said or tests
    return (
        f'<testsuite name="s" tests="{number}" failures="{len(failed)}"{when}>'
        f"{revision if commit else ''}{cases}</testsuite>"
    )


def source(name, path="", more="", kind="junit"):
    return f'[sources.{name}]\ntype = "{kind}"\npath = "{path or name + ".xml"}"\n{more}\n'


def waiver(criterion="failed", gate="ship", approver="operations lead", expires=LATER):
    ends = f"expires = {expires}\n" if expires else ""
    return (
        f'[[waivers]]\ngate = "{gate}"\ncriterion = "{criterion}"\nreason = "Known."\n'
        f'owner = "Shop team"\napprover = "{approver}"\n{ends}'
    )


@pytest.fixture
def decided(tmp_path, monkeypatch, capfd):
    """From a project's text, a gate's criteria and files to exit code and decision."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (tmp_path / "gates").mkdir()

    def decide(sources, criteria=FAILED, files=None, *arguments):
        (tmp_path / "codexreport.toml").write_text(PROJECT + sources)
        (tmp_path / "gates" / "ship.toml").write_text(GATE + criteria)
        for name, content in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        capfd.readouterr()
        code = run(["gate", "ship", "--json", *arguments])
        out, err = capfd.readouterr()
        return code, json.loads(out) if out else {}, err

    return decide


def reasons(told):
    return " ".join(one["how"] for gate in told["gates"] for one in gate["findings"])


FIVE = "".join(source(f"s{number}") for number in range(5))
OF_FIVE = {f"s{number}.xml": junit() for number in range(5)}


def test_good_input_is_go(decided):
    """What every test below differs from in one thing."""
    code, told, _ = decided(FIVE, FAILED + RATE, OF_FIVE)
    assert (code, told["decision"]) == (0, "GO")


# Sources, criteria and files, and what is said. All are UNDECIDED, exit code 3.
UNDECIDED = {
    "no source answered": (FIVE, FAILED + RATE, {}, "Nothing measures quality.tests.failed"),
    "one of five is down": (
        FIVE,
        FAILED,
        {name: content for name, content in OF_FIVE.items() if name != "s3.xml"},
        "quality.tests.failed of s3 is not known. No file matches 's3.xml'",
    ),
    "one of five is a web page": (
        FIVE,
        RATE,
        OF_FIVE | {"s3.xml": "<html><body>Log in</body></html>"},
        "quality.tests.pass_rate of s3 is not known.",
    ),
    "one of two formats is down": (
        source("a") + source("b", "b.json", kind="ctrf"),
        FAILED,
        {"a.xml": junit()},
        "quality.tests.failed of b is not known.",
    ),
    "one of the files of a source is cut off": (
        source("a", "r/*.xml"),
        FAILED,
        {"r/1.xml": junit(), "r/2.xml": junit()[:60]},
        "quality.tests.failed of a is not known.",
    ),
    "a measure that does not exist": (
        source("a"),
        FAILED.replace("tests.failed", "tests.faild"),
        {"a.xml": junit()},
        "Nothing measures quality.tests.faild; near it are quality.tests.failed",
    ),
    "a subject that does not exist": (
        source("a"),
        FAILED + 'subject = "b"\n',
        {"a.xml": junit()},
        "There is no quality.tests.failed of b; there is one of a.",
    ),
    "a missing baseline": (
        source("a"),
        FAILED.replace("= 0", "<= +0"),
        {"a.xml": junit()},
        "there is no baseline to compare with",
    ),
    "a bound in another unit": (
        source("a"),
        FAILED.replace("= 0", "< 5 ms"),
        {"a.xml": junit()},
        "is no bound for a figure in tests",
    ),
    "a file that says more tests than it holds": (
        source("a"),
        RATE,
        {"a.xml": junit(said="400")},
        "It holds 2 of 400 tests: the run is incomplete.",
    ),
    "a file without a test": (source("a"), FAILED, {"a.xml": junit(tests=0)}, "It holds no test."),
    "two sources of two commits": (
        source("a") + source("b"),
        FAILED,
        {"a.xml": junit(commit=A), "b.xml": junit(commit=B)},
        f"It speaks of commit {A}, and b.xml of {B}",
    ),
    "another commit than the one that is asked for elsewhere": (
        source("a", more=f'commit = "{A}"') + source("b"),
        RATE,
        {"a.xml": junit(commit=A), "b.xml": junit(commit=B)},
        f"It speaks of commit {B}, and a.xml of {A}",
    ),
    "another commit than is asked for": (
        source("a", more=f'commit = "{A}"'),
        RATE,
        {"a.xml": junit(commit=B)},
        f"It speaks of commit {B}, not {A}.",
    ),
    "a file that is too old": (
        source("a", more='max_age = "1d"'),
        RATE,
        {"a.xml": junit(at="2026-10-01T09:00:00Z")},
        "It is 5 days old, older than the 1 day allowed (max_age).",
    ),
    "a file from the future": (
        source("a"),
        RATE,
        {"a.xml": junit(at="2026-10-06T10:00:00Z")},
        "It is dated Tue 6 Oct 2026, 10:00 UTC, after",
    ),
    "no criterion": (source("a"), "", {"a.xml": junit()}, ""),
    "no criterion that applies": (
        source("a"),
        FAILED + 'not_applicable = "No test yet."\n',
        {"a.xml": junit()},
        "No test yet.",
    ),
    "no criterion that weighs": (source("a"), FAILED + "weight = 0\n", {"a.xml": junit()}, ""),
    "no gate that is required": (
        source("a"),
        "required = false\n" + FAILED,
        {"a.xml": junit()},
        "",
    ),
    "no answer, and a score that anything reaches": (
        source("a"),
        "pass_score = 0\nwarning_score = 0\n" + FAILED,
        {},
        "",
    ),
}


@pytest.mark.parametrize("case", UNDECIDED)
def test_what_is_not_known_is_undecided(decided, case):
    sources, criteria, files, reason = UNDECIDED[case]
    code, told, _ = decided(sources, criteria, files)
    assert (code, told["decision"]) == (3, "UNDECIDED")
    assert reason in reasons(told)


# The same where it is known to be bad. All are NO-GO, exit code 1.
NO_GO = {
    "two files of a source that disagree": {"r/1.xml": junit(), "r/2.xml": junit(0)},
    "a header that says more failures than the cases": {
        "r/1.xml": junit().replace('failures="0"', 'failures="1"')
    },
    "a test twice, passed and then failed": {
        "r/1.xml": '<testsuite tests="2" failures="1"><testcase classname="t" name="n"/>'
        '<testcase classname="t" name="n"><failure/></testcase></testsuite>'
    },
}


@pytest.mark.parametrize("case", NO_GO)
def test_contradictory_files_are_what_the_worse_of_them_says(decided, case):
    code, told, _ = decided(source("a", "r/*.xml"), FAILED, NO_GO[case])
    assert (code, told["decision"]) == (1, "NO-GO")


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        (waiver(expires=""), "It has no expiry."),
        (waiver(expires="2026-10-05T00:00:00Z"), "It expired on Mon 5 Oct 2026, 00:00 UTC."),
        (waiver(expires=NOW), "It expired on Tue 6 Oct 2026, 09:00 UTC."),
        (waiver(criterion="*"), "It names more than one criterion."),
        (waiver(gate="*"), "It names more than one criterion."),
        (waiver(criterion="fail?d"), "It names more than one criterion."),
        (waiver(approver="shop team"), "Its owner approved it."),
        (waiver(approver=" "), "It lacks a reason, an owner or an approver."),
        (waiver(criterion="faild"), "ship has no such criterion; did you mean 'failed'?"),
    ],
)
def test_a_flawed_waiver_counts_for_nothing_and_is_listed(decided, written, flaw):
    code, told, _ = decided(source("a") + written, FAILED, {"a.xml": junit(0)})
    assert (code, told["decision"]) == (1, "NO-GO")
    assert [one["flaw"] for one in told["ignored_waivers"]] == [flaw]


def test_a_waiver_does_not_cover_what_is_not_known(decided):
    code, told, _ = decided(source("a") + waiver(), FAILED, {})
    assert (code, told["decision"]) == (3, "UNDECIDED")


def test_a_project_whose_sources_vanished_is_undecided_whatever_it_was_before(decided, tmp_path):
    assert decided(FIVE, FAILED + RATE, OF_FIVE, "--keep")[:1] == (0,)
    for name in OF_FIVE:
        (tmp_path / name).unlink()
    assert decided(FIVE, FAILED + RATE)[1]["decision"] == "UNDECIDED"
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    assert decided("", FAILED + RATE)[0] == 3


RECORDED = """\
[[criteria]]
id = "smoke"
title = "Smoke"
record = "smoke"
phase = "operations"
"""
APPROVED = """\
[[criteria]]
id = "approved"
title = "Operations approved"
approval = "sre"
phase = "operations"
"""


def test_a_record_from_the_future_is_undecided(decided):
    """It is recorded by the clock now, and judged at an earlier moment."""
    run(["record", "smoke", "--", "true"])
    code, told, _ = decided("", RECORDED)
    assert (code, told["decision"]) == (3, "UNDECIDED")
    assert "after the moment that is judged" in reasons(told)


def test_a_record_in_an_altered_log_is_undecided(decided, tmp_path):
    run(["record", "smoke", "--", "true"])
    run(["record", "smoke", "--", "false"])
    log = tmp_path / "evidence/operations/run.log"
    later = ("--now", "2126-10-06T09:00:00Z")
    assert decided("", RECORDED, {}, *later)[0] == 1
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0].replace(b"smoke", b"Smoke"))
    code, told, _ = decided("", RECORDED, {}, *later)
    assert (code, told["decision"]) == (3, "UNDECIDED")
    log.write_bytes(b"")
    assert decided("", RECORDED, {}, *later)[0] == 3


def test_an_approval_in_an_altered_log_is_undecided(decided, tmp_path):
    decided("", APPROVED)
    run(["record", "smoke", "--", "echo", "ok"])
    assert run(["sign-off", "ship", "--as", "sre-lead", "--role", "sre"]) == 0
    log = tmp_path / "evidence/operations/run.log"
    log.write_bytes(log.read_bytes().replace(b'"seq":1', b'"seq":2'))
    code, told, _ = decided("", APPROVED)
    assert (code, told["decision"]) == (3, "UNDECIDED")
    assert "The log of operations was altered." in reasons(told)
