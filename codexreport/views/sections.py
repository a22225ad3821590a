"""The parts of decision reports that are about one kind of fact: tests, coverage, flags ..."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar

from codexreport.bounds import shown
from codexreport.display.base import Block
from codexreport.display.blocks import Details, Group, Paragraph
from codexreport.display.numbers import count, day, measured, percent
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table
from codexreport.measure import Measure, State
from codexreport.performance.run import Run
from codexreport.performance.values import Group as Load
from codexreport.pipeline.budgets import BudgetRow
from codexreport.pipeline.check import Checked
from codexreport.pipeline.components import components
from codexreport.pipeline.outcomes import Row
from codexreport.quality.components import Component
from codexreport.quality.coverage import Coverage
from codexreport.rollout.flags import Flags
from codexreport.views.figures import Judged, badge

FactsT = TypeVar("FactsT")

RATE = "quality.component.pass_rate"
PERCENTILES = ("p50", "p75", "p95", "p99")


def of_kind(
    files: Iterable[Checked], kind: type[FactsT]
) -> dict[str, list[tuple[Checked, FactsT]]]:
    """The files that hold facts of a kind, by their source, or by name where they have none."""
    found: dict[str, list[tuple[Checked, FactsT]]] = {}
    for one in files:
        if isinstance(one.facts, kind):
            found.setdefault(one.source or one.name, []).append((one, one.facts))
    return found


def components_block(files: Sequence[Checked], judged: Judged = MappingProxyType({})) -> Block:
    """What was tested, component by component, with how sure the figures make one.

    Args:
        files: What was read.
        judged: What gates make of a pass rate that they ask for; it stands for the state.
    """
    found = components(files)
    if not found:
        return nothing("Tests", "junit")
    return Table(
        caption="Tests by component. Confidence, 0 to 10: ten times the lower end of the pass "
        "rate's 95 % interval, times the share of tests that ran. The state is a gate's where one "
        "asks for the pass rate, else the kit's own",
        columns=[
            Column("Component"),
            Column("State"),
            Column("Pass rate", figures=True),
            Column("Passed of run", figures=True),
            Column("Skipped", figures=True),
            Column("Flaky", figures=True),
            Column("Confidence", figures=True),
        ],
        rows=[_component(one, judged.get((RATE, one.name), one.state)) for one in found],
        stacked=True,
    )


def _component(one: Component, state: State) -> list[str | Block]:
    sure = one.confidence
    return [
        one.name,
        StateBadge(state),
        percent(one.pass_rate),
        f"{count(one.tally.passed)} of {count(one.tally.ran)}",
        count(one.tally.skipped),
        count(one.tally.flaky),
        "not known" if sure is None else f"{sure:.1f}",
    ]


def coverage_block(files: Sequence[Checked]) -> Block:
    """How much of the code the tests ran through."""
    found = of_kind(files, Coverage)
    if not found:
        return nothing("Coverage", "cobertura")
    rows: list[list[str | Block]] = [
        [measure.subject, measure.name.rpartition(".")[2], _share(measure), str(measure.formula)]
        for several in found.values()
        for one, _ in several
        for measure in one.measures
        if measure.unit == "ratio"
    ]
    columns = [Column("Of"), Column("What"), Column("Covered", figures=True), Column("Counted")]
    return Table(caption="What of the code the tests ran through", columns=columns, rows=rows)


def flags_block(files: Sequence[Checked]) -> Block:
    """Each flag: who gets what, whose it is, and how long it may stay."""
    found = of_kind(files, Flags)
    if not found:
        return nothing("Feature flags", "flagd")
    rows: list[list[str | Block]] = [
        [
            flag.key,
            flag.rollout(),
            flag.category.value,
            flag.owner or "nobody is named",
            day(flag.expires) if flag.expires else "no day is set",
            flag.backlog or "none",
        ]
        for several in found.values()
        for _, flags in several
        for flag in flags.flags
    ]
    return Table(
        caption="Every feature flag, as it is defined now",
        columns=[
            Column("Flag"),
            Column("Who gets what"),
            Column("For"),
            Column("Owner"),
            Column("May stay until"),
            Column("Backlog"),
        ],
        rows=rows,
        stacked=True,
    )


def rows_table(rows: Sequence[Row], caption: str) -> Table:
    """Figures against targets, such as delivery's four keys."""
    return Table(
        caption=caption,
        columns=[
            Column("What"),
            Column("State"),
            Column("Figure", figures=True),
            Column("Target", figures=True),
            Column("How it came about", wide=True),
        ],
        rows=[
            [one.name, badge(one.state), one.value, one.target or "–", one.sentence] for one in rows
        ],
        stacked=True,
    )


def budgets_block(rows: Sequence[BudgetRow]) -> Block:
    """Every endpoint against what it may take, and against the run before; the reasons folded."""
    table = Table(
        caption="Each endpoint against its budget and the run before",
        columns=[
            Column("Endpoint"),
            Column("State"),
            Column("Figure", figures=True),
            Column("Budget"),
            Column("Before", figures=True),
            Column("Change", figures=True),
            Column("95 % interval", figures=True),
        ],
        rows=[_budget(one) for one in rows],
        stacked=True,
    )
    reasons = Table(
        caption="How each budget was judged",
        columns=[Column("Endpoint"), Column("Why", wide=True)],
        rows=[(_endpoint(one), one.reason) for one in rows],
    )
    return Group([table, Details("How each was judged", [reasons])])


def _endpoint(one: BudgetRow) -> str:
    return f"{one.endpoint or f'all of {one.source}'}, {one.statistic}"


def _budget(one: BudgetRow) -> list[str | Block]:
    return [
        _endpoint(one),
        StateBadge(one.state),
        measured(one.figure, one.unit),
        shown(one.budget),
        "–" if one.baseline is None else measured(one.baseline, one.unit),
        *_change(one),
    ]


def _change(one: BudgetRow) -> tuple[str, str]:
    """How far a figure is from the one before, and between what that lies."""
    if one.change is None:
        return "–", "–"
    sign = "+" if one.change.value > 0 else ""
    moved = f"{sign}{percent(one.change.value, decimals=1)}"
    if one.change.interval is None:
        return moved, "not known"
    low, high = (percent(Fraction(end), decimals=1) for end in one.change.interval)
    return moved, f"{low} to {high}"


def runs_table(files: Sequence[Checked]) -> Block:
    """How much was asked for under load, and how quick the answers were."""
    found = of_kind(files, Run)
    if not found:
        return nothing("Performance", "k6-summary")
    rows = [
        _group(one.source or one.name, group)
        for several in found.values()
        for one, run in several
        if one.measures
        for group in (run.total, *run.groups)
    ]
    return Table(
        caption="Under load; percentiles are never averaged",
        columns=[
            Column("What was asked"),
            *(Column(one, figures=True) for one in ("Requests", "Failed", "a second")),
            *(Column(one, figures=True) for one in PERCENTILES),
        ],
        rows=rows,
        stacked=True,
    )


def _group(source: str, group: Load) -> list[str | Block]:
    share = Fraction(group.failed or 0, group.count) if group.count else None
    rate = group.throughput
    return [
        group.name or f"all of {source}",
        "–" if group.count is None else count(group.count),
        "–" if group.failed is None else percent(share),
        "–" if rate is None else f"{float(rate):.3g}",
        *(_percentile(group, one) for one in PERCENTILES),
    ]


def _percentile(group: Load, name: str) -> str:
    value = group.latency.figure(name) if group.latency else None
    return "–" if value is None else measured(value, "seconds")


def nothing(what: str, kind: str) -> Paragraph:
    """What stands where a project has nothing that would feed a part of a report."""
    return Paragraph(f"{what}: nothing in the project feeds this, such as a source of type {kind}.")


def _share(measure: Measure) -> str:
    return measured(measure.value, measure.unit)
