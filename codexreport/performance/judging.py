"""Measures of a performance run: what is only shown, and what its own thresholds decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from codexreport.facts import About
from codexreport.measure import Measure, Number, State, worst
from codexreport.performance.readings import UNITS, reading_of
from codexreport.performance.values import Figure, Group, Threshold
from codexreport.wording import count, figure, percent

GROUPS_SHOWN = 100
"""Groups whose figures are shown apart: the largest ones."""

_UNBOUNDED = (
    "The file holds no threshold and there is no default one, so nothing says how fast is fast "
    "enough."
)
_OUTCOMES = {State.FAIL: "failed", State.WARNING: "missed, which is a warning"}


def duration(seconds: Number) -> str:
    """Seconds for a sentence: `2.52284 ms`, `1.5 s`."""
    return f"{figure(seconds * 1000)} ms" if -1 < seconds < 1 else f"{figure(seconds)} s"


def doubts(about: About, sentences: Sequence[str]) -> Iterator[Measure]:
    """What is missing or contradicts itself keeps the whole file from passing."""
    if sentences:
        yield about.measure(
            "performance.contradictions",
            len(sentences),
            "contradictions",
            State.UNKNOWN,
            " ".join(sentences),
        )


def counts(
    about: About, total: Group, unit: str, *, errors_bounded: bool, cause: str = ""
) -> Iterator[Measure]:
    """How many requests there were, how many of them failed and why, and how many a second."""
    if total.count is not None:
        state = State.NOT_APPLICABLE if total.count else State.UNKNOWN
        reason = "" if total.count else f"The run made no {unit}, so it shows nothing."
        yield about.measure(f"performance.{unit}", total.count, unit, state, reason)
    if total.failed is not None and total.count:
        found = _errors(about, total.failed, total.count, unit, bounded=errors_bounded)
        why = f"Most often: {cause}." if cause else ""
        yield replace(found, reason=" ".join(filter(None, [found.reason, why])))
    yield from _throughput(about, total, unit)


def latencies(about: About, total: Group, parts: Sequence[Group]) -> Iterator[Measure]:
    """Percentiles of everything together, where there are any."""
    known = sum(part.latency is not None for part in parts)
    if total.latency is None and known > 1:
        yield about.measure(
            "performance.latency.p95",
            None,
            "seconds",
            reason=f"Percentiles of {known} groups are shown apart: they cannot be averaged.",
        )
    yield from _latency(about, total)


def thresholds(about: About, bounds: Sequence[Threshold]) -> Iterator[Measure]:
    """The tool's thresholds together, and each of them."""
    failed = sum(one.state is State.FAIL for one in bounds)
    state = worst(one.state for one in bounds)
    yield about.measure(
        "performance.thresholds.failed",
        failed if bounds else None,
        "thresholds",
        state,
        _said_of(bounds, state) if bounds else _UNBOUNDED,
        formula=f"{failed} of {count(len(bounds), 'thresholds')}" if bounds else "",
    )
    for one in bounds:
        named = replace(about, subject=f"{about.subject}: {one.of} {one.expression}")
        yield named.measure("performance.threshold", one.value, one.unit, one.state, one.reason)


def figures(about: About, others: Sequence[Figure]) -> Iterator[Measure]:
    """Whatever else the tool measured."""
    for one in others:
        yield _apart(about, one.of).measure(
            f"performance.{one.name}", one.value, one.unit, one.state, one.reason
        )


def groups(about: About, parts: Sequence[Group], unit: str, *, more: int) -> Iterator[Measure]:
    """The largest parts of a run. They are shown: judged are the whole, and the thresholds.

    Args:
        about: Of the run.
        parts: Its groups.
        unit: What they count.
        more: How many groups were left out already.
    """
    largest = sorted(parts, key=lambda part: (-(part.count or 0), part.name))[:GROUPS_SHOWN]
    for part in sorted(largest, key=lambda part: part.name):
        yield from _group(_apart(about, part.name), part, unit)
    hidden = more + len(parts) - len(largest)
    if hidden:
        reason = f"{count(hidden, 'groups')} more are not shown apart; the whole holds them."
        yield about.measure("performance.groups.more", hidden, "groups", reason=reason)


def _group(named: About, part: Group, unit: str) -> Iterator[Measure]:
    if part.count is not None:
        yield named.measure(f"performance.{unit}", part.count, unit)
    if part.failed is not None and part.count and part.failed <= part.count:
        yield named.measure(
            "performance.errors.rate",
            Fraction(part.failed, part.count),
            "ratio",
            formula=f"{figure(part.failed)} failed / {count(part.count, unit)}",
            sample_size=part.count,
        )
    yield from _throughput(named, part, unit)
    yield from _latency(named, part)


def _errors(about: About, failed: int, made: int, unit: str, *, bounded: bool) -> Measure:
    share = Fraction(failed, made)
    said = f"{figure(failed)} of {count(made, unit)} failed"
    if failed > made:
        state, reason = State.UNKNOWN, f"{said}, more than were made."
    elif failed == made:
        state, reason = State.FAIL, f"Every one of the {count(made, unit)} failed."
    elif failed and not bounded:
        state, reason = State.WARNING, f"{said} ({percent(share)}), and no threshold bounds that."
    else:
        state, reason = State.NOT_APPLICABLE, ""
    return about.measure(
        "performance.errors.rate",
        share,
        "ratio",
        state,
        reason,
        formula=f"{figure(failed)} failed / {count(made, unit)}",
        sample_size=made,
    )


def _throughput(about: About, group: Group, unit: str) -> Iterator[Measure]:
    if group.throughput is not None:
        yield about.measure("performance.throughput", group.throughput, "1/s", formula=f"{unit}/s")


def _latency(about: About, group: Group) -> Iterator[Measure]:
    if group.latency is None:
        return
    for name, seconds in group.latency.figures:
        yield about.measure(
            f"performance.latency.{name}",
            seconds,
            "seconds",
            doubt=reading_of(group, name).problem if name in UNITS else "",
            formula=f"{name}, {group.latency.method}",
            sample_size=group.latency.samples,
        )


def _said_of(bounds: Sequence[Threshold], state: State) -> str:
    if state is State.PASS:
        return f"Every threshold was kept ({len(bounds)})."
    such = [one for one in bounds if one.state is state]
    outcome = _OUTCOMES.get(state, "cannot be judged")
    return f"{len(such)} of {count(len(bounds), 'thresholds')} {outcome}, first: {such[0].reason}"


def _apart(about: About, name: str) -> About:
    return replace(about, subject=f"{about.subject}: {name}") if name else about
