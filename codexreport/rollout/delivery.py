"""Delivery performance: DORA's four keys of one record of deployments to one environment.

Definitions: the guide to DORA's software delivery performance metrics, https://dora.dev/guides/.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from statistics import median
from typing import Any

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.rollout.deployments import STOOD, Deployment, Outcome
from codexreport.rollout.record import Record, deployed_at, deployed_in, recovered_after
from codexreport.text import listed, one_line
from codexreport.window import Window, format_duration
from codexreport.wording import count

ENDED_AFTER = timedelta(days=1)
"""One that is in progress for longer is not waited for: how it ended is not known."""

_WEEK = timedelta(days=7)
_MICROSECOND = timedelta(microseconds=1)


def frequency(deployments: Sequence[Deployment], window: Window) -> Fraction:
    """Deployments a week that stood, those that failed or were rolled back not counted."""
    stood = sum(one.outcome in STOOD for one in deployed_in(deployments, window))
    return stood * _seconds(_WEEK) / _seconds(window.length)


def failure_rate(ended: int, failed: int) -> Fraction | None:
    """The share of the deployments that ended which failed; None of none."""
    return Fraction(failed, ended) if ended else None


def measure_delivery(record: Record, about: About) -> tuple[Measure, ...]:
    """The four keys, and how many failures nothing has mended yet; bounds are set by gates."""
    sound = [one for one in record.deployments if not one.contradiction(about.now)]
    inside = deployed_in(sound, record.window)
    failed = [one for one in inside if record.failed(one)]
    ended = [one for one in inside if record.failed(one) or record.stood(one)]
    doubt = record.doubt or _contradictory(record, about.now) or _nothing(record, inside)
    told = doubt or _untold(record, inside, about.now)
    return (
        _frequency(record, about, inside, doubt),
        _lead_time(record, about, [one for one in inside if one.outcome in STOOD], told),
        _failure_rate(record, about, ended, told or record.harm_doubt),
        *_recovery(record, about, sound, failed, told or record.harm_doubt),
    )


def _frequency(record: Record, about: About, inside: Sequence[Deployment], doubt: str) -> Measure:
    stood = sum(one.outcome in STOOD for one in inside)
    return _measure(
        record,
        about,
        "deployment_frequency",
        frequency(inside, record.window),
        "per week",
        doubt,
        formula=f"{count(stood, 'deployments')} that stood in {_span(record)}",
        sample_size=stood,
    )


def _lead_time(record: Record, about: About, stood: Sequence[Deployment], doubt: str) -> Measure:
    """A commit may be a clock's difference later than its deployment: that is no time at all."""
    timed = [
        max(deployed_at(one) - one.committed, timedelta())
        for one in stood
        if one.committed is not None
    ]
    without = [one.id for one in stood if one.committed is None]
    if not doubt and stood and not timed:
        doubt = "Not known: no deployment says when what it brought was committed."
    elif not doubt and without:
        doubt = f"Without a time of commit: {listed(without)}."
    return _measure(
        record,
        about,
        "lead_time.median",
        _median(timed),
        "seconds",
        doubt or _too_few(record, len(timed), "deployments that stood"),
        formula=f"median of deployed - committed over {len(timed)} of "
        f"{count(len(stood), 'deployments')} that stood in {_span(record)}",
        sample_size=len(timed),
    )


def _failure_rate(record: Record, about: About, ended: Sequence[Deployment], doubt: str) -> Measure:
    failed = sum(record.failed(one) for one in ended)
    few = _too_few(record, len(ended), "deployments that ended")
    return _measure(
        record,
        about,
        "change_failure_rate",
        failure_rate(len(ended), failed),
        "ratio",
        doubt or few,
        formula=f"{failed} failed, rolled back or followed by an incident they caused, of "
        f"{count(len(ended), 'deployments')} that ended in {_span(record)}",
        sample_size=len(ended),
    )


def _recovery(
    record: Record,
    about: About,
    sound: Sequence[Deployment],
    failed: Sequence[Deployment],
    doubt: str,
) -> tuple[Measure, Measure]:
    stood = sorted(deployed_at(one) for one in sound if record.stood(one))
    times = {one.id: recovered_after(record, one, stood) for one in failed}
    mended = [length for length in times.values() if length is not None]
    still = [name for name, length in times.items() if length is None]
    waiting = f"Nothing says when it was over: {listed(still)}." if still else ""
    formula = f"of {count(len(failed), 'failed deployments')} in {_span(record)}"
    typical = _measure(
        record,
        about,
        "recovery_time.median",
        _median(mended),
        "seconds",
        doubt or waiting,
        reason="" if failed else "No deployment failed.",
        formula=f"median over {len(mended)} {formula}",
        sample_size=len(mended),
    )
    unrecovered = _measure(
        record,
        about,
        "unrecovered",
        len(still),
        "deployments",
        doubt,
        waiting,
        formula=formula,
        sample_size=len(failed),
    )
    return typical, unrecovered


def _measure(
    record: Record,
    about: About,
    name: str,
    value: Fraction | int | None,
    unit: str,
    doubt: str,
    reason: str = "",
    **more: Any,
) -> Measure:
    """A key; where there is doubt its figure is not known well enough to be judged."""
    return about.measure(
        f"delivery.{name}",
        value,
        unit,
        State.UNKNOWN if doubt else State.NOT_APPLICABLE,
        doubt or reason,
        window=record.window,
        **more,
    )


def _contradictory(record: Record, now: datetime) -> str:
    """Why some of the window cannot be as it says; what ended before it does not matter."""
    start = record.window.start.astimezone(timezone.utc)
    near = [one for one in record.deployments if max(one.started, deployed_at(one)) >= start]
    wrong = [reason for one in near if (reason := one.contradiction(now))]
    twice = [name for name, n in Counter(one.id for one in near).items() if n > 1]
    wrong += [f"{name} stands there more than once" for name in twice]
    return f"Contradictory: {listed(wrong, '; ')}." if wrong else ""


def _nothing(record: Record, inside: Sequence[Deployment]) -> str:
    if inside:
        return ""
    where = one_line(record.environment)
    return f"No deployment to {where} is on record in {_span(record)}."


def _untold(record: Record, inside: Sequence[Deployment], now: datetime) -> str:
    """Which do not say how they ended, and should by now."""
    untold = [
        one.id
        for one in inside
        if not record.failed(one)
        and (
            one.outcome is Outcome.UNKNOWN
            or (one.outcome is Outcome.IN_PROGRESS and now - deployed_at(one) > ENDED_AFTER)
        )
    ]
    return f"How they ended is not known: {listed(untold)}." if untold else ""


def _too_few(record: Record, number: int, what: str) -> str:
    if number >= record.minimum:
        return ""
    return f"Too few to say: {number} {what}, and {record.minimum} are needed."


def _span(record: Record) -> str:
    return format_duration(record.window.length)


def _median(lengths: Sequence[timedelta]) -> Fraction | None:
    return median(map(_seconds, lengths)) if lengths else None


def _seconds(length: timedelta) -> Fraction:
    return Fraction(length // _MICROSECOND, 1_000_000)
