"""From gates to a decision, what blocks it, and what would change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain, combinations, islice

from codexreport.keys import nearest
from codexreport.measure import State
from codexreport.readiness.gate import Waiver
from codexreport.readiness.judging import Finding
from codexreport.readiness.score import GateResult, effective, result_of
from codexreport.text import sentence

MOST_TRIED = 1_000
"""Sets of findings that are tried before the search for a shortest path is given up."""
MOST_PATHS = 5


class Verdict(StrEnum):
    """What is decided."""

    GO = "GO"
    CONDITIONAL_GO = "CONDITIONAL GO"
    NO_GO = "NO-GO"
    UNDECIDED = "UNDECIDED"


EXIT_CODES = {Verdict.GO: 0, Verdict.CONDITIONAL_GO: 0, Verdict.NO_GO: 1, Verdict.UNDECIDED: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that is accepted for now.

    Attributes:
        finding: What it comes from.
        what: One sentence.
        owner: Who settles it; empty where nobody is named.
        due: Until when; None where nothing says.
    """

    finding: str
    what: str
    owner: str
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows from the gates.

    Attributes:
        verdict: The decision.
        reason: What decided it, a sentence.
        blockers: The findings in the way, the worst first.
        conditions: What is accepted for now; empty unless CONDITIONAL GO.
        to_go: Smallest sets of findings that would have to pass for GO, by their keys.
        to_conditional: The same for CONDITIONAL GO; empty where it is that or better.
        gates: What each gate said.
        ignored: Waivers that count for nothing, with the flaw.
    """

    verdict: Verdict
    reason: str
    blockers: tuple[Finding, ...]
    conditions: tuple[Condition, ...]
    to_go: tuple[tuple[str, ...], ...]
    to_conditional: tuple[tuple[str, ...], ...]
    gates: tuple[GateResult, ...]
    ignored: tuple[tuple[Waiver, str], ...]


def decide(
    gates: Sequence[GateResult], waivers: Iterable[Waiver] = (), *, now: datetime
) -> Decision:
    """The decision of some gates.

    A key criterion that failed, or a gate that did, is NO-GO. Anything unknown in a required gate
    is UNDECIDED. A warning, a waived deviation, a failure that the score allows, or anything open
    in a gate that is not required is a condition: CONDITIONAL GO. Else it is GO. Adding a failure
    or taking away a measure never makes a decision better.
    """
    verdict = verdict_of(gates)
    ranked = sorted(_open(gates), key=_urgency)
    return Decision(
        verdict=verdict,
        reason=_reason(gates, verdict),
        blockers=tuple(one for one in ranked if _blocks(one, gates, verdict)),
        conditions=tuple(map(_condition, ranked)) if verdict is Verdict.CONDITIONAL_GO else (),
        to_go=_paths(gates, {Verdict.GO}),
        to_conditional=_paths(gates, {Verdict.GO, Verdict.CONDITIONAL_GO}),
        gates=tuple(gates),
        ignored=tuple(
            (one, flaw) for one in waivers if (flaw := one.flaw(now) or _names_nothing(one, gates))
        ),
    )


def _names_nothing(waiver: Waiver, gates: Sequence[GateResult]) -> str:
    """Why a waiver of one of these gates covers nothing there, a sentence."""
    ids = [one.id for gate in gates for one in gate.gate.criteria if gate.gate.name == waiver.gate]
    if not ids or waiver.criterion in ids:
        return ""
    return sentence(f"{waiver.gate} has no such criterion{nearest(waiver.criterion, ids)}")


def verdict_of(gates: Sequence[GateResult]) -> Verdict:
    """The decision alone; without any required gate there is nothing to decide by."""
    required = [one for one in gates if one.gate.required]
    if any(one.state is State.FAIL for one in required):
        return Verdict.NO_GO
    if not required or any(one.state not in {State.PASS, State.WARNING} for one in required):
        return Verdict.UNDECIDED
    clear = all(one.state is State.PASS for one in gates) and not any(True for _ in _open(gates))
    return Verdict.GO if clear else Verdict.CONDITIONAL_GO


def _open(gates: Sequence[GateResult]) -> Iterator[Finding]:
    return (finding for gate in gates for finding in gate.findings if finding.open)


def _urgency(finding: Finding) -> tuple[bool, int, str]:
    order = (State.FAIL, State.UNKNOWN, State.WARNING)
    state = effective(finding)
    return not finding.criterion.key, order.index(state), finding.key


def _blocks(finding: Finding, gates: Sequence[GateResult], verdict: Verdict) -> bool:
    gate = next(one for one in gates if one.gate.name == finding.gate)
    if not gate.gate.required or verdict in {Verdict.GO, Verdict.CONDITIONAL_GO}:
        return False
    return effective(finding) in {State.FAIL, State.UNKNOWN}


def _condition(finding: Finding) -> Condition:
    waiver, criterion = finding.waiver, finding.criterion
    return Condition(
        finding=finding.key,
        what=finding.told,
        owner=waiver.owner if waiver else criterion.owner,
        due=waiver.expires if waiver else criterion.due,
    )


def _reason(gates: Sequence[GateResult], verdict: Verdict) -> str:
    if not any(one.gate.required for one in gates):
        return "No required gate was judged."
    wanted = {
        Verdict.NO_GO: {State.FAIL},
        Verdict.UNDECIDED: {State.UNKNOWN},
        Verdict.CONDITIONAL_GO: {State.PASS, State.WARNING},
    }.get(verdict)
    if wanted is None:
        passed = "The gate" if len(gates) == 1 else f"All of {len(gates)} gates"
        return f"{passed} passed with nothing open."
    if verdict is Verdict.CONDITIONAL_GO:
        number = sum(1 for _ in _open(gates))
        remain = "1 condition remains" if number == 1 else f"{number} conditions remain"
        return f"Every required gate passed; {remain}."
    deciding = [one for one in gates if one.gate.required and one.state in wanted]
    if len(gates) == 1:
        return deciding[0].reason
    return " ".join(f"{one.gate.title}: {one.reason}" for one in deciding)


def _paths(gates: Sequence[GateResult], wanted: set[Verdict]) -> tuple[tuple[str, ...], ...]:
    """The smallest sets of findings whose passing gives a wanted verdict, at most `MOST_PATHS`.

    What no set can do without is found first; the rest is tried by size, the worst findings
    first, so the first size that has any is the smallest. Where there are too many to try, one
    set is given that cannot be made smaller, though perhaps not the smallest.
    """

    def leads(passed: Iterable[str]) -> bool:
        return verdict_of(_with_passed(gates, set(passed))) in wanted

    keys = [one.key for one in sorted(_open(gates), key=_urgency)]
    if leads(()) or not leads(keys):
        return ()
    needed = [key for key in keys if not leads(one for one in keys if one != key)]
    rest = [key for key in keys if key not in needed]
    tries = islice(_by_size(rest), MOST_TRIED)
    found = [chosen for chosen in tries if leads((*needed, *chosen))]
    if not found:
        return (_reduced(keys, leads),)
    smallest = [chosen for chosen in found if len(chosen) == len(found[0])]
    return tuple(tuple(sorted((*needed, *one), key=keys.index)) for one in smallest[:MOST_PATHS])


def _by_size(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(keys, size) for size in range(len(keys) + 1))


def _reduced(keys: Sequence[str], leads: Callable[[Iterable[str]], bool]) -> tuple[str, ...]:
    """A set that leads there and of which no single finding can be left out."""
    kept = list(keys)
    for key in reversed(keys):
        fewer = [one for one in kept if one != key]
        if leads(fewer):
            kept = fewer
    return tuple(kept)


def _with_passed(gates: Sequence[GateResult], keys: set[str]) -> list[GateResult]:
    return [
        result_of(
            one.gate,
            tuple(
                replace(finding, state=State.PASS, waiver=None) if finding.key in keys else finding
                for finding in one.findings
            ),
        )
        for one in gates
    ]
