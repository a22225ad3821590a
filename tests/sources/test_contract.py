"""What every source promises: bytes that are not its format give no figure, and no traceback.

A new source type adds one entry to `CASES`: how valid input of its kind looks.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from codexreport.errors import SourceError
from codexreport.files import sha256
from codexreport.measure import Origin
from codexreport.series import Ask, EventSeries, Metric, RatioIndicator
from codexreport.sources.base import Place, Snapshot, Source
from codexreport.sources.registry import names, source_type
from codexreport.window import Window

START = int(datetime(2026, 3, 2, tzinfo=timezone.utc).timestamp())
BUCKET = 300
NOW = datetime(2026, 3, 3, tzinfo=timezone.utc)
BUCKETS = range(START, START + 3_600, BUCKET)
SPAN = Window.between(
    datetime.fromtimestamp(START, timezone.utc),
    datetime.fromtimestamp(BUCKETS.stop, timezone.utc),
    "UTC",
)


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()


@dataclass(frozen=True, kw_only=True)
class Case:
    """Valid input of one source type: 12 buckets of 10 valid events, 9 of them good.

    Attributes:
        body: The bytes of one file, or of one response.
        total: The `spec` of the total metric.
        good: The `spec` of the good metric.
        settings: The keys besides `type`; for a file source `path` is the test's.
        requests: For a source that reads responses: the `request` of each snapshot.
    """

    body: bytes
    total: Mapping[str, Any]
    good: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    requests: tuple[Mapping[str, Any], ...] = ()

    @property
    def indicator(self) -> RatioIndicator:
        return RatioIndicator(
            name="web",
            total=Metric(source="it", spec=self.total),
            good=Metric(source="it", spec=self.good),
            counter=True,
        )


def _scrapes(step: int) -> list[tuple[int, int]]:
    """A counter that grows by `step` in each bucket, scraped at the buckets' edges."""
    return [(START + BUCKET * number, step * number) for number in range(len(BUCKETS) + 1)]


def _openmetrics() -> bytes:
    lines = ["# TYPE seen counter"]
    for code, step in (("200", 9), ("500", 1)):
        lines += [f'seen_total{{code="{code}"}} {value} {time}' for time, value in _scrapes(step)]
    return "\n".join([*lines, "# EOF\n"]).encode()


def _response() -> bytes:
    """One body for both roles: 10 a bucket are valid, and all of them good."""
    values = [[time, str(value)] for time, value in _scrapes(10)]
    result = [{"metric": {"instance": "a"}, "values": values}]
    data = {"resultType": "matrix", "result": result}
    return json.dumps({"status": "success", "data": data}).encode()


def _buckets() -> bytes:
    return "\n".join(
        ["start,good,valid", *(f"{iso(start)},9,10" for start in BUCKETS), ""]
    ).encode()


def _events() -> bytes:
    rows = [
        f"{iso(start + 20 * number)},web,{500 if number == 0 else 200}"
        for start in BUCKETS
        for number in range(10)
    ]
    return "\n".join(["timestamp,service,status", *rows, ""]).encode()


CASES = {
    "buckets": Case(
        body=_buckets(),
        total={"column": "valid"},
        good={"column": "good"},
        settings={"path": "input.csv"},
    ),
    "events": Case(
        body=_events(),
        total={"where": {"service": "web"}},
        good={"where": {"service": "web", "status": "<500"}},
        settings={"path": "input.csv"},
    ),
    "openmetrics": Case(
        body=_openmetrics(),
        total={"query": "sum(seen_total)"},
        good={"query": 'sum(seen_total{code="200"})'},
        settings={"path": "input.txt"},
    ),
    "prometheus": Case(
        body=_response(),
        total={"query": "seen_total"},
        good={"query": "good_total"},
        settings={"url": "http://prometheus.example"},
        requests=tuple(
            {"role": role, "query": "seen_total", "start": START, "end": BUCKETS.stop, "step": 0}
            for role in ("total", "good")
        ),
    ),
}


def cut_in_the_last_line(body: bytes) -> bytes:
    """A transfer that broke off: the last line of any length ends in its middle."""
    kept, last = body.removesuffix(b"# EOF\n").rstrip(b"\n").rsplit(b"\n", 1)
    return kept + b"\n" + last[: len(last) // 3]


SPOILT: Mapping[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "only line ends": lambda _: b"\n\n\n",
    "cut in half": lambda body: body[: len(body) // 2 + 3] if body[:1] == b"{" else
        cut_in_the_last_line(body),
    "another format": lambda _: b'<?xml version="1.0"?><testsuite tests="0"/>',
    "a web page": lambda _: b"<!doctype html>\n<html><title>Sign in</title></html>\n",
    "compressed": lambda body: gzip.compress(body, mtime=0),
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "Latin-1": lambda body: "größer,€\n".encode("cp1252") + body,
    "zero bytes": lambda body: b"\x00" * len(body),
    "binary": lambda _: bytes(range(256)) * 20,
    "nested deeply": lambda _: b"[" * 200_000,
    "a number too long": lambda _: b"9" * 500_000,
}  # fmt: skip


def source_of(type_: str) -> Source:
    loaded = source_type(type_)
    settings = loaded.Settings.model_validate({"type": type_, **CASES[type_].settings})
    return loaded("it", settings)


def outcome(type_: str, body: bytes, root: Path) -> EventSeries:
    """What the source makes of `body`; raises where that is a SourceError."""
    case = CASES[type_]
    source = source_of(type_)
    ask = Ask(indicators=(case.indicator,), span=SPAN, focus=SPAN, bucket=timedelta(seconds=BUCKET))
    if case.requests:
        origin = Origin(
            source="it", uri="http://prometheus.example", query="q", retrieved=NOW,
            sha256=sha256(body), size=len(body),
        )  # fmt: skip
        snapshots = tuple(
            Snapshot(body=body, media_type="", origins=(origin,), request=request)
            for request in case.requests
        )
    else:
        (root / case.settings["path"]).write_bytes(body)
        pulled = source.collect(ask, Place(root=root, cache=root / "cache", now=NOW))["web"]
        if isinstance(pulled, SourceError):
            raise pulled
        snapshots = pulled
    return source.read(case.indicator, ask, snapshots)


def test_every_registered_source_type_has_a_case() -> None:
    assert set(names()) == set(CASES)


@pytest.mark.parametrize("type_", names())
def test_a_source_says_its_type_and_refuses_unknown_settings(type_: str) -> None:
    assert source_type(type_).type == type_
    assert source_type(type_).Settings.model_config["extra"] == "forbid"


@pytest.mark.parametrize("type_", names())
def test_valid_input_gives_its_events(type_: str, tmp_path: Path) -> None:
    assert source_of(type_).refusal(CASES[type_].indicator) == ""
    series = outcome(type_, CASES[type_].body, tmp_path)
    assert series.contradictions == ()
    assert series.start.tolist() == list(BUCKETS)
    assert series.valid.tolist() == [10.0] * 12
    assert series.good.tolist() == ([10.0] if type_ == "prometheus" else [9.0]) * 12
    assert series.origins
    assert all(origin.source == "it" for origin in series.origins)


@pytest.mark.parametrize("type_", names())
def test_reading_twice_gives_the_same(type_: str, tmp_path: Path) -> None:
    first = outcome(type_, CASES[type_].body, tmp_path)
    second = outcome(type_, CASES[type_].body, tmp_path)
    assert first.valid.tobytes() == second.valid.tobytes()
    assert (first.notes, first.origins) == (second.notes, second.origins)


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("type_", names())
def test_spoilt_input_is_an_error_or_a_contradiction(
    type_: str, spoilt: str, tmp_path: Path
) -> None:
    """Never another exception, and never a silent zero."""
    result = attempt(type_, SPOILT[spoilt](CASES[type_].body), tmp_path)
    if isinstance(result, EventSeries):
        assert result.contradictions
        return
    assert "input" in str(result) or "prometheus.example" in str(result), "names no origin"
    assert len(str(result)) < 2_000
    assert str(result).replace("\n", "").isprintable()


def attempt(type_: str, body: bytes, root: Path) -> EventSeries | SourceError:
    try:
        return outcome(type_, body, root)
    except SourceError as error:
        return error


@pytest.mark.parametrize("type_", [one for one in names() if not CASES[one].requests])
def test_a_missing_file_is_an_error_that_names_it(type_: str, tmp_path: Path) -> None:
    source = source_of(type_)
    ask = Ask(
        indicators=(CASES[type_].indicator,), span=SPAN, focus=SPAN, bucket=timedelta(minutes=5)
    )
    place = Place(root=tmp_path, cache=tmp_path / "cache", now=NOW)
    with pytest.raises(SourceError, match="input"):
        source.collect(ask, place)
    with pytest.raises(SourceError, match="input"):
        source.probe(place)
