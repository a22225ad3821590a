"""What an export of incidents says: which are open, how long the others took, what they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import ClassVar

from codexreport.facts import About
from codexreport.incidents.incident import Incident
from codexreport.incidents.severity import Severity
from codexreport.incidents.spans import Span, elapsed, seconds, spread, union
from codexreport.measure import Measure, State
from codexreport.text import listed
from codexreport.wording import count, figure

TIMES: tuple[tuple[str, str, Callable[[Incident], timedelta | None]], ...] = (
    ("detect", "detected - started", lambda one: one.time_to_detect),
    ("acknowledge", "acknowledged - detected", lambda one: one.time_to_acknowledge),
    ("mitigate", "mitigated - started", lambda one: one.time_to_mitigate),
    ("restore", "resolved - started", lambda one: one.time_to_restore),
)
_FROM_START = {"mitigate", "restore"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidents:
    """The incidents of one export.

    Attributes:
        incidents: In the order of the export.
        covers: The span that the export holds every incident of; None where it does not say.
        incomplete: Why it is not the whole, a sentence; empty where nothing says so.
        observed: When it was made.
        commit: Always empty: incidents are of no revision.
    """

    kind: ClassVar[str] = "incidents"

    incidents: tuple[Incident, ...]
    covers: Span | None = None
    incomplete: str = ""
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `12 incidents, 1 open (critical)`."""
        still = [one for one in self.incidents if one.open]
        worst = min((one.severity for one in still), key=list(Severity).index, default=None)
        named = f" ({worst.value} severity)" if worst else ""
        return f"{count(len(self.incidents), 'incidents')}, {len(still)} open{named}"

    def measures(self, about: About) -> tuple[Measure, ...]:
        """Open ones, contradictions, times by severity, downtime and postmortems."""
        wrong = contradictions(self.incidents, about.now)
        sound = [one for one in self.incidents if one.id not in wrong]
        closed = [one for one in sound if not one.open]
        return (
            about.measure("incidents.total", len(self.incidents), "incidents"),
            self._open(about),
            _contradictory(about, wrong),
            *_times(about, closed),
            _downtime(about, sound, self.covers),
            _without_postmortem(about, closed),
        )

    def _open(self, about: About) -> Measure:
        still = [one for one in self.incidents if one.open]
        urgent = [one for one in still if one.severity.urgent]
        state, reason = State.PASS, "No incident is open."
        if urgent:
            state = State.FAIL
            reason = f"Open, of severity critical, high or unknown: {_named(urgent)}."
        elif self.incomplete:
            state, reason = State.UNKNOWN, self.incomplete
        elif not self.incidents and self.covers is None:
            state = State.UNKNOWN
            reason = "It holds no incident, and does not say which span it covers."
        elif self.covers is not None and elapsed(self.covers[1], about.now) < timedelta():
            state, reason = State.UNKNOWN, "The span it says it covers is not over yet."
        elif still:
            state, reason = State.WARNING, f"Open: {_named(still)}."
        formula = f"{len(urgent)} of {len(still)} open incidents are urgent"
        return about.measure(
            "incidents.open", len(still), "incidents", state, reason, formula=formula
        )


def downtime_s(
    incidents: Iterable[Incident], now: datetime, within: Span | None = None
) -> Fraction:
    """Seconds that at least one incident went on, open ones until `now`, clipped to `within`.

    An incident without a recorded beginning, or closed without a recorded end, adds nothing.
    """
    spans = (_span(one, now) for one in incidents)
    return seconds(union([span for span in spans if span is not None], within))


def _span(one: Incident, now: datetime) -> Span | None:
    end = now if one.open else one.resolved
    return None if one.began is None or end is None else (one.began, end)


def contradictions(incidents: Sequence[Incident], now: datetime) -> dict[str, str]:
    """By the id of each incident that cannot be true, why."""
    wrong: dict[str, str] = {}
    first: dict[str, Incident] = {}
    for one in incidents:
        reason = one.contradiction(now)
        if first.setdefault(one.id, one) is not one:
            reason = f"{one.id} stands there more than once"
        if reason:
            wrong.setdefault(one.id, reason)
    return wrong


def _contradictory(about: About, wrong: dict[str, str]) -> Measure:
    state, reason = State.PASS, ""
    if wrong:
        state, reason = State.UNKNOWN, f"Contradictory: {listed(list(wrong.values()), '; ')}."
    return about.measure("incidents.contradictory", len(wrong), "incidents", state, reason)


def _times(about: About, closed: Sequence[Incident]) -> Iterator[Measure]:
    present = sorted({one.severity for one in closed}, key=list(Severity).index)
    for name, formula, of in TIMES:
        yield from _spread(about, name, formula, closed, of)
        for severity in present:
            some = [one for one in closed if one.severity is severity]
            yield from _spread(about, name, formula, some, of, f".{severity.value}")


def _spread(
    about: About,
    name: str,
    formula: str,
    incidents: Sequence[Incident],
    of: Callable[[Incident], timedelta | None],
    suffix: str = "",
) -> Iterator[Measure]:
    timed = [(one, length) for one in incidents if (length := of(one)) is not None]
    found = spread([length for _, length in timed])
    late = sum(one.started is None for one, _ in timed) if name in _FROM_START else 0
    reason = f"{late} of them counted from detection: no start is recorded." if late else ""
    number = f"{len(timed)} of {count(len(incidents), 'incidents')}"
    for word, value in (
        ("median", found.median if found else None),
        ("mean", found.mean if found else None),
    ):
        yield about.measure(
            f"incidents.time_to_{name}.{word}{suffix}",
            value,
            "seconds",
            reason=reason if found else "No closed incident records it.",
            formula=f"{word} of {formula} over {number}",
            sample_size=len(timed),
        )


def _downtime(about: About, incidents: Sequence[Incident], covers: Span | None) -> Measure:
    down = downtime_s(incidents, about.now, covers)
    timed = sum(_span(one, about.now) is not None for one in incidents)
    return about.measure(
        "incidents.downtime",
        down,
        "seconds",
        formula=f"union of the spans of {count(timed, 'incidents')}: {figure(down)} s",
        sample_size=timed,
    )


def _without_postmortem(about: About, closed: Sequence[Incident]) -> Measure:
    urgent = [one for one in closed if one.severity.urgent]
    closed_ones = count(len(urgent), "closed incidents")
    without = [one for one in urgent if not one.postmortem]
    told = any(one.postmortem for one in closed)
    reason = f"Without a postmortem: {_named(without)}." if without else ""
    return about.measure(
        "incidents.without_postmortem",
        len(without) if told else None,
        "incidents",
        reason=reason if told else "No incident names a postmortem.",
        formula=f"of {closed_ones} of critical, high or unknown severity",
    )


def _named(incidents: Sequence[Incident]) -> str:
    return listed([f"{one.id} ({one.level or 'no severity'}: {one.title})" for one in incidents])
