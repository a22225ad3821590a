"""Earlier figures to compare with."""

from __future__ import annotations

from fractions import Fraction

import pytest

from codexreport.errors import EvidenceError
from codexreport.measure import Measure, State
from codexreport.pipeline.baselines import baselines, line_of, read_earlier


def line(value, release="", state=State.PASS):
    measure = Measure(
        name="p95", subject="shop\u2028", value=value, unit="seconds", state=state, reason="r"
    )
    return line_of([measure], time="2026-10-01T09:00:00Z", release=release, verdict="GO")


@pytest.fixture
def kept(tmp_path):
    """Three judgements: 100, 110 and 150 ms, the second of release 1.4."""
    path = tmp_path / "launch.jsonl"
    path.write_text(
        line(Fraction(1, 10)) + line(Fraction(11, 100), "1.4") + line(0.15), encoding="utf-8"
    )
    return read_earlier(path)


KEY = ("p95", "shop\u2028")


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("last", Fraction(0.15)),
        ("last 1", Fraction(0.15)),
        ("last 2", (Fraction(11, 100) + Fraction(0.15)) / 2),
        ("1.4", Fraction(11, 100)),
    ],
)
def test_a_baseline_is_exactly_what_was_kept(kept, wanted, value):
    assert baselines(kept, wanted) == {KEY: value}


@pytest.mark.parametrize("wanted", ["last 4", "1.5"])
def test_what_was_not_kept_is_no_baseline(kept, wanted):
    assert baselines(kept, wanted) == {}


def test_what_was_unknown_is_never_compared_with(tmp_path):
    path = tmp_path / "launch.jsonl"
    path.write_text(line(1, state=State.UNKNOWN))
    assert baselines(read_earlier(path), "last") == {}


def test_nothing_kept_gives_nothing(tmp_path):
    assert read_earlier(tmp_path / "none.jsonl") == []
    assert baselines([], "last") == {}


@pytest.mark.parametrize("text", ["{}", "[]", '{"time": 1}', line(1).replace('"1"', '"1/0"')])
def test_a_line_that_was_altered_is_refused_by_its_number(tmp_path, text):
    path = tmp_path / "launch.jsonl"
    path.write_text(line(1) + text)
    with pytest.raises(EvidenceError, match=r"launch.jsonl:2 is no judgement"):
        read_earlier(path)
