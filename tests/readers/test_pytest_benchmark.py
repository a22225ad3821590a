"""pytest-benchmark: the rounds themselves where they were kept, and no verdict."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import pytest
from examples import FORMATS

from codexreport.errors import SourceError
from codexreport.readers.notation.document import Document
from codexreport.readers.pytest_benchmark import PytestBenchmarkReader

COMMIT = "4f1c2a9be07d35186c0d9a7be2f64c8d10a3e7b5"
STATS = {"rounds": 4, "min": 0.1, "max": 0.4, "median": 0.25, "mean": 0.25, "q1": 0.15, "q3": 0.35}
DATA = [0.4, 0.1, 0.3, 0.2]
WHOLE = {
    "machine_info": {},
    "commit_info": {"id": COMMIT, "dirty": False},
    "benchmarks": [{"name": "test_sum", "fullname": "test_a.py::test_sum", "stats": STATS}],
    "datetime": "2026-10-01T10:00:00.5+00:00",
}


def read(value):
    return PytestBenchmarkReader().parse(Document("b.json", json.dumps(value).encode()))


def with_stats(**changes):
    value = copy.deepcopy(WHOLE)
    value["benchmarks"][0]["stats"].update(changes)
    return value


def test_a_real_file_is_of_its_commit_and_time():
    path = FORMATS / "pytest-benchmark" / "unknown-no-bound.json"
    run = PytestBenchmarkReader().parse(Document("b.json", path.read_bytes()))
    assert run.commit == COMMIT
    assert run.observed.isoformat() == "2026-10-01T10:00:00+00:00"
    assert [(one.name, one.count) for one in run.groups] == [
        ("test_speed.py::test_sort", 10),
        ("test_speed.py::test_sum", 20),
    ]


def test_statistics_alone_are_shown_with_their_method():
    (group,) = read(WHOLE).groups
    assert group.latency.figure("p50") == Fraction("0.25")
    assert group.latency.figure("p75") == Fraction("0.35")
    assert "as pytest-benchmark computed it" in group.latency.method


def test_kept_rounds_give_exact_percentiles():
    """Of 0.1, 0.2, 0.3 and 0.4 the 75th percentile is 0.3 + 0.25 x 0.1."""
    run = read(with_stats(data=DATA))
    assert run.groups[0].latency.figure("p75") == Fraction("0.325")
    assert run.doubts == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data": DATA, "rounds": 5}, "the data has 4 rounds, the statistics 5 rounds."),
        ({"data": DATA, "median": 0.2}, "p50 of the data is 0.25 s, the statistics say 0.2 s."),
    ],
)
def test_statistics_that_are_not_those_of_the_data_are_said(changes, said):
    assert read(with_stats(**changes)).doubts == (f"test_a.py::test_sum: {said}",)


def test_changes_that_are_in_no_commit_are_of_no_commit():
    dirty = WHOLE | {"commit_info": {"id": COMMIT, "dirty": True}}
    assert read(dirty).commit == f"dirty:{COMMIT}"
    assert read(WHOLE | {"commit_info": {"id": "unversioned", "dirty": False}}).commit == ""


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"data": [0.1, "x"]}, r"benchmarks\[0\]\.stats\.data\[1\] is 'x'"),
        ({"data": [0.1, True]}, r"benchmarks\[0\]\.stats\.data\[1\] is True"),
        ({"data": [-0.1]}, r"benchmarks\[0\]\.stats\.data\[0\] is -0\.1"),
        ({"min": -1}, r"benchmarks\[0\]\.stats\.min is -1"),
        ({"rounds": None}, r"benchmarks\[0\]\.stats\.rounds is missing"),
    ],
)
def test_what_is_no_time_is_refused_by_its_place(changes, place):
    with pytest.raises(SourceError, match=place):
        read(with_stats(**changes))


def test_google_benchmark_is_not_taken_for_it():
    other = {"context": {"host_name": "x"}, "benchmarks": []}
    assert not PytestBenchmarkReader().recognises(Document("b.json", json.dumps(other).encode()))
