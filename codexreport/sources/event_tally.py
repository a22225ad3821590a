"""Counting events by bucket and code as they stream by."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codexreport.sources.columns import as_table

Ints = NDArray[np.int64]

_DENSE = 4
"""Up to so many cells for each event, counting all cells is quicker than sorting the events."""
_MANY = 2_000_000
"""So many counts are added up before more are gathered."""


class Tally:
    """The counts of one scan. `add` may be called by several threads.

    Args:
        codes: How many codes there are.
        goods: How many tests there are.
    """

    def __init__(self, codes: int, goods: int) -> None:
        self._codes = codes
        self._lock = Lock()
        self._parts: list[Ints] = [np.empty((goods + 2, 0), np.int64)]
        self._gathered = 0

    def add(
        self, bucket: Ints, code: NDArray[np.unsignedinteger], goods: Sequence[NDArray[np.bool_]]
    ) -> None:
        """Count some events.

        Args:
            bucket: Each event's bucket.
            code: Each event's code.
            goods: By test, whether each event is good.
        """
        if not len(bucket):
            return
        part = self._count(bucket, code, goods)
        with self._lock:
            self._parts.append(part)
            self._gathered += part.shape[1]
            if self._gathered > _MANY:
                self._parts = [_added(self._parts)]
                self._gathered = 0

    def table(self) -> pa.Table:
        """One row a bucket and code that has events: `bucket`, `code`, `valid`, `good_0` ..."""
        cell, valid, *goods = _added(self._parts)
        bucket, code = np.divmod(cell, self._codes)
        columns = {"bucket": bucket, "code": code, "valid": valid}
        return as_table(columns | {f"good_{n}": good for n, good in enumerate(goods)})

    def _count(
        self, bucket: Ints, code: NDArray[np.unsignedinteger], goods: Sequence[NDArray[np.bool_]]
    ) -> Ints:
        """Rows: cell (bucket and code in one number), valid, and good by test."""
        first, last = int(bucket.min()), int(bucket.max())
        cells = (last - first + 1) * self._codes
        cell = bucket - first
        cell *= self._codes
        cell += code
        if cells <= _DENSE * len(cell):
            valid = np.bincount(cell, minlength=cells)
            used = np.flatnonzero(valid)
        else:
            used, cell, valid = np.unique(cell, return_inverse=True, return_counts=True)
            cells = len(used)
        # Bad events are few, and so cheaper to count.
        good = [valid - np.bincount(cell[~one], minlength=cells) for one in goods]
        counts = [one if len(one) == len(used) else one[used] for one in (valid, *good)]
        return np.stack([used + first * self._codes, *counts])


def _added(parts: Sequence[Ints]) -> Ints:
    """Parts as one, in order of cells, those of one cell added up."""
    whole = np.concatenate(parts, axis=1)
    # Parts are in order each, and mostly follow one another: a merge sort is quick there.
    whole = whole[:, np.argsort(whole[0], kind="stable")]
    first = np.flatnonzero(np.diff(whole[0], prepend=whole[0, :1] - 1))
    if not len(first):
        return whole
    return np.concatenate([whole[:1, first], np.add.reduceat(whole[1:], first, axis=1)])
