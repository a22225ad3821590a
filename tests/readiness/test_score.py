"""From findings to a gate's score and state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from codexreport.measure import State
from codexreport.readiness.gate import Waiver
from codexreport.readiness.score import evaluate_gate, points


@pytest.fixture
def waiver(now):
    """A valid waiver of the criterion `a` of the gate `launch`."""
    return Waiver(
        gate="launch",
        criterion="a",
        reason="The fix ships on Thursday.",
        owner="Search team",
        approver="Head of operations",
        expires=now + timedelta(days=3),
    )


def test_the_score_is_the_weighted_share_of_points(criterion, measure, gate, now):
    """3 x 1 + 2 x 1/2 + 1 x 0 of 6: 66.67 points."""
    result = evaluate_gate(
        gate(
            criterion("a", weight=Fraction(3)),
            criterion("b", weight=Fraction(2)),
            criterion("c", weight=Fraction(1)),
            warning_score=Fraction(50),
        ),
        [
            measure("a", state=State.PASS),
            measure("b", state=State.WARNING),
            measure("c", state=State.FAIL),
        ],
        now=now,
    )
    assert result.score == Fraction(200, 3)
    assert result.state is State.WARNING
    assert result.reason == "66.6 points; a pass needs 90."


def test_almost_enough_is_not_enough_and_is_not_shown_as_enough(criterion, measure, gate, now):
    """749 999 of 1 000 000: 74.9999 points are not 75."""
    result = evaluate_gate(
        gate(
            criterion("a", weight=Fraction(749_999)),
            criterion("b", weight=Fraction(250_001)),
        ),
        [measure("a", state=State.PASS), measure("b", state=State.FAIL)],
        now=now,
    )
    assert result.state is State.FAIL
    assert result.reason == "74.9 points; 75 are needed."


@pytest.mark.parametrize(
    ("score", "bound", "shown"),
    [
        ("66.6667", "90", "66.6"),
        ("74.9999", "75", "74.9"),
        ("75", "75", "75"),
        ("75.07", "75.05", "75.07"),
        ("75.02", "75.05", "75"),
        ("75.05", "75.05", "75.05"),
        ("100", None, "100"),
    ],
)
def test_points_are_cut_and_stand_on_their_side_of_the_bound(score, bound, shown):
    assert points(Fraction(score), None if bound is None else Fraction(bound)) == shown


def test_a_key_criterion_that_failed_fails_the_gate_whatever_the_score(
    criterion, measure, gate, now
):
    result = evaluate_gate(
        gate(criterion("a", key=True, weight=Fraction(1)), criterion("b", weight=Fraction(99))),
        [measure("a", state=State.FAIL), measure("b", state=State.PASS)],
        now=now,
    )
    assert result.score == 99
    assert (result.state, result.reason) == (State.FAIL, "Key criteria failed: “a”.")


def test_a_gate_that_asks_nothing_is_unknown(gate, criterion, measure, now):
    assert evaluate_gate(gate(), [], now=now).state is State.UNKNOWN
    none_applies = gate(criterion("a", exempt="There is no database."))
    result = evaluate_gate(none_applies, [measure("a", state=State.PASS)], now=now)
    assert (result.state, result.score) == (State.UNKNOWN, None)


def test_what_cannot_be_reached_any_more_is_a_failure_and_not_unknown(
    criterion, measure, gate, now
):
    """Even if `b` turned out well, 50 points are no 75."""
    result = evaluate_gate(
        gate(criterion("a"), criterion("b")), [measure("a", state=State.FAIL)], now=now
    )
    assert result.state is State.FAIL


def test_a_waived_failure_vetoes_nothing_and_is_left_out_of_the_score(
    criterion, measure, gate, now, waiver
):
    """An accepted deviation is a condition, and never makes a gate pass as if it were none."""
    asked = gate(criterion("a", key=True), criterion("b"))
    known = [measure("a", state=State.FAIL), measure("b", state=State.PASS)]
    result = evaluate_gate(asked, known, now=now, waivers=[waiver])
    assert (result.score, result.state) == (100, State.WARNING)
    assert result.findings[0].waiver is waiver
    alone = evaluate_gate(gate(criterion("a", key=True)), known, now=now, waivers=[waiver])
    assert (alone.state, alone.reason) == (State.WARNING, "All that applies is waived: “a”.")


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"expires": None}, "It has no expiry."),
        ({"criterion": "*"}, "It names more than one criterion."),
        ({"approver": " search TEAM "}, "Its owner approved it."),
        ({"reason": " "}, "It lacks a reason, an owner or an approver."),
    ],
)
def test_a_flawed_waiver_counts_for_nothing(criterion, measure, gate, now, waiver, changes, flaw):
    flawed = replace(waiver, **changes)
    assert flawed.flaw(now) == flaw
    result = evaluate_gate(
        gate(criterion("a", key=True)), [measure("a", state=State.FAIL)], now=now, waivers=[flawed]
    )
    assert result.state is State.FAIL


def test_a_waiver_counts_until_the_moment_it_expires(waiver, now):
    assert not waiver.flaw(waiver.expires - timedelta(seconds=1))
    assert waiver.flaw(waiver.expires).startswith("It expired on ")


def test_not_knowing_is_waived_only_by_a_waiver_that_says_so(criterion, gate, now, waiver):
    asked = gate(criterion("a"), warning_score=Fraction(50))
    assert evaluate_gate(asked, [], now=now, waivers=[waiver]).state is State.UNKNOWN
    wider = replace(waiver, unknown=True)
    assert evaluate_gate(asked, [], now=now, waivers=[wider]).state is State.WARNING


states = st.sampled_from([State.PASS, State.WARNING, State.FAIL, State.UNKNOWN, None])
BETTER_FIRST = [State.PASS, State.WARNING, State.UNKNOWN, State.FAIL]


@given(
    st.lists(st.tuples(states, st.integers(0, 5), st.booleans()), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_what_is_known_does_not_matter(criterion, measure, gate, now, asked, random):
    criteria = [
        criterion(f"m{n}", weight=Fraction(weight), key=key)
        for n, (_, weight, key) in enumerate(asked)
    ]
    known = [measure(f"m{n}", state=state) for n, (state, _, _) in enumerate(asked) if state]
    first = evaluate_gate(gate(*criteria), known, now=now)
    random.shuffle(known)
    random.shuffle(criteria)
    second = evaluate_gate(gate(*criteria), known, now=now)
    assert (first.score, first.state) == (second.score, second.state)


WORSE_THAN_PASSED = st.sampled_from([State.WARNING, State.FAIL])


@given(
    st.lists(st.tuples(states, st.integers(0, 5), st.booleans()), min_size=1, max_size=6), st.data()
)
def test_a_worse_finding_never_makes_a_gate_better(criterion, measure, gate, now, asked, data):
    """Worse is: warned instead of passed, failed instead of either.

    Not knowing is neither better nor worse than a failure that the score allows: it leaves the gate
    open, and knowing settles it.
    """
    criteria = [
        criterion(f"m{n}", weight=Fraction(weight), key=key)
        for n, (_, weight, key) in enumerate(asked)
    ]
    known = {f"m{n}": state for n, (state, _, _) in enumerate(asked) if state}
    before = evaluate_gate(
        gate(*criteria), [measure(name, state=state) for name, state in known.items()], now=now
    )
    settled = [name for name, state in known.items() if state in {State.PASS, State.WARNING}]
    assume(settled)
    name = data.draw(st.sampled_from(settled))
    known[name] = State.FAIL if known[name] is State.WARNING else data.draw(WORSE_THAN_PASSED)
    after = evaluate_gate(
        gate(*criteria), [measure(name, state=state) for name, state in known.items()], now=now
    )
    assert BETTER_FIRST.index(after.state) >= BETTER_FIRST.index(before.state)
