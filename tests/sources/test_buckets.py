"""Counts by bucket: summed as they are, refused where they contradict themselves."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from asking import START_S, ask, ratio, threshold

from codexreport.errors import SourceError
from codexreport.sources.buckets import BucketsSettings, BucketsSource

GOOD_TOTAL = ratio({"column": "valid"}, good={"column": "good"})


def source(**settings):
    return BucketsSource("orders", BucketsSettings(type="buckets", path="orders.csv", **settings))


def csv(*rows, header="start,good,valid"):
    return "\n".join([header, *rows]) + "\n"


def at(minute):
    return f"2026-09-28T{minute // 60:02d}:{minute % 60:02d}:00Z"


def read(tmp_path, text, indicator=GOOD_TOTAL, **settings):
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "orders.csv").write_bytes(content)
    return ask(source(**settings), indicator, tmp_path)


def test_counts_are_read_as_they_are(tmp_path):
    series = read(tmp_path, csv(f"{at(0)},9,10", f"{at(10)},0,0", f"{at(5)},7,7"))
    assert series.start.tolist() == [START_S, START_S + 300, START_S + 600]
    assert series.good.tolist() == [9, 7, 0]
    assert series.valid.tolist() == [10, 7, 0]
    assert series.notes == ("Rows are not in order of time; they were sorted.",)
    assert series.contradictions == ()


@pytest.mark.parametrize(
    "start", [at(0), "2026-09-28T02:00:00+02:00", str(START_S), str(START_S * 1000)]
)
def test_times_come_with_offset_or_since_the_epoch(tmp_path, start):
    assert read(tmp_path, csv(f"{start},9,10")).start.tolist() == [START_S]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([f"{at(0)},1,1", f"{at(0)},1,1", f"{at(5)},1,1"], "line 3: buckets that stand twice"),
        ([f"{at(0)},1,1", f"{at(3)},1,1"], "line 3: buckets that overlap"),
        ([f"{at(1)},1,1"], "line 2: buckets that do not start on the grid"),
        ([f"{at(0)},1,1", f"{at(5)},3,2"], "line 3: more good events than valid ones"),
        ([f"{at(0)},-1,2", f"{at(5)},-1,2"], "line 2 and 1 more: negative counts"),
        ([f"{at(0)},1.5,2"], "line 2: counts that are not whole numbers"),
    ],
)
def test_contradictions_are_named_by_line_and_leave_no_figure(tmp_path, rows, words):
    series = read(tmp_path, csv(*rows))
    assert any(words in one for one in series.contradictions)
    assert not len(series.start)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("start,good,valid\n", "no rows"),
        (csv("2026-09-28T00:00:00,1,1"), "line 2: the time '2026-09-28T00:00:00' has no offset"),
        (csv("yesterday,1,1"), "line 2"),
        (csv(f"{at(0)},many,1"), "line 2: good is 'many', not a number"),
        (csv(f"{at(0)},nan,1"), "line 2: good is not a finite number"),
        (csv(f"{at(0)},1"), "cannot be read as CSV"),
        (csv(f"{at(0)},1", header="start,valid"), "no column 'good'"),
        (csv(header="start,start"), "stands twice"),
        ("<!doctype html><title>Sign in</title>", "cannot be read"),
        (b"PAR1 but not really", "cannot be read as Parquet"),
    ],
)
def test_what_is_no_table_of_counts_is_refused(tmp_path, text, words):
    with pytest.raises(SourceError, match=r"orders\.csv") as refused:
        read(tmp_path, text)
    assert words in str(refused.value)


def test_a_byte_order_mark_is_no_matter(tmp_path):
    text = b"\xef\xbb\xbf" + csv(f"{at(0)},9,10").encode()
    assert read(tmp_path, text).valid.tolist() == [10]


def test_local_times_are_read_where_the_zone_is_given(tmp_path):
    text = csv("2026-09-28T02:00:00,9,10")
    assert read(tmp_path, text, timezone="Europe/Berlin").start.tolist() == [START_S]


def test_a_local_time_that_happens_twice_is_refused(tmp_path):
    with pytest.raises(SourceError, match="does not name one moment"):
        read(tmp_path, csv("2026-10-25T02:30:00,1,1"), timezone="Europe/Berlin")


def test_parquet_says_the_same_as_csv_and_a_torn_one_is_refused(tmp_path):
    buffer = io.BytesIO()
    moments = pa.array([START_S, START_S + 300], pa.timestamp("s", "UTC"))
    pq.write_table(pa.table({"start": moments, "good": [9, 7], "valid": [10, 7]}), buffer)
    series = read(tmp_path, buffer.getvalue())
    assert series.good.tolist() == [9, 7]
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        read(tmp_path, buffer.getvalue()[:-20])


ROWS = csv(
    f"{at(0)},web,9,10", f"{at(0)},app,5,5", f"{at(5)},web,8,10", header="start,shop,good,valid"
)


def test_where_chooses_rows(tmp_path):
    spec = {"where": {"shop": "web"}}
    series = read(
        tmp_path, ROWS, ratio({"column": "valid", **spec}, good={"column": "good", **spec})
    )
    assert series.valid.tolist() == [10, 10]


def test_a_where_that_matches_nothing_is_not_zero(tmp_path):
    spec = {"where": {"shop": "x' OR '1'='1"}}
    series = read(
        tmp_path, ROWS, ratio({"column": "valid", **spec}, good={"column": "good", **spec})
    )
    assert "missing series is not zero" in series.contradictions[0]


def test_bad_events_are_taken_from_the_total(tmp_path):
    text = csv(f"{at(0)},1,10", header="start,failed,orders")
    series = read(tmp_path, text, ratio({"column": "orders"}, bad={"column": "failed"}))
    assert series.good.tolist() == [9]


def test_a_bucket_whose_bad_count_is_missing_was_not_observed(tmp_path):
    text = csv(f"{at(0)},all,10", f"{at(0)},bad,1", f"{at(5)},all,10", header="start,kind,count")
    indicator = ratio(
        {"column": "count", "where": {"kind": "all"}},
        bad={"column": "count", "where": {"kind": "bad"}},
    )
    series = read(tmp_path, text, indicator)
    assert series.start.tolist() == [START_S]
    assert series.good.tolist() == [9]
    assert "not observed" in series.notes[0]


def test_finer_buckets_are_summed_where_none_is_missing(tmp_path):
    rows = [f"{at(minute)},1,2" for minute in (0, 1, 2, 3, 4, 5, 6, 8, 9)]
    series = read(tmp_path, csv(*rows), bucket="1m")
    assert series.start.tolist() == [START_S]
    assert series.valid.tolist() == [10]
    assert "1 buckets were seen in part only" in series.notes[0]


def test_coarser_buckets_stay_as_they_are(tmp_path):
    series = read(tmp_path, csv(f"{at(0)},59,60"), bucket="1h")
    assert series.width == 3600


def test_a_threshold_is_refused_before_anything_is_read():
    assert "holds no values" in source().refusal(threshold({"column": "x"}, "lt", 1))
    assert "not colum" in source().refusal(ratio({"colum": "x"}, good={}))


@pytest.mark.parametrize("pattern", ["../orders.csv", "none-*.csv", "folder"])
def test_files_outside_or_absent_are_refused(tmp_path, pattern):
    (tmp_path / "folder").mkdir()
    outside = BucketsSource("orders", BucketsSettings(type="buckets", path=pattern))
    with pytest.raises(SourceError):
        ask(outside, GOOD_TOTAL, tmp_path)


def test_a_link_out_of_the_project_is_refused(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "secret.csv").write_text(csv(f"{at(0)},1,1"))
    (root / "orders.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(SourceError, match="link out of"):
        ask(source(), GOOD_TOTAL, root)
