"""Which rows of a table a `where` selects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from codexreport.errors import SourceError
from codexreport.sources import tables
from codexreport.sources.conditions import Condition, Scalar, parse

Mask = NDArray[np.bool_]
_COMPARE = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}


def selected(rows: tables.Rows, where: Mapping[str, object]) -> Mask:
    """One truth value per row; rows are compared as text for equality, as numbers for order.

    Raises:
        SourceError: A column is missing, or holds what cannot be compared.
    """
    mask = np.ones(rows.table.num_rows, dtype=np.bool_)
    for condition in parse(where):
        mask &= _holds(condition, rows)
    return mask


def _holds(condition: Condition, rows: tables.Rows) -> Mask:
    column, wanted = condition.column, condition.value
    if condition.operator in {"=", "!=", "in"}:
        allowed = {_text(one) for one in (wanted if isinstance(wanted, tuple) else (wanted,))}
        equal = np.array([one in allowed for one in tables.texts(rows, column)], dtype=np.bool_)
        return ~equal if condition.operator == "!=" else equal
    if isinstance(wanted, str | tuple):
        raise SourceError(
            f"{rows.name}: {column}: only numbers can be compared by {condition.operator}."
        )
    figures = tables.numbers(rows, column)
    return np.asarray(_COMPARE[condition.operator](figures, float(wanted)), dtype=np.bool_)


def _text(value: Scalar) -> str:
    """A value as a table's column writes it: `true`, and `500` for 500.0 too."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
