"""The tables of a decision: gates with their scores, findings, what would change the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from codexreport.display.base import Block
from codexreport.display.blocks import Details, Heading, Notes, Paragraph
from codexreport.display.status import StateBadge
from codexreport.display.tables import Code, Column, Link, Table
from codexreport.measure import State
from codexreport.readiness.decision import Decision
from codexreport.readiness.judging import WORST_FIRST, Finding
from codexreport.readiness.score import GateResult, points
from codexreport.views.decision_words import asked_of, figure_of, titles, why
from codexreport.wording import count

MOST_PATHS = 3
"""Ways to an answer that are shown; any of them is enough."""


def gates_table(decision: Decision) -> Table:
    """Each gate: what it says, with how many points of how many needed."""
    return Table(
        caption="The gates that were judged: 1 point for a pass, half of one for a warning, "
        "by weight, out of 100",
        columns=[
            Column("Gate"),
            Column("State"),
            Column("Points", figures=True),
            Column("To pass", figures=True),
            Column("Required"),
            Column("Findings", wide=True),
        ],
        rows=[
            [
                Link(one.gate.title, one.gate.name),
                StateBadge(one.state),
                "none" if one.score is None else points(one.score, one.gate.pass_score),
                points(one.gate.pass_score, one.gate.pass_score),
                "yes" if one.gate.required else "no",
                _tally(one.findings),
            ]
            for one in decision.gates
        ],
        stacked=True,
    )


def findings_blocks(decision: Decision, owner_of: Callable[[Finding], str]) -> Iterator[Block]:
    """Each gate's findings: what is open in sight, what passed and how all was judged folded.

    Args:
        decision: What was decided.
        owner_of: Who acts on a finding.
    """
    for gate in decision.gates:
        yield Heading(title=gate.gate.title, anchor=gate.gate.name, state=gate.state)
        yield Paragraph(gate.reason)
        ranked = sorted(gate.findings, key=_rank)
        opened = [one for one in ranked if one.open]
        closed = [one for one in ranked if not one.open]
        if opened:
            yield _findings_table(f"What is open in {gate.gate.title}", opened, owner_of)
        if closed:
            table = _findings_table(f"What is not open in {gate.gate.title}", closed, owner_of)
            yield Details(_closed(closed), [table])
        if ranked:
            yield Details("How each was judged", [_work_table(gate, ranked)])


def _closed(findings: Sequence[Finding]) -> str:
    exempt = sum(one.state is State.NOT_APPLICABLE for one in findings)
    passed = len(findings) - exempt
    verb = "passes" if passed == 1 else "pass"
    told = [f"{count(passed, 'findings')} {verb}"] if passed else []
    return ", ".join([*told, *([f"{exempt} not applicable"] if exempt else [])])


def path_blocks(decision: Decision) -> Iterator[Block]:
    """The shortest ways to a better answer."""
    for word, paths in (
        ("CONDITIONAL GO", decision.to_conditional),
        ("GO", decision.to_go),
    ):
        if not paths or (word != "GO" and paths == decision.to_go):
            continue
        ways = [_way(path, decision) for path in paths]
        if len(ways) == 1:
            yield Paragraph(f"The shortest way to {word}: {ways[0]} would have to pass.")
            continue
        more = len(ways) - MOST_PATHS
        said = [f"and {count(more, 'other ways')} of the same length"] if more > 0 else []
        each = count(len(paths[0]), "findings")
        yield Paragraph(f"The shortest ways to {word}, {each} each; any is enough:")
        yield Notes([*ways[:MOST_PATHS], *said])


def _way(path: Sequence[str], decision: Decision) -> str:
    """A set of findings in words; those that the page has just listed are not named again."""
    listed = [one.key for one in decision.blockers] or [one.finding for one in decision.conditions]
    rest = [key for key in path if key not in listed]
    if len(listed) > 1 and set(listed) <= set(path):
        above = f"all {len(listed)} above"
        return f"{above}, and {_and(titles(rest, decision))}" if rest else above
    return _and(titles(path, decision))


def _and(names: Sequence[str]) -> str:
    quoted = [f"“{one}”" for one in names]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


def _findings_table(
    caption: str, findings: Sequence[Finding], owner_of: Callable[[Finding], str]
) -> Table:
    return Table(
        caption=caption,
        columns=[
            Column("Finding"),
            Column("State"),
            Column("Figure", figures=True),
            Column("Asked"),
            Column("Owner"),
            Column("Of what, and why", wide=True),
        ],
        rows=[_row(one, owner_of(one)) for one in findings],
        stacked=True,
    )


def _row(one: Finding, owner: str) -> list[str | Block]:
    key = " (key)" if one.criterion.key else ""
    return [
        one.criterion.title + key,
        StateBadge(State.WARNING, "Waived") if one.waiver else StateBadge(one.state),
        figure_of(one) or "–",
        asked_of(one),
        owner or "nobody is named",
        why(one),
    ]


def _work_table(gate: GateResult, findings: Sequence[Finding]) -> Table:
    return Table(
        caption=f"Formula, figure, bound and source of each finding of {gate.gate.title}",
        columns=[
            Column("Finding"),
            Column("Weight", figures=True),
            Column("How"),
            Column("SHA-256 of its inputs"),
        ],
        rows=[
            [one.criterion.id, f"{one.criterion.weight}", one.how, Code(_hashes(one))]
            for one in findings
        ],
    )


def _hashes(one: Finding) -> str:
    """What its figure was computed from, each by the beginning of its hash."""
    origins = one.measure.origins if one.measure else ()
    hashes = sorted({origin.sha256[:16] for origin in origins})
    more = [f"and {len(hashes) - 3} more"] if len(hashes) > 3 else []  # noqa: PLR2004, the rest is in the appendix
    return ", ".join([*hashes[:3], *more]) or "–"


def _rank(one: Finding) -> tuple[int, bool]:
    state = State.WARNING if one.waiver else one.state
    return WORST_FIRST.index(state), not one.criterion.key


def _tally(findings: Sequence[Finding]) -> str:
    words = {
        State.FAIL: "failed",
        State.UNKNOWN: "not known",
        State.WARNING: "warned",
        State.PASS: "passed",
        State.NOT_APPLICABLE: "not applicable",
    }
    parts = [
        f"{number} {word}"
        for state, word in words.items()
        if (number := sum(one.state is state and not one.waiver for one in findings))
    ]
    waived = sum(one.waiver is not None for one in findings)
    parts += [f"{waived} waived"] if waived else []
    return ", ".join(parts) or "none"
