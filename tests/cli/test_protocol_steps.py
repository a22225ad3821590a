"""A protocol's steps: done by evidence, missing, failed or skipped; and complete only then."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.pipeline.open import open_project
from codexreport.pipeline.protocol_steps import protocol_named, protocol_names
from codexreport.pipeline.questions import question

PROJECT = """\
schema = 1
[project]
name = "Shop"
release = "4.2.0"
[slo]
objectives = []
[sources.unit]
type = "junit"
path = "junit.xml"
[protocols.handover]
title = "Handover"
phase = "handover-{release}"
[[protocols.handover.steps]]
id = "deployed"
title = "It is deployed"
record = "deployment"
handoff = "The deployment is recorded"
do = "codexreport record deployment --phase {phase} -- true"
[[protocols.handover.steps]]
id = "tests"
title = "Tests pass"
gate = "deployment"
[[protocols.handover.steps]]
id = "notes"
title = "There are release notes"
file = "notes/{release}.md"
optional = true
handoff = "Release notes are written"
[[protocols.handover.steps]]
id = "runbook"
title = "The runbook says whom to call"
section = "runbook.md#Escalation"
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A project of which everything but the deployment and the release notes is there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "junit.xml").write_text('<testsuite tests="1"><testcase name="a"/></testsuite>')
    (tmp_path / "runbook.md").write_text("# Runbook\n## Escalation\nThe shop team.\n")
    return tmp_path


def words(typed, *arguments):
    code, out, _ = typed("protocol", *arguments, "--json")
    (one,) = json.loads(out)["protocols"]
    return code, [step["word"] for step in one["steps"]]


def deploy(typed, ending="true"):
    typed("record", "deployment", "--phase", "handover-4-2-0", "--", ending)


def test_status_says_what_is_done_and_what_is_missing(shop, typed):
    assert words(typed, "status", "handover") == (0, ["unknown", "done", "missing", "done"])
    _, out, _ = typed("protocol", "status", "handover")
    assert "Handover: 4 steps: 2 done, 1 missing, 1 unknown" in out
    assert "codexreport record deployment --phase handover-4-2-0 -- true" in out
    assert "[ ] The deployment is recorded" in out
    deploy(typed)
    assert "[x] The deployment is recorded" in typed("protocol", "status", "handover")[1]


def test_validate_exits_by_what_is_open(shop, typed):
    """A record that is not there is not known; a file that is not there is known to be missing."""
    assert words(typed, "validate", "handover", "--skip-missing") == (
        3,
        ["unknown", "done", "skipped", "done"],
    )
    deploy(typed)
    assert words(typed, "validate", "handover")[0] == 1
    assert words(typed, "validate", "handover", "--skip-missing")[0] == 0
    (shop / "notes").mkdir()
    (shop / "notes/4.2.0.md").write_text("Faster.")
    assert words(typed, "validate", "handover") == (0, ["done"] * 4)


def test_what_failed_is_never_skipped(shop, typed):
    deploy(typed, "false")
    table = shop / "codexreport.toml"
    table.write_text(
        table.read_text().replace('record = "deployment"', 'record = "deployment"\noptional = true')
    )
    assert words(typed, "validate", "handover", "--skip-missing") == (
        1,
        ["failed", "done", "skipped", "done"],
    )


def optional(shop, shown_by):
    """A protocol of one optional step, so that only it decides."""
    head, _, _ = PROJECT.partition("[protocols")
    (shop / "codexreport.toml").write_text(
        f'{head}[protocols.a]\ntitle = "A"\n[[protocols.a.steps]]\nid = "b"\ntitle = "B"\n'
        f"optional = true\n{shown_by}\n"
    )


def days_later(days):
    moment = datetime.now(timezone.utc) + timedelta(days=days)
    return "--now", moment.isoformat(timespec="seconds")


def test_what_failed_is_not_forgiven_by_age(shop, typed):
    """Its failure stands until another run takes it back; a green one is too old one day."""
    optional(shop, 'record = "deployment"\nmax_age = "1d"')
    typed("record", "deployment", "--", "false")
    for days in (0, 3):
        later = days_later(days)
        assert words(typed, "validate", "a", "--skip-missing", *later) == (1, ["failed"])
    assert "longer than the 1 day allowed" in typed("protocol", "status", "a", *days_later(3))[1]
    typed("record", "deployment", "--", "true")
    assert words(typed, "validate", "a", "--skip-missing", *days_later(3)) == (3, ["too old"])


def test_an_old_file_is_there_and_never_skipped(shop, typed):
    optional(shop, 'file = "runbook.md"\nmax_age = "1d"')
    assert words(typed, "validate", "a", "--skip-missing", *days_later(3)) == (1, ["too old"])


@pytest.mark.parametrize(
    ("content", "shown_by", "word"),
    [
        ("", 'file = "plan.md"', "unfinished"),
        ("# Rollback\nTODO\n", 'section = "plan.md#Rollback"', "unfinished"),
        ("# Rollback\n", 'section = "plan.md#Escalation"', "skipped"),
        (None, 'section = "plan.md#Escalation"', "skipped"),
    ],
)
def test_what_was_begun_is_never_skipped(shop, typed, content, shown_by, word):
    optional(shop, shown_by)
    if content is not None:
        (shop / "plan.md").write_text(content)
    assert words(typed, "validate", "a", "--skip-missing")[1] == [word]


def test_a_damaged_log_tells_nothing_and_is_never_skipped(shop, typed):
    """The step may be in it; of a log that reads whole it is known not to be there."""
    optional(shop, 'record = "deployment"')
    typed("record", "extra", "--", "true")
    assert words(typed, "validate", "a", "--skip-missing") == (3, ["skipped"])
    log = shop / "evidence/operations/run.log"
    log.write_bytes(log.read_bytes() + b"{}\n")
    assert words(typed, "validate", "a", "--skip-missing") == (3, ["unknown"])


@pytest.mark.parametrize(
    ("measure", "found"),
    [("quality.tests.total", (1, ["failed"])), ("quality.coverage.line", (3, ["unknown"]))],
)
def test_a_gate_is_never_skipped(shop, typed, measure, found):
    (shop / "gates").mkdir()
    (shop / "gates/ship.toml").write_text(
        'schema = 1\nname = "ship"\ntitle = "Ship"\n[[criteria]]\nid = "one"\n'
        f'title = "One"\nmeasure = "{measure}"\npass = ["> 9"]\nkey = true\n'
    )
    optional(shop, 'gate = "ship"')
    assert words(typed, "validate", "a", "--skip-missing") == found


def test_where_everything_was_skipped_nothing_is_known(shop, typed):
    head, _, _ = PROJECT.partition("[protocols")
    (shop / "codexreport.toml").write_text(
        f'{head}[protocols.a]\ntitle = "A"\n[[protocols.a.steps]]\nid = "b"\ntitle = "B"\n'
        'file = "b.md"\noptional = true\n'
    )
    assert words(typed, "validate", "a", "--skip-missing") == (3, ["skipped"])


def test_complete_is_refused_while_a_step_is_open_and_kept_afterwards(shop, typed):
    code, _, err = typed("protocol", "complete", "handover", "--skip-missing")
    assert (code, "Not complete, still open: deployed (unknown)." in err) == (3, True)
    deploy(typed)
    code, out, _ = typed("protocol", "complete", "handover", "--skip-missing")
    line = "[PROTOCOL COMPLETE] - Handover. 4 steps: 3 done, 1 skipped."
    assert (code, out.splitlines()[-1]) == (0, line)
    log = (shop / "evidence/handover-4-2-0/run.log").read_text().splitlines()
    record = json.loads(log[-1])
    assert (record["kind"], record["step"], record["state"]) == (
        "announcement",
        "protocol-handover",
        "complete",
    )
    assert record["steps"]["notes"] == "skipped"
    assert len(log) == 2


def test_the_last_line_says_what_is_open_and_what_may_be_left_out(shop, typed):
    deploy(typed, "false")
    code, _, err = typed("protocol", "validate", "handover")
    assert (code, err.splitlines()[-2:]) == (
        1,
        [
            "Not complete, still open: deployed (failed).",
            "Open and optional, left out by --skip-missing: notes.",
        ],
    )
    _, _, err = typed("protocol", "validate")
    assert "handover: Not complete, still open: deployed (failed)." in err


def test_a_bundle_is_unfinished_when_the_log_goes_on(shop, typed):
    """Sign-offs and announcements are said of what is bundled; they take no other bundle."""
    head, _, _ = PROJECT.partition("[protocols")
    (shop / "codexreport.toml").write_text(
        f'{head}[protocols.a]\ntitle = "A"\n[[protocols.a.steps]]\nid = "b"\ntitle = "B"\n'
        'record = "bundle"\noptional = true\n'
    )
    assert words(typed, "validate", "a") == (3, ["unknown"])
    typed("record", "deployment", "--", "true")
    typed("bundle")
    assert words(typed, "validate", "a") == (0, ["done"])
    typed("protocol", "complete", "a")
    typed("sign-off", "launch", "--as", "lead", "--role", "engineering", "--phase", "operations")
    assert words(typed, "validate", "a") == (0, ["done"])
    typed("record", "extra", "--", "true")
    assert words(typed, "validate", "a", "--skip-missing") == (1, ["unfinished"])
    assert "1 record came after the last bundle: extra." in typed("protocol", "status", "a")[1]
    typed("bundle")
    assert words(typed, "validate", "a") == (0, ["done"])


def test_a_gate_and_a_protocol_judge_a_bundle_alike(shop, typed):
    """Both ask whether it still holds all that was run."""
    (shop / "gates").mkdir()
    (shop / "gates/ship.toml").write_text(
        'schema = 1\nname = "ship"\ntitle = "Ship"\n[[criteria]]\nid = "one"\n'
        'title = "One"\nrecord = "bundle"\nphase = "operations"\nkey = true\n'
    )
    optional(shop, 'record = "bundle"')
    typed("record", "deployment", "--", "true")
    typed("bundle")
    assert (typed("gate", "ship")[0], words(typed, "validate", "a")[0]) == (0, 0)
    typed("record", "extra", "--", "true")
    assert (typed("gate", "ship")[0], words(typed, "validate", "a")[0]) == (1, 1)
    assert "1 record came after the last bundle: extra." in typed("gate", "ship")[1]


def test_without_a_name_all_protocols_are_shown(shop, typed):
    code, out, _ = typed("protocol", "status", "--json")
    names = [one["protocol"] for one in json.loads(out)["protocols"]]
    assert (code, names) == (0, ["handover", "integration", "launch", "operations"])
    assert typed("protocol", "validate")[0] in {1, 3}


def test_the_projects_own_protocol_goes_before_the_kits(shop, typed):
    table = shop / "codexreport.toml"
    table.write_text(PROJECT.replace("protocols.handover", "protocols.launch"))
    assert len(words(typed, "status", "launch")[1]) == 4


def test_the_kits_protocols_ask_for_gates_that_there_are(shop):
    opened = open_project(shop)
    names = [one for one in protocol_names(opened) if one != "handover"]
    assert names == ["integration", "launch", "operations"]
    for name in names:
        table = protocol_named(opened, name)
        assert table.description
        for step in table.steps:
            assert step.do, step.id
            if step.gate:
                question(opened, step.gate)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["status", "handovr"], "did you mean 'handover'?"),
        (["status", "1"], "takes the name of a protocol"),
        (["complete"], "needs the name of a protocol"),
        (["start", "handover"], "start needs the number of a phase"),
    ],
)
def test_what_is_refused_exits_2(shop, typed, arguments, reason):
    code, _, err = typed("protocol", *arguments)
    assert (code, reason in err) == (2, True), err


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("", "needs exactly one of record, file, section, gate"),
        ('file = "a"\ngate = "launch"', "needs exactly one of record, file, section, gate"),
        ('file = "a"\nphase = "phase4"', "phase belongs to record"),
        ('gate = "launch"\nmax_age = "1d"', "a gate has its own ages"),
        ('fiel = "a"', "did you mean 'file'?"),
    ],
)
def test_mistakes_in_the_project_file_are_named(shop, typed, step, reason):
    head, _, _ = PROJECT.partition("[protocols")
    (shop / "codexreport.toml").write_text(
        f'{head}[protocols.a]\ntitle = "A"\n[[protocols.a.steps]]\nid = "b"\ntitle = "B"\n{step}\n'
    )
    code, _, err = typed("protocol", "status", "a")
    assert (code, reason in err) == (2, True), err
