"""Raw events to a weekly report's figures, against the plain DuckDB query over the same columns.

    python tests/bench/bench_events.py [--rows 50_000_000] [--services 200] [--folder DIR]

Each measurement runs in a process of its own, so that memory is its own too.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

START = datetime(2026, 9, 28, tzinfo=timezone.utc)
WEEK_S = 604_800


def make(path, rows, services):
    """The same events every time: in order of time, a tail of slow ones, 0.2 % failures."""
    import duckdb

    duckdb.execute(
        f"""COPY (SELECT
            to_timestamp({START.timestamp()} + i * {WEEK_S}.0 / {rows}) AS timestamp,
            'service-' || (hash(i) % {services}) AS service,
            (CASE WHEN hash(i * 7 + 1) % 1000 < 2 THEN 500 ELSE 200 END)::SMALLINT AS status,
            (20 + 200 * (hash(i * 13 + 5) % 1000000 / 1e6) ^ 3
                + 900 * (hash(i * 3 + 5) % 1000000 / 1e6) ^ 40)::DOUBLE AS latency_ms
        FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 500000)"""
    )


def plain(folder, _services):
    """What one would type: counts and the exact p95 of each service over the week."""
    import duckdb

    connection = duckdb.connect()
    end = START + timedelta(seconds=WEEK_S)
    return len(
        connection.execute(
            """SELECT service, count(*), count(*) FILTER (status < 500),
                quantile_cont(latency_ms, 0.95), epoch_us(min(timestamp))
            FROM read_parquet(?) WHERE timestamp >= ? AND timestamp < ?
            GROUP BY service""",
            [str(folder / "events.parquet"), START, end],
        ).fetchall()
    )


def same(folder, services):
    """The same figures by plain queries: also the counts of every bucket, from the same columns."""
    import duckdb

    end = START + timedelta(seconds=WEEK_S)
    counts = duckdb.connect().sql(
        """SELECT service, epoch_us(timestamp) // 300000000 AS bucket, count(*),
            count(*) FILTER (status < 500)
        FROM read_parquet(?) WHERE timestamp >= ? AND timestamp < ? GROUP BY ALL""",
        params=[str(folder / "events.parquet"), START, end],
    )
    return plain(folder, services) + counts.to_arrow_table().num_rows


def ours(folder, services):
    """The events source: buckets of five minutes and exact percentiles, ready to be judged."""
    from codexreport.series import Ask, Metric, RatioIndicator
    from codexreport.sources.base import Place
    from codexreport.sources.events import EventsSettings, EventsSource
    from codexreport.window import Window

    def indicator(number):
        where = {"service": f"service-{number}"}
        return RatioIndicator(
            name=f"availability-{number}",
            total=Metric(source="requests", spec={"where": where}),
            good=Metric(source="requests", spec={"where": {**where, "status": "<500"}}),
            counter=False,
        )

    window = Window.between(START, START + timedelta(seconds=WEEK_S), "UTC")
    ask = Ask(
        indicators=tuple(indicator(number) for number in range(services)),
        span=window,
        focus=window,
        bucket=timedelta(minutes=5),
    )
    source = EventsSource(
        "requests", EventsSettings(type="events", path="events.parquet", latency="latency_ms")
    )
    place = Place(root=folder, cache=folder / "cache", now=START)
    pulled = source.collect(ask, place)
    return sum(len(source.read(one, ask, pulled[one.name]).start) for one in ask.indicators)


def measure(name, folder, services):
    """Seconds and peak MiB of one way, in a fresh process; importing is not counted."""
    done = subprocess.run(
        [
            sys.executable,
            __file__,
            *("--only", name, "--folder", folder),
            "--services",
            str(services),
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout)


def only(name, folder, services):
    """The measured process."""
    import duckdb  # noqa: F401
    import numpy as np  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import codexreport.sources.event_collect  # noqa: F401

    begin = time.perf_counter()
    {"plain": plain, "same": same, "ours": ours}[name](folder, services)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mib": peak}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--services", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", choices=["plain", "same", "ours"])
    given = parser.parse_args()
    if given.only:
        only(given.only, given.folder, given.services)
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        make(Path(folder) / "events.parquet", given.rows, given.services)
        measure("plain", folder, given.services)  # once to warm the file cache
        query = measure("plain", folder, given.services)
        figures = measure("same", folder, given.services)
        first = measure("ours", folder, given.services)
        again = measure("ours", folder, given.services)
    ratio, gain = first["seconds"] / query["seconds"], first["seconds"] / again["seconds"]
    fair = first["seconds"] / figures["seconds"]
    print(
        f"plain query     {query['seconds']:6.2f} s  {query['mib']:6.0f} MiB  counts and p95 only"
    )
    print(
        f"same figures    {figures['seconds']:6.2f} s  {figures['mib']:6.0f} MiB  by plain queries"
    )
    print(
        f"first run       {first['seconds']:6.2f} s  {first['mib']:6.0f} MiB  "
        f"{ratio:5.2f} x the query (goal 1.3), {fair:.2f} x the same figures; goal 1024 MiB"
    )
    print(
        f"from roll-ups   {again['seconds']:6.2f} s  {again['mib']:6.0f} MiB  "
        f"{gain:5.1f} x faster (goal 10)"
    )


if __name__ == "__main__":
    main()
