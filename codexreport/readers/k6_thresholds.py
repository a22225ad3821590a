"""k6's threshold expressions, such as `p(95)<500`: read, worked out again, and judged."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from codexreport.measure import State
from codexreport.performance.values import Threshold
from codexreport.text import one_line
from codexreport.wording import figure

if TYPE_CHECKING:
    from codexreport.performance.ordered import Ordered

_EXPRESSION = re.compile(
    r"\s*(value|count|rate|avg|min|med|max|p\(\s*(\d{1,3}(?:\.\d{1,9})?)\s*\))"
    r"\s*(<=|>=|===|==|!=|<|>)\s*(-?\d{1,18}(?:\.\d{1,18})?)\s*"
)
_HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
}
_COUNTS = frozenset({"count", "rate"})
"""Statistics that are never a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric of k6, with what its samples came to.

    Attributes:
        name: With its tags, where it is a part: `http_req_duration{group:::login}`.
        kind: `trend`, `rate`, `counter` or `gauge`.
        contains: `time` (milliseconds), `data` (bytes) or `default`.
        values: By k6's names: `avg`, `p(95)`, `rate`, `passes`, `count`.
        empty: It took no sample; None where the file cannot say.
        ordered: The samples of a trend; None where the file does not hold them.
    """

    name: str
    kind: str
    contains: str
    values: Mapping[str, Fraction]
    empty: bool | None = None
    ordered: Ordered | None = field(default=None, compare=False, repr=False)

    @property
    def idle(self) -> bool:
        """Whether it took no sample, or cannot be told from a metric that took none."""
        if self.kind == "counter":
            return not self.values.get("count")
        return not any(self.values.values()) if self.empty is None else self.empty

    def unit_of(self, statistic: str) -> str:
        """What a statistic of it is in, once times are seconds."""
        if statistic == "rate":
            return "ratio" if self.kind == "rate" else "1/s"
        return {"time": "seconds", "data": "bytes"}.get(self.contains, "1")

    def seconds(self, value: Fraction) -> Fraction:
        """A value of it with milliseconds made seconds."""
        return value / 1000 if self.contains == "time" else value


def judge(metric: Metric, expression: str, *, kept: bool | None, ran: bool) -> Threshold:
    """What came of a threshold: k6's word, and the figures beside it. The worse of them wins.

    k6 calls a threshold kept when its metric took no sample at all. A plain counter is the
    exception: nothing was counted, and nought is its value. With tags it may as well be a
    selector that fits no request.

    Args:
        metric: What it bounds.
        expression: As written.
        kept: k6's own verdict; None where the file holds none.
        ran: Whether the run made any request or iteration.
    """
    statistic, value, holds = _worked_out(metric, expression)
    named = f"{metric.name} {one_line(expression)}"
    zero_counter = metric.kind == "counter" and "{" not in metric.name and ran
    if kept is False:
        state, said = State.FAIL, "failed" if holds is not True else "failed, says k6"
    elif metric.idle and not zero_counter:
        state, said = State.UNKNOWN, "was judged without a single sample"
    elif holds is False:
        state, said = State.FAIL, "failed" if kept is None else "failed, although k6 calls it kept"
    elif kept is None and holds is None:
        state, said = State.UNKNOWN, "cannot be worked out from this file"
    else:
        state, said = State.PASS, "was kept"
    return Threshold(
        of=metric.name,
        expression=one_line(expression),
        state=state,
        reason=f"{named} {said}{_measured(metric, expression)}.",
        value=None if value is None else _shown(metric, statistic, value),
        unit=metric.unit_of(statistic),
    )


def percentile_asked(expression: str) -> Fraction | None:
    """The rank that an expression bounds; None where it bounds no percentile."""
    found = _EXPRESSION.fullmatch(expression)
    rank = Fraction(found[2]) if found and found[2] else None
    return rank if rank is not None and rank <= 100 else None  # noqa: PLR2004, percent


def _worked_out(metric: Metric, expression: str) -> tuple[str, Fraction | None, bool | None]:
    """The statistic, its value, and whether that is within the bound; None where not known."""
    found = _EXPRESSION.fullmatch(expression)
    if found is None:
        return "", None, None
    statistic = f"p({figure(Fraction(found[2]))})" if found[2] else found[1]
    value = metric.values.get(statistic)
    if value is None:
        return statistic, None, None
    return statistic, value, _HOLDS[found[3]](value, Fraction(found[4]))


def _side(expression: str, value: Fraction) -> int:
    """Below the bound -1, on it 0, above it 1."""
    found = _EXPRESSION.fullmatch(expression)
    bound = Fraction(found[4]) if found else value
    return (value > bound) - (value < bound)


def _shown(metric: Metric, statistic: str, value: Fraction) -> Fraction:
    return value if statistic in _COUNTS else metric.seconds(value)


def _measured(metric: Metric, expression: str) -> str:
    """The figure of a sentence, with enough digits to stand on its own side of the bound."""
    statistic, value, _ = _worked_out(metric, expression)
    if value is None:
        return ""
    unit = " ms" if metric.contains == "time" and statistic not in _COUNTS else ""
    for digits in (6, 9, 12, 17):
        shown = f"{float(value):.{digits}g}"
        if _side(expression, Fraction(shown)) == _side(expression, value):
            break
    return f": {statistic} is {shown}{unit}"
