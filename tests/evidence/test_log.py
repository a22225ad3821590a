import hashlib
import json
import resource
import subprocess
import sys

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import log

TIME = "2026-10-06T09:00:00+02:00"

APPEND = """
import sys
from pathlib import Path
from codexreport.errors import EvidenceError
from codexreport.evidence import log
folder, who, times, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
sys.stdin.read()  # the barrier: every writer begins when all are ready
try:
    for number in range(times):
        log.append(folder, {"time": "now", "who": who, "number": number, "pad": "x" * size})
except EvidenceError as error:
    print(error)
"""


def record(**more):
    return {"time": TIME, **more}


def lines(folder):
    return (folder / "run.log").read_bytes().splitlines()


def chain_holds(folder):
    """Checked as an auditor would, by the hashes of the lines alone."""
    previous = "0" * 64
    for line in lines(folder):
        entry = json.loads(line)
        if entry["previous"] != previous:
            return False
        previous = hashlib.sha256(line).hexdigest()
    return True


def test_a_record_is_one_line_of_canonical_json_with_its_number_and_the_line_before(tmp_path):
    first = log.append(tmp_path, record(b="ä", a=1))
    second = log.append(tmp_path, record())
    assert (
        lines(tmp_path)[0]
        == ('{"a":1,"b":"ä","previous":"' + "0" * 64 + '","seq":1,"time":"' + TIME + '"}').encode()
    )
    assert (first["seq"], second["seq"]) == (1, 2)
    assert second["previous"] == hashlib.sha256(lines(tmp_path)[0]).hexdigest()
    contents = log.read(tmp_path)
    assert (contents.records, contents.torn) == ((first, second), ())
    assert contents.head == log.Head(seq=2, sha256=hashlib.sha256(lines(tmp_path)[1]).hexdigest())


def test_a_log_that_is_not_there_is_empty(tmp_path):
    contents = log.read(tmp_path / "never")
    assert (contents.records, contents.torn) == ((), ())
    assert contents.head == log.Head(seq=0, sha256="0" * 64)


def test_text_that_is_no_unicode_is_kept_as_an_escape(tmp_path):
    """A file name in another encoding reaches Python as lone surrogates."""
    log.append(tmp_path, record(path="\udcff"))
    assert log.read(tmp_path).records[0]["path"] == "\udcff"


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_a_record_that_is_no_json_is_refused_and_changes_nothing(tmp_path, value):
    log.append(tmp_path, record())
    before = lines(tmp_path)
    with pytest.raises(EvidenceError, match="is not JSON"):
        log.append(tmp_path, record(value=value))
    assert lines(tmp_path) == before


def test_a_torn_last_line_is_kept_ended_and_named(tmp_path):
    log.append(tmp_path, record())
    path = tmp_path / "run.log"
    path.write_bytes(path.read_bytes() + b'{"seq":2,"ti')  # what a power loss leaves
    after = log.append(tmp_path, record())
    assert after["after_torn_line"] is True
    assert after["seq"] == 3
    assert after["previous"] == hashlib.sha256(b'{"seq":2,"ti').hexdigest()
    assert after["previous_record"] == hashlib.sha256(lines(tmp_path)[0]).hexdigest()
    assert lines(tmp_path)[1] == b'{"seq":2,"ti'
    contents = log.read(tmp_path)
    assert contents.torn == (2,)
    assert [one["seq"] for one in contents.records] == [1, 3]
    assert not {"after_torn_line", "previous_record"} & set(log.append(tmp_path, record()))


@pytest.mark.parametrize("torn", [b"\0\0\0", b"{", b"\r\r", b"[" * 100_000, b"\n", b"1"])
def test_records_keep_the_numbers_of_their_lines_after_any_torn_line(tmp_path, torn):
    log.append(tmp_path, record())
    path = tmp_path / "run.log"
    for _ in range(2):
        path.write_bytes(path.read_bytes() + torn)
        log.append(tmp_path, record())
    contents = log.read(tmp_path)
    numbered = path.read_bytes().split(b"\n")[:-1]
    assert all(json.loads(numbered[one["seq"] - 1]) == one for one in contents.records)
    assert len(contents.records) + len(contents.torn) == len(numbered)


def test_a_log_that_begins_torn_is_stepped_over(tmp_path):
    (tmp_path / "run.log").write_bytes(b'{"ti')
    after = log.append(tmp_path, record())
    assert (after["seq"], after["after_torn_line"]) == (2, True)
    assert after["previous_record"] == log.FIRST
    assert after["previous"] == hashlib.sha256(b'{"ti').hexdigest()


def test_long_records_are_linked_as_short_ones_are(tmp_path):
    """Longer than the piece that is read back to find the last line."""
    for size in (10, 200_000, 10, 70_000):
        log.append(tmp_path, record(pad="x" * size))
    assert [one["seq"] for one in log.read(tmp_path).records] == [1, 2, 3, 4]
    assert chain_holds(tmp_path)


def test_writers_at_the_same_time_lose_nothing(tmp_path):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND, str(tmp_path), str(who), "25", str(who * 5000)],
            stdin=subprocess.PIPE,
        )
        for who in range(4)
    ]
    for writer in writers:
        writer.stdin.close()
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    contents = log.read(tmp_path)
    assert contents.torn == ()
    assert [one["seq"] for one in contents.records] == list(range(1, 101))
    assert {(one["who"], one["number"]) for one in contents.records} == {
        (str(who), number) for who in range(4) for number in range(25)
    }
    assert chain_holds(tmp_path)


def test_a_full_disk_is_an_error_and_the_log_stays_as_it_was(tmp_path):
    """A limit on the size of files cuts the third record off, as a full disk does."""
    done = subprocess.run(
        [sys.executable, "-c", APPEND, str(tmp_path), "a", "3", "1500"],
        check=True,
        capture_output=True,
        input="",
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert "run.log could not be written" in done.stdout
    assert "free space" in done.stdout
    assert [one["number"] for one in log.read(tmp_path).records] == [0, 1]
    assert log.append(tmp_path, record())["seq"] == 3
    assert chain_holds(tmp_path)


def test_no_place_to_write_is_an_error_with_advice(tmp_path):
    (tmp_path / "evidence").write_bytes(b"a file in the folder's place")
    with pytest.raises(EvidenceError, match=r"run\.log could not be written") as caught:
        log.append(tmp_path / "evidence", record())
    assert "permissions" in caught.value.advice
    with pytest.raises(EvidenceError, match=r"run\.log could not be read"):
        log.read(tmp_path / "evidence")
