"""Valid files of performance formats, with as many rows as asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

START = 1_790_848_800
"""2026-10-01T10:00:00Z."""


def _k6_summary(rows: int) -> bytes:
    metrics = {
        f"orders_{n}": {"type": "counter", "contains": "default", "values": {"count": n, "rate": 1}}
        for n in range(rows)
    }
    return json.dumps({"root_group": {}, "metrics": metrics}).encode()


def _k6_export(rows: int) -> bytes:
    metrics = {f"http_req_duration{{name:{n}}}": {"avg": 2.5, "max": n + 1} for n in range(rows)}
    return json.dumps({"root_group": {}, "metrics": metrics}).encode()


def _k6_points(rows: int) -> bytes:
    declared = {"type": "trend", "contains": "time", "thresholds": ["p(95)<500"], "submetrics": []}
    metric = json.dumps({"metric": "http_req_duration", "type": "Metric", "data": declared})
    point = (
        '{{"metric":"http_req_duration","type":"Point","data":{{"time":"2026-10-01T10:00:00.{0:06d}'
        '+02:00","value":{1}.25,"tags":{{"group":"","method":"GET","status":"200"}}}}}}\n'
    )
    points = "".join(point.format(n, n % 400) for n in range(rows))
    return f"{metric}\n{points}".encode()


def _locust_stats(rows: int) -> bytes:
    header = "Type,Name,Request Count,Failure Count,Median Response Time,Requests/s,50%,95%\n"
    lines = "".join(f"GET,/item/{n},2,0,3,0.5,3,9\n" for n in range(rows))
    return f"{header}{lines},Aggregated,{2 * rows},0,3,0.5,3,9\n".encode()


def _locust_history(rows: int) -> bytes:
    header = (
        "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,95%,"
        "Total Request Count,Total Failure Count,Total Median Response Time\n"
    )
    lines = "".join(f"{START + n},5,,Aggregated,2,0,3,9,{2 * n},0,3\n" for n in range(rows))
    return f"{header}{lines}".encode()


def _jmeter_csv(rows: int) -> bytes:
    header = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,bytes\n"
    lines = "".join(
        f'{START * 1000 + n},{n % 900},GET /{n % 7},200,"OK, ""fine""",users 1-{n % 9},true,120\n'
        for n in range(rows)
    )
    return f"{header}{lines}".encode()


def _jmeter_xml(rows: int) -> bytes:
    samples = "".join(
        f'<httpSample t="{n % 900}" ts="{START * 1000 + n}" s="true" lb="GET /{n % 7}" rc="200"/>\n'
        for n in range(rows)
    )
    return f'<testResults version="1.2">\n{samples}</testResults>\n'.encode()


def _pytest_benchmark(rows: int) -> bytes:
    data = [0.001 + n * 1e-9 for n in range(rows)]
    stats = {"rounds": rows, "min": data[0], "max": data[-1], "data": data}
    benchmark = {"name": "test_sum", "fullname": "test_speed.py::test_sum", "stats": stats}
    return json.dumps({"machine_info": {}, "benchmarks": [benchmark]}).encode()


def _lighthouse(rows: int) -> bytes:
    return json.dumps(
        [
            {
                "name": "minScore",
                "expected": 0.9,
                "actual": 0.95,
                "values": [0.95],
                "operator": ">=",
                "passed": True,
                "auditId": "speed-index",
                "level": "error",
                "url": f"https://shop.example/{n}",
            }
            for n in range(rows)
        ]
    ).encode()


def _perf(rows: int) -> bytes:
    whole = {"count": rows, "failed": 0}
    groups = [{"name": f"/{n}", "count": 1, "failed": 0} for n in range(rows)]
    document = {"scenario": "smoke", "attempts": [{}], "total": whole, "groups": groups}
    return json.dumps(document).encode()


def _samples(rows: int) -> bytes:
    lines = "".join(
        f"2026-10-01T10:00:00.{n:06d}Z,/{n % 5},200,{n % 100}.{n % 1000:03d}\n" for n in range(rows)
    )
    return f"timestamp,endpoint,status,latency_ms\n{lines}".encode()


def parquet(rows: int) -> bytes:
    """Samples as Parquet."""
    import pyarrow as pa
    from pyarrow import parquet as files

    table = pa.table(
        {
            "latency_ms": [(n % 100) + 0.5 for n in range(rows)],
            "endpoint": [f"/{n % 5}" for n in range(rows)],
            "ok": [True] * rows,
        }
    )
    body = io.BytesIO()
    files.write_table(table, body)
    return body.getvalue()


LARGE: dict[str, Callable[[int], bytes]] = {
    "k6-summary": _k6_summary,
    "k6-export": _k6_export,
    "k6-points": _k6_points,
    "locust-stats": _locust_stats,
    "locust-history": _locust_history,
    "jmeter-csv": _jmeter_csv,
    "jmeter-xml": _jmeter_xml,
    "pytest-benchmark": _pytest_benchmark,
    "lighthouse": _lighthouse,
    "samples": _samples,
    "perf": _perf,
}
