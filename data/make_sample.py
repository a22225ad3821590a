"""Make the sample project's data: twelve weeks of a shop, the same bytes every time.

    python data/make_sample.py [FOLDER]

The stories in it are told in `sample/README.md`. Objectives and settings are written by hand;
this makes only what lies in `sample/measurements/`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 7, 13, tzinfo=ZONE)
END = datetime(2026, 10, 5, tzinfo=ZONE)
BUCKET_S = 300
SEED = 20_261_005

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Trouble:
    """A time in which more goes wrong: its share of failures on top of the usual."""

    start: datetime
    minutes: int
    share: float


CHECKOUT_TROUBLE = (
    Trouble(datetime(2026, 8, 6, 19, 10, tzinfo=ZONE), 12, 0.30),
    Trouble(datetime(2026, 9, 16, 14, 5, tzinfo=ZONE), 45, 0.42),
    Trouble(datetime(2026, 10, 1, 20, 20, tzinfo=ZONE), 10, 0.25),
)
STOREFRONT_TROUBLE = (
    Trouble(datetime(2026, 7, 29, 11, 0, tzinfo=ZONE), 25, 0.06),
    Trouble(datetime(2026, 9, 30, 9, 40, tzinfo=ZONE), 90, 0.20),
)
UPGRADE = Trouble(datetime(2026, 9, 6, 2, 0, tzinfo=ZONE), 120, 1.0)
PAYMENTS_GAP = (
    datetime(2026, 8, 31, 16, 0, tzinfo=ZONE),
    datetime(2026, 9, 1, 22, 0, tzinfo=ZONE),
)
CLOSED = (
    datetime(2026, 9, 28, 0, 0, tzinfo=ZONE),
    datetime(2026, 10, 5, 0, 0, tzinfo=ZONE),
)
"""The wholesale portal is closed for stocktaking."""


def main(folder: Path) -> None:
    """Write all files below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_checkout(folder / "checkout.parquet")
    write_wholesale(folder / "wholesale.csv")
    write_payments(folder / "payments.openmetrics")
    write_search(folder / "requests")


def grid(step_s: int) -> Integers:
    """Unix seconds of every bucket's start, from the first week to the last."""
    return np.arange(round(START.timestamp()), round(END.timestamp()), step_s, dtype=np.int64)


def traffic(starts: Integers, step_s: int, per_hour: float) -> Floats:
    """Expected events per bucket: quiet nights, busy evenings, lively weekends, slow growth."""
    local = (starts + 7200) % 86_400 / 3600
    weekday = (starts + 7200) // 86_400 % 7  # 1 January 1970 was a Thursday
    day = (
        0.25
        + 0.75 * np.exp(-(((local - 18.5) / 5.5) ** 2))
        + 0.35 * np.exp(-(((local - 11) / 3) ** 2))
    )
    weekend = np.where((weekday == 2) | (weekday == 3), 1.25, 1.0)  # noqa: PLR2004, Saturday, Sunday
    growth = 1 + 0.2 * (starts - starts[0]) / (starts[-1] - starts[0])
    expected: Floats = per_hour * step_s / 3600 * day * weekend * growth
    return expected


def troubled(starts: Integers, step_s: int, troubles: tuple[Trouble, ...]) -> Floats:
    """The share of failures each bucket has on top of the usual."""
    share = np.zeros(len(starts))
    for trouble in troubles:
        first = trouble.start.timestamp()
        last = first + trouble.minutes * 60
        overlap = np.minimum(starts + step_s, last) - np.maximum(starts, first)
        share = np.maximum(share, trouble.share * np.clip(overlap / step_s, 0, 1))
    return share


def between(starts: Integers, span: tuple[datetime, datetime]) -> NDArray[np.bool_]:
    """Whether each bucket begins within the span."""
    inside: NDArray[np.bool_] = (starts >= span[0].timestamp()) & (starts < span[1].timestamp())
    return inside


def write_checkout(path: Path) -> None:
    """Orders by 5-minute bucket, in Parquet."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    starts = grid(BUCKET_S)
    valid = rng.poisson(traffic(starts, BUCKET_S, 900))
    share = 0.00025 + troubled(starts, BUCKET_S, (*CHECKOUT_TROUBLE, UPGRADE))
    bad = rng.binomial(valid, np.clip(share, 0, 1))
    table = pa.table(
        {
            "start": pa.array(starts, pa.timestamp("s", "UTC")),
            "good": pa.array(valid - bad, pa.int32()),
            "valid": pa.array(valid, pa.int32()),
        }
    )
    pq.write_table(table, path, compression="zstd", use_dictionary=False)


def write_wholesale(path: Path) -> None:
    """Orders of the wholesale portal by the hour, in CSV: little traffic, none while closed."""
    rng = np.random.Generator(np.random.PCG64(SEED + 1))
    starts = grid(3600)
    expected = np.where(between(starts, CLOSED), 0.02, traffic(starts, 3600, 55))
    valid = rng.poisson(expected)
    bad = rng.binomial(valid, 0.0006)
    rows = ["start,portal,good,valid"]
    for start, all_orders, failed in zip(starts, valid, bad, strict=True):
        moment = datetime.fromtimestamp(int(start), ZONE)
        rows.append(f"{moment.isoformat()},wholesale,{all_orders - failed},{all_orders}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def write_payments(path: Path) -> None:
    """Counters of two payment workers, scraped every hour; one restarts, the scraper fails."""
    rng = np.random.Generator(np.random.PCG64(SEED + 2))
    step = 3600
    starts = grid(step)
    lines = ["# TYPE payment_requests counter", "# UNIT payment_requests requests"]
    seen = ~between(starts + step, PAYMENTS_GAP)
    for worker in ("pay-1", "pay-2"):
        valid = rng.poisson(traffic(starts, step, 330))
        bad = rng.binomial(valid, 0.0004)
        restart = round(datetime(2026, 8, 19, 4, 0, tzinfo=ZONE).timestamp())
        for outcome, counts in (("ok", valid - bad), ("error", bad)):
            total = 0
            labels = f'{{job="payments",instance="{worker}",outcome="{outcome}"}}'
            lines.append(f"payment_requests_total{labels} 0 {starts[0]}")
            for start, events, visible in zip(starts.tolist(), counts.tolist(), seen, strict=True):
                total = events if worker == "pay-1" and start == restart else total + events
                if visible:
                    lines.append(f"payment_requests_total{labels} {total} {start + step}")
    path.write_text("\n".join([*lines, "# EOF"]) + "\n", encoding="utf-8")


def write_search(folder: Path) -> None:
    """One row a request of the storefront's search, a file a month: it grows slower and slower."""
    rng = np.random.Generator(np.random.PCG64(SEED + 3))
    folder.mkdir(parents=True, exist_ok=True)
    starts = grid(BUCKET_S)
    requests = rng.poisson(traffic(starts, BUCKET_S, 110))
    times = np.repeat(starts, requests) + rng.integers(0, BUCKET_S, requests.sum())
    times.sort()
    age = (times - starts[0]) / (starts[-1] - starts[0])
    creeping = 1 + 0.55 * np.clip((age - 0.6) / 0.4, 0, 1) ** 1.5
    latency = np.round(rng.lognormal(np.log(105), 0.42, len(times)) * creeping).astype(np.int32)
    failing = troubled(times, 1, STOREFRONT_TROUBLE) + 0.0007
    status = np.where(rng.random(len(times)) < failing, 503, 200).astype(np.int16)
    status[rng.random(len(times)) < 0.004] = 404  # noqa: PLR2004, a mistyped address
    month = np.array([datetime.fromtimestamp(int(at), ZONE).month for at in times])
    for number in np.unique(month):
        rows = month == number
        table = pa.table(
            {
                "timestamp": pa.array(times[rows], pa.timestamp("s", "UTC")),
                "route": pa.array(["/search"] * int(rows.sum())).dictionary_encode(),
                "status": pa.array(status[rows]),
                "latency_ms": pa.array(latency[rows]),
            }
        )
        pq.write_table(
            table,
            folder / f"2026-{number:02d}.parquet",
            compression="zstd",
            compression_level=19,
            use_dictionary=["route", "status", "latency_ms"],
            column_encoding={"timestamp": "DELTA_BINARY_PACKED"},
        )


if __name__ == "__main__":
    main(
        Path(sys.argv[1])
        if len(sys.argv) > 1
        else Path(__file__).parent / "sample" / "measurements"
    )
