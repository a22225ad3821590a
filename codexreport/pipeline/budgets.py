"""Budgets against the runs that the project's sources hold: one row a figure, one measure a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from codexreport.bounds import Bounds, shown
from codexreport.measure import Measure, Number, Origin, State, worst
from codexreport.performance.budgets import Budget, Limit, Verdict, judge
from codexreport.performance.change import Change, ChangeError, change_of
from codexreport.performance.comparison import Interval
from codexreport.performance.readings import UNITS, Reading, reading_of
from codexreport.pipeline.check import Checked
from codexreport.pipeline.endpoints import Found, baseline_of, runs_of
from codexreport.project.model import Project
from codexreport.wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """One statistic of one endpoint, its budget, and what came of it.

    Attributes:
        source: The performance source.
        file: Its file; empty where the figure is in none.
        endpoint: As the file names it; empty: everything together.
        statistic: `p95`, `errors`, `throughput`.
        unit: Of the figures: `seconds`, `ratio`, `1/s`.
        figure: What was measured; None where it is not known.
        interval: Its 95 % interval; None where it is not known.
        samples: How many observations it is of; None where the file does not say.
        budget: The bounds that are to be kept.
        warning: The bounds of which missing the budget is only a warning; none: none.
        baseline: What the baseline's run measured; None where there is none.
        change: How far the figure is from the baseline's, as a share of it (of failed requests
            the difference); None where it cannot be told.
        state: `pass`, `warning`, `fail` or `unknown`.
        reason: Figure, bound and uncertainty in sentences.
        owner: Team that acts on it.
        origins: The bytes of both runs.
    """

    source: str
    file: str
    endpoint: str
    statistic: str
    unit: str
    figure: Number | None
    interval: Interval | None
    samples: int | None
    budget: Bounds
    warning: Bounds
    baseline: Number | None
    change: Change | None
    state: State
    reason: str
    owner: str
    origins: tuple[Origin, ...]

    @property
    def subject(self) -> str:
        """Its name among measures: `load: GET /search p95`."""
        return f"{self.source}: {self.endpoint} {self.statistic}".replace(":  ", ": ")

    def measure(self) -> Measure:
        """The row as what a gate asks for."""
        return Measure(
            name="performance.budget",
            subject=self.subject,
            value=self.figure,
            unit=self.unit,
            state=self.state,
            reason=self.reason,
            formula=f"{self.statistic} against {shown(self.budget)}",
            sample_size=self.samples,
            interval=_floats(self.interval),
            origins=self.origins,
        )

    def change_measure(self) -> Measure | None:
        """How far it is from the baseline, shown; None where that cannot be told."""
        if self.change is None:
            return None
        return Measure(
            name=f"performance.change.{self.statistic}",
            subject=self.subject.removesuffix(f" {self.statistic}").removesuffix(":"),
            value=self.change.value,
            unit="ratio",
            formula="new / baseline - 1" if self.change.relative else "new - baseline",
            sample_size=self.samples,
            interval=_floats(self.change.interval),
            origins=self.origins,
        )


def budget_rows(project: Project, results: Sequence[Checked]) -> tuple[BudgetRow, ...]:
    """Every budget of the project, judged.

    Args:
        project: Its budgets.
        results: What its files say. Each file of a source that has the endpoint is judged by
            itself: percentiles of several runs cannot be averaged.
    """
    return tuple(row for budget in project.budgets for row in _rows(budget, results))


def budget_measures(rows: Sequence[BudgetRow]) -> Iterator[Measure]:
    """Each row, its change from the baseline, and how many budgets were missed."""
    if not rows:
        return
    for row in rows:
        yield row.measure()
        if change := row.change_measure():
            yield change
    yield _missed(rows)


def silenced(project: Project, results: Sequence[Checked]) -> tuple[Checked, ...]:
    """The same files; those that are no more than a baseline give no measure of their own.

    A gate asks for `performance.latency.p95` of this release, and the worst of all counts: an
    earlier run must not be among them. What it measured stands in the rows compared with it.
    """
    judged = {one.source for one in project.budgets}
    baselines = {one.baseline for one in project.budgets} - judged
    return tuple(replace(one, measures=()) if one.source in baselines else one for one in results)


def _missed(rows: Sequence[BudgetRow]) -> Measure:
    state = worst(row.state for row in rows)
    such = [row for row in rows if row.state is state]
    failed = sum(row.state is State.FAIL for row in rows)
    said = f"{len(such)} of {count(len(rows), 'budgets')}: {state.value}"
    first = "" if state is State.PASS else f", first {such[0].subject}. {such[0].reason}"
    return Measure(
        name="performance.budgets.missed",
        subject="project",
        value=None if state is State.UNKNOWN else failed,
        unit="budgets",
        state=state,
        reason=said + (first or "."),
        formula=f"{failed} of {count(len(rows), 'budgets')}",
        origins=tuple(dict.fromkeys(one for row in rows for one in row.origins)),
    )


def _rows(budget: Budget, results: Sequence[Checked]) -> Iterator[BudgetRow]:
    runs, compared = runs_of(budget.source, budget.endpoint, results), bool(budget.baseline)
    for found in runs:
        base = baseline_of(budget.baseline, found, budget.endpoint, results) if compared else None
        for limit in budget.limits:
            row = _row(budget, limit, found, base)
            unsaid = len(runs) > 1 and row.file and not row.reason.startswith(f"{row.file}: ")
            yield replace(row, reason=f"{row.file}: {row.reason}") if unsaid else row


def _row(budget: Budget, limit: Limit, found: Found, base: Found | None) -> BudgetRow:
    new = reading_of(found.group, limit.statistic) if found.group else None
    old = reading_of(base.group, limit.statistic) if base and base.group else None
    verdict = _verdict(limit, found, new, base, old)
    sound = not (found.problem or found.doubt or (base and base.problem))
    return BudgetRow(
        source=budget.source,
        file=found.file,
        endpoint=budget.endpoint,
        statistic=limit.statistic,
        unit=UNITS[limit.statistic],
        figure=new.value if new else None,
        interval=new.interval if new else None,
        samples=new.samples if new else None,
        budget=limit.passes,
        warning=limit.warns,
        baseline=old.value if old else None,
        change=_change(new, old) if sound else None,
        state=verdict.state,
        reason=verdict.reason,
        owner=budget.owner,
        origins=(*found.origins, *(base.origins if base else ())),
    )


def _verdict(
    limit: Limit, found: Found, new: Reading | None, base: Found | None, old: Reading | None
) -> Verdict:
    if new is None or found.problem:
        return Verdict(state=State.UNKNOWN, reason=found.problem)
    without = base.problem if base else ""
    verdict = judge(limit, new, None if without else old, without)
    if found.doubt and verdict.state in {State.PASS, State.WARNING}:
        return Verdict(state=State.UNKNOWN, reason=found.doubt)
    return verdict


def _change(new: Reading | None, old: Reading | None) -> Change | None:
    """As a share of the baseline; of failed requests the difference, which 0 does not spoil."""
    if new is None or old is None:
        return None
    try:
        return change_of(new, old, relative=new.statistic != "errors")
    except ChangeError:
        return None


def _floats(interval: Interval | None) -> tuple[float, float] | None:
    return (float(interval[0]), float(interval[1])) if interval else None
