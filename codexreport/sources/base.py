"""The contract of a source: what it is given, what it gives, what it may raise.

A source lives in `sources/<type>.py` and is registered under the entry point
group `codexreport.sources`. It fetches (`collect`) apart from understanding
(`read`): `read` is pure and sees only snapshots, so a report can be made again
from what was kept. `tests/sources/test_contract.py` runs on every registered
source.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from codexreport.errors import SourceError
from codexreport.measure import Origin
from codexreport.series import Ask, EventSeries, Indicator


class SourceSettings(BaseModel):
    """The keys of a `[sources.NAME]` table that every source has; each type adds its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The bytes one pull gave, and where they came from.

    Attributes:
        body: Exactly the bytes that `read` parses.
        media_type: What they are, such as `application/json`.
        origins: Where they came from; a roll-up names the raw files it was made of.
        request: What was asked, as plain JSON values (a chunk's bounds, a role such as `good`).
    """

    body: bytes = field(repr=False)
    media_type: str
    origins: tuple[Origin, ...]
    request: Mapping[str, Any] = field(default_factory=dict)


Pulled = tuple[Snapshot, ...] | SourceError
"""One indicator's snapshots, or why there are none. One failure spoils no other indicator."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""


def silent(_what: str, _done: int, _of: int) -> None:
    """The progress callback that shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a source works.

    Attributes:
        root: The project's folder; relative paths in settings start here and stay inside it.
        cache: A folder the source may keep derived data in; losing it costs time only.
        now: The moment of collection; the `retrieved` time of every origin.
        progress: Called as work goes on.
    """

    root: Path
    cache: Path
    now: datetime
    progress: Progress = silent


class Source(Protocol):
    """An adapter by `type`. Constructing one does no I/O."""

    type: ClassVar[str]
    Settings: ClassVar[builtins.type[SourceSettings]]

    def __init__(self, name: str, settings: Any) -> None: ...

    def refusal(self, indicator: Indicator) -> str:
        """Why this source can never answer `indicator` (a sentence), or an empty string.

        Asked when the project is loaded, before anything is fetched.
        """
        ...

    def collect(self, ask: Ask, place: Place) -> Mapping[str, Pulled]:
        """Fetch what answers `ask`; one entry per indicator, by its name.

        Raises:
            SourceError: The source as a whole gave nothing (server down, file missing).
        """
        ...

    def read(self, indicator: Indicator, ask: Ask, snapshots: Sequence[Snapshot]) -> EventSeries:
        """Understand what was fetched. Pure: no clock, files, network or environment.

        Data that contradicts itself gives a series with `contradictions`; bytes that are not
        what they should be raise.

        Raises:
            SourceError: The bytes are not understood; names the origin and the position.
        """
        ...

    def probe(self, place: Place, indicators: Sequence[Indicator] = ()) -> str:
        """One sentence on the source's reachability, for `codexreport doctor`.

        Args:
            place: Where it works.
            indicators: What it will be asked for, to find out what it has not, such as a column.

        Raises:
            SourceError: It cannot be reached, or cannot answer one of the indicators.
        """
        ...
