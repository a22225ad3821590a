"""Plain samples: the unit is in the name, and what is missing or impossible is said."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import large_performance
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from codexreport.errors import SourceError
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.limits import Limits
from codexreport.readers.samples import SamplesReader

UTC = dt.timezone.utc


def csv(text, **more):
    return SamplesReader().parse(Document("samples.csv", text.encode(), **more))


def columns(limits=None, **arrays):
    body = io.BytesIO()
    parquet.write_table(pa.table(arrays), body)
    return SamplesReader().parse(Document("samples.parquet", body.getvalue(), limits=limits))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("latency_ms", "1500"),
        ("duration_s", "1.5"),
        ("elapsed_us", "1500000"),
        ("Response_Time_NS", "1500000000"),
    ],
)
def test_the_unit_in_the_name_makes_it_seconds(column, cell):
    run = csv(f"{column},ok\n{cell},true\n")
    assert run.total.latency.figure("p50") == Fraction(3, 2)


def test_percentiles_outcomes_and_groups_of_a_whole_file():
    run = csv(
        "timestamp,endpoint,status,latency_ms\n"
        "2026-10-01T10:00:00Z,/a,200,10\n"
        "2026-10-01T12:00:04+02:00,/b,503,30\n"
        "2026-10-01T10:00:02Z,/a,399,20\n"
    )
    assert (run.total.count, run.total.failed) == (3, 1)
    assert run.total.latency.figure("p50") == Fraction(1, 50)
    assert run.total.throughput == Fraction(3, 4)
    assert run.observed == dt.datetime(2026, 10, 1, 10, 0, 4, tzinfo=UTC)
    assert [(one.name, one.count, one.failed) for one in run.groups] == [("/a", 2, 0), ("/b", 1, 1)]


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("success", "true", "false"),
        ("ok", "1", "0"),
        ("failed", "no", "yes"),
        ("error", "", "connection reset"),
        ("error", "false", "true"),
        ("status", "204", "404"),
        ("status", "ok", "timeout"),
        ("status_code", "301", "0"),
    ],
)
def test_the_name_of_a_column_tells_what_its_cells_mean(column, good, bad):
    run = csv(f"latency_ms,{column}\n1,{good}\n2,{bad}\n3,{good}\n")
    assert run.total.failed == 1
    assert run.doubts == ()


def test_an_outcome_that_is_not_understood_counts_as_failed_and_is_said():
    run = csv("latency_ms,status\n1,200\n2,meh\n3,\n")
    assert run.total.failed == 2
    assert "2 samples counted as failed" in run.doubts[0]


def test_without_a_column_of_outcomes_failed_requests_are_not_known():
    assert csv("latency_ms,name\n1,a\n").total.failed is None


@pytest.mark.parametrize(
    ("time", "first"),
    [
        ("1790848800", "2026-10-01T10:00:00+00:00"),
        ("1790848800250", "2026-10-01T10:00:00.250000+00:00"),
        ("2026-10-01T10:00:00.123456789Z", "2026-10-01T10:00:00.123456+00:00"),
    ],
)
def test_times_are_read_in_each_form(time, first):
    assert csv(f"timestamp,latency_ms\n{time},1\n").observed.isoformat() == first


def test_a_number_of_a_time_has_the_unit_of_its_name():
    run = csv("timestamp_ms,latency_ms\n1000,1\n3000,1\n")
    assert run.observed == dt.datetime(1970, 1, 1, 0, 0, 3, tzinfo=UTC)
    assert run.total.throughput == 1


def test_times_without_offset_say_nothing_until_a_zone_is_set():
    text = "timestamp,latency_ms\n2026-10-01 10:00:00,1\n2026-10-01 10:00:01,1\n"
    assert csv(text).observed is None
    zoned = csv(text, zone=ZoneInfo("Europe/Berlin"))
    assert zoned.observed == dt.datetime(2026, 10, 1, 8, 0, 1, tzinfo=UTC)


def test_a_sample_without_a_time_is_said():
    run = csv("timestamp,latency_ms\n2026-10-01T10:00:00Z,1\n,2\n")
    assert run.doubts == ("1 sample has no time.",)


def test_missing_and_impossible_durations_are_left_out_and_said():
    nothing = columns(latency_ms=pa.array([12.5, None, np.nan, np.inf, -3.0]))
    assert nothing.total.latency.samples == 1
    assert nothing.doubts == (
        "2 of 5 samples have no duration.",
        "1 of 5 samples have an infinite duration.",
        "1 of 5 samples have a negative duration.",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("latency_ms,ok\nfast,true\n", "samples.csv:2: latency_ms is 'fast'"),
        ("latency_ms,ok\n1\n", "samples.csv:2: has 1 cells"),
        ('latency_ms,name\n1,"a\n', "inside a quoted cell"),
        ("latency_ms,duration_s\n1,2\n", "has a duration in 'latency_ms' and in 'duration_s'"),
        ("timestamp,latency_ms\nyesterday,5\n", "row 1: timestamp is 'yesterday'"),
        ("timestamp,latency_ms\n-5,5\n", "outside the years 1970 to 9999"),
        ("latency,ok\n5,true\n", "has no column of durations or times"),
    ],
)
def test_what_is_not_understood_is_refused(text, said):
    with pytest.raises(SourceError, match=said):
        csv(text)


@pytest.mark.parametrize(
    "array",
    [
        pa.array([[1.5]]),
        pa.array([{"ms": 1.5}]),
        pa.array(["1.5"]),
        pa.array([True]),
        pa.array([dt.datetime(2026, 1, 1, tzinfo=UTC)]),
    ],
    ids=["list", "struct", "text", "flag", "time"],
)
def test_a_parquet_column_that_is_no_number_is_refused(array):
    with pytest.raises(SourceError, match="the column 'latency_ms' is"):
        columns(latency_ms=array)


def test_parquet_columns_of_every_plain_type_are_read():
    run = columns(
        latency_ms=pa.array([Decimal("1.5"), Decimal("2.5")]),
        timestamp=pa.array(
            [dt.datetime(2026, 10, 1, 10, tzinfo=UTC)] * 2, pa.timestamp("ns", "UTC")
        ),
        ok=pa.array([True, False]),
        name=pa.array(["a", None], pa.large_string()),
    )
    assert run.total.latency.figure("p50") == Fraction(2, 1000)
    assert (run.total.failed, run.observed) == (1, dt.datetime(2026, 10, 1, 10, tzinfo=UTC))
    assert [group.name for group in run.groups] == ["(no name)", "a"]


def test_a_parquet_file_that_unpacks_to_far_more_is_refused_by_the_name_of_the_limit():
    latency, name = pa.array([1.0] * 100), pa.array(["x" * 10_000] * 100)
    assert columns(latency_ms=latency, name=name).total.count == 100
    with pytest.raises(SourceError, match="max_ratio = 1"):
        columns(Limits(max_ratio=1), latency_ms=latency, name=name)


def test_too_many_rows_are_refused_by_the_name_of_the_limit():
    with pytest.raises(SourceError, match="max_rows = 2"):
        csv("latency_ms,ok\n1,true\n2,true\n3,true\n", limits=Limits(max_rows=2))
    with pytest.raises(SourceError, match="max_rows = 2"):
        columns(Limits(max_rows=2), latency_ms=[1.0, 2.0, 3.0])


def test_a_parquet_file_that_is_cut_is_refused():
    body = large_performance.parquet(1000)
    with pytest.raises(SourceError, match="not a whole Parquet file"):
        SamplesReader().parse(Document("samples.parquet", body[:-40]))


def test_half_a_million_rows_of_parquet_are_read():
    body = large_performance.parquet(500_000)
    run = SamplesReader().parse(Document("samples.parquet", body))
    assert run.total.count == 500_000


def test_other_records_with_durations_are_not_taken_for_samples():
    incidents = "id,title,severity,duration_s\n1,Down,high,60\n"
    assert not SamplesReader().recognises(Document("x.csv", incidents.encode()))
