"""Sloth specifications, and telling the formats apart."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from codexreport.errors import ProjectError
from codexreport.series import Metric, RatioIndicator
from codexreport.slo.objective import Occurrences
from codexreport.slo.period import RollingPeriod
from codexreport.slo.specs import parse_objectives

SLOTH = """\
version: prometheus/v1
service: shop
labels: {tier: 2}
slos:
  - name: availability
    objective: 99.9
    description: Customers get an answer.
    sli:
      events:
        error_query: sum(rate(requests_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(requests_total[{{.window}}]))
    alerting: {name: ShopErrors}
"""
OPENSLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  service: shop
  indicator:
    spec:
      thresholdMetric: {metricSource: {type: Prometheus, spec: {query: latency}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{op: lt, value: 1, target: 0.99}]
"""
SOURCES = {"metrics": "prometheus", "orders": "buckets"}


@pytest.fixture
def parse(defaults):
    return lambda text, sources=SOURCES: parse_objectives(
        text, file="shop.yaml", sources=sources, defaults=defaults
    )


@pytest.fixture
def refusals(parse):
    def refused(text, **more):
        with pytest.raises(ProjectError) as caught:
            parse(text, **more)
        return [str(problem) for problem in caught.value.problems]

    return refused


def test_a_sloth_specification(parse):
    parsed = parse(SLOTH)
    (objective,) = parsed.objectives
    assert objective.name == "shop-availability"
    assert objective.target == Fraction(999, 1000)
    assert objective.method == Occurrences()
    assert objective.period == RollingPeriod(length=timedelta(days=30))
    assert objective.indicator == RatioIndicator(
        name="shop-availability",
        bad=Metric(
            source="metrics",
            spec={"query": 'sum(rate(requests_total{code=~"5.."}[{{.window}}]))'},
        ),
        total=Metric(source="metrics", spec={"query": "sum(rate(requests_total[{{.window}}]))"}),
        counter=False,
    )
    (note,) = parsed.notes
    assert note.startswith("shop.yaml:12: alerting of 'availability' has no effect")


@pytest.mark.parametrize("kind", ["raw", "plugin"])
def test_a_ratio_without_counts_is_refused_by_name(refusals, kind):
    head, _, _ = SLOTH.partition("      events:")
    (problem,) = refusals(f"{head}      {kind}: {{error_ratio_query: x}}\n")
    assert problem.startswith(f"shop.yaml:9: slos[0].sli.{kind}: cannot be used")


def test_an_sli_without_anything_is_refused(refusals):
    head, _, _ = SLOTH.partition("    sli:")
    assert refusals(f"{head}    sli: {{}}\n") == ["shop.yaml:8: slos[0].sli.events: is missing"]


@pytest.mark.parametrize("sources", [{}, {"a": "prometheus", "b": "prometheus"}])
def test_sloth_needs_just_one_prometheus_in_the_project(refusals, sources):
    (problem,) = refusals(SLOTH, sources=sources)
    assert "of type prometheus" in problem
    assert "a Sloth specification is always about Prometheus" in problem


def test_all_mistakes_of_a_specification_are_named(refusals):
    text = SLOTH.replace("99.9", "0").replace("error_query", "eror_query")
    extra = "shop.yaml:10: slos[0].sli.events.eror_query"
    assert refusals(text) == [
        "shop.yaml:6: slos[0].objective: must lie above 0 and at most at 100",
        "shop.yaml:9: slos[0].sli.events.error_query: is missing",
        f"{extra}: is not a key here; did you mean 'error_query'?",
    ]


def test_the_format_is_told_by_its_keys(parse):
    assert parse(OPENSLO).objectives[0].name == "availability"
    assert parse(SLOTH).objectives[0].name == "shop-availability"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "shop.yaml: holds no document"),
        ("# only a comment\n---\n", "shop.yaml: holds no document"),
        ("slo: 99", "shop.yaml:1: is neither OpenSLO (apiVersion, kind) nor Sloth (version, slos)"),
        ("\n- 1\n", "shop.yaml:2: is neither OpenSLO (apiVersion, kind) nor Sloth (version, slos)"),
        ("a: 1\na: 2", "shop.yaml:2: cannot be read as YAML: the key 'a' stands twice"),
        ("a: [", "shop.yaml:2: cannot be read as YAML: did not find expected node content"),
    ],
)
def test_what_is_no_file_of_objectives_is_refused(refusals, text, problem):
    (found,) = refusals(text)
    assert found.startswith(problem)


def test_a_document_that_is_no_mapping_is_refused_with_its_line(refusals):
    assert refusals(f"{OPENSLO}---\n- 1\n") == ["shop.yaml:13: must be a mapping of keys to values"]
