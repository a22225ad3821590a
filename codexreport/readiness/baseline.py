"""An earlier figure to compare with, and the judgements that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from codexreport.measure import Number
from codexreport.moments import day
from codexreport.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A judgement that a figure comes from.

    Attributes:
        release: What was judged; empty where nobody said.
        day: When; None where that is not known.
    """

    release: str = ""
    day: date | None = None

    @property
    def said(self) -> str:
        """Such as `1.0, Tue 6 Oct 2026`."""
        when = day(self.day) if self.day else ""
        return ", ".join(filter(None, [one_line(self.release), when])) or "an earlier judgement"

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"release": self.release, "day": self.day.isoformat() if self.day else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a relative bound starts from.

    Attributes:
        value: The figure, in its measure's unit; of several judgements their mean.
        of: Those judgements, the nearest last.
    """

    value: Number
    of: tuple[Before, ...]

    @property
    def said(self) -> str:
        """Where it comes from, to follow the figure: `in 1.0, Tue 6 Oct 2026`."""
        told = "; ".join(one.said for one in self.of)
        if len(self.of) > 1:
            return f"as the mean of {told}"
        return f"{'on' if self.of[0].day and not self.of[0].release else 'in'} {told}"


Baselines = Mapping[tuple[str, str], Baseline]
"""Earlier figures by a measure's name and subject."""
