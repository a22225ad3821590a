"""`where` tables: which rows count, as data and never as text pasted into a query."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

Scalar = str | int | float | bool
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in"]

_COMPARISON = re.compile(r"\s*(<=|>=|!=|<|>)\s*(.*\S)\s*", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of one column."""

    column: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...]

    def sql(self) -> tuple[str, list[Any]]:
        """The comparison with placeholders, and the values for them."""
        name = quoted(self.column)
        if isinstance(self.value, tuple):
            marks = ", ".join("?" for _ in self.value)
            return f"{name} IN ({marks})", list(self.value)
        return f"{name} {self.operator} ?", [self.value]


class ConditionError(ValueError):
    """A `where` table that means nothing; the message says why."""


def parse(where: object) -> tuple[Condition, ...]:
    """Read a `where` table: a value is equal, text may begin with an operator, a list is any of.

    Raises:
        ConditionError: It is not such a table.
    """
    if not isinstance(where, Mapping):
        raise ConditionError("`where` must be a table such as {service: checkout}")
    return tuple(_condition(str(column), value) for column, value in sorted(where.items()))


def _condition(column: str, value: object) -> Condition:
    if isinstance(value, str) and (match := _COMPARISON.fullmatch(value)):
        return Condition(column, _operator(match[1]), _number_or_text(match[2]))
    if _is_scalar(value):
        return Condition(column, "=", value)
    if isinstance(value, Sequence) and value and all(map(_is_scalar, value)):
        return Condition(column, "in", tuple(value))
    raise ConditionError(
        f"{column}: {value!r} is neither a value, a comparison nor a list of values"
    )


def _is_scalar(value: object) -> TypeGuard[Scalar]:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _operator(text: str) -> Operator:
    operators: dict[str, Operator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "!=": "!="}
    return operators[text]


def _number_or_text(text: str) -> Scalar:
    if not _NUMBER.fullmatch(text):
        return text
    if not math.isfinite(float(text)):
        raise ConditionError(f"{text[:20]}... is too large a number")
    return float(text) if "." in text else int(text)


def quoted(column: str) -> str:
    """A column's name as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'
