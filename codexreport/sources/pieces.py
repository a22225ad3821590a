"""What a source that is read whole gives: the files of a pattern, or all issues of a tracker."""

from __future__ import annotations

from dataclasses import dataclass

from codexreport.errors import SourceError
from codexreport.sources.base import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What makes two pulls of a whole source the same.

    Attributes:
        source: The source's name in the project.
        type: Its type.
        asked: Its pattern of files, or the address with the query that is sent there.
    """

    source: str
    type: str
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One part of a whole source: a file of several, or all issues of a tracker.

    Attributes:
        name: What people call it: the file's path, or the address.
        content: Its bytes, or why there are none.
    """

    name: str
    content: Snapshot | SourceError
