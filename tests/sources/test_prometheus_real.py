"""A real Prometheus server: the counts that come out equal the events that went in."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from codexreport.series import (
    Ask,
    EventSeries,
    Indicator,
    Metric,
    RatioIndicator,
    ThresholdIndicator,
)
from codexreport.sources.base import Place
from codexreport.sources.prometheus import PrometheusSettings, PrometheusSource
from codexreport.window import Window

pytestmark = pytest.mark.prometheus

WEEK = 7 * 86_400
START = int(datetime(2024, 3, 4, tzinfo=timezone.utc).timestamp())
END = START + 4 * WEEK
SCRAPE = 60
BUCKET = 300
DOWN = (START + WEEK + 3_600, START + WEEK + 2 * 3_600)  # nothing is scraped
C_UNSEEN = (START + 2 * WEEK + 7_200, START + 2 * WEEK + 9_000)  # c is not scraped, but serves
B_RESTART = START + WEEK + 43_210
FIRST_503 = START + 2 * WEEK + 100_000  # on a: the series 503 is born


@dataclass
class Shop:
    """Three instances that serve events, and what their scrapes show of them."""

    counters: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    unseen: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    samples: dict[tuple[str, str], list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    counted: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def serve(self, instance: str, code: str, number: int) -> None:
        self.counters[instance][code] += number
        self.unseen[instance][code] += number

    def restart(self, instance: str) -> None:
        self.counters[instance] = Counter({"200": 0})

    def scrape(self, instance: str, time: int) -> None:
        for code, value in self.counters[instance].items():
            self.samples[instance, code].append((time, value))
        bucket = START + (time - START - 1) // BUCKET * BUCKET
        for code, number in self.unseen.pop(instance, Counter()).items():
            self.counted[bucket][code] += number

    def openmetrics(self) -> str:
        lines = ["# TYPE http_requests counter"]
        for (instance, code), samples in sorted(self.samples.items()):
            labels = f'{{code="{code}",instance="{instance}",job="shop"}}'
            lines += [f"http_requests_total{labels} {value} {time}" for time, value in samples]
        return "\n".join([*lines, "# TYPE queue_length gauge", *gauge_lines(), "# EOF\n"])


def gauge_lines() -> Iterator[str]:
    """A queue of 5, and of 50 in the first hour of each day."""
    for time in range(START - 600, END + 1, SCRAPE):
        length = 50 if 0 < (time - START) % 86_400 <= 3_600 else 5
        yield f'queue_length{{queue="mail"}} {length} {time}'


def simulate() -> Shop:
    chance = random.Random(20240304)
    shop = Shop()
    for instance in "abc":
        shop.serve(instance, "200", 1_000_000)
    shop.serve("a", "500", 77)
    for time in range(START - 600, END + 1, SCRAPE):
        for instance in "abc":
            if instance == "b" and time - SCRAPE < B_RESTART <= time:
                shop.restart("b")
            shop.serve(instance, "200", chance.randrange(40))
            if chance.random() < 0.05:
                shop.serve(instance, "500", 1 + chance.randrange(3))
            if instance == "a" and time >= FIRST_503 and chance.random() < 0.01:
                shop.serve("a", "503", 2)
            away = DOWN if instance != "c" else C_UNSEEN
            if not (DOWN[0] < time <= DOWN[1] or away[0] < time <= away[1]):
                shop.scrape(instance, time)
    return shop


@dataclass(frozen=True)
class Bench:
    """The events that went in, and what asks the server about them."""

    shop: Shop
    url: str
    root: Path

    def ask(
        self, indicator: Indicator, *, bucket: int = BUCKET, end: int = END, **settings: str | int
    ) -> EventSeries:
        source = PrometheusSource(
            "prod",
            PrometheusSettings.model_validate(
                {"type": "prometheus", "url": self.url, "timeout": "60s", **settings}
            ),
        )
        assert source.refusal(indicator) == ""
        window = Window.between(utc(START), utc(END), "UTC")
        ask = Ask(
            indicators=(indicator,), span=window, focus=window, bucket=timedelta(seconds=bucket)
        )
        pulled = source.collect(ask, Place(root=self.root, cache=self.root, now=utc(end)))
        snapshots = pulled[indicator.name]
        assert isinstance(snapshots, tuple), snapshots
        return source.read(indicator, ask, snapshots)

    def expected(self, *, end: int = END, codes: str = "") -> dict[int, int]:
        """Events of the codes that begin so, by start of the bucket their scrape fell in."""
        return {
            bucket: sum(number for code, number in codes_.items() if code.startswith(codes))
            for bucket, codes_ in self.shop.counted.items()
            if bucket >= START and bucket + BUCKET <= end
        }


def utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def metric(query: str) -> Metric:
    return Metric(source="prod", spec={"query": query})


def ratio(total: str, bad: str, *, counter: bool = True) -> RatioIndicator:
    return RatioIndicator(name="web", total=metric(total), bad=metric(bad), counter=counter)


AVAILABILITY = ratio(
    "sum(http_requests_total)", 'sum(http_requests_total{code=~"5.."}) or vector(0)'
)


@pytest.fixture(scope="module")
def bench(
    backfilled_prometheus: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Bench:
    shop = simulate()
    return Bench(shop, backfilled_prometheus(shop.openmetrics()), tmp_path_factory.mktemp("root"))


def test_counts_of_four_weeks_equal_what_went_in(bench: Bench) -> None:
    """Bucket by bucket, over a restart, a series born on the way and an instance unseen."""
    series = bench.ask(AVAILABILITY)
    valid, bad = bench.expected(), bench.expected(codes="5")
    assert dict(zip(series.start.tolist(), series.valid.tolist(), strict=True)) == valid
    assert (series.valid - series.good).tolist() == [bad[start] for start in series.start.tolist()]
    assert sum(bad.values()) > 1_000
    assert not series.contradictions


def test_the_time_without_scrapes_is_absent_and_everything_else_is_there(bench: Bench) -> None:
    series = bench.ask(AVAILABILITY)
    every = set(range(START, END, BUCKET))
    assert every - set(series.start.tolist()) == set(range(*DOWN, BUCKET))


def test_resets_and_gaps_are_told(bench: Bench) -> None:
    notes = " ".join(bench.ask(AVAILABILITY).notes)
    assert "Counters began anew at 2024-03-11T12:01:00Z" in notes
    assert "from 2024-03-11T01:00:00Z to 2024-03-11T02:01:00Z of a, b, c" in notes
    assert "from 2024-03-18T02:00:00Z to 2024-03-18T02:31:00Z of c;" in notes


@pytest.mark.parametrize("chunk", ["7h", "1d", "30d"])
def test_the_size_of_chunks_changes_nothing(bench: Bench, chunk: str) -> None:
    """Samples on the edge of two chunks are in both answers of this server, and count once."""
    whole, chunked = bench.ask(AVAILABILITY), bench.ask(AVAILABILITY, chunk=chunk)
    assert np.array_equal(whole.start, chunked.start)
    assert np.array_equal(whole.good, chunked.good)
    assert np.array_equal(whole.valid, chunked.valid)
    assert whole.notes == chunked.notes


def test_nothing_after_the_moment_of_asking_is_counted(bench: Bench) -> None:
    now = START + WEEK // 2 + 100
    series = bench.ask(AVAILABILITY, end=now)
    assert dict(zip(series.start.tolist(), series.valid.tolist(), strict=True)) == bench.expected(
        end=now
    )


def test_one_bare_series_is_counted_and_several_are_refused(bench: Bench) -> None:
    one = 'http_requests_total{code="200",instance="a"}'
    assert bench.ask(ratio(one, 'http_requests_total{code="503"}')).valid.sum() > 0
    refused = bench.ask(ratio("http_requests_total", one))
    (refusal,) = refused.contradictions
    assert refusal == (
        "The total query http_requests_total selects 7 series where one is expected; "
        "write sum(http_requests_total) to add them up."
    )


def test_a_bad_query_without_series_is_unknown_until_its_author_says_zero(bench: Bench) -> None:
    total, bad = "sum(http_requests_total)", 'sum(http_requests_total{code="418"})'
    absent = bench.ask(ratio(total, bad))
    assert len(absent.contradictions) == 1
    assert f"{bad} or vector(0)" in absent.contradictions[0]
    silent = bench.ask(ratio(total, f"{bad} or vector(0)"))
    assert np.array_equal(silent.good, silent.valid)
    assert silent.valid.sum() == sum(bench.expected().values())


def test_an_absent_total_is_unknown_whatever_is_written(bench: Bench) -> None:
    series = bench.ask(ratio("sum(nothing_total) or vector(0)", "sum(nothing_total) or vector(0)"))
    assert series.contradictions == ("The total query nothing_total selects no series.",)


def test_another_expression_is_read_at_the_edges_past_11000_points(bench: Bench) -> None:
    """40,320 minutes. Where nothing began anew or was away, the differences are the events."""
    query = 'sum by (job) (http_requests_total{instance="c",code="200"})'
    series = bench.ask(ratio(query, query), bucket=60)
    samples = bench.shop.samples["c", "200"]
    by_hand = {
        later - 60: after - before
        for (earlier, before), (later, after) in itertools.pairwise(samples)
        if START < later <= END and later - earlier == 60
    }
    got = dict(zip(series.start.tolist(), series.valid.tolist(), strict=True))
    assert {start: got[start] for start in by_hand} == by_hand
    assert len(by_hand) > 3 * 11_000
    assert series.good.sum() == 0
    assert any("no plain selector" in note for note in series.notes)


def test_a_drop_of_an_expression_is_not_taken_for_events(bench: Bench) -> None:
    query = 'sum by (job) (http_requests_total{code="200"})'
    series = bench.ask(ratio(query, query))
    bucket = START + (B_RESTART - START) // BUCKET * BUCKET
    assert bucket not in series.start.tolist()
    assert "The total query dropped in" in " ".join(series.notes)


def test_a_window_expression_is_asked_bucket_by_bucket(bench: Bench) -> None:
    """The server extrapolates over a window's edges, here by at most 1 % over a quiet week."""
    increase = "sum(increase(http_requests_total%s[{{.window}}]))"
    rate = "sum(rate(http_requests_total%s[$__range]))"
    exact = sum(bench.expected(end=START + WEEK).values())
    for query in (increase, rate):
        series = bench.ask(
            ratio(query % "", query % '{code="500"}', counter=False),
            end=START + WEEK,
            bucket=3_600,
        )
        assert series.valid.sum() == pytest.approx(exact, rel=0.01)
        assert any("extrapolates" in note for note in series.notes)


def test_each_look_at_a_threshold_is_an_observation(bench: Bench) -> None:
    """Every minute for 28 days; the queue is longer than 10 in 60 of each day's 1440 minutes."""
    short = ThresholdIndicator(
        name="queue", metric=metric("queue_length"), op="lte", value=Fraction(10)
    )
    series = bench.ask(short, step="1m")
    assert series.valid.sum() == 28 * 1_440
    assert series.valid.sum() - series.good.sum() == 28 * 60
    assert len(series.start) == 28 * 288


def test_a_query_the_server_refuses_names_the_query(bench: Bench) -> None:
    broken = replace(ratio("sum(increase(x[5m]", "x", counter=False), name="broken")
    source = PrometheusSource("prod", PrometheusSettings(type="prometheus", url=bench.url))
    window = Window.between(utc(START), utc(END), "UTC")
    ask = Ask(
        indicators=(broken, AVAILABILITY),
        span=window,
        focus=window,
        bucket=timedelta(seconds=BUCKET),
    )
    pulled = source.collect(ask, Place(root=bench.root, cache=bench.root, now=utc(END)))
    assert "refuses the total query 'sum(increase(x[5m]': bad_data: " in str(pulled["broken"])
    assert isinstance(pulled["web"], tuple)


def test_probe(bench: Bench) -> None:
    source = PrometheusSource("prod", PrometheusSettings(type="prometheus", url=bench.url))
    place = Place(root=bench.root, cache=bench.root, now=utc(END))
    assert source.probe(place) == f"{bench.url} answers queries."


def test_a_server_that_scrapes_itself_answers(self_scraping_prometheus: str) -> None:
    source = PrometheusSource(
        "own", PrometheusSettings(type="prometheus", url=self_scraping_prometheus)
    )
    assert source.probe(Place(root=Path(), cache=Path(), now=utc(END))).endswith("answers queries.")


def test_a_server_that_has_just_begun_is_not_one_without_such_series(
    backfilled_prometheus: Callable[[str], str], tmp_path: Path
) -> None:
    # three scrapes within the bucket that has begun at the moment of asking, none before
    scrapes = [f'begun_total{{job="shop"}} {n} {START + 30 * n}' for n in range(1, 4)]
    url = backfilled_prometheus("\n".join(["# TYPE begun counter", *scrapes, "# EOF\n"]))
    source = PrometheusSource("prod", PrometheusSettings(type="prometheus", url=url))
    window = Window.between(utc(START - 3_600), utc(START + 3_600), "UTC")
    said = {}
    for name in ("begun_total", "nothing_total"):
        asked = ratio(name, name, counter=True)
        ask = Ask(indicators=(asked,), span=window, focus=window, bucket=timedelta(seconds=BUCKET))
        place = Place(root=tmp_path, cache=tmp_path, now=utc(START + 100))
        pulled = source.collect(ask, place)[asked.name]
        assert isinstance(pulled, tuple)
        said[name] = source.read(asked, ask, pulled).contradictions
    assert said["begun_total"] == ("No whole bucket of 5m has been observed yet.",)
    assert "selects no series" in said["nothing_total"][0]
