"""What a scope matrix must hold to be reconciled, and things to be as agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.facts import About
from codexreport.integration.environment import EnvironmentReport
from codexreport.integration.parity import Component, Parity, compared
from codexreport.integration.scope import Interface, Item, ScopeMatrix, Service
from codexreport.measure import State

ABOUT = About(subject="s", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))


def component(parity, name="postgres"):
    return Component(name=name, parity=parity, expected="16.4", actual="16.4", owner="team-data")


MATRIX = ScopeMatrix(
    services=(Service(name="orders"), Service(name="checkout")),
    interfaces=(Interface(name="api", provider="orders", consumer="checkout"),),
    items=(Item(name="SHOP-12", owner="team-orders", test="tests/test_orders.py"),),
    dependencies=(component(Parity.SAME),),
    prerequisites=(component(Parity.SAME, "access"),),
)


def measured(facts):
    return {one.name.removeprefix("integration."): one for one in facts.measures(ABOUT)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"services": (Service(name="orders"),)}, "api names the service checkout, which is not"),
        ({"services": MATRIX.services * 2}, "the service orders stands twice"),
        ({"interfaces": MATRIX.interfaces * 2}, "the interface api stands twice"),
        ({"items": (Item(name="SHOP-12", test="t"),)}, "SHOP-12 has no owner"),
        ({"items": (Item(name="SHOP-12"),)}, "SHOP-12 has no owner and no test"),
        (
            {"dependencies": (Component(name="redis", parity=Parity.UNCHECKED, owner="t"),)},
            "redis has no expected version",
        ),
    ],
)
def test_what_does_not_fit_together_fails_by_name(changes, said):
    one = measured(replace(MATRIX, **changes))["scope.unreconciled"]
    assert one.state is State.FAIL
    assert said in one.reason


def test_what_fits_together_passes():
    assert measured(MATRIX)["scope.unreconciled"].state is State.PASS


def test_an_item_out_of_scope_needs_neither_owner_nor_test():
    items = (*MATRIX.items, Item(name="SHOP-13", in_scope=False))
    assert measured(replace(MATRIX, items=items))["scope.unreconciled"].state is State.PASS


@pytest.mark.parametrize(
    "part", ["services", "interfaces", "items", "dependencies", "prerequisites"]
)
def test_a_part_that_lists_nothing_is_never_passed(part):
    states = {one.state for one in replace(MATRIX, **{part: ()}).measures(ABOUT)}
    assert states & {State.UNKNOWN, State.FAIL}


@pytest.mark.parametrize(
    ("expected", "actual", "parity"),
    [
        ("16.4", "16.4", Parity.SAME),
        ("3.10", "3.1", Parity.DIFFERENT),
        ("16.4", None, Parity.UNCHECKED),
        (None, None, Parity.UNCHECKED),
    ],
)
def test_values_are_compared_as_they_are_written(expected, actual, parity):
    assert compared(expected, actual) is parity


def report(*parities, **more):
    found = (component(one, f"c{n}") for n, one in enumerate(parities))
    facts = EnvironmentReport(
        environment="integration",
        baseline="agreed.env",
        components=tuple(found),
        observed=ABOUT.now,
    )
    return replace(facts, **more)


def parity(facts):
    return measured(facts)["environment.parity"]


@pytest.mark.parametrize(
    ("parities", "state"),
    [
        ([Parity.SAME], State.PASS),
        ([Parity.SAME, Parity.EXTRA], State.WARNING),
        ([Parity.SAME, Parity.UNCHECKED], State.UNKNOWN),
        ([Parity.SAME, Parity.UNCHECKED, Parity.DIFFERENT], State.FAIL),
        ([Parity.SAME, Parity.MISSING], State.FAIL),
        ([Parity.EXTRA], State.UNKNOWN),
        ([], State.UNKNOWN),
    ],
)
def test_an_environment_is_judged_by_its_worst_component(parities, state):
    assert parity(report(*parities)).state is state


def test_the_share_leaves_out_what_nobody_agreed_on():
    """1 of 2 as agreed; the extra one is in neither number."""
    one = parity(report(Parity.SAME, Parity.DIFFERENT, Parity.EXTRA))
    assert one.value == Fraction(1, 2)


@pytest.mark.parametrize("lost", [{"environment": ""}, {"baseline": ""}, {"observed": None}])
def test_a_report_that_does_not_say_of_what_and_when_is_unknown(lost):
    assert parity(report(Parity.SAME, **lost)).state is State.UNKNOWN


def test_that_none_differs_is_not_certain_while_one_is_unchecked():
    found = measured(report(Parity.UNCHECKED))
    assert found["environment.mismatched"].state is State.UNKNOWN
    assert measured(report(Parity.DIFFERENT))["environment.mismatched"].value == 1


@given(st.lists(st.sampled_from(Parity)), st.sampled_from([Parity.MISSING, Parity.UNCHECKED]))
def test_a_component_that_is_worse_never_makes_it_better(parities, worse):
    ranks = [State.PASS, State.WARNING, State.UNKNOWN, State.FAIL]
    before, after = (parity(report(*one)).state for one in (parities, [*parities, worse]))
    assert ranks.index(after) >= min(ranks.index(before), ranks.index(State.UNKNOWN))
