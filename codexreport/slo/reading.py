"""What one span of time says about one objective, and whether that is enough for a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from codexreport.measure import Origin, State
from codexreport.slo.objective import Objective, Occurrences, RatioTimeslices
from codexreport.slo.sli import account, wilson
from codexreport.slo.timeline import Counts, Tally, Timeline
from codexreport.window import Window, format_duration
from codexreport.wording import count, exact_percent, figure, percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was counted over one span.

    Attributes:
        window: The span.
        tally: Good and valid units, events or slices.
        events: Valid events, whatever the units are.
        coverage: Observed share of the span, 0 to 1.
        counted_s: Seconds of the span that count.
        gap: Why the counts are not all there, a sentence; empty where they are.
        lack: Why they are not enough for a verdict, a sentence; empty where they are.
    """

    window: Window
    tally: Tally
    events: Fraction
    coverage: Fraction
    counted_s: Fraction
    gap: str
    lack: str

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the SLI."""
        return wilson(self.tally)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Basis:
    """Everything known about one objective, ready to be read span by span.

    Attributes:
        objective: What was promised.
        line: What was observed.
        anchor_s: Unix seconds at which some time slice starts.
        counts: The units the objective is kept or missed in.
        origins: Where it came from.
        problem: Why nothing of it may be trusted, a sentence; empty where all is well.
    """

    objective: Objective
    line: Timeline
    anchor_s: int
    counts: Counts
    origins: tuple[Origin, ...]
    problem: str

    @classmethod
    def of(
        cls,
        objective: Objective,
        line: Timeline,
        *,
        anchor_s: int,
        origins: tuple[Origin, ...] = (),
        problem: str = "",
    ) -> Basis:
        """Count the objective's units, its slices from `anchor_s` on."""
        return cls(
            objective=objective,
            line=line,
            anchor_s=anchor_s,
            counts=account(line, objective.method, objective.target, anchor_s),
            origins=origins,
            problem=problem,
        )

    def recounted(self, line: Timeline) -> Basis:
        """The same objective on another account of what was observed."""
        return Basis.of(
            self.objective,
            line,
            anchor_s=self.anchor_s,
            origins=self.origins,
            problem=self.problem,
        )

    @property
    def unit(self) -> str:
        """What is counted: `events` or `slices`."""
        return "events" if isinstance(self.objective.method, Occurrences) else "slices"

    @property
    def unit_in_words(self) -> str:
        """The unit with its size: `events`, or `slices of 5m`."""
        method = self.objective.method
        if isinstance(method, Occurrences):
            return self.unit
        return f"{self.unit} of {format_duration(method.width)}"

    @property
    def step_s(self) -> int:
        """Seconds between two moments that can be told apart."""
        method = self.objective.method
        if isinstance(method, Occurrences):
            return self.line.width
        return round(method.width / timedelta(seconds=1))

    def read(self, window: Window, *, min_events: int | None = None) -> Reading:
        """Count over one span.

        Args:
            window: The span.
            min_events: Events it must hold; None for as many as the objective says.
        """
        start_s, end_s = window.start_s, window.end_s
        tally = self.counts.over(start_s, end_s)
        events = self.line.events.over(start_s, end_s).valid
        coverage = self.line.coverage(start_s, end_s)
        counted_s = self.line.counted_s(start_s, end_s)
        gap = self.problem or self._gap(counted_s, coverage)
        return Reading(
            window=window,
            tally=tally,
            events=events,
            coverage=coverage,
            counted_s=counted_s,
            gap=gap,
            lack=gap or self._too_few(events, tally, min_events),
        )

    def _gap(self, counted_s: Fraction, coverage: Fraction) -> str:
        least = self.objective.min_coverage
        if counted_s <= 0:
            return "All of the time is excluded by corrections."
        if not coverage:
            return "Nothing was observed."
        if coverage >= least:
            return ""
        seen = percent(coverage, apart_from=least)
        return f"Only {seen} of the time was observed; a verdict needs {exact_percent(least)}."

    def _too_few(self, events: Fraction, tally: Tally, min_events: int | None) -> str:
        least = self.objective.min_events if min_events is None else min_events
        if not events:
            return "There was not one event to judge by."
        if events < least:
            verb = "was" if events == 1 else "were"
            return f"There {verb} only {count(events, 'events')}; a verdict needs {figure(least)}."
        return "" if tally.valid else "There was not one time slice to judge by."


def verdict(basis: Basis, reading: Reading) -> tuple[State, str]:
    """Whether the objective was kept over a span, and the sentence that says why.

    The comparison is exact: kept where SLI >= target. Too little data, or none that can be
    trusted, is `UNKNOWN` whatever the ratio.
    """
    sli, target = reading.tally.sli, basis.objective.target
    if reading.lack or sli is None:
        return State.UNKNOWN, reading.lack
    kept = sli >= target
    relation = "at or above" if kept else "below"
    doubt = ""
    if reading.interval and reading.interval[0] < target < reading.interval[1]:
        doubt = "; not distinguishable from the target"
    figures = _in_words(basis, reading.tally, sli)
    bound = exact_percent(target)
    reason = f"{figures}, {relation} the target of {bound}{doubt}."
    return (State.PASS if kept else State.FAIL), reason


def _in_words(basis: Basis, tally: Tally, sli: Fraction) -> str:
    share = percent(sli, apart_from=basis.objective.target)
    units = count(tally.valid, basis.unit_in_words)
    if isinstance(basis.objective.method, RatioTimeslices):
        return f"On average over {units}, {share} of the events were good"
    return f"{share} of {units} were good"
