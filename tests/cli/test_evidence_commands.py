"""`record`, `log` and `show` as they are typed."""

import json
import signal
import subprocess
import sys

import pytest

from codexreport.cli.app import run


@pytest.fixture
def typed(tmp_path, monkeypatch, capfd):
    """Runs a command in an empty folder; gives its exit code, and both its outputs."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = run(arguments)
        return code, *capfd.readouterr()

    return call


def start(folder, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", "from codexreport.cli import main; main()", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def test_a_commands_output_is_its_own_and_the_kit_speaks_beside_it(typed):
    code, out, err = typed("record", "smoke", "--phase", "phase4", "--", "echo", "--json", "hello")
    assert (code, out) == (0, "--json hello\n")
    assert err.splitlines() == [
        "[AUTOMATION] smoke executed: PASS",
        "Kept: codexreport show 1 --phase phase4",
    ]


def test_the_record_as_json_is_alone_on_standard_output(typed):
    code, out, err = typed("record", "smoke", "--json", "--ticket", "CHG-7", "--", "echo", "hello")
    record = json.loads(out)
    assert (code, record["phase"], record["command"]) == (0, "operations", ["echo", "hello"])
    assert (record["ticket"], record["state"], record["exit_code"]) == ("CHG-7", "pass", 0)
    assert err.startswith("hello\n")


@pytest.mark.parametrize(
    ("command", "code", "status"),
    [
        (["sh", "-c", "exit 42"], 42, "FAIL"),
        (["no-such-command"], 127, "FAIL"),
        (["sh", "-c", "kill -TERM $$"], 143, "FAIL"),
    ],
)
def test_the_exit_code_is_the_commands(typed, command, code, status):
    told = typed("record", "smoke", "--", *command)
    assert told[0] == code
    assert f"[AUTOMATION] smoke executed: {status}\nIt " in told[2]


def test_a_command_that_passed_without_its_artefacts_exits_3(typed):
    code, _, err = typed("record", "smoke", "--artifact", "a/*.xml", "--", "true")
    assert code == 3
    assert "executed: UNKNOWN" in err
    assert "No file matches a/*.xml." in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["record"],
        ["record", "smoke"],
        ["record", "smoke", "--"],
        ["record", "a b", "--", "touch", "ran"],
        ["record", "smoke", "--phase", "../x", "--", "touch", "ran"],
        ["record", "smoke", "--artifact", "/x", "--", "touch", "ran"],
        ["record", "smoke", "--unknown", "--", "touch", "ran"],
        ["show", "1"],
        ["show", "x"],
        ["log", "--phase", "Ä"],
    ],
)
def test_what_is_refused_exits_2_and_runs_nothing(typed, tmp_path, arguments):
    code, out, err = typed(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert not (tmp_path / "ran").exists()


def test_a_phase_that_there_is_not_is_refused_with_those_that_there_are(typed):
    typed("record", "smoke", "--phase", "phase4", "--", "true")
    for command in (["log"], ["show", "1"]):
        code, out, err = typed(*command, "--phase", "phase5")
        assert (code, out) == (2, "")
        assert err == "Error: There is no evidence of phase5.\ndid you mean 'phase4'?\n"


def test_nothing_is_run_over_an_altered_log(typed, tmp_path):
    typed("record", "smoke", "--", "true")
    log = tmp_path / "evidence/operations/run.log"
    altered = log.read_bytes().replace(b'"state":"pass"', b'"state":"pass" ')
    log.write_bytes(altered)
    code, out, err = typed("record", "smoke", "--", "touch", "ran")
    assert (code, out) == (2, "")
    assert "Error: The log of operations was altered. Line 1 of run.log is not written as" in err
    assert "codexreport verify" in err
    assert not (tmp_path / "ran").exists()
    assert log.read_bytes() == altered
    assert typed("log")[0] == 1


def test_an_interrupt_reaches_the_command_and_is_recorded(tmp_path):
    running = start(tmp_path, "record", "smoke", "--", "sh", "-c", "echo ready; exec sleep 60")
    assert running.stdout.readline() == "ready\n"
    running.send_signal(signal.SIGINT)
    _, err = running.communicate()
    assert running.returncode == 130
    assert "It ended by SIGINT after" in err
    kept = (tmp_path / "evidence/operations/run.log").read_text()
    assert json.loads(kept)["ended_by"] == "SIGINT"


def test_the_project_says_which_folder_and_which_variables(tmp_path, monkeypatch, capfd):
    """Also while its file is full of mistakes; the command runs where it was typed."""
    project = tmp_path / "project"
    (project / "sub").mkdir(parents=True)
    (project / "codexreport.toml").write_text('nonsense = "env:LOGIN"\n[[')
    monkeypatch.chdir(project / "sub")
    monkeypatch.setenv("LOGIN", "only-for-us")
    command = ["--", "sh", "-c", "echo $LOGIN; >a"]
    assert run(["record", "smoke", "--phase", "phase4", "--artifact", "sub/a", *command]) == 0
    assert run(["show", "1", "--json"]) == 0
    shown = capfd.readouterr().out.removeprefix("only-for-us\n")
    paths = [one["path"] for one in json.loads(shown)["artifacts"]]
    assert paths[1:] == ["sub/a"]
    assert (project / paths[0]).read_text() == "[masked: LOGIN]\n"


def test_the_log_lists_every_phase_and_lines_that_were_cut_off(typed, tmp_path):
    assert typed("log")[1].startswith("Nothing is kept yet.")
    typed("record", "one", "--phase", "phase4", "--", "true")
    typed("record", "two", "--", "false")
    with (tmp_path / "evidence/operations/run.log").open("ab") as torn:
        torn.write(b'{"se')
    code, out, _ = typed("log")
    assert code == 0
    assert "Line 2 is no record: it was cut off, or altered." in out
    rows = [line.split() for line in out.splitlines() if " command " in line]
    assert [row[3] for row in rows] == ["two", "one"]
    code, out, _ = typed("log", "--json")
    phases = json.loads(out)["phases"]
    assert list(phases) == ["operations", "phase4"]
    assert (phases["operations"]["torn"], phases["operations"]["head"]["seq"]) == ([2], 2)
    assert [one["step"] for one in phases["phase4"]["records"]] == ["one"]
    assert list(json.loads(typed("log", "--phase", "phase4", "--json")[1])["phases"]) == ["phase4"]
    code, _, err = typed("show", "2", "--phase", "operations")
    assert (code, "it was cut off, or altered" in err) == (2, True)


def test_a_record_is_shown_with_what_became_of_its_files(typed, tmp_path):
    script = "for name in a b c; do echo $name > $name.txt; done"
    typed("record", "one", "--artifact", "*.txt", "--", "sh", "-c", script)
    (tmp_path / "b.txt").write_text("other")
    (tmp_path / "c.txt").unlink()
    code, out, _ = typed("show", "1")
    assert code == 1
    now = {line.split()[0]: line.rstrip() for line in out.splitlines() if ".txt " in line}
    assert now["a.txt"].endswith("as recorded")
    assert now["b.txt"].endswith("changed since")
    assert now["c.txt"].endswith("gone")
    assert f"sh -c '{script}'" in out
    files = json.loads(typed("show", "1", "--json")[1])["artifacts"]
    assert [one["now"] for one in files] == ["as recorded", "as recorded", "changed since", "gone"]


def test_a_file_that_was_made_again_is_not_taken_for_an_altered_one(typed):
    for text in ("first", "second"):
        typed("record", "one", "--artifact", "a.txt", "--", "sh", "-c", f"echo {text} > a.txt")
    code, out, _ = typed("show", "1")
    assert code == 0
    assert "made again by record 2" in out
    assert typed("show", "2")[0] == 0


def test_a_log_that_was_altered_is_told_at_once(typed, tmp_path):
    for state in ("false", "true", "true"):
        typed("record", "one", "--", state)
    log = tmp_path / "evidence/operations/run.log"
    log.write_bytes(log.read_bytes().replace(b'"state":"fail"', b'"state":"pass"', 1))
    code, out, _ = typed("log")
    assert code == 1
    assert "The chain of run.log is broken at line 2" in out
    assert json.loads(typed("log", "--json")[1])["phases"]["operations"]["problems"]
    assert typed("show", "1")[0] == 1


def test_a_number_that_several_phases_have_needs_a_phase(typed):
    typed("record", "one", "--phase", "phase4", "--", "true")
    typed("record", "two", "--", "true")
    code, _, err = typed("show", "1")
    assert (code, "in several phases: operations, phase4." in err) == (2, True)
    assert json.loads(typed("show", "1", "--phase", "phase4", "--json")[1])["step"] == "one"


def test_a_terminal_s_escape_sequences_are_not_played_from_the_log(typed):
    typed("record", "one", "--", "printf", "\x1b[2J")
    _, out, _ = typed("show", "1")
    assert "printf '\\x1b[2J'" in out
