"""Components of a project: what is not read is never outvoted by what is."""

from __future__ import annotations

import pytest

from codexreport.measure import State
from codexreport.pipeline.components import components
from codexreport.pipeline.measures import measure_all
from codexreport.pipeline.open import moment_of, open_project
from codexreport.project.workspace import Workspace

PROJECT = """\
schema = 1
[project]
name = "Shop"
as_of = 2026-10-06T09:00:00Z
[slo]
objectives = []
[sources.basket]
type = "junit"
path = "basket.xml"
[sources.search]
type = "junit"
path = "search.xml"
"""
GOOD = '<testsuite tests="4" failures="0">{}</testsuite>'.format(
    "".join(f'<testcase name="t{n}"/>' for n in range(4))
)
BAD = GOOD.replace('failures="0"', 'failures="1"').replace(
    '<testcase name="t0"/>', '<testcase name="t0"><failure/></testcase>'
)


@pytest.fixture
def measured(tmp_path):
    def measure(basket, search):
        (tmp_path / "codexreport.toml").write_text(PROJECT)
        for name, content in (("basket", basket), ("search", search)):
            (tmp_path / f"{name}.xml").write_text(content)
        project = open_project(tmp_path)
        return measure_all(project, Workspace(tmp_path), moment_of("", project))

    return measure


def rate(found, subject="all components"):
    return next(
        one
        for one in found.measures
        if (one.name, one.subject) == ("quality.component.pass_rate", subject)
    )


def test_all_components_are_counted_together(measured):
    found = measured(GOOD, BAD)
    assert rate(found).formula.startswith("7 passed / (8 - 0 skipped)")
    assert rate(found).state is State.NOT_APPLICABLE
    assert [one.name for one in components(found.files)] == ["basket", "search", "all components"]


@pytest.mark.parametrize("other", [GOOD, BAD])
def test_a_file_that_is_cut_off_leaves_the_whole_unknown_whatever_the_other_says(measured, other):
    found = measured(other, BAD[:-20])
    assert rate(found).state is State.UNKNOWN
    assert rate(found, "search").state is State.UNKNOWN


def test_confidence_falls_with_failures_and_with_few_tests(measured):
    """Wilson's lower end of 4 of 4 is 0.510, of 3 of 4 0.301; ten times that."""
    found = {one.name: one.confidence for one in components(measured(GOOD, BAD).files)}
    assert found["basket"] == pytest.approx(5.10, abs=0.01)
    assert found["search"] == pytest.approx(3.01, abs=0.01)
