import base64
import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import log
from codexreport.evidence.recording import Order, record_command
from codexreport.steps import OWN, RETROS

START = datetime(2026, 10, 6, 7, 0, 0, 123000, tzinfo=timezone.utc)

RECORD = """
import os, sys
from datetime import datetime, timezone
from pathlib import Path
from codexreport.errors import EvidenceError
from codexreport.evidence.recording import Order, record_command
try:
    done = record_command(
        Path.cwd(), Order(step="step", phase="operations", command=sys.argv[1:]),
        environ=os.environ, clock=lambda: datetime.now(timezone.utc),
    )
except EvidenceError as error:
    sys.exit(f"Error: {error}")
sys.exit(done.exit_code)
"""


class Shown:
    """Two files in the place of a terminal."""

    def __init__(self, folder):
        self.out = (folder / "shown.out").open("w+b")
        self.err = (folder / "shown.err").open("w+b")

    def text(self, stream):
        stream.seek(0)
        return stream.read()


@pytest.fixture
def shown(tmp_path_factory):
    screen = Shown(tmp_path_factory.mktemp("screen"))
    yield screen
    screen.out.close()
    screen.err.close()


@pytest.fixture
def record(tmp_path, monkeypatch, shown):
    """Records a command in a fresh folder; every look at the clock is a second later."""
    monkeypatch.chdir(tmp_path)
    moments = (START + timedelta(seconds=number) for number in range(10_000))

    def run(*command, step="smoke", environ=None, **order):
        return record_command(
            tmp_path,
            Order(step=step, phase="operations", command=command, **order),
            environ={**os.environ, **(environ or {})},
            clock=lambda: next(moments),
            stdout=shown.out.fileno(),
            stderr=shown.err.fileno(),
        )

    return run


@pytest.fixture
def recorder(tmp_path, monkeypatch):
    """Starts a recording as a process of its own."""
    monkeypatch.chdir(tmp_path)

    def start(*command, first="", stdin=subprocess.DEVNULL, **more):
        return subprocess.Popen(
            [sys.executable, "-c", f"{first}\n{RECORD}", *command],
            cwd=tmp_path,
            stdin=stdin,
            start_new_session=True,
            **more,
        )

    return start


def kept(workspace):
    return log.read(workspace / "evidence" / "operations").records


def output_of(workspace, record):
    return (workspace / record["artifacts"][0]["path"]).read_bytes()


def sh(script):
    return ("sh", "-c", script)


def test_what_an_auditor_asks_for_is_kept(tmp_path, record):
    done = record(*sh("mkdir out; echo made > out/a.xml"), artifacts=["out/*.xml"], ticket="CHG-7")
    (entry,) = kept(tmp_path)
    assert done.record == entry
    assert (done.exit_code, done.state) == (0, "pass")
    assert entry["kind"] == "command"
    assert entry["command"] == ["sh", "-c", "mkdir out; echo made > out/a.xml"]
    assert (entry["started"], entry["ended"]) < ("2026-10-06T07:01", "2026-10-06T07:01")
    assert entry["started"] < entry["ended"] < entry["time"]
    assert entry["duration_s"] >= 0
    assert (entry["exit_code"], entry["ended_by"], entry["ticket"]) == (0, None, "CHG-7")
    assert (entry["commit"], entry["dirty"]) == (None, None)
    assert set(entry["environment"]) >= {"os", "machine", "python", "codexreport"}
    assert entry["announcement"] == "[AUTOMATION] smoke executed: PASS"
    assert [one["path"] for one in entry["artifacts"]] == [
        "evidence/operations/logs/20261006T070001.123Z-smoke.log",
        "out/a.xml",
    ]
    check = ["sha256sum", "-c", "--strict", "evidence/operations/SHA256SUMS"]
    subprocess.run(check, cwd=tmp_path, check=True, capture_output=True)


def test_the_commit_is_kept(tmp_path, record):
    git = ["git", "-c", "user.name=team", "-c", "user.email=team@example.com"]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([*git, "commit", "-qm", "x", "--allow-empty"], cwd=tmp_path, check=True)
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.strip()
    for _ in range(2):  # the second time there is evidence, which is no change
        entry = record("true").record
        assert (entry["commit"], entry["dirty"]) == (head, False)


def test_streams_are_shown_apart_and_kept_together(tmp_path, record, shown):
    done = record(*sh("echo one; echo two >&2"))
    assert (shown.text(shown.out), shown.text(shown.err)) == (b"one\n", b"two\n")
    assert sorted(output_of(tmp_path, done.record).split()) == [b"one", b"two"]


def test_bytes_are_kept_as_they_are(tmp_path, record, shown):
    content = bytes(range(256)) * 20_000
    (tmp_path / "content").write_bytes(content)
    done = record("cat", "content")
    assert shown.text(shown.out) == content
    assert output_of(tmp_path, done.record) == content


def test_output_is_shown_while_the_command_runs(tmp_path, recorder):
    """The command waits for an answer that is only given once its question was seen."""
    os.mkfifo(tmp_path / "answer")
    running = recorder(*sh("echo question; cat answer"), stdout=subprocess.PIPE)
    assert running.stdout.readline() == b"question\n"
    (tmp_path / "answer").write_text("answer\n")
    assert running.communicate()[0] == b"answer\n"
    assert running.returncode == 0
    assert output_of(tmp_path, kept(tmp_path)[0]) == b"question\nanswer\n"


@pytest.mark.parametrize(
    ("command", "code", "state", "said"),
    [
        (sh("exit 0"), 0, "pass", "It ended with exit code 0 after"),
        (sh("exit 3"), 3, "fail", "It ended with exit code 3 after"),
        (sh("kill -9 $$"), 137, "fail", "It ended by SIGKILL after"),
        (("no-such-command",), 127, "fail", "could not be started: there is no such command."),
        (("/etc/passwd",), 126, "fail", "could not be started: permission denied."),
    ],
)
def test_the_exit_code_is_the_commands_and_decides(record, command, code, state, said):
    done = record(*command)
    assert (done.exit_code, done.record["exit_code"], done.state) == (code, code, state)
    assert said in done.record["summary"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_is_handed_on_and_the_record_is_still_written(tmp_path, recorder, number, code):
    running = recorder(*sh("echo ready; exec sleep 60"), stdout=subprocess.PIPE)
    running.stdout.readline()
    running.send_signal(number)
    running.communicate()
    assert running.returncode == code
    (entry,) = kept(tmp_path)
    assert (entry["exit_code"], entry["ended_by"]) == (code, number.name)
    assert output_of(tmp_path, entry) == b"ready\n"


def test_a_signal_is_handed_on_whichever_thread_it_reaches(tmp_path, recorder):
    """Libraries have threads of their own, which Python's signal mask knows nothing of."""
    idle = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    running = recorder(*sh("echo ready; exec sleep 60"), first=idle, stdout=subprocess.PIPE)
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    running.communicate()
    assert running.returncode == 130
    assert kept(tmp_path)[0]["ended_by"] == "SIGINT"


COUNT_INTERRUPTS = """
import os, signal
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"got it\\n"))
os.write(1, b"ready\\n")
open("stop").read()
"""


def test_at_a_terminal_an_interrupt_reaches_the_command_once(tmp_path, recorder):
    """The terminal signals everyone in its foreground; many tools take a second one for haste."""
    ours, its = os.openpty()
    take_terminal = "import os; os.close(os.open(os.ttyname(0), os.O_RDWR))"
    os.mkfifo(tmp_path / "stop")
    command = [sys.executable, "-c", COUNT_INTERRUPTS]
    running = recorder(*command, first=take_terminal, stdin=its, stdout=subprocess.PIPE)
    os.close(its)
    assert running.stdout.readline() == b"ready\n"
    os.write(ours, b"\x03")
    assert running.stdout.readline() == b"got it\n"
    (tmp_path / "stop").write_text("stop")
    assert running.communicate()[0] == b""
    os.close(ours)
    assert (running.returncode, kept(tmp_path)[0]["state"]) == (0, "pass")


def test_a_command_that_closed_its_output_still_gets_signals(tmp_path, recorder):
    os.mkfifo(tmp_path / "ready")
    running = recorder(*sh("exec >&- 2>&-; echo > ready; exec sleep 60"))
    (tmp_path / "ready").read_text()
    running.send_signal(signal.SIGTERM)
    assert running.wait() == 143


def test_a_command_that_deals_with_an_interrupt_ends_as_it_likes(tmp_path, recorder):
    script = "trap 'echo rolled back; exit 5' INT; echo ready; while :; do sleep 0.05; done; exit 0"
    running = recorder(*sh(script), stdout=subprocess.PIPE)
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    assert running.communicate()[0] == b"rolled back\n"
    assert running.returncode == 5
    assert kept(tmp_path)[0]["state"] == "fail"


def test_what_a_command_leaves_running_is_not_waited_for_and_told_of(tmp_path, record):
    done = record(*sh("sleep 20 & echo $! > pid"))
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert (done.exit_code, done.state) == (0, "unknown")
    assert "What it left running still held its output" in done.record["summary"]


def test_a_reader_that_goes_away_ends_the_command_as_it_does_without_a_recording(
    tmp_path, recorder
):
    running = recorder("yes", stdout=subprocess.PIPE)
    running.stdout.readline()
    running.stdout.close()
    assert running.wait() == 128 + signal.SIGPIPE
    assert kept(tmp_path)[0]["ended_by"] == "SIGPIPE"


def test_a_command_that_removes_the_evidence_is_recorded_as_one_that_did(tmp_path, record):
    done = record("rm", "-r", "evidence")
    assert (done.exit_code, done.state) == (0, "unknown")
    assert "Its output could not be kept whole" in done.record["summary"]
    assert kept(tmp_path) == (done.record,)


def test_missing_artefacts_are_named_and_the_state_is_unknown(record):
    done = record("touch", "a.xml", artifacts=["*.xml", "results/*.json", "log.txt"])
    assert (done.exit_code, done.state) == (0, "unknown")
    assert done.record["problems"] == [
        "No file matches results/*.json.",
        "No file matches log.txt.",
    ]
    assert len(done.record["artifacts"]) == 2


def test_a_file_that_the_command_left_as_it_was_is_no_proof_of_anything(tmp_path, record):
    (tmp_path / "old.xml").write_text("passed")
    done = record("true", artifacts=["old.xml"])
    assert done.state == "unknown"
    assert done.record["problems"] == ["old.xml was there before and is unchanged."]
    assert record(*sh("echo failed > old.xml"), artifacts=["*.xml"]).state == "pass"


def test_a_failed_command_stays_failed_whatever_it_made(record):
    assert record("false", artifacts=["nothing"]).state == "fail"


@pytest.mark.parametrize("pattern", ["/etc/passwd", "../x", "a/../../x", "", "."])
def test_a_pattern_that_leads_out_is_refused_before_anything_is_run(tmp_path, record, pattern):
    with pytest.raises(EvidenceError, match="is no pattern of files in the project's folder"):
        record("touch", "ran", artifacts=[pattern])
    assert not any(tmp_path.iterdir())


def test_a_link_that_leads_out_is_refused(tmp_path, record):
    done = record("ln", "-s", "/etc/passwd", "users", artifacts=["users"])
    assert done.state == "unknown"
    assert "is outside" in done.record["problems"][0]
    assert len(done.record["artifacts"]) == 1


def test_what_the_kit_writes_is_never_what_a_command_made(record):
    record("true")
    done = record("touch", "a.log", artifacts=["**/*.log", "**/*.json"])
    assert [one["path"] for one in done.record["artifacts"]][1:] == ["a.log"]
    assert done.record["problems"] == ["No file matches **/*.json."]


@pytest.mark.parametrize("step", [*sorted(OWN - {RETROS}), "protocol-launch"])
def test_what_the_kit_keeps_itself_is_no_command(tmp_path, record, step):
    with pytest.raises(EvidenceError, match="keeps itself"):
        record("touch", "ran", step=step)
    assert not (tmp_path / "evidence").exists()


@pytest.mark.parametrize("step", ["", "a b", "../x", "a/b", "-x", "x" * 65, "a.b", "ü"])
def test_a_step_is_a_plain_name(tmp_path, record, step):
    with pytest.raises(EvidenceError, match="is not the name of a step"):
        record("touch", "ran", step=step)
    assert not any(tmp_path.iterdir())


PLANTED = "s3cr3t/+value&1"
LEAK = """
import base64, os, sys, urllib.parse
value = os.environ["DEPLOY_TOKEN"]
print(value, urllib.parse.quote(value, safe=""), base64.b64encode(b"u:" + value.encode()))
print("GET https://host/?token=" + urllib.parse.quote(value), "Authorization: Bearer", value)
for letter in value:
    print(letter, end="", flush=True)
print(base64.encodebytes(b"x" * 50 + value.encode()), file=sys.stderr)
open("report.txt", "w").write("ok")
open("leak.json", "w").write(urllib.parse.quote(value, safe=""))
raise RuntimeError(f"no access with {value!r}")
"""


def test_no_secret_is_in_anything_that_is_kept(tmp_path, record, monkeypatch):
    """Planted in the environment, output, a URL, parameter, header, traceback and artefact."""
    monkeypatch.setenv("DEPLOY_TOKEN", PLANTED)
    done = record(
        sys.executable,
        "-c",
        LEAK,
        "--password",
        "0pen-passw0rd",
        "--pin-token=123",
        f"https://u:{quote(PLANTED, safe='')}@host",
        ticket=f"CHG {PLANTED}",
        artifacts=["report.txt", "leak.json"],
    )
    assert "leak.json holds the value of DEPLOY_TOKEN and is not kept." in done.record["problems"]
    assert [one["path"] for one in done.record["artifacts"]][1:] == ["report.txt"]
    assert "[masked: pin-token]" in done.record["command"][-2]
    forms = {PLANTED, quote(PLANTED), quote(PLANTED, safe=""), "0pen-passw0rd", "pin-token=123"}
    forms |= {base64.b64encode(PLANTED[at:].encode()).decode()[:12] for at in range(3)}
    for path in (tmp_path / "evidence").rglob("*"):
        content = path.read_text() if path.is_file() else path.name
        assert not [form for form in forms if form in content.replace("\n", "")], path
    assert output_of(tmp_path, done.record).count(b"[masked: ") >= 7


def test_a_variable_that_the_project_calls_secret_is_one(tmp_path, record, monkeypatch):
    monkeypatch.setenv("LOGIN", PLANTED)
    done = record(*sh("echo $LOGIN"), also_secret='[sources.a]\nuser = "env:LOGIN"\n')
    assert output_of(tmp_path, done.record) == b"[masked: LOGIN]\n"


def test_a_recording_that_was_killed_is_told_of_by_the_next(tmp_path, recorder, record):
    running = recorder(*sh("echo $$; exec sleep 60"), stdout=subprocess.PIPE)
    pid = int(running.stdout.readline())
    running.kill()
    running.communicate()
    os.kill(pid, signal.SIGKILL)
    record("true")
    cut, own = kept(tmp_path)
    assert (cut["step"], cut["state"], own["state"]) == ("step", "unknown", "pass")
    assert "was cut off" in cut["summary"]
    assert Path(tmp_path / cut["artifacts"][0]["path"]).is_file()
    record("true")
    assert len(kept(tmp_path)) == 3


def test_a_recording_that_is_still_running_is_not_taken_for_cut_off(tmp_path, recorder, record):
    os.mkfifo(tmp_path / "answer")
    running = recorder(*sh("echo question; cat answer"), stdout=subprocess.PIPE)
    running.stdout.readline()
    record("true")
    (tmp_path / "answer").write_text("answer\n")
    running.communicate()
    assert [one["state"] for one in kept(tmp_path)] == ["pass", "pass"]


def test_the_record_is_plain_json(record):
    done = record("true")
    assert json.loads(json.dumps(done.record)) == done.record
