"""What an integration recommends to those who come after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.figures import none_of, shown, unfilled
from codexreport.measure import Measure, State
from codexreport.wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One recommendation.

    Attributes:
        text: What is recommended.
        owner: Team that takes it on; empty where none is named.
        due: The last day it is to be done on; None where nothing says.
        link: Where it is followed; empty where nothing says.
    """

    text: str
    owner: str
    due: date | None
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations:
    """The recommendations that somebody wrote down.

    Attributes:
        entries: In the file's order.
        blanks: Places that were never filled in.
        observed: Always None: a table does not say when it was written.
        commit: Always empty.
    """

    kind: ClassVar[str] = "recommendations"

    entries: tuple[Recommendation, ...]
    blanks: tuple[str, ...] = ()
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `3 recommendations`."""
        return count(len(self.entries), "recommendations")

    def measures(self, about: About) -> tuple[Measure, ...]:
        """How many there are; one that nobody can follow up warns."""
        doubts = unfilled(self.blanks)
        return (
            shown(about, "recommendations.total", len(self.entries), "recommendations", doubts),
            none_of(
                about,
                "recommendations.incomplete",
                [told for one in self.entries if (told := _lacking(one))],
                of=len(self.entries),
                unit="recommendations",
                what="Incomplete",
                bad=State.UNKNOWN if doubts else State.WARNING,
                doubts=doubts,
            ),
        )


def _lacking(one: Recommendation) -> str:
    """What it does not say; empty where it says all."""
    lacking = [what for what in ("owner", "due", "link") if not getattr(one, what)]
    return f"{one.text} (no {', no '.join(lacking)})" if lacking else ""
