"""Gates as files are understood whole, or refused by line and key."""

from __future__ import annotations

from fractions import Fraction

import pytest

from codexreport.bounds import shown
from codexreport.errors import ParameterError, ProjectError
from codexreport.project.gates import parse_gate, shipped_names, shipped_text

GATE = """\
schema = 1
name = "launch"
title = "Launch"

[[criteria]]
id = "tests"
title = "Tests pass"
measure = "quality.tests.pass_rate"
pass = [">= 98 %", ">= -1 %"]
warning = ">= 95 %"
weight = 2.5
key = true

[[criteria]]
id = "runbook"
title = "The runbook is fresh"
file = "docs/runbook.md"
max_age = "30d"
not_applicable = "There is no runbook yet."
"""


def test_a_gate_is_what_its_file_says():
    file = parse_gate(GATE, "gates/launch.toml")
    gate = file.gate("Shop team")
    tests, runbook = gate.criteria
    assert (gate.pass_score, gate.warning_score, gate.required) == (90, 75, True)
    assert shown(tests.passes) == ">= 98 % and >= -1 %"
    assert (tests.weight, tests.key, tests.owner) == (Fraction(5, 2), True, "Shop team")
    assert (runbook.measure, runbook.subject) == ("checklist.file", "docs/runbook.md")
    assert runbook.exempt == "There is no runbook yet."
    assert {key: age.days for key, age in file.ages().items()} == {
        ("checklist.file", "docs/runbook.md"): 30
    }


def test_alternatives_are_lists_of_lists():
    text = GATE.replace('[">= 98 %", ">= -1 %"]', '[[">= 98 %"], [">= 90 %", "<= +1 %"]]')
    (first, *_) = parse_gate(text, "a.toml").gate("").criteria
    assert shown(first.passes) == ">= 98 %, or >= 90 % and <= +1 %"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"quality.tests.pass_rate"', '""', "a.toml:5: criteria[0]: needs exactly one of measure,"),
        (
            "weight = 2.5",
            "weight = -1",
            "a.toml:11: criteria[0].weight: write a number that is not",
        ),
        ("weight = 2.5", "wieght = 1", "a.toml:11: criteria[0].wieght: is not a key here; did you"),
        ('">= 95 %"', '"about 95"', "a.toml:10: criteria[0].warning: 'about 95' is no bound;"),
        ('"runbook"', '"tests"', "a.toml: the id 'tests' stands twice"),
        ('"30d"', '"a month"', "a.toml:18: criteria[1].max_age: 'a month' is not a duration"),
        ("schema = 1", "schema = 2", "a.toml:1: schema: must be 1"),
    ],
)
def test_a_mistake_is_named_by_line_and_key(old, new, problem):
    with pytest.raises(ProjectError) as refused:
        parse_gate(GATE.replace(old, new, 1), "a.toml")
    assert problem in refused.value.message


def test_every_mistake_is_named_at_once():
    text = GATE.replace("weight = 2.5", "weight = -1").replace('"30d"', '"soon"')
    with pytest.raises(ProjectError) as refused:
        parse_gate(text, "a.toml")
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_gate_is_sound(name):
    gate = parse_gate(shipped_text(name), f"{name}.toml")
    assert gate.name == name
    assert gate.criteria
    assert gate.description


def test_the_protocols_gates_are_shipped():
    assert set(shipped_names()) >= {
        "integration-1-scope",
        "integration-2-contracts",
        "integration-3-execution",
        "integration-4-sign-off",
        "integration-exit",
        "operations-readiness",
        "operations-quality",
        "launch",
        "staging-stability",
        "vulnerability-sla",
        "steady-state",
        "deployment",
    }


def test_a_gate_that_is_not_there_offers_the_nearest():
    with pytest.raises(ParameterError) as refused:
        shipped_text("lunch")
    assert refused.value.advice == "did you mean 'launch'?"


KEPTN = """\
spec_version: "1.0"
comparison: {compare_with: several_results, number_of_comparison_results: 3}
objectives:
  - sli: response_time_p95
    displayName: Response time
    key_sli: true
    weight: 2
    pass:
      - criteria: ["<=+10%", "<600"]
      - criteria: ["<200"]
    warning:
      - criteria: ["<=800"]
  - sli: throughput
total_score: {pass: "90%", warning: "75%"}
"""


def test_keptns_objectives_are_criteria():
    gate = parse_gate(KEPTN, "gates/checkout.yaml").gate("")
    (only,) = gate.criteria
    assert (gate.name, gate.pass_score, gate.warning_score) == ("checkout", 90, 75)
    assert (only.measure, only.title, only.key, only.weight) == (
        "response_time_p95",
        "Response time",
        True,
        2,
    )
    assert shown(only.passes) == "<=+10% and <600, or <200"
    assert shown(only.warns) == "<=800"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "is not strict YAML"),
        ("objectives: []\n", "spec_version: is missing"),
        (KEPTN.replace("90%", "most"), "total_score.pass: 'most' is no percentage"),
        (KEPTN.replace("key_sli", "kei_sli"), "is not a key here; did you mean 'key_sli'"),
        (KEPTN.replace('"<600"', '"fast"'), "'fast' is no bound"),
        (f"{KEPTN}---\n{KEPTN}", "holds 2 documents, not one"),
    ],
)
def test_a_mistake_in_keptns_form_is_named(text, problem):
    with pytest.raises(ProjectError) as refused:
        parse_gate(text, "checkout.yaml")
    assert problem in refused.value.message
