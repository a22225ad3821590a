"""What kills, crowds and full disks do to evidence: nothing that was acknowledged is ever lost.

Each trial is one script that forks its processes, so that they begin within microseconds.
"""

import hashlib
import json
import subprocess
import sys
from collections import Counter

import pytest

from codexreport.evidence import log
from codexreport.evidence.keep import derived_files

PRELUDE = '''
import os, random, signal, sys
from datetime import datetime, timezone
from pathlib import Path
from codexreport.evidence import log
from codexreport.evidence.recording import Order, record_command

folder = Path(sys.argv[1])

def killed_at_random(times, longest, work):
    """Kill each worker after a random number of acknowledgements and a random while more."""
    moment = random.Random(4)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    for trial in range(times):
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            number = 0
            while True:
                work(trial, number)
                os.write(writing, b"%d %d\\n" % (trial, number))
                number += 1
        os.close(writing)
        with os.fdopen(reading) as acknowledged:
            for _ in range(moment.randrange(3)):
                print(acknowledged.readline(), end="")
            signal.setitimer(signal.ITIMER_REAL, 0.0001 + moment.random() * longest)
            signal.sigwait({signal.SIGALRM})
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            print(acknowledged.read(), end="")
    work(times, 0)  # the next run
'''

KILLED_APPENDS = """
def work(trial, number):
    pad = "x" * (20_000 if trial % 2 else 100)
    log.append(folder, {"time": "now", "trial": trial, "number": number, "pad": pad})

killed_at_random(200, 0.003, work)
"""

KILLED_RECORDS = """
def work(trial, number):
    command = ["sh", "-c", "echo output; echo $$ > made-$$; mv made-$$ made"]
    order = Order(step=f"t{trial}-n{number}", phase="operations", command=command)
    record_command(
        folder, order, environ={}, clock=lambda: datetime.now(timezone.utc), stdout=2
    )

os.chdir(folder)
killed_at_random(200, 0.05, work)
"""

CROWD = """
times, size = int(sys.argv[2]), int(sys.argv[3])
barrier, opened = os.pipe()
children = []
for who in range(32):
    child = os.fork()
    if not child:
        os.close(opened)
        os.read(barrier, 1)
        for number in range(times):
            log.append(folder, {"who": who, "number": number, "pad": "x" * size})
        os._exit(0)
    children.append(child)
os.close(opened)  # every writer begins now
sys.exit(max(os.waitpid(child, 0)[1] for child in children))
"""


def run(script, *arguments):
    command = [sys.executable, "-c", PRELUDE + script, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def acknowledged(output):
    return {tuple(map(int, line.split())) for line in output.splitlines()}


def assert_sound(folder):
    """Every line names the hash of the line before it, and every record its own number."""
    previous = "0" * 64
    for number, line in enumerate((folder / "run.log").read_bytes().split(b"\n")[:-1], start=1):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if record:
            assert (record["seq"], record["previous"]) == (number, previous)
        previous = hashlib.sha256(line).hexdigest()
    contents = log.read(folder)
    after_torn = {one["seq"] - 1 for one in contents.records if one.get("after_torn_line")}
    assert set(contents.torn) <= after_torn | {contents.head.seq}
    return contents.records


def test_200_kills_of_appends_lose_no_acknowledged_record(tmp_path):
    done = acknowledged(run(KILLED_APPENDS, tmp_path))
    found = Counter((one["trial"], one["number"]) for one in assert_sound(tmp_path))
    assert done | {(200, 0)} <= set(found)
    assert set(found.values()) == {1}
    assert len({trial for trial, _ in done}) > 100  # two in three waited for a record at least


def test_200_kills_of_recordings_lose_no_acknowledged_record(tmp_path):
    done = acknowledged(run(KILLED_RECORDS, tmp_path))
    folder = tmp_path / "evidence" / "operations"
    records = assert_sound(folder)
    found = Counter(one["step"] for one in records)
    assert {f"t{trial}-n{number}" for trial, number in done} | {"t200-n0"} <= set(found)
    assert set(found.values()) == {1}
    assert len({trial for trial, _ in done}) > 100  # two in three waited for a record at least
    in_records = {one["artifacts"][0]["path"] for one in records}
    in_folder = {f"evidence/operations/logs/{one.name}" for one in (folder / "logs").iterdir()}
    assert in_records == in_folder
    for name, content in derived_files("operations", log.read(folder)).items():
        assert (folder / name).read_bytes() == content
    check = ["sha256sum", "-c", "--strict", "--quiet", "evidence/operations/SHA256SUMS"]
    subprocess.run(check, cwd=tmp_path, check=True)


@pytest.mark.parametrize("size", [100, 20_000])
def test_32_writers_of_200_records_lose_tear_and_double_none(tmp_path, size):
    run(CROWD, tmp_path, 200, size)
    records = assert_sound(tmp_path)
    assert log.read(tmp_path).torn == ()
    found = Counter((one["who"], one["number"]) for one in records)
    assert found == Counter((who, number) for who in range(32) for number in range(200))
    assert {len(one["pad"]) for one in records} == {size}
