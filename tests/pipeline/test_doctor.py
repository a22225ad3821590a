"""The doctor finds, before any run, what a run could only call unknown."""

import pytest

from codexreport.pipeline.doctor import examine
from codexreport.project.workspace import Workspace

PROJECT = """\
schema = 1
[project]
name = "Shop"
"""

OBJECTIVE = """\
apiVersion: openslo/v1
kind: SLO
metadata: {{name: shop}}
spec:
  service: shop
  indicator:
    spec:
      ratioMetric:
        counter: {counter}
        good: {{metricSource: {{metricSourceRef: data, spec: {good}}}}}
        total: {{metricSource: {{metricSourceRef: data, spec: {total}}}}}
  timeWindow: [{{duration: 7d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.9}}]
"""

BUCKETS = ("buckets", "start,good,valid,service\n2026-10-05T00:00:00Z,9,10,shop\n")
EVENTS = ("events", "timestamp,status\n2026-10-05T00:00:00Z,200\n")
OPENMETRICS = (
    "openmetrics",
    '# TYPE hits counter\nhits_total{code="200"} 1 1791158400\n# EOF\n',
)


@pytest.fixture
def looked_at(tmp_path):
    """What is found of the one source, and what of the project."""

    def look(kind, text, good="{}", total="{}", settings=""):
        (tmp_path / "objectives").mkdir()
        (tmp_path / "data.txt").write_text(text)
        table = f'[sources.data]\ntype = "{kind}"\npath = "data.txt"\n{settings}'
        (tmp_path / "codexreport.toml").write_text(PROJECT + table)
        counter = str(kind == "openmetrics").lower()
        (tmp_path / "objectives" / "shop.yaml").write_text(
            OBJECTIVE.format(good=good, total=total, counter=counter)
        )
        project, source = examine(tmp_path, Workspace(tmp_path))[-2:]
        return source, project

    return look


@pytest.mark.parametrize(
    ("source", "good", "total"),
    [
        (BUCKETS, "{}", "{where: {service: shop}}"),
        (EVENTS, '{where: {status: "<500"}}', "{}"),
        (OPENMETRICS, "{query: 'hits_total{code=\"200\"}'}", "{query: hits_total}"),
    ],
)
def test_a_source_that_has_what_is_asked_for_is_well(looked_at, source, good, total):
    found, project = looked_at(*source, good, total)
    assert (found.ok, found.found) == (True, "1 file")
    assert project.found == "Shop, with 1 objective from 1 source"


@pytest.mark.parametrize(
    ("source", "good", "words"),
    [
        (BUCKETS, "{column: god}", "data.txt has no column 'god'; it has start, good, valid"),
        (BUCKETS, "{where: {servce: shop}}", "data.txt has no column 'servce'"),
        (BUCKETS, "{where: {service: show}}", "no row matches its `where`"),
        (EVENTS, "{where: {code: 200}}", "data.txt: there is no column code; there are"),
        (OPENMETRICS, "{query: hit_total}", "The good query hit_total selects no series."),
    ],
)
def test_what_a_source_does_not_have_is_named(looked_at, source, good, words):
    total = "{query: hits_total}" if source is OPENMETRICS else "{}"
    if "show" in good:
        total = good
    found, _ = looked_at(*source, good, total)
    assert not found.ok
    assert words in found.found


def test_a_column_of_latencies_that_is_not_there_is_named(looked_at):
    found, _ = looked_at(*EVENTS, settings='latency = "ms"\n')
    assert "there is no column ms" in found.found


def test_a_commit_from_a_variable_that_is_not_set_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("NOT_SET", raising=False)
    table = '[slo]\nobjectives = []\n[sources.tests]\ntype = "junit"\npath = "*.xml"\n'
    text = PROJECT + table + 'commit = "env:NOT_SET"\n'
    (tmp_path / "codexreport.toml").write_text(text)
    *_, found = examine(tmp_path, Workspace(tmp_path))
    assert found.found == "Not set in the environment: NOT_SET (tests)."
