"""Whether incidents are noticed, taken up and ended as quickly as was set out to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median

from codexreport.facts import About
from codexreport.incidents.history import TIMES, contradictions
from codexreport.incidents.incident import Incident
from codexreport.incidents.spans import elapsed, seconds, spread
from codexreport.measure import Measure, State
from codexreport.text import listed
from codexreport.window import format_duration
from codexreport.wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What was set out to.

    Attributes:
        medians: The longest that a median may be, by `detect`, `acknowledge`, `mitigate` and
            `restore`.
        since: From when on it counts; what began before is shown to compare with. None: all of it.
    """

    medians: Mapping[str, timedelta]
    since: datetime | None = None


def measure_targets(
    incidents: Sequence[Incident], targets: Targets, about: About, doubt: str = ""
) -> Iterator[Measure]:
    """For each time that has a target its median since then, judged, and the one before, shown.

    Args:
        incidents: All of one source.
        targets: What is wanted.
        about: The source, and the moment.
        doubt: Why the source cannot be relied on, a sentence; empty where it can.
    """
    wrong = list(contradictions(incidents, about.now).values())
    doubt = doubt or (f"Contradictory: {listed(wrong, '; ')}." if wrong else "")
    before, after = _parted(incidents, targets.since)
    for name, formula, of in TIMES:
        if (target := targets.medians.get(name)) is None:
            continue
        timed = _lengths(after, of)
        state, reason = _judged(timed, len(after) - len(timed), target)
        since = f" since {targets.since.isoformat()}" if targets.since else ""
        yield _measure(
            about,
            f"target.{name}",
            timed,
            f"median of {formula} over {len(timed)} of {count(len(after), 'incidents')}{since}",
            State.UNKNOWN if doubt else state,
            doubt or reason,
        )
        if targets.since:
            timed = _lengths(before, of)
            number = f"{len(timed)} of {count(len(before), 'incidents')}"
            earlier = f"median of {formula} over {number} before {targets.since.isoformat()}"
            yield _measure(about, f"before.{name}", timed, earlier)


def _parted(
    incidents: Sequence[Incident], since: datetime | None
) -> tuple[list[Incident], list[Incident]]:
    """Those that began before `since`, and the others; one without a beginning is of these."""
    if since is None:
        return [], list(incidents)
    before: list[Incident] = []
    after: list[Incident] = []
    for one in incidents:
        early = one.began is not None and elapsed(one.began, since) > timedelta()
        (before if early else after).append(one)
    return before, after


def _lengths(
    incidents: Sequence[Incident], of: Callable[[Incident], timedelta | None]
) -> list[timedelta]:
    """How long each took that is over and says so."""
    return [length for one in incidents if not one.open and (length := of(one)) is not None]


def _judged(timed: Sequence[timedelta], untold: int, target: timedelta) -> tuple[State, str]:
    """By what could be, where some do not record it.

    It passes only where it would if each of those had taken longest, and fails only where it
    would if each had taken no time.
    """
    if not timed:
        return State.UNKNOWN, "No closed incident records it."
    limit, known = seconds(target), [seconds(length) for length in timed]
    wanted = f"the target is {format_duration(target)}"
    longest = 2 * limit + 1  # the mean of it and any other time is over the limit
    if median([*known, *[longest] * untold]) <= limit:
        return State.PASS, f"It is kept: {wanted}."
    if median([*known, *[Fraction()] * untold]) > limit:
        return State.FAIL, f"It is missed: {wanted}."
    return State.UNKNOWN, f"It depends on what {count(untold, 'incidents')} left out; {wanted}."


def _measure(
    about: About,
    name: str,
    timed: Sequence[timedelta],
    formula: str,
    state: State = State.NOT_APPLICABLE,
    reason: str = "",
) -> Measure:
    found = spread(timed)
    return about.measure(
        f"incidents.{name}",
        found.median if found else None,
        "seconds",
        state,
        reason,
        formula=formula,
        sample_size=len(timed),
    )
