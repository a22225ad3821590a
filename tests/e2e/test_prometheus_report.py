"""From a real Prometheus to a published report, and the same again without it."""

import json
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

import pytest

pytestmark = [pytest.mark.prometheus, pytest.mark.xdist_group("prometheus")]

PROJECT = """\
schema = 1
[project]
name = "From Prometheus"
timezone = "Europe/Berlin"
[slo]
bucket = "{bucket}"
history_weeks = {history}
steady_weeks = 2
min_events = 1
min_coverage = {coverage}
[sources.metrics]
type = "prometheus"
url = "{url}"
"""

OBJECTIVE = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: web}
spec:
  service: web
  indicator:
    metadata: {name: good-requests}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {metricSourceRef: metrics, spec: {query: 'BAD'}}}
        total: {metricSource: {metricSourceRef: metrics, spec: {query: 'TOTAL'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""


def make_project(folder, url, *, bad, total, bucket="5m", history=2, coverage=0.9):
    (folder / "objectives").mkdir(parents=True)
    text = PROJECT.format(url=url, bucket=bucket, history=history, coverage=coverage)
    (folder / "codexreport.toml").write_text(text)
    objective = OBJECTIVE.replace("BAD", bad).replace("TOTAL", total)
    (folder / "objectives" / "web.yaml").write_text(objective)


def codexreport(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-c", "from codexreport.cli import main; main()", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def measures(folder, label):
    report = json.loads((folder / "reports/slo_weekly" / label / "report.json").read_text())
    return {one["name"]: one for one in report["measures"]}, report


WEEK_START = 1_790_546_400  # Monday 28 September 2026, 00:00 in Berlin: 2026-W40


def two_weeks_of_samples():
    """A sample a minute for W39 and W40: 5 requests a minute, 1 in 100 of them fails."""
    lines = ["# TYPE http_requests counter"]
    good = bad = 0
    samples = {"200": [], "500": []}
    for minute in range(-7 * 1440, 7 * 1440 + 1):
        if minute > -7 * 1440:
            failed = 1 if minute % 20 == 0 else 0
            good, bad = good + 5 - failed, bad + failed
        at = WEEK_START + 60 * minute
        samples["200"].append(f'http_requests_total{{job="web",code="200"}} {good} {at}')
        samples["500"].append(f'http_requests_total{{job="web",code="500"}} {bad} {at}')
    return "\n".join([*lines, *samples["200"], *samples["500"], "# EOF", ""])


def test_the_report_counts_what_went_in_and_can_be_made_again_offline(
    backfilled_prometheus, tmp_path
):
    url = backfilled_prometheus(two_weeks_of_samples())
    make_project(
        tmp_path,
        url,
        bad='sum(http_requests_total{code=~"5.."})',
        total="sum(http_requests_total)",
    )
    run = ["run", "slo_weekly", "--week", "2026-W40", "--renderer", "pandoc"]
    done = codexreport(tmp_path, *run, "--now", "2026-10-06T09:00:00+02:00")
    assert done.returncode == 0, done.stderr
    found, report = measures(tmp_path, "2026-W40")
    # 7 x 1440 minutes of 5 requests; every 20th minute one of them failed
    assert found["slo.valid"]["value"] == 7 * 1440 * 5
    assert found["slo.bad"]["value"] == 7 * 1440 // 20
    assert found["slo.sli"]["coverage"] == 1
    assert report["state"] == "pass"

    page = tmp_path / "reports/slo_weekly/2026-W40/index.html"
    before = page.read_bytes()
    config = (tmp_path / "codexreport.toml").read_text()
    (tmp_path / "codexreport.toml").write_text(config)
    again = codexreport(tmp_path, *run, "--offline")
    assert again.returncode == 0, again.stderr
    assert page.read_bytes() == before


def test_a_prometheus_that_is_down_makes_the_report_unknown_by_name(tmp_path):
    make_project(tmp_path, "http://127.0.0.1:9", bad="sum(b)", total="sum(t)")
    done = codexreport(
        tmp_path,
        "run",
        "slo_weekly",
        "--week",
        "2026-W40",
        "--renderer",
        "pandoc",
        "--now",
        "2026-10-06T09:00:00+02:00",
    )
    assert done.returncode == 3, done.stderr
    _, report = measures(tmp_path, "2026-W40")
    assert report["state"] == "unknown"
    assert "127.0.0.1:9" in report["unknowns"][0]["reason"]


def test_a_prometheus_that_scrapes_itself(self_scraping_prometheus, tmp_path):
    """The span is the first seconds that it watched itself; the requests are those scrapes."""
    make_project(
        tmp_path,
        self_scraping_prometheus,
        bad='sum(prometheus_http_requests_total{code=~"5.."}) or vector(0)',
        total="sum(prometheus_http_requests_total)",
        bucket="5s",
        history=2,
        coverage=0,
    )
    begun = datetime.now(timezone.utc)
    give_up_at = time.monotonic() + 60
    count = 0
    while not count and time.monotonic() < give_up_at:
        now = datetime.now(timezone.utc)
        start, end = begun - timedelta(seconds=30), now + timedelta(seconds=1)
        done = codexreport(
            tmp_path,
            "collect",
            "--json",
            "--from",
            start.isoformat(),
            "--to",
            end.isoformat(),
            "--now",
            end.isoformat(),
        )
        (row,) = json.loads(done.stdout)["objectives"]
        count = row["events"]
    assert count > 0
    assert row["problem"] == ""
