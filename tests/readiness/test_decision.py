"""From gates to a decision and the way to a better one."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codexreport.measure import State
from codexreport.readiness.decision import Verdict, decide, verdict_of
from codexreport.readiness.gate import Waiver
from codexreport.readiness.score import evaluate_gate


@pytest.fixture(scope="session")
def judged(criterion, measure, gate, now):
    """A gate's result from the states of its criteria; `key` names those that veto."""

    def make(key=(), waivers=(), **known):
        more = {
            name: known.pop(name) for name in ("name", "required", "warning_score") if name in known
        }
        asked = gate(*(criterion(name, key=name in key) for name in known), **more)
        measures = [measure(name, state=state) for name, state in known.items() if state]
        return evaluate_gate(asked, measures, now=now, waivers=waivers)

    return make


P, W, F, U = State.PASS, State.WARNING, State.FAIL, State.UNKNOWN


def test_everything_passed_is_go(judged, now):
    decision = decide([judged(a=P, b=P), judged(name="other", c=P)], now=now)
    assert decision.verdict is Verdict.GO
    assert decision.reason == "All of 2 gates passed with nothing open."
    assert (decision.blockers, decision.conditions, decision.to_go) == ((), (), ())


def test_a_warning_is_a_condition(judged, now):
    decision = decide([judged(a=P, b=W, c=P, d=P, e=P)], now=now)
    assert decision.verdict is Verdict.CONDITIONAL_GO
    assert [one.finding for one in decision.conditions] == ["launch/b"]
    assert decision.to_go == (("launch/b",),)


def test_a_failure_that_the_score_allows_is_a_condition_too(judged, now):
    """Else turning a warning into a failure would make the decision better."""
    many = {f"p{n}": P for n in range(9)}
    assert decide([judged(b=F, **many)], now=now).verdict is Verdict.CONDITIONAL_GO


def test_a_key_failure_is_no_go_even_where_something_is_unknown(judged, now):
    decision = decide([judged(key=["a"], a=F, b=U, c=P)], now=now)
    assert decision.verdict is Verdict.NO_GO
    assert decision.blockers[0].key == "launch/a"


def test_an_unknown_in_a_required_gate_is_undecided(judged, now):
    decision = decide([judged(a=P, b=None, c=P, d=P)], now=now)
    assert decision.verdict is Verdict.UNDECIDED
    assert decision.to_conditional == (("launch/b",),)


def test_a_gate_that_is_not_required_blocks_nothing_and_is_a_condition(judged, now):
    optional = judged(name="extra", required=False, x=F)
    decision = decide([judged(a=P), optional], now=now)
    assert decision.verdict is Verdict.CONDITIONAL_GO
    assert decision.blockers == ()


def test_without_a_required_gate_nothing_is_decided(judged, now):
    assert decide([], now=now).verdict is Verdict.UNDECIDED
    assert decide([judged(required=False, a=P)], now=now).verdict is Verdict.UNDECIDED


def test_an_empty_gate_never_lets_anything_go(judged, now):
    assert decide([judged(), judged(name="other", a=P)], now=now).verdict is Verdict.UNDECIDED


def test_a_waived_failure_is_a_condition_with_its_owner_and_day(judged, now):
    waiver = Waiver(
        gate="launch",
        criterion="a",
        reason="the fix ships on Thursday.",
        owner="Search team",
        approver="Head of operations",
        expires=now + timedelta(days=3),
    )
    decision = decide([judged(key=["a"], waivers=[waiver], a=F, b=P)], [waiver], now=now)
    assert decision.verdict is Verdict.CONDITIONAL_GO
    (condition,) = decision.conditions
    assert (condition.owner, condition.due) == ("Search team", waiver.expires)
    assert decision.ignored == ()


def test_waivers_that_count_for_nothing_are_listed(judged, now):
    waiver = Waiver(gate="launch", criterion="*", reason="r", owner="o", approver="p", expires=None)
    decision = decide([judged(a=F)], [waiver], now=now)
    assert decision.ignored == ((waiver, "It names more than one criterion."),)


def test_the_shortest_paths_name_what_would_change_it(judged, now):
    """Two of four failed: 50 points. One more pass gives 75, a warning, and so a condition."""
    decision = decide([judged(a=F, b=F, c=P, d=P)], now=now)
    assert decision.verdict is Verdict.NO_GO
    assert decision.to_conditional == (("launch/a",), ("launch/b",))
    assert decision.to_go == (("launch/a", "launch/b"),)


def test_a_long_list_of_failures_still_gives_a_path(judged, now):
    """Too many sets to try all: one that cannot be made smaller is given instead."""
    decision = decide([judged(**{f"m{n:02}": F for n in range(40)})], now=now)
    assert len(decision.to_go[0]) == 40
    assert len(decision.to_conditional[0]) == 30


kinds = st.sampled_from([P, W, F, U])
worlds = st.lists(st.tuples(kinds, st.booleans()), min_size=1, max_size=6)


@settings(deadline=None)
@given(worlds)
def test_a_path_leads_where_it_says_and_no_part_of_it_does(judged, now, world):
    def results(passed):
        return [
            judged(
                key=[f"m{n}" for n, (_, key) in enumerate(world) if key],
                **{
                    f"m{n}": P if f"launch/m{n}" in passed else state
                    for n, (state, _) in enumerate(world)
                },
            )
        ]

    decision = decide(results(()), now=now)
    for path in decision.to_go:
        assert verdict_of(results(path)) is Verdict.GO
        assert all(verdict_of(results(set(path) - {one})) is not Verdict.GO for one in path)
    for path in decision.to_conditional:
        assert verdict_of(results(path)) in {Verdict.GO, Verdict.CONDITIONAL_GO}
    assert bool(decision.to_go) is (decision.verdict is not Verdict.GO)


@settings(deadline=None)
@given(worlds, st.data())
def test_a_failure_more_or_a_measure_less_never_makes_a_decision_better(judged, now, world, data):
    """GO is better than CONDITIONAL GO, and that than both NO-GO and UNDECIDED."""
    rank = {Verdict.GO: 2, Verdict.CONDITIONAL_GO: 1, Verdict.NO_GO: 0, Verdict.UNDECIDED: 0}

    def verdict(states):
        keys = [f"m{n}" for n, (_, key) in enumerate(world) if key]
        return verdict_of([judged(key=keys, **{f"m{n}": state for n, state in enumerate(states)})])

    states = [state for state, _ in world]
    changed = list(states)
    changed[data.draw(st.integers(0, len(world) - 1))] = data.draw(st.sampled_from([F, None]))
    assert rank[verdict(changed)] <= rank[verdict(states)]


def test_scores_are_exact(judged, now):
    assert judged(a=P, b=P, c=W).score == Fraction(250, 3)
