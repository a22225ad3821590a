"""What must not last, asked of an objective's real series."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from codexreport.measure import State
from codexreport.pipeline.collect import collect
from codexreport.pipeline.conditions import condition_measure
from codexreport.pipeline.open import choose_window, open_project
from codexreport.project.gates import parse_gate
from codexreport.project.workspace import Workspace

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
MONDAY = datetime(2026, 9, 28, tzinfo=timezone.utc)
"""The last whole week before `NOW` begins there."""

PROJECT = """\
schema = 1
[project]
name = "Small"
[slo]
bucket = "1h"
history_weeks = 2
steady_weeks = 2
[sources.shop]
type = "buckets"
path = "shop.csv"
[sources.depot]
type = "buckets"
path = "depot.csv"
"""
CORRECTED = """
[[corrections]]
objectives = ["shop"]
start = 2026-09-28T02:00:00Z
end = {end}
reason = "Planned maintenance"
approver = "operations lead"
"""
OBJECTIVE = """\
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: shop
  indicator:
    metadata: {{name: {name}}}
    spec:
      ratioMetric:
        counter: false
        good: {{metricSource: {{metricSourceRef: {name}, spec: {{column: good}}}}}}
        total: {{metricSource: {{metricSourceRef: {name}, spec: {{column: valid}}}}}}
  timeWindow: [{{duration: 7d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.9}}]
"""
COUNTS = {".": (99, 100), "x": (98, 100), "_": (0, 0), "o": (0, 5), "!": (9, 8)}
"""1 bad of 100, 2 of 100, silence, 5 bad of 5, and what cannot be; `?` has no row."""


def hours(row):
    """A week of hourly counts that begins with `row` and is good from there on."""
    marks = row.split() + ["."] * (7 * 24 - len(row.split()))
    lines = ["start,good,valid"]
    for number, mark in enumerate(marks):
        if mark != "?":
            good, valid = COUNTS[mark]
            lines.append(f"{(MONDAY + timedelta(hours=number)).isoformat()},{good},{valid}")
    return "\n".join([*lines, ""])


@pytest.fixture
def judged(tmp_path):
    """From rows of hours and a criterion's lines to its measure."""

    def judge(criterion, shop=".", depot=".", more=""):
        (tmp_path / "objectives").mkdir(exist_ok=True)
        (tmp_path / "codexreport.toml").write_text(PROJECT + more)
        for name, row in (("shop", shop), ("depot", depot)):
            (tmp_path / "objectives" / f"{name}.yaml").write_text(OBJECTIVE.format(name=name))
            (tmp_path / f"{name}.csv").unlink(missing_ok=True)
            if row:
                (tmp_path / f"{name}.csv").write_text(hours(row))
        project = open_project(tmp_path)
        text = f'schema=1\nname="g"\ntitle="G"\n[[criteria]]\nid="a"\ntitle="A"\n{criterion}\n'
        (one,) = parse_gate(text, "g.toml").criteria
        window = choose_window(project, NOW, week="", start="", end="")
        found = collect(project, Workspace(tmp_path), window, now=NOW)
        return condition_measure(project, found, window, one)

    return judge


THREE_HOURS = 'never = "> 1 %"\nfor = "3h"\nobjective = "shop"'


@pytest.mark.parametrize(
    ("shop", "state", "value", "reason"),
    [
        (". x x .", State.PASS, 7200, "shop: It was never > 1 % for 3h; the most was for 2h."),
        (
            ". x x x .",
            State.FAIL,
            10_800,
            "shop: It was > 1 % for 3h, from Mon 28 Sep 2026, 01:00 UTC to Mon 28 Sep 2026, "
            "04:00 UTC.",
        ),
        (
            ". x ? x .",
            State.UNKNOWN,
            3600,
            "shop: It is known to have been > 1 % for 1h, and 1 sample is missing:"
            " it may have been for 3h.",
        ),
        (". . ? . .", State.PASS, 0, "shop: It was never > 1 %."),
        ("! x", State.UNKNOWN, None, "shop: shop.csv, line 2: more good events than valid ones"),
        ("", State.UNKNOWN, None, "no file matches 'shop.csv'"),
    ],
)
def test_the_hours_of_the_week_decide(judged, shop, state, value, reason):
    found = judged(THREE_HOURS, shop=shop)
    assert (found.name, found.subject) == ("slo.sustained", "shop > 1 % for 3h")
    assert (found.state, found.value) == (state, value)
    assert reason in found.reason


def test_a_measure_says_what_it_was_made_of(judged):
    found = judged(THREE_HOURS, shop="x ?")
    assert (found.unit, found.window.label, found.sample_size) == ("seconds", "2026-W40", 167)
    assert found.coverage == Fraction(167, 168)
    assert found.formula == "bad / valid events in buckets of 1h"
    assert [one.source for one in found.origins] == ["shop"]


def test_a_number_in_a_row_counts_buckets(judged):
    found = judged('never = ">= 2 %"\nin_a_row = 2\nobjective = "shop"', shop="x x .")
    assert (found.state, found.value, found.unit) == (State.FAIL, 2, "1")


def test_without_an_objective_the_worst_counts(judged):
    any_objective = 'never = "> 1 %"\nfor = "2h"'
    assert judged(any_objective).state is State.PASS
    worst = judged(any_objective, shop="x ?", depot="x x")
    assert (worst.state, worst.subject) == (State.FAIL, "every objective > 1 % for 2h")
    assert worst.reason.startswith("depot: It was > 1 %")
    assert judged(any_objective, shop="x ?").state is State.UNKNOWN
    assert judged(any_objective, shop="").state is State.UNKNOWN


@pytest.mark.parametrize(
    ("fewest", "shop", "state"),
    [
        ("", "x o x", State.FAIL),
        ("min_events = 6", "x o x", State.UNKNOWN),
        ("min_events = 6", "x o . o x", State.PASS),
        ("", "x _ x", State.UNKNOWN),
        ("min_events = 0", "x _ x", State.PASS),
        ("min_events = 101", "x x x", State.UNKNOWN),
    ],
)
def test_a_bucket_of_too_few_events_is_a_gap(judged, fewest, shop, state):
    """Five of five bad mean little; with `min_events = 0` silence counts as good."""
    assert judged(f"{THREE_HOURS}\n{fewest}", shop=shop).state is state


def test_time_that_was_agreed_not_to_count_is_good(judged):
    """Bad from 00:00 to 05:00; without 02:00 to 04:00 two hours and one remain."""
    assert judged(THREE_HOURS, shop="x x x x x").state is State.FAIL
    maintenance = CORRECTED.format(end="2026-09-28T04:00:00Z")
    assert judged(THREE_HOURS, shop="x x x x x", more=maintenance).state is State.PASS
    assert judged(THREE_HOURS, shop="x x ? ? x", more=maintenance).state is State.PASS


def test_a_week_of_nothing_but_corrections_is_unknown(judged):
    whole = CORRECTED.format(end="2026-10-12T00:00:00Z")
    found = judged(THREE_HOURS, shop="? ?", more=whole)
    assert (found.state, found.reason) == (State.UNKNOWN, "shop: Nothing was observed.")


def test_buckets_wider_than_the_hold_can_fail_and_cannot_pass(judged):
    minutes = 'never = "> 1 %"\nfor = "5m"\nobjective = "shop"'
    assert judged(minutes, shop="x").state is State.FAIL
    found = judged(minutes)
    assert found.state is State.UNKNOWN
    assert found.reason == "shop: Samples of 1h cannot show that it was not > 1 % for 5m."


def test_an_objective_that_is_not_there_is_unknown_with_the_near_name(judged):
    found = judged(THREE_HOURS.replace('"shop"', '"shap"'))
    assert (found.state, found.reason) == (
        State.UNKNOWN,
        "There is no objective 'shap'; did you mean 'shop'.",
    )
