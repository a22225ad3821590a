"""What `codexreport.toml` says of performance: budgets by endpoint, and what they compare with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, model_validator

from codexreport.bounds import BoundError, Bounds
from codexreport.performance.budgets import Budget, Limit
from codexreport.performance.readings import UNITS
from codexreport.project.gate_schema import BoundsText
from codexreport.project.mistakes import KeyPath, did_you_mean
from codexreport.project.table import Name, Table

_EXAMPLES = {"seconds": "< 200 ms", "ratio": "< 0.1 %", "1/s": ">= 50 /s"}


def _fitting(unit: str, bounds: Bounds) -> Bounds:
    """Bounds for a figure in `unit`; without a unit of its own only 0 says what it means."""
    if bounds == ():
        return bounds
    if not all(bounds):
        raise ValueError(f"holds no bound; write for example {_EXAMPLES[unit]}")
    for bound in (one for group in bounds for one in group):
        try:
            bound.limit(unit, 1)
        except BoundError as error:
            raise ValueError(f"{error}; write for example {_EXAMPLES[unit]}") from error
        if not bound.unit and bound.number:
            raise ValueError(f"{bound.text!r} has no unit; write for example {_EXAMPLES[unit]}")
        if bound.relative and bound.operator in {"=", "!="}:
            raise ValueError(f"{bound.text!r} can never be told; compare by <, <=, > or >=")
    return bounds


DurationBounds = Annotated[BoundsText, AfterValidator(partial(_fitting, "seconds"))]
ShareBounds = Annotated[BoundsText, AfterValidator(partial(_fitting, "ratio"))]
RateBounds = Annotated[BoundsText, AfterValidator(partial(_fitting, "1/s"))]


class _Statistics(Table):
    p50: DurationBounds = ()
    """Bounds for the median, such as `< 80 ms`; a list must hold whole."""
    p75: DurationBounds = ()
    """Bounds for the 75th percentile."""
    p90: DurationBounds = ()
    """Bounds for the 90th percentile."""
    p95: DurationBounds = ()
    """Bounds for the 95th percentile, such as `["< 200 ms", "<= +10 %"]`: the second is a change
    from the baseline."""
    p99: DurationBounds = ()
    """Bounds for the 99th percentile."""
    errors: ShareBounds = ()
    """Bounds for the share of requests that failed, such as `< 0.1 %`."""
    throughput: RateBounds = ()
    """Bounds for the requests a second, such as `>= 50 /s`."""

    def bounds(self, statistic: str) -> Bounds:
        """Those of one statistic, a key of this table; none where it has none."""
        found: Bounds = getattr(self, statistic)
        return found


class BudgetWarningTable(_Statistics):
    """`warning` in `[[budgets]]`: bounds of which missing those beside them is only a warning."""


class BudgetTable(_Statistics):
    """`[[budgets]]`: what an endpoint may take, under the load of a performance source."""

    source: Name
    """The source whose runs it is about."""
    endpoint: str = ""
    """Its name in the source's files; absent: everything together."""
    baseline: Name | None = None
    """The source of the run that changes such as `<= +10 %` are counted from."""
    warning: BudgetWarningTable | None = None
    """The same keys again, such as `warning.p95 = "< 300 ms"`: what only warns."""
    owner: str = ""
    """Team that acts on it; absent: the project's."""

    @model_validator(mode="after")
    def _consistent(self) -> BudgetTable:
        if not any(self.bounds(one) for one in UNITS):
            raise ValueError(f"bounds nothing; write one of {', '.join(UNITS)}")
        if lone := next((one for one in UNITS if self._warns(one) and not self.bounds(one)), ""):
            raise ValueError(f"warning.{lone} needs {lone} too")
        if self.baseline == self.source:
            raise ValueError("its baseline is its own source; name another")
        if not self.baseline and (change := next(self._changes(), "")):
            raise ValueError(f"{change} is a change, and there is no baseline to count from")
        return self

    def _warns(self, statistic: str) -> Bounds:
        return self.warning.bounds(statistic) if self.warning else ()

    def _changes(self) -> Iterator[str]:
        for statistic in UNITS:
            for key, found in (("", self.bounds(statistic)), ("warning.", self._warns(statistic))):
                bounds = (one for group in found for one in group)
                yield from (f"{key}{statistic} {one.text!r}" for one in bounds if one.relative)

    def budget(self, owner: str) -> Budget:
        """What is judged.

        Args:
            owner: Who acts where nobody is named.
        """
        return Budget(
            source=self.source,
            endpoint=self.endpoint,
            baseline=self.baseline or "",
            limits=tuple(
                Limit(statistic=one, passes=self.bounds(one), warns=self._warns(one))
                for one in UNITS
                if self.bounds(one)
            ),
            owner=self.owner or owner,
        )


def budget_mistakes(tables: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """What no budget can see by itself: sources that there are not, and endpoints named twice.

    Args:
        tables: The project file as it is written; it may be refused for other reasons.
    """
    sources, entries = tables.get("sources"), tables.get("budgets")
    names = list(sources) if isinstance(sources, dict) else []
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        if not isinstance(entry, dict):
            continue
        for key in ("source", "baseline"):
            name = entry.get(key)
            if isinstance(name, str) and name not in names:
                message = f"no source is called {name!r}{did_you_mean(name, names)}"
                yield ("budgets", number, key), message
        about = str(entry.get("source", "")), str(entry.get("endpoint", ""))
        if about in seen:
            what = repr(about[1]) if about[1] else "everything together"
            message = f"{what} of {about[0]!r} has a budget already; put its bounds into one"
            yield ("budgets", number, "endpoint"), message
        seen.add(about)
