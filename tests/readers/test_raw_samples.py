"""Formats that hold every single duration hand them on; the others say that they do not."""

from __future__ import annotations

import large_performance
import pytest

from codexreport.performance.percentiles import RANKS
from codexreport.readers.notation.document import Document
from codexreport.readers.registry import reader

ROWS = 300
RAW = {"k6-points", "jmeter-csv", "jmeter-xml", "samples"}


def runs_of(format_):
    body = large_performance.LARGE[format_](ROWS)
    return reader(format_).parse(Document("run", body))


@pytest.mark.parametrize("format_", sorted(RAW))
def test_durations_stay_with_the_percentiles_that_they_gave(format_):
    run = runs_of(format_)
    kept = run.total.latency.ordered
    assert kept.count == run.total.latency.samples == ROWS
    for rank in RANKS:
        before, part = kept.parts[rank]
        assert before == 0
        assert list(part) == sorted(part)
        assert part[0] / kept.per_second == pytest.approx(float(run.total.latency.figure("min")))
    assert all(one.latency.ordered.count == one.count for one in run.groups)


def test_the_rounds_of_a_benchmark_stay_too():
    (group,) = runs_of("pytest-benchmark").groups
    assert group.latency.ordered.count == ROWS


@pytest.mark.parametrize("format_", ["k6-summary", "locust-stats", "locust-history"])
def test_a_summary_has_none(format_):
    run = runs_of(format_)
    known = [one.latency for one in (run.total, *run.groups) if one.latency]
    assert all(one.ordered is None for one in known)
