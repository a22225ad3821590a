"""Budgets of a project against its own files."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from codexreport.measure import State
from codexreport.pipeline.measures import measure_all
from codexreport.pipeline.open import open_project
from codexreport.project.workspace import Workspace

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
PROJECT = """\
schema = 1
[project]
name = "Shop"
owner = "Shop team"
[slo]
objectives = []
[sources.load]
type = "samples"
path = "load*.csv"
[sources.last]
type = "samples"
path = "last*.csv"
"""
P95 = '[[budgets]]\nsource = "load"\np95 = "< 200 ms"\n'
CHANGE = '[[budgets]]\nsource = "load"\nbaseline = "last"\np95 = "<= +10 %"\n'
SEARCH = '[[budgets]]\nsource = "load"\nendpoint = "GET /search"\np95 = "< 200 ms"\n'


def durations(middle, n=400):
    """Evenly from 10 % below to 10 % above the middle, in milliseconds."""
    return [middle * (0.9 + 0.2 * at / (n - 1)) for at in range(n)]


def table(**endpoints):
    rows = (f"GET /{name},{one:.3f}\n" for name, many in endpoints.items() for one in many)
    return "endpoint,latency_ms\n" + "".join(rows)


@pytest.fixture
def measured(tmp_path):
    """Everything that is measured of a project with these budgets and files."""

    def measure(budgets, project=PROJECT, **files):
        (tmp_path / "codexreport.toml").write_text(project + budgets)
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        return measure_all(open_project(tmp_path), Workspace(tmp_path), NOW)

    return measure


def the(found, name, subject):
    (one,) = [one for one in found.measures if (one.name, one.subject) == (name, subject)]
    return one


def missed(found):
    return the(found, "performance.budgets.missed", "project")


def test_a_budget_is_a_measure_with_its_interval_and_where_it_is_from(measured):
    found = measured(SEARCH, load=table(search=durations(100), cart=durations(900)))
    one = the(found, "performance.budget", "load: GET /search p95")
    assert (one.state, one.unit, one.sample_size) == (State.PASS, "seconds", 400)
    assert float(one.value) == pytest.approx(0.109, abs=1e-6)
    low, high = one.interval
    assert low < one.value < high
    assert [origin.uri.rpartition("/")[2] for origin in one.origins] == ["load.csv"]
    assert missed(found).state is State.PASS
    assert missed(found).value == 0
    json.dumps(one.to_dict(), allow_nan=False)


def test_the_measure_the_row_and_the_count_agree(measured):
    found = measured(P95 + SEARCH, load=table(search=durations(300), cart=durations(100, 9000)))
    assert [row.state for row in found.budgets] == [State.PASS, State.FAIL]
    assert [row.measure() for row in found.budgets] == [
        one for one in found.measures if one.name == "performance.budget"
    ]
    assert (missed(found).state, missed(found).value) == (State.FAIL, 1)
    assert missed(found).reason.startswith("1 of 2 budgets: fail, first load: GET /search p95. ")


@pytest.mark.parametrize(
    ("middle", "state"), [(101, "pass"), (110, "warning"), (125, "fail"), (80, "pass")]
)
def test_a_change_from_the_baseline_is_judged_with_its_uncertainty(measured, middle, state):
    found = measured(CHANGE, load=table(a=durations(middle)), last=table(a=durations(100)))
    one = the(found, "performance.budget", "load: p95")
    assert one.state == state
    assert {origin.source for origin in one.origins} == {"load", "last"}
    change = the(found, "performance.change.p95", "load")
    assert float(change.value) == pytest.approx(middle / 100 - 1, abs=1e-4)
    assert change.state is State.NOT_APPLICABLE
    low, high = change.interval
    assert low < change.value < high


def test_a_source_that_is_only_a_baseline_does_not_speak_for_itself(measured):
    """Else a gate that asks for the worst p95 would take an earlier run's."""
    files = {"load": table(a=durations(100)), "last": table(a=durations(900))}
    found = measured(CHANGE, **files)
    subjects = {one.subject for one in found.measures if one.name == "performance.latency.p95"}
    assert subjects == {"load", "load: GET /a"}
    both = measured(CHANGE + P95.replace("load", "last"), **files)
    spoken = {one.subject for one in both.measures if one.name == "performance.latency.p95"}
    assert "last" in spoken


def test_a_baseline_that_cannot_be_read_is_still_told(measured):
    found = measured(CHANGE, load=table(a=durations(100)), last="<html></html>")
    assert the(found, "source.read", "last.csv").state is State.UNKNOWN


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"last": [100]}, "load*.csv: "),
        ({"load": [100]}, "last*.csv: "),
        ({"load": [100], "last": None}, "last.csv: "),
        ({"load": None, "last": [100]}, "load.csv: "),
        ({"load": [100], "last": [100]}, "The baseline is the very file that is judged."),
        ({"load": [99], "last1": [100], "last2": [101]}, "several such runs: last1.csv, last2.csv"),
    ],
)
def test_what_cannot_be_compared_is_unknown_by_name(measured, files, said):
    texts = {
        name: table(a=durations(*middle)) if middle else "<html></html>"
        for name, middle in files.items()
    }
    found = measured(CHANGE, **texts)
    one = the(found, "performance.budget", "load: p95")
    assert one.state is State.UNKNOWN
    assert said in one.reason
    assert not [one for one in found.measures if one.name.startswith("performance.change")]
    assert missed(found).state is State.UNKNOWN
    assert missed(found).value is None


def test_an_endpoint_that_is_in_no_file_is_unknown_and_near_names_are_offered(measured):
    found = measured(SEARCH.replace("search", "serch"), load=table(search=durations(100)))
    (row,) = found.budgets
    assert row.state is State.UNKNOWN
    assert row.reason == "No file of load has an endpoint 'GET /serch'; there are GET /search."


def test_endpoints_beyond_the_largest_are_said_to_be_left_out(measured):
    names = {f"e{number}": durations(100, 3) for number in range(101)}
    found = measured(SEARCH, load=table(**names))
    assert "and 1 smaller group, not kept apart." in found.budgets[0].reason


def test_each_file_of_a_source_is_judged_by_itself(measured):
    """Percentiles of several runs cannot be averaged; one without the endpoint may have lost it."""
    found = measured(
        SEARCH,
        load1=table(search=durations(100)),
        load2=table(search=durations(300)),
        load3=table(cart=durations(900)),
    )
    assert [(row.file, row.state) for row in found.budgets] == [
        ("load1.csv", State.PASS),
        ("load2.csv", State.FAIL),
        ("load3.csv", State.UNKNOWN),
    ]
    assert found.budgets[1].reason.startswith("load2.csv: The p95 is ")


def test_an_endpoint_that_was_renamed_in_one_file_does_not_hide_its_run(measured):
    found = measured(SEARCH, load1=table(search=durations(100)), load2=table(find=durations(900)))
    assert [row.state for row in found.budgets] == [State.PASS, State.UNKNOWN]
    assert found.budgets[1].reason.endswith(
        "load2.csv: It does not have an endpoint 'GET /search'; there are GET /find."
    )
    assert missed(found).state is State.UNKNOWN


def test_a_baseline_of_two_runs_is_none_though_one_of_them_lost_the_endpoint(measured):
    both = CHANGE.replace("baseline", 'endpoint = "GET /a"\nbaseline')
    runs = {"load": table(a=durations(100)), "last1": table(a=durations(101))}
    assert measured(both, **runs, last2=table(b=durations(102))).budgets[0].state is State.UNKNOWN


def test_a_file_that_cannot_be_read_may_have_held_the_endpoint(measured):
    found = measured(SEARCH, load1=table(search=durations(100)), load2="<html></html>")
    assert [row.state for row in found.budgets] == [State.PASS, State.UNKNOWN]
    assert missed(found).state is State.UNKNOWN


def test_a_stale_run_is_unknown_and_a_stale_baseline_is_none(measured):
    aged = PROJECT.replace('path = "last*.csv"', 'path = "last*.csv"\nmax_age = "1h"')
    files = {"load": table(a=durations(100)), "last": table(a=durations(101))}
    both = CHANGE + SEARCH.replace("GET /search", "GET /a")
    found = measured(both, project=aged, **files)
    assert [row.state for row in found.budgets] == [State.UNKNOWN, State.PASS]
    assert "last.csv: " in found.budgets[0].reason
    assert found.budgets[0].change is None
    late = PROJECT.replace('path = "load*.csv"', 'path = "load*.csv"\nmax_age = "1h"')
    assert {row.state for row in measured(both, project=late, **files).budgets} == {State.UNKNOWN}


def test_doubts_about_a_run_keep_it_from_passing_but_not_from_failing(measured):
    odd = "latency_ms\n" + "{}\n" * 400 + "-1\n"
    assert measured(P95, load=odd.replace("{}", "100")).budgets[0].state is State.UNKNOWN
    assert measured(P95, load=odd.replace("{}", "300")).budgets[0].state is State.FAIL


def test_a_source_of_something_else_is_unknown(measured, tmp_path):
    (tmp_path / "junit.xml").write_text(
        '<testsuite name="s" tests="1"><testcase name="a"/></testsuite>'
    )
    tests = '[sources.unit]\ntype = "junit"\npath = "junit.xml"\n'
    found = measured(tests + P95.replace("load", "unit"), load=table(a=durations(100)))
    assert found.budgets[0].reason == "junit.xml: It holds tests, no performance run."


def test_no_budget_measures_nothing(measured):
    found = measured("", load=table(a=durations(100)))
    assert not [one for one in found.measures if "budget" in one.name]
