"""Exact percentiles of a stream of latencies, without sorting it.

A histogram tells the narrow bin in which each percentile lies; only that bin's values are sorted.
The percentile is interpolated linearly between the two closest ranks, as SQL's `percentile_cont`
does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from itertools import pairwise
from threading import Lock

import numpy as np
from numpy.typing import NDArray

RANKS = (50, 95, 99)
KEPT_VALUES = 60_000_000
"""So many latencies are held in memory, 9 or 10 bytes each; of more, the files are read twice."""

_OCTAVES_BELOW_1, _OCTAVES = 24, 64
_CELLS = 2**22

Codes = NDArray[np.unsignedinteger]
Values = NDArray[np.float64]
Reread = Callable[[], Iterable[tuple[Values, Codes]]]


class Ranking:
    """The latencies of one scan. `add` may be called by several threads.

    Args:
        codes: How many codes there are.
    """

    def __init__(self, codes: int) -> None:
        # Powers of two in a bin's number are bits of the value's own binary form.
        fraction_bits = 4 if codes * _OCTAVES * 16 <= _CELLS else 0
        self._codes = codes
        self._bins = _OCTAVES << fraction_bits
        self._shift = 52 - fraction_bits
        self._base = (1023 - _OCTAVES_BELOW_1) << fraction_bits
        self._counts = np.zeros(codes * self._bins, np.int64)
        self._kept: list[tuple[Values, Codes]] | None = []
        self._held = 0
        self._lock = Lock()

    def add(self, values: Values, codes: Codes) -> None:
        """Take in some latencies.

        Args:
            values: The latencies, none of them NaN; kept, so the caller lets go of them.
            codes: Each one's code; kept too.
        """
        cells = self._cells(values, codes)
        with self._lock:
            np.add.at(self._counts, cells, 1)
            self._held += len(values)
            if self._held > KEPT_VALUES:
                self._kept = None
            if self._kept is not None:
                self._kept.append((values, codes))

    def ranks(self, reread: Reread, workers: Executor) -> tuple[NDArray[np.int64], Values]:
        """How many latencies each code has, and their `RANKS`; NaN where it has none.

        Args:
            reread: Gives all latencies once more, where they were too many to be held.
            workers: Shares the work.
        """
        below = self._counts.reshape(self._codes, self._bins).cumsum(axis=1)
        count = below[:, -1]
        place = np.maximum(count - 1, 0)[:, None] * (np.array(RANKS) / 100)
        low = np.floor(place).astype(np.int64)
        high = np.ceil(place).astype(np.int64)
        wanted = np.concatenate([low, high], axis=1)
        found = self._values_at(wanted, below, reread, workers)
        at_low, at_high = np.split(found, 2, axis=1)
        return count, at_low + (at_high - at_low) * (place - low)

    def _values_at(
        self, wanted: NDArray[np.int64], below: NDArray[np.int64], reread: Reread, workers: Executor
    ) -> Values:
        """The values at the wanted places of each code's order, shape (codes, places)."""
        code, _ = np.indices(wanted.shape)
        bins = np.stack(
            [np.searchsorted(row, at, "right") for row, at in zip(below, wanted, strict=True)]
        )
        found = np.full(wanted.shape, np.nan)
        has_any = below[:, -1] > 0
        if not has_any.any():
            return found
        cells = (code * self._bins + bins)[has_any]
        targets, target = np.unique(cells, return_inverse=True)
        values, starts = self._of_cells(targets, reread, workers)
        before = below.ravel()[cells] - self._counts[cells]
        found[has_any] = values[starts[target.reshape(cells.shape)] + wanted[has_any] - before]
        return found

    def _of_cells(
        self, targets: NDArray[np.int64], reread: Reread, workers: Executor
    ) -> tuple[Values, NDArray[np.intp]]:
        """The values in some cells, in order of cell and value, and where each cell's begin."""
        number = np.full(len(self._counts), len(targets), np.min_scalar_type(len(targets)))
        number[targets] = np.arange(len(targets))

        def pick(part: tuple[Values, Codes]) -> tuple[Values, Codes]:
            numbers = number[self._cells(*part)]
            inside = np.flatnonzero(numbers < len(targets))
            return part[0][inside], numbers[inside]

        parts = reread() if self._kept is None else self._kept
        picked = list(workers.map(pick, parts))
        numbers = np.concatenate([numbers for _, numbers in picked])
        order = np.argsort(numbers, kind="stable")
        values = np.concatenate([values for values, _ in picked])[order]
        starts = np.searchsorted(numbers[order], np.arange(len(targets) + 1))
        for begin, end in pairwise(starts):
            values[begin:end].sort()
        return values, starts

    def _cells(self, values: Values, codes: Codes) -> NDArray[np.int64]:
        """Each value's code and bin in one number; what is beyond the bins is in the outermost."""
        cell = values.view(np.int64) >> self._shift
        cell -= self._base
        np.clip(cell, 0, self._bins - 1, out=cell)
        cell += codes.astype(np.int64) * self._bins
        return cell
