"""Delivery, incidents and spending as rows that a page shows: figure, target, state, sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codexreport.display import numbers
from codexreport.incidents.targets import Targets
from codexreport.measure import Measure, State
from codexreport.window import format_duration

_KEYS = {
    "delivery.deployment_frequency": "Deployment frequency",
    "delivery.lead_time.median": "Lead time for changes, median",
    "delivery.change_failure_rate": "Change failure rate",
    "delivery.recovery_time.median": "Failed deployment recovery time, median",
    "delivery.unrecovered": "Failed deployments not recovered from",
}
_TIMES = {
    "detect": "Time to detect (MTTD), median",
    "acknowledge": "Time to acknowledge (MTTA), median",
    "mitigate": "Time to mitigate, median",
    "restore": "Time to restore (MTTR), median",
}
_SPENT = {"spending.cost.used": "Cost", "spending.time.used": "Time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure as a page shows it.

    Attributes:
        name: What people call it.
        measure: The figure, with everything behind it.
        target: What it should be, as text; empty where nothing says.
        state: What it says; `not_applicable` where it is shown and not judged.
        sentence: How it came about and what follows.
        before: What it was before the targets counted; None where nothing says.
    """

    name: str
    measure: Measure
    target: str
    state: State
    sentence: str
    before: Measure | None = None

    @property
    def value(self) -> str:
        """The figure in words; one that is unknown is not shown as a fact."""
        return "not known" if self.state is State.UNKNOWN else shown(self.measure)


def delivery_rows(measures: Iterable[Measure]) -> tuple[Row, ...]:
    """The four keys of each record and environment; none where there is no record."""
    return tuple(_row(_KEYS[one.name], one) for one in measures if one.name in _KEYS)


def incident_rows(measures: Sequence[Measure], targets: Targets) -> tuple[Row, ...]:
    """How long incidents took, against the targets; all times, shown alone, where there are none.

    Args:
        measures: Everything that was measured.
        targets: The project's `[incident_targets]`.
    """
    return tuple(row for name in _TIMES for row in _of_time(name, measures, targets))


def spending_rows(measures: Sequence[Measure]) -> tuple[Row, ...]:
    """Cost and time against budget by unit, the items that are over theirs named."""
    over = {
        (one.name.removesuffix(".items_over"), one.subject): one.reason
        for one in measures
        if one.name.endswith(".items_over")
    }
    return tuple(
        _row(
            f"{_SPENT[one.name]}, {one.subject.rpartition(': ')[2]}",
            one,
            target="≤ 100\u00a0%",
            more=over.get((one.name.removesuffix(".used"), one.subject), ""),
        )
        for one in measures
        if one.name in _SPENT
    )


def shown(measure: Measure) -> str:
    """A measure's figure in words, whatever its state."""
    if measure.unit in {"seconds", "ratio", "deployments"}:
        return numbers.measured(measure.value, measure.unit)
    return numbers.amount(measure.value, measure.unit)


def _of_time(name: str, measures: Sequence[Measure], targets: Targets) -> Iterator[Row]:
    limit = targets.medians.get(name)
    if limit is None:
        plain = [one for one in measures if one.name == f"incidents.time_to_{name}.median"]
        yield from (_row(_TIMES[name], one) for one in plain)
        return
    target = f"≤ {format_duration(limit)}"
    before = {one.subject: one for one in measures if one.name == f"incidents.before.{name}"}
    judged = [one for one in measures if one.name == f"incidents.target.{name}"]
    for one in judged or [_unmeasured(f"incidents.target.{name}")]:
        yield _row(_TIMES[name], one, target=target, before=before.get(one.subject))


def _unmeasured(name: str) -> Measure:
    return Measure(
        name=name,
        subject="incidents",
        value=None,
        unit="seconds",
        state=State.UNKNOWN,
        reason="There is no source of incidents.",
    )


def _row(
    name: str, measure: Measure, *, target: str = "", more: str = "", before: Measure | None = None
) -> Row:
    formula = f"{measure.formula[:1].upper()}{measure.formula[1:]}." if measure.formula else ""
    said = [formula, measure.reason, more if more not in measure.reason else ""]
    return Row(
        name=name,
        measure=measure,
        target=target,
        state=measure.state,
        sentence=" ".join(filter(None, said)),
        before=before,
    )
