"""From indicators to the fewest scans: what differs only in an equal value is one look-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from codexreport.series import Indicator, Metric, RatioIndicator
from codexreport.sources.conditions import Condition, ConditionError, Scalar, parse

_OPERATORS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


@dataclass(frozen=True, slots=True)
class GoodTest:
    """Which valid events are good.

    Attributes:
        conditions: All hold for a good event; with `negated`, for a bad one.
    """

    conditions: tuple[Condition, ...]
    negated: bool = False

    def sql(self) -> tuple[str, list[Any]]:
        """The test with placeholders, and the values for them; NULL is not true."""
        text, values = conjunction(self.conditions)
        return (f"NOT coalesce({text}, false)" if self.negated else text), values

    def columns(self) -> set[str]:
        """The columns it looks at."""
        return {condition.column for condition in self.conditions}


@dataclass(frozen=True, slots=True)
class Question:
    """One indicator in the scan's terms.

    Attributes:
        keys: The columns that must be equal to `values`, sorted.
        others: What else makes an event valid.
    """

    name: str
    keys: tuple[str, ...]
    values: tuple[Scalar, ...]
    others: tuple[Condition, ...]
    good: GoodTest


@dataclass(slots=True)
class Scan:
    """All questions of one shape: a look-up of each event's keys tells which it is for.

    Attributes:
        keys: The columns looked up.
        others: What else makes an event valid.
        wanted: The values asked for, key by key; a row's number is its code.
        goods: The distinct tests of an event, one counter each.
        questions: Who asks: the indicator's name, its code, and the number of its test.
    """

    keys: tuple[str, ...]
    others: tuple[Condition, ...]
    wanted: list[tuple[Scalar, ...]] = field(default_factory=list)
    goods: list[GoodTest] = field(default_factory=list)
    questions: list[tuple[str, int, int]] = field(default_factory=list)
    _known: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, question: Question) -> None:
        """Answer one more question."""
        if question.good not in self.goods:
            self.goods.append(question.good)
        code = self._known.setdefault(_texts(question.values), len(self.wanted))
        if code == len(self.wanted):
            self.wanted.append(question.values)
        self.questions.append((question.name, code, self.goods.index(question.good)))

    @property
    def codes(self) -> int:
        """How many codes there are; the last is that of the events nobody asked for."""
        return len(self.wanted) + 1

    def columns(self) -> set[str]:
        """The columns it looks at."""
        tested = {column for good in self.goods for column in good.columns()}
        return {*self.keys, *(one.column for one in self.others), *tested}

    def signature(self) -> str:
        """What its counts depend on, besides the file."""
        return repr((self.keys, self.others, self.wanted, self.goods))


def _texts(values: Sequence[Scalar]) -> tuple[str, ...]:
    """Values as a column of texts would hold them: 500 and "500" are one."""
    return tuple(as_text(value) for value in values)


def as_text(value: Scalar) -> str:
    """A value as SQL writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def plan(indicators: Iterable[Indicator]) -> list[Scan]:
    """The scans that answer all indicators.

    Raises:
        ConditionError: One of them cannot be understood.
    """
    scans: dict[tuple[Any, ...], Scan] = {}
    for indicator in indicators:
        question = understand(indicator)
        shape = (question.keys, question.others)
        scans.setdefault(shape, Scan(question.keys, question.others)).add(question)
    return list(scans.values())


def understand(indicator: Indicator) -> Question:
    """One indicator in the scan's terms.

    Raises:
        ConditionError: It cannot be understood.
    """
    if isinstance(indicator, RatioIndicator):
        part = indicator.good or indicator.bad
        valid = _where(indicator.total, {"where"})
        tested = _where(part, {"where"}) if part else ()
        # What `good` repeats of `total` need not be tested again.
        good = GoodTest(
            tuple(one for one in tested if one not in valid), negated=indicator.bad is not None
        )
        return _question(indicator.name, valid, good)
    column = indicator.metric.spec.get("column")
    if not isinstance(column, str):
        raise ConditionError("a threshold metric of events needs `column`")
    limit = float(indicator.value)
    test = Condition(column, _OPERATORS[indicator.op], limit)  # type: ignore[arg-type]
    return _question(
        indicator.name, _where(indicator.metric, {"where", "column"}), GoodTest((test,))
    )


def _question(name: str, valid: Sequence[Condition], good: GoodTest) -> Question:
    equal = [one for one in valid if one.operator == "=" and not isinstance(one.value, tuple)]
    return Question(
        name=name,
        keys=tuple(one.column for one in equal),
        values=tuple(one.value for one in equal if not isinstance(one.value, tuple)),
        others=tuple(one for one in valid if one not in equal),
        good=good,
    )


def _where(metric: Metric, known: set[str]) -> tuple[Condition, ...]:
    if unknown := set(metric.spec) - known:
        raise ConditionError(
            f"spec knows {', '.join(sorted(known))}, not {', '.join(sorted(unknown))}"
        )
    return parse(metric.spec.get("where", {}))


def conjunction(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """All conditions at once, with placeholders, and the values for them."""
    parts, values = ["true"], []
    for condition in conditions:
        text, given = condition.sql()
        parts.append(text)
        values += given
    return " AND ".join(parts), values
