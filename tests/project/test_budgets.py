"""Budgets in the project file: what they may say, and each mistake by line and key."""

from __future__ import annotations

import pytest

from codexreport.errors import ProjectError
from codexreport.pipeline.open import open_project

START = """\
schema = 1
[project]
name = "Shop"
owner = "Shop team"
[slo]
objectives = []
[sources.load]
type = "samples"
path = "load.csv"
[sources.last]
type = "samples"
path = "last.csv"
[[budgets]]
source = "load"
"""
LINE = START.count("\n") + 1


@pytest.fixture
def opened(tmp_path):
    def open_(budget):
        (tmp_path / "codexreport.toml").write_text(START + budget)
        return open_project(tmp_path).budgets

    return open_


@pytest.fixture
def mistakes(opened):
    def refuse(budget):
        with pytest.raises(ProjectError) as refused:
            opened(budget)
        return [(one.line, one.key, one.message) for one in refused.value.problems]

    return refuse


def test_a_budget_bounds_what_it_names(opened):
    (budget,) = opened(
        'endpoint = "GET /search"\nbaseline = "last"\n'
        'p95 = ["< 200 ms", "<= +10 %"]\nerrors = "= 0"\n'
        'warning.p95 = "< 300 ms"\n'
    )
    assert (budget.source, budget.endpoint, budget.baseline) == ("load", "GET /search", "last")
    assert budget.owner == "Shop team"
    assert [one.statistic for one in budget.limits] == ["p95", "errors"]
    assert [[one.text for one in group] for group in budget.limits[0].passes] == [
        ["< 200 ms", "<= +10 %"]
    ]
    assert [[one.text for one in group] for group in budget.limits[0].warns] == [["< 300 ms"]]


def test_the_warnings_may_be_a_table_of_their_own(opened):
    (budget,) = opened('p95 = "< 200 ms"\nowner = "Search"\n[budgets.warning]\np95 = "< 300 ms"\n')
    assert budget.limits[0].warns
    assert budget.owner == "Search"


@pytest.mark.parametrize(
    ("budget", "line", "key", "message"),
    [
        ('p96 = "< 1 s"', 0, "p96", "is not a key here; did you mean 'p99'?"),
        ('p95 = "< 200 /s"', 0, "p95", "'< 200 /s' is no bound for a figure in seconds"),
        ('p95 = "< 2 %"', 0, "p95", "'< 2 %' is no bound for a figure in seconds"),
        ('p95 = "< 200"', 0, "p95", "'< 200' has no unit"),
        ('p95 = "200 ms"', 0, "p95", "'200 ms' is no bound"),
        ("p95 = 200", 0, "p95", "write bounds such as"),
        ("p95 = []", 0, "p95", "holds no bound"),
        ('errors = "< 0.1"', 0, "errors", "'< 0.1' has no unit; write for example < 0.1 %"),
        ('throughput = "> 5 ms"', 0, "throughput", "is no bound for a figure in 1/s"),
        ('baseline = "lsat"', 0, "baseline", "no source is called 'lsat'; did you mean 'last'?"),
        ('warning.p94 = "< 1 s"', 0, "warning.p94", "is not a key here; did you mean"),
        ('p95 = "< 1 s"\nwarning.p94 = "< 1 s"', 1, "warning.p94", "is not a key here"),
        ('baseline = "last"\np95 = "= +1 %"', 1, "p95", "'= +1 %' can never be told"),
    ],
)
def test_a_mistake_is_named_by_its_line_and_key(mistakes, budget, line, key, message):
    found = mistakes(budget)
    (said,) = [text for at, name, text in found if (at, name) == (LINE + line, f"budgets[0].{key}")]
    assert message in said


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        ("", "bounds nothing; write one of p50, p75, p90, p95, p99, errors, throughput"),
        ('p95 = "<= +10 %"', "p95 '<= +10 %' is a change, and there is no baseline"),
        ('p95 = "< 1 s"\nwarning.p95 = "<= +10 %"', "warning.p95 '<= +10 %' is a change"),
        ('p95 = "< 1 s"\nwarning.p50 = "< 1 s"', "warning.p50 needs p50 too"),
        ('p95 = "< 1 s"\nbaseline = "load"', "its baseline is its own source; name another"),
    ],
)
def test_what_does_not_go_together_is_refused(mistakes, budget, message):
    ((line, key, said),) = mistakes(budget)
    assert (line, key) == (LINE - 2, "budgets[0]")
    assert message in said


def test_an_endpoint_has_one_budget(mistakes):
    again = 'p95 = "< 1 s"\n[[budgets]]\nsource = "load"\np50 = "< 1 s"\n'
    ((line, key, said),) = mistakes(again)
    assert (line, key) == (LINE + 1, "budgets[1].endpoint")
    assert said == "everything together of 'load' has a budget already; put its bounds into one"


def test_a_source_that_there_is_not_is_named_beside_every_other_mistake(mistakes):
    found = mistakes('p95 = "< 1"\n[[budgets]]\nsource = "laod"\np50 = "< 1 s"\n')
    assert [key for _, key, _ in found] == ["budgets[0].p95", "budgets[1].source"]


def test_a_table_that_is_none_is_refused(mistakes):
    assert mistakes('p95 = "< 1 s"\n[[budgets]]\nsource = 3\nendpoint = ["a"]\n')
