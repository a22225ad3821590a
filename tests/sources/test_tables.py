"""Files of buckets as spreadsheets, warehouses and broken transfers leave them."""

import io
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from asking import START_S, ask, ratio
from pydantic import ValidationError

from codexreport.errors import SourceError
from codexreport.sources.buckets import BucketsSettings, BucketsSource

GOOD_TOTAL = ratio({"column": "valid"}, good={"column": "good"})
ZERO, FIVE = "2026-09-28T00:00:00Z", "2026-09-28T00:05:00Z"
HEADER = "start,good,valid\n"


def read(tmp_path, content, indicator=GOOD_TOTAL, **settings):
    (tmp_path / "orders.csv").write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    given = BucketsSettings(type="buckets", path="orders.csv", **settings)
    return ask(BucketsSource("orders", given), indicator, tmp_path)


def parquet(**columns):
    """A table of two buckets, with some of its columns replaced."""
    plain = {"start": [START_S, START_S + 300], "good": [9, 7], "valid": [10, 7]}
    buffer = io.BytesIO()
    pq.write_table(pa.table({**plain, **columns}), buffer)
    return buffer.getvalue()


def where(total, good=None):
    return ratio(
        {"column": "valid", "where": total}, good={"column": "good", "where": good or total}
    )


@pytest.mark.parametrize(
    "text",
    [
        f"start,good,valid\r\n{ZERO},9,10\r\n",
        f"\n{HEADER}{ZERO},9,10\n\n",
        f'"start","good","valid","a, b"\n"{ZERO}","9","10","x"\n',
        f" start , good, valid\n {ZERO} , 9 , 10 \n",
        f"start,good,valid,\n{ZERO},9,10,\n",
    ],
)
def test_a_csv_file_is_read_as_spreadsheets_write_it(tmp_path, text):
    series = read(tmp_path, text)
    assert (series.start.tolist(), series.good.tolist()) == ([START_S], [9])
    assert series.notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'start,good,valid,note\n{ZERO},9,10,"abc\n{FIVE},1,10,x\n', "a quote is not closed"),
        ("start,good,valid", "has a header and no rows"),
        ((HEADER + f"{ZERO},9,10\n").encode("utf-16"), "it is UTF-16 text; save it as UTF-8"),
        (f"{HEADER}{ZERO},9,10\r".replace("\n", "\r"), "cannot be read as CSV"),
        (f"{HEADER}\n{ZERO},9,10\n\n{FIVE},9,x\n", "line 5: valid is 'x', not a number"),
        (f"{HEADER}{ZERO},,10\n", "line 2: good is '', not a number"),
        (f"{HEADER},9,10\n", "line 2: '' is not an ISO 8601 time"),
    ],
)
def test_a_csv_file_that_is_damaged_is_refused_by_line(tmp_path, text, words):
    with pytest.raises(SourceError, match=r"orders\.csv") as refused:
        read(tmp_path, text)
    assert words in str(refused.value)


def test_a_message_stays_short_however_long_the_value(tmp_path):
    for text in (f"{HEADER}{ZERO},{'x' * 9999},10\n", f"{HEADER}{'x' * 9999},9,10\n"):
        with pytest.raises(SourceError) as refused:
            read(tmp_path, text)
        assert len(str(refused.value)) < 300


def test_a_last_line_without_an_end_is_told(tmp_path):
    """Some spreadsheets write it so; so does a transfer that broke off inside a number."""
    series = read(tmp_path, f"{HEADER}{ZERO},9,10")
    assert series.valid.tolist() == [10]
    assert series.notes == ("The last line of orders.csv has no end; the file may be cut off.",)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2026-09-28T00:00:00.5Z", "no whole second"),
        (f"{START_S}500", "no whole second"),
        (f"{START_S}000000", "not an ISO 8601 time"),
        ("2026", "not an ISO 8601 time"),
    ],
)
def test_a_time_is_not_rounded_or_guessed_at(tmp_path, start, words):
    with pytest.raises(SourceError, match=words):
        read(tmp_path, f"{HEADER}{start},9,10\n")


def test_a_date_without_dashes_is_a_date_and_no_count_of_seconds(tmp_path):
    assert read(tmp_path, f"{HEADER}20260928,9,10\n", timezone="UTC").start.tolist() == [START_S]


@pytest.mark.parametrize(
    "start",
    [
        pa.array([START_S * 10**9, (START_S + 300) * 10**9], pa.timestamp("ns", "+02:00")),
        pa.array([START_S, START_S + 300]).dictionary_encode(),
        pa.array([float(START_S), float(START_S + 300)]),
        pa.array([ZERO, FIVE], pa.large_string()).dictionary_encode(),
        pa.array([Decimal(START_S), Decimal(START_S + 300)]),
    ],
    ids=lambda start: str(start.type),
)
def test_parquet_may_hold_times_in_many_types(tmp_path, start):
    assert read(tmp_path, parquet(start=start)).start.tolist() == [START_S, START_S + 300]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"start": pa.array([None, START_S], pa.timestamp("s", "UTC"))}, "row 1: start is empty"),
        ({"start": pa.array([START_S, None], pa.int64())}, "row 2: start is empty"),
        ({"start": pa.array([str(START_S), None])}, "row 2: start is empty"),
        ({"start": [START_S * 10**6, 5]}, f"row 1: {START_S}000000 is no Unix time"),
        ({"start": pa.array([2**64 - 1, 5], pa.uint64())}, "start cannot be read as int64"),
        ({"start": [[1], [2]]}, "start holds list"),
        ({"start": [b"\xff", b"x"]}, "start cannot be read as string"),
        ({"start": pa.array([START_S * 10**9 + 1] * 2, pa.timestamp("ns", "UTC"))}, "whole second"),
        ({"start": [date(2026, 9, 28)] * 2}, "has no offset"),
        ({"good": [None, 1]}, "row 1: good is empty"),
        ({"good": [[1], [2]]}, "good holds list"),
        ({"good": [{"a": 1}, {"a": 2}]}, "good holds struct"),
        ({"good": [True, False]}, "good holds bool, not numbers"),
        ({"good": [datetime.fromisoformat("2026-09-28")] * 2}, "good holds timestamp"),
        ({"good": pa.array(["9", "x"]).dictionary_encode()}, "row 2: good is 'x', not a number"),
    ],
)  # fmt: skip
def test_parquet_that_holds_no_counts_is_refused_by_row(tmp_path, columns, words):
    with pytest.raises(SourceError, match=r"orders\.csv") as refused:
        read(tmp_path, parquet(**columns))
    assert words in str(refused.value)


def test_a_local_time_in_parquet_that_happens_twice_or_never_is_refused(tmp_path):
    for text in ("2026-10-25T02:30", "2026-03-29T02:30"):
        start = [datetime.fromisoformat(text)] * 2
        with pytest.raises(SourceError, match="does not name one moment"):
            read(tmp_path, parquet(start=start), timezone="Europe/Berlin")


def test_columns_that_are_not_asked_for_may_hold_anything(tmp_path):
    series = read(tmp_path, parquet(tags=[["a"], []], raw=[b"\xff", None]))
    assert series.good.tolist() == [9, 7]


@pytest.mark.parametrize(
    "columns",
    [
        {"valid": pa.array([2**64 - 1, 7], pa.uint64())},
        {"good": [2**53 + 1, 7], "valid": [2**53, 7]},
        {"valid": [1e308, 7.0]},
    ],
)
def test_counts_that_a_float_cannot_hold_to_the_last_event_are_a_contradiction(tmp_path, columns):
    series = read(tmp_path, parquet(**columns))
    assert "orders.csv, row 1: counts too large to be exact" in series.contradictions


def test_there_is_no_negative_zero(tmp_path):
    assert str(read(tmp_path, f"{HEADER}{ZERO},0,-0\n").valid[0]) == "0.0"


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ([True, False], True, [10]),
        ([500, 200], 500.0, [10]),
        ([500.0, 200.0], "!=500.0", [7]),
        ([True, False], [False, "x"], [7]),
        (pa.array(["a", "b"]).dictionary_encode(), "a", [10]),
        ([2.5, 7.5], "<5", [10]),
    ],
)
def test_where_compares_values_and_not_how_they_are_written(tmp_path, column, value, kept):
    indicator = where({"kind": value})
    assert read(tmp_path, parquet(kind=column), indicator).valid.tolist() == kept


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ([["a"], ["b"]], "a", "kind holds list"),
        ([b"a", b"\xff"], "a", "kind cannot be read as string"),
        ([datetime.fromisoformat("2026-09-28")] * 2, "<5", "kind holds timestamp"),
        (["a", "b"], "<c", "only numbers can be compared by <"),
    ],
)
def test_what_where_cannot_compare_is_refused(tmp_path, column, value, words):
    with pytest.raises(SourceError, match=r"orders\.csv") as refused:
        read(tmp_path, parquet(kind=column), where({"kind": value}))
    assert words in str(refused.value)


@pytest.mark.parametrize("value", ["<" + "9" * 5000, ">" + "9" * 400, float("nan")])
def test_a_where_that_no_number_can_meet_is_refused_beforehand(value):
    source = BucketsSource("orders", BucketsSettings(type="buckets", path="orders.csv"))
    assert source.refusal(where({"kind": value}))


def long(*rows):
    """Counts with one row for each kind of event, as a warehouse groups them."""
    return "\n".join(["start,kind,count", *(f"{ZERO},{row}" for row in rows), ""])


BY_KIND = ratio({"column": "count"}, good={"column": "count", "where": {"kind": "good"}})


def test_rows_of_several_kinds_are_added_up(tmp_path):
    series = read(tmp_path, long("good,9", "bad,1"), BY_KIND)
    assert (series.good.tolist(), series.valid.tolist()) == ([9], [10])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("good,9", "bad,-1", "slow,3"), "line 3: negative counts"),
        (("good,9", "bad,0.5", "slow,0.5"), "line 3 and 1 more: counts that are not whole"),
        (("good,9", "bad,1", "good,9"), "line 4: buckets that stand twice"),
    ],
)
def test_adding_up_hides_no_contradiction(tmp_path, rows, words):
    series = read(tmp_path, long(*rows), BY_KIND)
    assert any(words in one for one in series.contradictions)


@pytest.mark.parametrize(("total", "good"), [("all", "none"), ("none", "all")])
def test_a_where_of_one_metric_that_matches_nothing_is_not_zero(tmp_path, total, good):
    text = f"start,good,valid,kind\n{ZERO},9,10,all\n"
    series = read(tmp_path, text, where({"kind": total}, {"kind": good}))
    assert "missing series is not zero" in series.contradictions[0]


def test_more_bad_events_than_valid_ones_are_told_as_that(tmp_path):
    bad = ratio({"column": "valid"}, bad={"column": "good"})
    series = read(tmp_path, f"{HEADER}{ZERO},11,10\n", bad)
    assert series.contradictions == ("orders.csv, line 2: more bad events than valid ones",)


def test_a_total_alone_says_nothing_of_what_was_good(tmp_path):
    with pytest.raises(SourceError, match="neither good nor bad"):
        read(tmp_path, f"{HEADER}{ZERO},9,10\n", ratio({"column": "valid"}))


@pytest.mark.parametrize(
    "setting",
    [
        {"bucket": 0},
        {"bucket": -300},
        {"bucket": "500ms"},
        {"timezone": "Nowhere/Town"},
        {"timezone": ""},
    ],
)
def test_settings_that_could_not_be_worked_with_are_refused(setting):
    with pytest.raises(ValidationError):
        BucketsSettings(type="buckets", path="orders.csv", **setting)


def test_a_column_is_named_by_text():
    source = BucketsSource("orders", BucketsSettings(type="buckets", path="orders.csv"))
    assert "column must be" in source.refusal(ratio({"column": ["valid"]}, good={}))
