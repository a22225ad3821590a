"""Arrow columns as numpy arrays and back, without copying.

pyarrow's own ways (`to_numpy`, `array`) import pandas first, which takes longer than the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def as_numpy(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    """The numbers of a column without nulls."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return np.from_dlpack(column)


def as_table(columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    """Columns of numbers as a table."""
    return pa.table({name: _as_arrow(values) for name, values in columns.items()})


def _as_arrow(values: NDArray[Any]) -> pa.Array:
    content = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, content])
