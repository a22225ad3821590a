"""What was kept comes back byte for byte, or is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from codexreport.errors import EvidenceError, SourceError
from codexreport.files import sha256
from codexreport.measure import Origin
from codexreport.series import Ask, Indicator, Metric, RatioIndicator, ThresholdIndicator
from codexreport.sources.base import Snapshot
from codexreport.sources.snapshots import SnapshotStore
from codexreport.window import Window

NOW = datetime(2026, 3, 9, 8, 30, 0, 123456, tzinfo=timezone.utc)
WEEK = Window.iso_week("2026-W10", "Europe/Berlin")


def ratio(spec: Any = MappingProxyType({"query": "a_total"})) -> RatioIndicator:
    return RatioIndicator(
        name="web",
        total=Metric(source="prod", spec=spec),
        bad=Metric(source="prod", spec={"where": {"status": [500, "5ü"], "fast": None}}),
    )


def ask(indicator: Indicator, **changes: Any) -> Ask:
    plain = Ask(indicators=(indicator,), span=WEEK, focus=WEEK, bucket=timedelta(minutes=5))
    return replace(plain, **changes)


def snapshot(body: bytes) -> Snapshot:
    origin = Origin(
        source="prod",
        uri="http://p/api",
        query="query=a_total",
        retrieved=NOW,
        sha256=sha256(body),
        size=len(body),
    )
    return Snapshot(
        body=body, media_type="application/json", origins=(origin, origin), request={"role": "good"}
    )


def keep(root: Path, indicator: Indicator, *bodies: bytes, **changes: Any) -> None:
    snapshots = tuple(snapshot(body) for body in bodies)
    SnapshotStore(root).keep("prod", "prometheus", ask(indicator, **changes), indicator, snapshots)


def recall(root: Path, indicator: Indicator, **changes: Any) -> tuple[Snapshot, ...]:
    return SnapshotStore(root).recall("prod", "prometheus", ask(indicator, **changes), indicator)


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"one", b"\x00\xfftwo", b"one")
    assert recall(tmp_path, ratio()) == tuple(map(snapshot, (b"one", b"\x00\xfftwo", b"one")))


def test_a_body_is_kept_once_under_its_sha_256(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"one", b"two")
    keep(tmp_path, replace(ratio(), name="api"), b"one")
    objects = sorted(path.name for path in (tmp_path / "objects").rglob("*") if path.is_file())
    assert objects == sorted([sha256(b"one"), sha256(b"two")])


def test_the_last_pull_answers(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"old")
    keep(tmp_path, ratio(), b"new")
    assert [one.body for one in recall(tmp_path, ratio())] == [b"new"]


def test_equal_pulls_leave_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        keep(tmp_path / name, ratio(), b"one")
    first, second = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in files}
        for name in ("a", "b")
        if (files := [one for one in (tmp_path / name).rglob("*") if one.is_file()])
    )
    assert first == second
    assert len(first) == 2


OTHER_DAY = Window.between(NOW - timedelta(days=1), NOW, "Europe/Berlin")
LATENCY = ThresholdIndicator(
    name="web", metric=Metric(source="prod", spec={"query": "a"}), op="lt", value=Fraction(3, 10)
)


@pytest.mark.parametrize(
    ("indicator", "changes"),
    [
        (ratio({"query": "b_total"}), {}),
        (replace(ratio(), counter=False), {}),
        (replace(ratio(), name="other"), {}),
        (replace(ratio(), good=ratio().bad, bad=None), {}),
        (LATENCY, {}),
        (ratio(), {"span": OTHER_DAY}),
        (ratio(), {"focus": OTHER_DAY}),
        (ratio(), {"bucket": timedelta(minutes=1)}),
    ],
)
def test_another_question_is_not_answered(
    tmp_path: Path, indicator: Indicator, changes: dict[str, Any]
) -> None:
    keep(tmp_path, ratio(), b"one")
    with pytest.raises(SourceError, match="No snapshot is kept of prod") as caught:
        recall(tmp_path, indicator, **changes)
    assert caught.value.advice == "Run once without --offline."
    keep(tmp_path, indicator, b"two", **changes)
    assert [one.body for one in recall(tmp_path, indicator, **changes)] == [b"two"]
    assert [one.body for one in recall(tmp_path, ratio())] == [b"one"]


def test_another_source_or_type_is_another_question(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"one")
    store, indicator = SnapshotStore(tmp_path), ratio()
    for name, type_ in (("stage", "prometheus"), ("prod", "openmetrics")):
        with pytest.raises(SourceError, match="No snapshot is kept"):
            store.recall(name, type_, ask(indicator), indicator)


def test_the_label_of_a_window_and_the_other_indicators_do_not_matter(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"one")
    renamed = replace(WEEK, label="last week")
    assert recall(tmp_path, ratio(), focus=renamed, indicators=(ratio(), LATENCY))


def only_file(folder: Path) -> Path:
    (found,) = (path for path in folder.rglob("*") if path.is_file())
    return found


def test_an_altered_body_is_refused(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"one")
    only_file(tmp_path / "objects").write_bytes(b"0ne")
    with pytest.raises(SourceError, match="was altered: its SHA-256 is not its name"):
        recall(tmp_path, ratio())


def test_keeping_again_mends_an_altered_body(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"one")
    only_file(tmp_path / "objects").write_bytes(b"0ne")
    keep(tmp_path, ratio(), b"one")
    assert recall(tmp_path, ratio())


def test_a_missing_body_is_refused(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"one")
    only_file(tmp_path / "objects").unlink()
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        recall(tmp_path, ratio())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"{}",
        b'{"schema":2,"request":{},"snapshots":[]}',
        b'{"schema":1,"request":{},"snapshots":[{"sha256":"../../x"}]}',
    ],
)
def test_an_altered_index_is_refused(tmp_path: Path, content: bytes) -> None:
    keep(tmp_path, ratio(), b"one")
    only_file(tmp_path / "requests").write_bytes(content)
    with pytest.raises(SourceError, match=r"\.json was altered"):
        recall(tmp_path, ratio())


@pytest.mark.parametrize(
    ("before", "after"), [(b'"role":"good"', b'"role":"total"'), (b"08:30:00", b"09:30:00")]
)
def test_an_index_that_says_something_else_now_is_refused(
    tmp_path: Path, before: bytes, after: bytes
) -> None:
    keep(tmp_path, ratio(), b"one")
    index = only_file(tmp_path / "requests")
    assert before in index.read_bytes()
    index.write_bytes(index.read_bytes().replace(before, after))
    with pytest.raises(SourceError, match=r"\.json was altered"):
        recall(tmp_path, ratio())


def test_the_index_of_another_question_is_no_answer(tmp_path: Path) -> None:
    other = replace(ratio(), name="other")
    keep(tmp_path / "a", ratio(), b"one")
    keep(tmp_path / "b", other, b"two")
    only_file(tmp_path / "a" / "requests").write_bytes(
        only_file(tmp_path / "b" / "requests").read_bytes()
    )
    with pytest.raises(SourceError, match=r"\.json was altered"):
        recall(tmp_path / "a", ratio())


def test_an_index_cut_anywhere_is_refused(tmp_path: Path) -> None:
    keep(tmp_path, ratio(), b"one")
    index = only_file(tmp_path / "requests")
    whole = index.read_bytes()
    for length in range(len(whole) - 1):
        index.write_bytes(whole[:length])
        with pytest.raises(SourceError, match="was altered"):
            recall(tmp_path, ratio())


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file, where a folder should be", encoding="utf-8")
    with pytest.raises(EvidenceError, match="could not be written"):
        keep(tmp_path / "store", ratio(), b"one")
