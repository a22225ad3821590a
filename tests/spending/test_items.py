"""Budgets, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.spending.items import Item, Kind, Spending

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)


def item(name, budget, actual, unit="EUR", kind=Kind.COST, **more):
    budget, actual = (None if one is None else Fraction(one) for one in (budget, actual))
    return Item(name=name, kind=kind, unit=unit, budget=budget, actual=actual, **more)


def measured(*items):
    found = Spending(items=items).measures(About(subject="budget", now=NOW))
    return {(one.name.removeprefix("spending."), one.subject): one for one in found}


def test_amounts_are_added_exactly():
    """0.10 + 0.20 is 0.30 to the cent, as no sum of floats is: just all of the budget."""
    found = measured(item("a", "0.10", "0.10"), item("b", "0.20", "0.20"))
    used = found["cost.used", "budget: EUR"]
    assert found["cost.actual", "budget: EUR"].value == Fraction(3, 10)
    assert (used.value, used.state) == (1, State.WARNING)
    assert used.formula == "0.3 of 0.3 EUR"


def test_currencies_and_units_are_never_added():
    found = measured(
        item("a", 100, 50),
        item("b", 100, 50, unit="USD"),
        item("a", 8, 4, unit="hours", kind=Kind.TIME),
        item("c", 8, 4, unit="days", kind=Kind.TIME),
    )
    budgets = {key: one.value for key, one in found.items() if key[0].endswith(".budget")}
    assert budgets == {
        ("cost.budget", "budget: EUR"): 100,
        ("cost.budget", "budget: USD"): 100,
        ("time.budget", "budget: hours"): 8,
        ("time.budget", "budget: days"): 8,
    }


@pytest.mark.parametrize(
    ("actual", "state"),
    [
        ("90", State.PASS),
        ("90.01", State.WARNING),
        ("100", State.WARNING),
        ("100.000001", State.FAIL),
        (None, State.UNKNOWN),
    ],
)
def test_over_90_percent_is_a_warning_and_over_100_a_failure(actual, state):
    assert measured(item("a", 100, actual))["cost.used", "budget: EUR"].state is state


def test_a_warning_does_not_round_to_its_bound():
    found = measured(item("a", 100, "90.0001"))["cost.used", "budget: EUR"]
    assert found.reason == "90.0001\u00a0% is used, and a warning begins over 90 %."


def test_an_item_over_its_own_budget_is_named_with_its_owner():
    found = measured(
        item("Search", 1000, "1234.5", owner="team-search", period="2026-09"), item("b", 9000, 0)
    )
    over = found["cost.items_over", "budget: EUR"]
    assert (over.value, over.state) == (1, State.WARNING)
    assert over.reason == ("Over budget: Search (2026-09) with 1 234.5 of 1 000 EUR, team-search.")
    assert found["cost.used", "budget: EUR"].state is State.PASS


def test_what_is_missing_is_unknown_by_name():
    found = measured(item("a", 100, None), item("b", None, 5), item("c", 10, 1))
    assert {one.state for key, one in found.items() if key[0] != "items"} == {State.UNKNOWN}
    assert found["cost.used", "budget: EUR"].reason == (
        "Without a budget: b. Without an actual figure: a."
    )
    assert found["cost.used", "budget: EUR"].value is None


def test_more_is_used_than_there_is_whatever_the_missing_ones_took():
    found = measured(item("a", 100, 130), item("b", 20, None))["cost.used", "budget: EUR"]
    assert found.state is State.FAIL


def test_no_budget_at_all():
    assert measured(item("a", 0, 0))["cost.used", "budget: EUR"].state is State.UNKNOWN
    assert measured(item("a", 0, 1))["cost.used", "budget: EUR"].state is State.FAIL
    assert worst(one.state for one in measured().values()) is State.UNKNOWN


def test_the_summary_says_how_many_are_over():
    facts = Spending(items=(item("a", 1, 2), item("b", 2, 1)))
    assert facts.summary() == "2 budget items, 1 over budget"


amounts = st.none() | st.decimals(0, 1000, places=2)
items = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6).map(
    lambda rows: tuple(item(f"i{n}", budget, actual) for n, (budget, actual) in enumerate(rows))
)


@given(items=items, data=st.data())
def test_saying_less_or_spending_more_never_makes_a_budget_look_better(items, data):
    order = [State.FAIL, State.UNKNOWN, State.WARNING, State.PASS]
    number = data.draw(st.integers(0, len(items) - 1))
    one = items[number]
    changes = [{"actual": None}, {"budget": None}]
    if one.actual is not None:
        changes.append({"actual": one.actual + 1})
    worse = replace(one, **data.draw(st.sampled_from(changes)))
    before, after = (
        measured(*some)["cost.used", "budget: EUR"].state
        for some in (items, (*items[:number], worse, *items[number + 1 :]))
    )
    assert after is State.UNKNOWN or order.index(after) <= order.index(before)
