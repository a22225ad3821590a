"""Triggers: what must not last while a release is brought to users, or it is rolled back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from codexreport.bounds import Bound
from codexreport.measure import Measure, Origin, State, json_number
from codexreport.rollout.signals import Signal, samples, unfit
from codexreport.series import EventSeries
from codexreport.sustained import Condition, Hold, Sample, Sustained, sustained
from codexreport.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One thing that must not last.

    Attributes:
        signal: What is watched.
        limit: What it must not be, such as `> 500 ms`.
        hold: How long it must last to trip.
    """

    signal: Signal
    limit: Bound
    hold: Hold

    @property
    def name(self) -> str:
        """Unique among the project's."""
        return self.signal.name

    @property
    def condition(self) -> Condition:
        """As it is looked for in shares of bad events."""
        return Condition(bound=self.signal.bound(self.limit), unit="ratio", hold=self.hold)

    @property
    def shown(self) -> str:
        """As in a sentence: `p95 > 500 ms for 5m`."""
        return f"{self.signal.title} {self.condition.shown}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What became of a trigger over a span.

    Attributes:
        trigger: The trigger.
        window: The span.
        answer: Whether it tripped in it; None where nothing could be asked.
        recent: Whether it tripped lately, in the end of the span that a look goes back to.
        standing: Whether it tripped lately or since the step in force began; that holds a rollout.
        problem: Why there is no answer, a sentence; empty where there is one.
        samples: What was seen, in order of time.
        origins: The bytes it was read from.
    """

    trigger: Trigger
    window: Window
    answer: Sustained | None
    recent: Sustained | None = None
    standing: Sustained | None = None
    problem: str = ""
    samples: tuple[Sample, ...] = field(default=(), repr=False)
    origins: tuple[Origin, ...] = ()

    @property
    def now(self) -> State:
        """Whether it is tripped at the end of the span: `fail`, `pass` or `unknown`."""
        return self.answer.now if self.answer else State.UNKNOWN

    @property
    def ever(self) -> State:
        """Whether it tripped anywhere in the span."""
        return self.answer.ever if self.answer else State.UNKNOWN

    @property
    def lately(self) -> State:
        """Whether it tripped lately; a gap that is longer ago does not count."""
        return self.recent.ever if self.recent else State.UNKNOWN

    @property
    def state(self) -> State:
        """What a gate asks: whether it tripped at all."""
        if self.ever is State.FAIL:
            return State.FAIL
        return State.UNKNOWN if State.UNKNOWN in {self.now, self.ever} else State.PASS

    @property
    def reason(self) -> str:
        """A sentence on it."""
        if self.answer is None or self.recent is None:
            return self.problem
        if self.now is not State.PASS:
            return self.answer.now_reason
        if State.UNKNOWN in {self.lately, self.ever} and self.ever is not State.FAIL:
            return (self.recent if self.lately is State.UNKNOWN else self.answer).ever_reason
        return self.answer.ever_reason

    @property
    def last_seen(self) -> datetime | None:
        """Until when anything is known of it, UTC; None where nothing is."""
        return self.samples[-1].at + self.trigger.signal.every if self.samples else None

    @property
    def stale(self) -> bool:
        """Whether the last two steps of the span are missing; one may still be on its way."""
        last, every = self.last_seen, self.trigger.signal.every
        return last is None or self.window.end.astimezone(timezone.utc) - last >= 2 * every

    @property
    def late(self) -> bool:
        """Whether the last step of the span is missing: it may have been a bad one."""
        last, every = self.last_seen, self.trigger.signal.every
        return last is None or self.window.end.astimezone(timezone.utc) - last >= every

    @property
    def pending(self) -> bool:
        """Whether the last sample is bad, and it is not tripped."""
        if not self.samples or self.now is State.FAIL:
            return False
        value, condition = self.samples[-1].value, self.trigger.condition
        limit = condition.bound.limit(condition.unit, None)
        return value is not None and condition.bound.holds(value, limit)

    @property
    def lasting_s(self) -> Fraction | None:
        """Seconds that the longest known stretch of bad samples lasted; None: not known."""
        if self.answer is None or not self.answer.seen:
            return None
        return Fraction(round(self.answer.longest_time.total_seconds()))

    def spans(self) -> list[tuple[datetime, datetime, State]]:
        """What it was over time: good, over its limit, tripped, or not observed."""
        condition, step = self.trigger.condition, self.trigger.signal.every
        limit = condition.bound.limit(condition.unit, None)
        trips = self.answer.trips if self.answer else ()
        found: list[tuple[datetime, datetime, State]] = []
        end = self.window.start.astimezone(timezone.utc)
        for one in self.samples:
            state = State.PASS
            if one.value is not None and condition.bound.holds(one.value, limit):
                in_trip = any(trip.start <= one.at < trip.end for trip in trips)
                state = State.FAIL if in_trip else State.WARNING
            if one.at - end >= step:
                found.append((end, one.at, State.UNKNOWN))
            end = one.at + step
            if found and found[-1][1:] == (one.at, state):
                found[-1] = (found[-1][0], end, state)
            else:
                found.append((one.at, end, state))
        last = self.window.end.astimezone(timezone.utc)
        return [*found, (end, last, State.UNKNOWN)] if last - end >= step else found

    def measure(self) -> Measure:
        """How long it lasted at most, judged."""
        answer = self.answer
        return Measure(
            name="rollout.trigger",
            subject=self.trigger.name,
            value=self.lasting_s,
            unit="seconds",
            window=self.window,
            state=self.state,
            reason=f"{self.trigger.signal.title}: {self.reason}",
            formula=f"longest time in a row that {self.trigger.shown} held",
            coverage=Fraction(answer.seen, answer.seen + answer.missing)
            if answer and answer.seen
            else None,
            sample_size=answer.seen if answer else None,
            origins=self.origins,
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        answer = self.answer
        return {
            "name": self.trigger.name,
            "trips_at": self.trigger.shown,
            "state": self.state.value,
            "now": self.now.value,
            "lately": self.lately.value,
            "ever": self.ever.value,
            "reason": self.reason,
            "since": answer.since.isoformat() if answer and answer.since else None,
            "lasted_s": json_number(self.lasting_s),
            "needed": answer.needed if answer else None,
            "seen": answer.seen if answer else 0,
            "missing": answer.missing if answer else None,
            "trips": [
                {"start": one.start.isoformat(), "end": one.end.isoformat()}
                for one in (answer.trips if answer else ())
            ],
        }


def watch(
    trigger: Trigger,
    series: EventSeries | None,
    *,
    window: Window,
    now: datetime,
    look_back: timedelta,
    problem: str,
    begun: datetime | None = None,
) -> Watched:
    """Whether a trigger tripped in the part of a span that is over.

    Args:
        trigger: The trigger.
        series: What its source counted; None where it gave nothing.
        window: The span.
        now: The moment of the judgement, aware.
        look_back: How much of the span's end is what happened lately.
        problem: Why there is no series, a sentence.
        begun: When the step in force began; None where the span does not go back before it.
    """
    seen = window.clipped(now)
    why = unfit(series, problem) if seen else "The span that is looked at has not begun."
    if why or series is None or seen is None:
        origins = series.origins if series else ()
        return Watched(
            trigger=trigger, window=seen or window, answer=None, problem=why, origins=origins
        )
    inside = series.between(seen.start_s, seen.end_s)
    found = samples(inside, trigger.signal.min_events)
    lately = max(seen.start, seen.end.astimezone(timezone.utc) - look_back, key=datetime.timestamp)
    stands = seen.start
    if begun:
        stands = max(seen.start, _trips_from(trigger, begun), key=datetime.timestamp)
        stands = min(stands, lately, key=datetime.timestamp)
    answer, recent, standing = (
        sustained(
            found,
            trigger.condition,
            step=trigger.signal.every,
            since=since,
            as_of=seen.end,
            zone_name=seen.zone_name,
        )
        for since in (seen.start, lately, stands)
    )
    return Watched(
        trigger=trigger,
        window=seen,
        answer=answer,
        recent=recent,
        standing=standing,
        samples=tuple(found),
        origins=series.origins,
    )


def _trips_from(trigger: Trigger, begun: datetime) -> datetime:
    """The first moment of a stretch that can trip at `begun` at the earliest, not before."""
    every = trigger.signal.every
    return begun.astimezone(timezone.utc) - every * (trigger.condition.hold.samples(every) - 1)
