import json

import pytest

from codexreport.evidence import log
from codexreport.evidence.chain import chain_of


@pytest.fixture
def written(tmp_path):
    """The bytes of a log of three records."""
    for number in range(3):
        log.append(tmp_path, {"time": "now", "number": number, "text": "ä\udcff"})
    return (tmp_path / "run.log").read_bytes()


def test_a_log_as_it_was_written_holds(written):
    chain = chain_of(written)
    assert chain.problems == ()
    assert (chain.bound_from, chain.hashes[-1]) == (1, chain.contents.head.sha256)
    assert chain_of(b"").problems == ()


def test_a_changed_a_missing_and_a_moved_line_are_found(written):
    one, two, three, _ = written.split(b"\n")
    for lines, first in [
        ([one.replace(b"now", b"new"), two, three], "broken at line 2"),
        ([two, three], "broken at line 1"),
        ([one, three], "broken at line 2"),
        ([one, two, two], "broken at line 3"),
        ([one, three, two], "broken at line 2"),
    ]:
        assert first in chain_of(b"\n".join(lines) + b"\n").problems[0]


@pytest.mark.parametrize(
    "spelling",
    [
        lambda line: line.replace(b'{"number":2', b'{"number":7,"number":2'),
        lambda line: line.replace(b":2,", b": 2,", 1),
        lambda line: line.replace(b'"now"', b"NaN"),
    ],
)
def test_a_record_that_could_be_read_in_two_ways_is_found(written, spelling):
    lines = written.split(b"\n")
    problems = chain_of(b"\n".join([*lines[:2], spelling(lines[2]), b""])).problems
    assert problems == ("Line 3 of run.log is not written as records are.",)


@pytest.mark.parametrize("torn", [b'{"ti', b"\n", b"\n\n{", b"\0\0"])
def test_the_head_stands_for_what_is_before_a_torn_line_too(tmp_path, written, torn):
    path = tmp_path / "run.log"
    path.write_bytes(written + torn)
    assert chain_of(path.read_bytes()).bound_from == chain_of(path.read_bytes()).contents.head.seq
    log.append(tmp_path, {"time": "now"})
    whole = path.read_bytes()
    chain = chain_of(whole)
    assert (chain.problems, chain.bound_from) == ((), 1)
    changed = chain_of(whole.replace(b'"number":2', b'"number":7'))
    assert "does not name the record before the line that was cut off" in changed.problems[0]


def test_without_a_name_for_what_was_before_a_torn_line_the_head_stands_for_the_rest_only():
    torn = b'{"ti'
    after = {"previous": log.sha256(torn), "seq": 2, "time": "now"}
    chain = chain_of(torn + b"\n" + json.dumps(after, separators=(",", ":")).encode() + b"\n")
    assert (chain.problems, chain.bound_from, chain.contents.torn) == ((), 1, (1,))
    before = {"previous": log.FIRST, "seq": 1, "time": "now"}
    lines = [json.dumps(before, separators=(",", ":")).encode(), torn]
    after["seq"] = 3
    lines.append(json.dumps(after, separators=(",", ":")).encode())
    chain = chain_of(b"\n".join(lines) + b"\n")
    assert (chain.problems, chain.bound_from) == ((), 2)
