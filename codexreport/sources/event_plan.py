"""From indicators to the fewest scans: what differs only in an equal value is one GROUP BY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from codexreport.series import Indicator, Metric, RatioIndicator
from codexreport.sources.conditions import Condition, ConditionError, Scalar, parse, quoted

FEW = 8
"""Up to so many values of a key are picked out by the scan."""

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
    """One GROUP BY that answers all questions of one shape.

    Attributes:
        goods: The distinct tests, one counter each.
        questions: Who asks, with the number of their test.
    """

    keys: tuple[str, ...]
    others: tuple[Condition, ...]
    goods: list[GoodTest] = field(default_factory=list)
    questions: list[tuple[Question, int]] = field(default_factory=list)

    def add(self, question: Question) -> None:
        """Answer one more question."""
        if question.good not in self.goods:
            self.goods.append(question.good)
        self.questions.append((question, self.goods.index(question.good)))

    def columns(self) -> set[str]:
        """The columns it looks at."""
        tested = {column for good in self.goods for column in good.columns()}
        return {*self.keys, *(one.column for one in self.others), *tested}

    @property
    def sees_all(self) -> bool:
        """Whether it counts every event, whoever asks."""
        return not self.others and all(len(values) > FEW for values in self._wanted())

    def where(self) -> tuple[str, list[Any]]:
        """Which events are looked at.

        Few wanted values are picked out; comparing every event with many costs more than
        grouping all and leaving aside what nobody asked for.
        """
        text, values = conjunction(self.others)
        for key, wanted in zip(self.keys, self._wanted(), strict=True):
            if len(wanted) <= FEW:
                text += f" AND {quoted(key)} IN ({', '.join('?' for _ in wanted)})"
                values += wanted
        return text, values

    def _wanted(self) -> list[list[Scalar]]:
        """The values that are asked for, key by key."""
        rows = {question.values for question, _ in self.questions}
        return [
            sorted({row[at] for row in rows}, key=lambda one: (str(type(one)), str(one)))
            for at in range(len(self.keys))
        ]


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
