"""Earlier figures to compare with."""

from __future__ import annotations

from fractions import Fraction

import pytest

from codexreport.errors import EvidenceError
from codexreport.measure import Measure, State
from codexreport.pipeline.baselines import baselines, line_of, read_earlier


def line(value, release="", state=State.PASS, day="01"):
    measure = Measure(
        name="p95", subject="shop\u2028", value=value, unit="seconds", state=state, reason="r"
    )
    return line_of([measure], time=f"2026-10-{day}T09:00:00Z", release=release, verdict="GO")


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
    assert baselines(kept, wanted)[KEY].value == value


@pytest.fixture
def seen(tmp_path):
    """What is compared with, of judgements of these releases, each on its own day of October."""

    def of(*releases, release, wanted="last", zone_name="UTC"):
        path = tmp_path / "launch.jsonl"
        lines = [line(1, one, day=f"{n:02}") for n, one in enumerate(releases, 1)]
        path.write_text("".join(lines), encoding="utf-8")
        found = baselines(read_earlier(path), wanted, release, zone_name)
        return found[KEY].said if found else ""

    return of


def test_a_release_is_compared_with_the_version_before_it_whenever_that_was_judged(seen):
    assert seen("1.0", "1.3", release="1.0.1") == "in 1.0, Thu 1 Oct 2026"
    assert seen("1.3", "1.0", release="1.4") == "in 1.3, Thu 1 Oct 2026"
    assert seen("1.9", "1.10", "1.0", release="1.11") == "in 1.10, Fri 2 Oct 2026"
    assert seen("1.0", "1.0", release="1.1") == "in 1.0, Fri 2 Oct 2026"
    assert seen("2.0-rc1", "2.0-rc2", release="2.0") == "in 2.0-rc2, Fri 2 Oct 2026"
    assert seen("1.3", release="1.2") == ""


def test_names_that_are_no_versions_are_compared_by_time(seen):
    assert seen("winter", "autumn", release="spring") == "in autumn, Fri 2 Oct 2026"
    assert seen("1.3", "1.0", release="spring") == "in 1.0, Fri 2 Oct 2026"
    assert seen("1.3", "1.0", release="") == "in 1.0, Fri 2 Oct 2026"
    assert seen("1.0", "autumn", release="1.1") == "in 1.0, Thu 1 Oct 2026"
    assert seen("", release="1.1") == "on Thu 1 Oct 2026"


def test_a_mean_says_of_what(seen):
    said = "as the mean of 1.0, Thu 1 Oct 2026; 1.1, Fri 2 Oct 2026"
    assert seen("1.0", "1.1", release="1.2", wanted="last 2") == said
    assert seen("1.0", "1.1", release="1.1", wanted="last 2") == ""


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
