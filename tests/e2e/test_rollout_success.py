"""48 hours at 100 %, from a real Prometheus: what was kept, and what leaked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.cli.app import run
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.pipeline.open import workspace_of

pytestmark = [pytest.mark.prometheus, pytest.mark.xdist_group("prometheus")]

START = datetime(2026, 10, 6, 8, tzinfo=timezone.utc)
HOURS = 49

PROJECT = """\
schema = 1
[project]
name = "Shop"
[slo]
objectives = []
[sources.metrics]
type = "prometheus"
url = "{url}"
[sources.flags]
type = "flags"
path = "flags.json"
[rollout]
start = {start}
strategy = "instant"
flag = "checkout"
[[rollout.success]]
name = "errors"
aim = "error_rate"
source = "metrics"
bad = {{query = 'requests_total{{code="500"}}'}}
total = {{query = 'sum(requests_total)'}}
[[rollout.success]]
name = "up"
aim = "uptime"
source = "metrics"
value = {{query = 'min_over_time(up[{{{{.window}}}}])'}}
[[rollout.success]]
name = "steady"
aim = "memory"
source = "metrics"
value = {{query = 'memory_bytes{{of="steady"}}'}}
[[rollout.success]]
name = "leaking"
aim = "memory"
source = "metrics"
value = {{query = 'memory_bytes{{of="leaking"}}'}}
[[rollout.success]]
name = "both"
aim = "memory"
source = "metrics"
value = {{query = 'memory_bytes'}}
"""


def samples():
    """A sample a minute: 100 requests, 2 bad ones an hour; down for two minutes once."""
    lines = []
    series = {"requests_total": [], "up": [], "memory_bytes": []}
    for minute in range(HOURS * 60 + 1):
        at = int(START.timestamp()) + 60 * minute
        bad = minute // 30
        series["requests_total"] += [
            ('{code="200"}', at, 100 * minute - bad),
            ('{code="500"}', at, bad),
        ]
        series["up"].append(("", at + 30, 0 if minute in {601, 602} else 1))
        wave = 50 * (minute % 7)
        series["memory_bytes"] += [
            ('{of="steady"}', at, 100_000 + wave),
            ('{of="leaking"}', at, 100_000 + 5 * minute + wave),
        ]
    for name, rows in series.items():
        lines.append(f"# TYPE {name} unknown")
        lines += [f"{name}{labels} {value} {at}" for labels, at, value in sorted(rows)]
    return "\n".join([*lines, "# EOF", ""])


def test_what_was_kept_and_what_leaked(backfilled_prometheus, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    url = backfilled_prometheus(samples())
    text = PROJECT.format(url=url, start=(START - timedelta(minutes=1)).isoformat())
    (tmp_path / "codexreport.toml").write_text(text)
    flag = {"key": "checkout", "enabled": True, "percentage": 100}
    (tmp_path / "flags.json").write_text(json.dumps({"flags": [flag]}))
    look = Record(
        kind=Kind.CHECK,
        time=START,
        step="rollout check",
        state="pass",
        summary="",
        tool="test",
        details={"as_of": START.isoformat(), "actual_percent": 100},
    )
    keep(workspace_of(tmp_path).root, "launch", look)
    now = (START + timedelta(hours=48, minutes=5)).isoformat()
    assert run(["measures", "--json", "--now", now]) == 0
    listed = json.loads(capsys.readouterr().out)["measures"]
    found = {one["subject"]: one for one in listed if one["name"].startswith("rollout.success")}
    # 48 hours of 6000 requests, 2 of them bad each hour: 1 in 3000
    assert found["errors"]["exact"] == "1/3000"
    # 2 minutes of 2880
    assert found["up"]["exact"] == "1439/1440"
    states = {name: one["state"] for name, one in found.items()}
    assert states == {
        "errors": "pass",
        "up": "pass",
        "steady": "pass",
        "leaking": "fail",
        "both": "unknown",
    }
    # 5 a minute are 14 400 in 48 hours, on a level of about 107 000
    assert found["leaking"]["value"] == pytest.approx(14_400 / 107_350, rel=0.01)
    (full,) = (one for one in listed if one["name"] == "rollout.full_for")
    assert (full["value"], full["state"]) == (48 * 3600 + 300, "pass")
