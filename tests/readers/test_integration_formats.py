"""Artefacts of an integration: what people may write, and what is refused."""

from __future__ import annotations

import pytest
from scans import example, read

from codexreport.errors import SourceError
from codexreport.integration.parity import Parity
from codexreport.integration.telemetry import Coverage
from codexreport.quality.contracts import Verdict
from codexreport.readers.notation.blanks import blanks_in, cell, is_blank

COMPONENT = {"name": "postgres", "expected": "16.4", "actual": "16.4"}


def parity(**changes):
    report = example("environment-report", "pass-parity.json")
    return read("environment-report", {**report, "components": [{**COMPONENT, **changes}]})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Parity.SAME),
        ({"state": "different"}, Parity.DIFFERENT),
        ({"actual": "15.2", "state": "same"}, Parity.DIFFERENT),
        ({"actual": None, "state": "same"}, Parity.UNCHECKED),
        ({"actual": None, "state": "missing"}, Parity.MISSING),
        ({"expected": None, "state": "extra"}, Parity.EXTRA),
        ({"expected": "", "actual": "", "state": "same"}, Parity.SAME),
        ({"expected": "", "actual": ""}, Parity.UNCHECKED),
        ({"expected": "TODO", "actual": "TODO"}, Parity.UNCHECKED),
        ({"state": "fine, I think"}, Parity.UNCHECKED),
        ({"secret": True, "expected": None, "actual": None, "state": "same"}, Parity.SAME),
        ({"secret": True, "actual": "15.2", "state": "same"}, Parity.DIFFERENT),
        ({"secret": True, "expected": None, "actual": None}, Parity.UNCHECKED),
    ],
)
def test_values_outweigh_the_state_that_is_told_unless_it_is_worse(changes, expected):
    (one,) = parity(**changes).components
    assert one.parity is expected


def test_a_secret_is_forgotten_even_where_the_report_holds_it():
    (one,) = parity(secret=True).components
    assert (one.expected, one.actual) == (None, None)


def test_a_version_that_is_a_bare_number_is_refused():
    """3.10 would have become 3.1 before anybody could see it."""
    with pytest.raises(SourceError, match=r"components\[0\]\.expected is no text"):
        parity(expected=3.1)


@pytest.mark.parametrize(
    ("state", "interactions", "verdicts"),
    [
        ("passed", None, [Verdict.VERIFIED]),
        ("passed", [], [Verdict.UNKNOWN]),
        ("passed", ["failed"], [Verdict.FAILED]),
        ("failed", ["passed"], [Verdict.VERIFIED, Verdict.FAILED]),
        ("failed", ["failed"], [Verdict.FAILED]),
        ("", None, [Verdict.UNKNOWN]),
        ("not run", ["passed"], [Verdict.VERIFIED, Verdict.UNKNOWN]),
    ],
)
def test_of_a_contract_and_its_interactions_the_worse_counts(state, interactions, verdicts):
    contract = {"name": "orders", "provider": "orders", "consumer": "checkout", "state": state}
    if interactions is not None:
        contract["interactions"] = [{"description": "asks", "state": one} for one in interactions]
    found = read("contract-results", {"contracts": [contract]}).interactions
    assert [one.verdict for one in found] == verdicts


@pytest.mark.parametrize(
    ("cell_", "expected"),
    [
        ("yes", Coverage.COVERED),
        ("Yes, 14 panels", Coverage.COVERED),
        ("partial", Coverage.MISSING),
        ("n/a: a batch job", Coverage.EXEMPT),
        ("n/a", Coverage.UNKNOWN),
        ("ready? not yet", Coverage.UNKNOWN),
        ("covered, but isn't shipped", Coverage.UNKNOWN),
        ("", Coverage.UNKNOWN),
        ("-", Coverage.UNKNOWN),
    ],
)
def test_the_first_word_tells_whether_a_signal_is_there(cell_, expected):
    text = f"|service|logs|metrics|traces|\n|--|--|--|--|\n|orders|{cell_}|yes|yes|\n"
    assert read("telemetry", text).signals[0].coverage is expected


def test_columns_may_stand_in_any_order_with_others_between():
    text = "|Team|Outcome|Note|Spot-check|\n|--|--|--|--|\n|web|passed||log in|\n"
    (one,) = read("regression", text).checks
    assert one.name == "log in"


@pytest.mark.parametrize(
    ("format_", "text", "message"),
    [
        ("regression", "|spot-check|outcome|\n|--|--|\n|a|b|c|\n", r":3: has 3 cells"),
        ("regression", "|a|b|\n|--|--|\n", "has no table with the columns spot check, outcome"),
        ("test-data", "|data set|source|cadence|\n|--|--|--|\n||a|b|\n", ":3: data set is empty"),
    ],
)
def test_a_table_that_is_no_such_table_is_refused(format_, text, message):
    with pytest.raises(SourceError, match=message):
        read(format_, text)


@pytest.mark.parametrize("text", ["TODO: team", "tbd", "...", "<owner>", "?", "to be FIXME"])
def test_what_is_left_of_a_template_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["", "todo-list", "List<Order>", "-", "team-orders"])
def test_what_people_wrote_is_not(text):
    assert not is_blank(text)


def test_blanks_are_named_by_their_place():
    value = {"a": [{"b": "TODO"}, {"b": "-"}], "c": "x"}
    assert [*blanks_in(value)] == ["a[0].b", "a[1].b"]


def test_a_dash_in_a_cell_says_nothing():
    assert (cell(" – "), cell("`a`"), cell("**b**")) == ("", "a", "b")
