"""Raw events: counted exactly, scanned once, gaps named."""

import math
import os
import time
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from asking import START, START_S, ask, ratio, threshold
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codexreport.errors import SourceError
from codexreport.series import Ask, EventSeries
from codexreport.sources.base import Place
from codexreport.sources.events import EventsSettings, EventsSource
from codexreport.window import Window

WEB = {"service": "web"}
ANSWERED = ratio({"where": WEB}, good={"where": {**WEB, "status": "<500"}})
COUNT = 4000


def source(path="events/*.parquet", **options):
    options = {"latency": "latency_ms", **options}
    return EventsSource("requests", EventsSettings(type="events", path=path, **options))


def make(seed=1, count=COUNT, first=START_S, seconds=3600):
    """Events of two services over an hour, as columns."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return {
        "timestamp": first + np.sort(rng.integers(0, seconds, count)),
        "service": rng.choice(["web", "app"], count),
        "status": rng.choice([200, 404, 503], count, p=[0.9, 0.05, 0.05]),
        "latency_ms": rng.lognormal(4, 1, count),
    }


def write(folder, columns, name="a.parquet", kind=None):
    (folder / "events").mkdir(exist_ok=True)
    moments = pa.array(columns["timestamp"], kind or pa.timestamp("s", "UTC"))
    pq.write_table(pa.table({**columns, "timestamp": moments}), folder / "events" / name)


def counted(columns, good):
    """Good and valid events of the web service by 5-minute bucket, counted by numpy."""
    web = columns["service"] == "web"
    bucket = (columns["timestamp"] - START_S) // 300
    return (
        np.bincount(bucket[web & good], minlength=12).tolist(),
        np.bincount(bucket[web], minlength=12).tolist(),
    )


def test_counts_are_those_of_a_plain_recount(tmp_path):
    columns = make()
    write(tmp_path, columns)
    series = ask(source(), ANSWERED, tmp_path)
    good, valid = counted(columns, columns["status"] < 500)
    assert (series.good.tolist(), series.valid.tolist()) == (good, valid)
    assert series.contradictions == ()


@pytest.mark.parametrize("name", ["a*.parquet", "a?.parquet", "a[1].parquet", "it's.parquet"])
def test_a_files_name_is_never_a_pattern(tmp_path, name):
    """`a*` is one file; its twin is not counted with it."""
    columns = make()
    write(tmp_path, columns, name)
    write(tmp_path, make(seed=2), "a1.parquet")
    with_brackets = name.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")
    series = ask(source(path=f"events/{with_brackets}"), ANSWERED, tmp_path)
    assert series.good.tolist() == counted(columns, columns["status"] < 500)[0]


def test_bad_events_are_those_that_are_not_good(tmp_path):
    columns = make()
    write(tmp_path, columns)
    bad = ratio({"where": WEB}, bad={"where": {"status": ">=500"}})
    assert (
        ask(source(), bad, tmp_path).good.tolist() == counted(columns, columns["status"] < 500)[0]
    )


def test_a_threshold_compares_each_event(tmp_path):
    columns = make()
    write(tmp_path, columns)
    quick = threshold({"column": "latency_ms", "where": WEB}, "lte", 80)
    good, valid = counted(columns, columns["latency_ms"] <= 80)
    series = ask(source(), quick, tmp_path)
    assert (series.good.tolist(), series.valid.tolist()) == (good, valid)


def test_percentiles_are_exact(tmp_path):
    columns = make()
    write(tmp_path, columns)
    latency = ask(source(), ANSWERED, tmp_path).percentiles
    web = columns["latency_ms"][columns["service"] == "web"] / 1000
    assert latency.count == len(web)
    expected = np.percentile(web, [50, 95, 99])
    assert [latency.values[rank] for rank in (50, 95, 99)] == pytest.approx(expected, rel=1e-12)


def test_several_files_count_as_one(tmp_path):
    columns = make()
    half = {name: values[: COUNT // 2] for name, values in columns.items()}
    rest = {name: values[COUNT // 2 :] for name, values in columns.items()}
    write(tmp_path, half)
    write(tmp_path, rest, "b.parquet")
    series = ask(source(), ANSWERED, tmp_path)
    assert series.valid.tolist() == counted(columns, columns["status"] < 500)[1]
    assert [one.uri for one in series.origins] == ["events/a.parquet", "events/b.parquet"]


def test_csv_says_the_same_as_parquet(tmp_path):
    columns = make(count=500)
    write(tmp_path, columns)
    lines = [
        f"{np.datetime64(int(at), 's')}Z,{service},{status},{latency!r}"
        for at, service, status, latency in zip(
            *(values.tolist() for values in columns.values()), strict=True
        )
    ]
    header = ",".join(columns)
    (tmp_path / "events.csv").write_text("\n".join([header, *lines]) + "\n")
    from_csv = ask(source("events.csv"), ANSWERED, tmp_path)
    from_parquet = ask(source(), ANSWERED, tmp_path)
    assert from_csv.good.tolist() == from_parquet.good.tolist()
    assert from_csv.percentiles.values == from_parquet.percentiles.values


def test_what_was_scanned_is_not_scanned_again(tmp_path):
    columns = make()
    write(tmp_path, columns)
    first = ask(source(), ANSWERED, tmp_path)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / ".cache").iterdir()}
    steps = []
    again = ask(source(), ANSWERED, tmp_path, progress=lambda what, *_: steps.append(what))
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / ".cache").iterdir()} == kept
    assert "ranking latencies" not in steps
    assert again.good.tolist() == first.good.tolist()
    assert again.percentiles == first.percentiles


def test_a_file_that_changed_is_scanned_again(tmp_path):
    write(tmp_path, make(seed=1))
    ask(source(), ANSWERED, tmp_path)
    columns = make(seed=2)
    write(tmp_path, columns)
    series = ask(source(), ANSWERED, tmp_path)
    assert series.good.tolist() == counted(columns, columns["status"] < 500)[0]


def test_a_long_silence_is_a_gap_and_a_short_one_is_silence(tmp_path):
    columns = make()
    early = columns["timestamp"] < START_S + 600
    late = columns["timestamp"] >= START_S + 3000
    for name in columns:
        columns[name] = columns[name][early | late]
    write(tmp_path, columns)
    assert len(ask(source(), ANSWERED, tmp_path).start) == 4
    assert "not observed" in ask(source(), ANSWERED, tmp_path).notes[0]
    silent = ask(source(gap="1h"), ANSWERED, tmp_path)
    assert silent.valid.tolist()[2:10] == [0] * 8


def test_a_where_is_data_and_never_sql(tmp_path):
    write(tmp_path, make())
    hostile = {"service": "x' OR 1=1 --"}
    series = ask(source(), ratio({"where": hostile}, good={"where": hostile}), tmp_path)
    assert "no event matches" in series.contradictions[0]


def test_events_without_a_time_are_a_contradiction(tmp_path):
    columns = make(count=100)
    (tmp_path / "events").mkdir()
    moments = pa.array([*columns["timestamp"][:-2].tolist(), None, None], pa.timestamp("s", "UTC"))
    pq.write_table(pa.table({**columns, "timestamp": moments}), tmp_path / "events" / "a.parquet")
    assert ask(source(), ANSWERED, tmp_path).contradictions == ("2 events have no time",)


def test_times_without_offset_are_refused_unless_they_are_utc(tmp_path):
    write(tmp_path, make(), kind=pa.timestamp("s"))
    with pytest.raises(SourceError, match="no offset"):
        ask(source(), ANSWERED, tmp_path)
    assert ask(source(timezone="UTC"), ANSWERED, tmp_path).valid.sum() > 0


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_machines_time_zone_does_not_matter(tmp_path, monkeypatch, zone):
    """A time without offset among some with one reads the same wherever the report is made."""
    (tmp_path / "events.csv").write_text(
        "timestamp,service,status,latency_ms\n"
        "2026-09-28T00:01:00Z,web,200,1\n"
        "2026-09-28T02:06:00+02:00,web,200,1\n"
        "2026-09-28T00:11:00,web,200,1\n"
    )
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        series = ask(source("events.csv", timezone="UTC"), ANSWERED, tmp_path)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert series.start.tolist() == [START_S, START_S + 300, START_S + 600]
    assert series.valid.tolist() == [1, 1, 1]


def both(*indicators):
    """Several indicators under names of their own."""
    return [replace(one, name=f"it-{n}") for n, one in enumerate(indicators)]


def ask_all(source_, indicators, root, **options):
    window = Window.between(START, START + timedelta(hours=1), "UTC")
    asked = Ask(
        indicators=tuple(indicators), span=window, focus=window, bucket=timedelta(minutes=5)
    )
    pulled = source_.collect(asked, Place(root=root, cache=root / ".cache", now=START, **options))
    return [source_.read(one, asked, pulled[one.name]) for one in indicators]


def test_one_pass_answers_questions_of_every_shape(tmp_path):
    columns = make()
    write(tmp_path, columns)
    web, fine, slow = columns["service"] == "web", columns["status"] < 500, columns["latency_ms"]
    questions = both(
        ANSWERED,
        ratio({"where": {"service": "app"}}, good={"where": {"status": 200}}),
        ratio({}, good={"where": {"status": "<500"}}),
        ratio({"where": {**WEB, "status": "!=404"}}, bad={"where": {"status": 503}}),
        ratio({"where": {**WEB, "status": 404}}, good={"where": {"latency_ms": "<50"}}),
    )
    steps = []
    found = ask_all(source(), questions, tmp_path, progress=lambda what, *_: steps.append(what))
    expected = [
        (web, fine),
        (~web, columns["status"] == 200),
        (web | ~web, fine),
        (web & (columns["status"] != 404), columns["status"] != 503),
        (web & (columns["status"] == 404), slow < 50),
    ]
    for series, (valid, good) in zip(found, expected, strict=True):
        assert (series.good.sum(), series.valid.sum()) == ((valid & good).sum(), valid.sum())
        assert series.percentiles.count == valid.sum()
        ranks = np.percentile(slow[valid] / 1000, [50, 95, 99])
        assert list(series.percentiles.values.values()) == pytest.approx(ranks, rel=1e-12)
    assert steps == ["scanning a.parquet"]


def test_a_number_and_its_text_are_one_value(tmp_path):
    columns = make()
    write(tmp_path, columns)
    first, second = ask_all(
        source(),
        both(*(ratio({"where": {"status": value}}, good={}) for value in (404, "404"))),
        tmp_path,
    )
    assert first.valid.sum() == second.valid.sum() == (columns["status"] == 404).sum()


def test_one_value_written_in_two_ways_is_refused_rather_than_counted_twice(tmp_path):
    write(tmp_path, make())
    questions = both(*(ratio({"where": {"status": value}}, good={}) for value in ("404", "0404")))
    with pytest.raises(SourceError, match="one value of status in two ways"):
        ask_all(source(), questions, tmp_path)


def test_latencies_that_are_missing_are_not_ranked(tmp_path):
    columns = make(count=100)
    columns["service"][:] = "web"
    latency = [None, math.nan, *columns["latency_ms"][2:]]
    write(tmp_path, {**columns, "latency_ms": pa.array(latency)})
    series = ask(source(), ANSWERED, tmp_path)
    assert (series.valid.sum(), series.percentiles.count) == (100, 98)
    expected = np.percentile(columns["latency_ms"][2:] / 1000, [50, 95, 99])
    assert list(series.percentiles.values.values()) == pytest.approx(expected, rel=1e-12)


def test_percentiles_are_of_the_focus_alone(tmp_path):
    columns = make(seconds=7200)
    write(tmp_path, columns)
    inside = (columns["timestamp"] < START_S + 3600) & (columns["service"] == "web")
    latency = ask(source(), ANSWERED, tmp_path).percentiles
    assert latency.count == inside.sum()
    expected = np.percentile(columns["latency_ms"][inside] / 1000, 95)
    assert latency.values[95] == pytest.approx(expected, rel=1e-12)


def test_a_new_file_is_scanned_and_the_old_ones_only_ranked(tmp_path):
    columns = make()
    half = {name: values[: COUNT // 2] for name, values in columns.items()}
    rest = {name: values[COUNT // 2 :] for name, values in columns.items()}
    write(tmp_path, half)
    ask(source(), ANSWERED, tmp_path)
    write(tmp_path, rest, "b.parquet")
    steps = []
    series = ask(source(), ANSWERED, tmp_path, progress=lambda what, *_: steps.append(what))
    assert series.valid.tolist() == counted(columns, columns["status"] < 500)[1]
    web = columns["latency_ms"][columns["service"] == "web"] / 1000
    assert series.percentiles.values[99] == pytest.approx(np.percentile(web, 99), rel=1e-12)
    assert steps == ["scanning a.parquet", "scanning b.parquet", "ranking a.parquet"]


def test_what_is_kept_and_damaged_is_made_again(tmp_path):
    write(tmp_path, make())
    first = ask(source(), ANSWERED, tmp_path)
    for kept in (tmp_path / ".cache").iterdir():
        kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    again = ask(source(), ANSWERED, tmp_path)
    assert again.good.tolist() == first.good.tolist()
    assert again.percentiles == first.percentiles
    assert again.origins == first.origins


def test_a_file_that_was_only_touched_is_hashed_but_not_scanned(tmp_path):
    write(tmp_path, make())
    ask(source(), ANSWERED, tmp_path)
    os.utime(tmp_path / "events" / "a.parquet", (1, 1))
    steps = []
    ask(source(), ANSWERED, tmp_path, progress=lambda what, *_: steps.append(what))
    assert steps == []


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path):
    columns = make()
    write(tmp_path, columns)
    other = make(seed=2)
    with pytest.raises(SourceError, match=r"a\.parquet changed while it was read"):
        ask(source(), ANSWERED, tmp_path, progress=lambda *_: write(tmp_path, other))


@pytest.mark.parametrize(
    ("indicator", "words"),
    [
        (ratio({"where": {"sevice": "web"}}, good={"where": {}}), "no column sevice"),
        (threshold({"column": "latency"}, "lt", 1), "no column latency"),
    ],
)
def test_a_column_that_is_not_there_is_named(tmp_path, indicator, words):
    write(tmp_path, make())
    with pytest.raises(SourceError, match=words):
        ask(source(), indicator, tmp_path)


def test_a_torn_file_is_named(tmp_path):
    write(tmp_path, make())
    path = tmp_path / "events" / "a.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SourceError, match=r"a\.parquet"):
        ask(source(), ANSWERED, tmp_path)


def test_a_where_that_means_nothing_is_refused_before_anything_is_read():
    assert source().refusal(ratio({"where": {"service": []}}, good={}))
    assert "not column" in source().refusal(ratio({"column": "x"}, good={}))
    assert source().refusal(ANSWERED) == ""


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_series_or_a_source_error(tmp_path, content):
    (tmp_path / "events.csv").write_bytes(content)
    try:
        series = ask(source("events.csv", latency=None), ratio({}, good={}), tmp_path)
    except SourceError:
        return
    assert isinstance(series, EventSeries)
