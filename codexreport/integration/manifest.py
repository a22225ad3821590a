"""The manifest of an integration's evidence: which files it is, by their SHA-256."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.figures import none_of, shown, unfilled
from codexreport.measure import Measure
from codexreport.text import one_line
from codexreport.wording import count

_HASH = re.compile(r"[0-9a-f]{64}")
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file.

    Attributes:
        path: Relative to the manifest's root, with forward slashes.
        sha256: Of its bytes, as written.
        size: In bytes; None where nothing says.
    """

    path: str
    sha256: str
    size: int | None = None

    def flaw(self) -> str:
        """Why nothing can be checked by it; empty where it can."""
        path = PurePosixPath(self.path)
        if not self.path or path.is_absolute() or ".." in path.parts or "\\" in self.path:
            return f"{self._name()} leads out of the folder"
        return "" if _HASH.fullmatch(self.sha256) else f"{self._name()} has no SHA-256"

    def _name(self) -> str:
        return one_line(self.path, _SHOWN) or "an entry without a path"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceManifest:
    """What one manifest says.

    Attributes:
        entries: Its files.
        of_workspace: Paths are seen from the project's folder, as the kit's own manifests have
            them; else from the manifest's own.
        observed: When it was made, aware; None where nothing says.
        commit: The revision it names; empty where it names none.
        blanks: Places that were never filled in.
    """

    kind: ClassVar[str] = "manifest"

    entries: tuple[Entry, ...]
    of_workspace: bool
    observed: datetime | None = None
    commit: str = ""
    blanks: tuple[str, ...] = ()

    def summary(self) -> str:
        """Such as `14 files`."""
        return count(len(self.entries), "files")

    def measures(self, about: About) -> tuple[Measure, ...]:
        """How many files it lists, and which entries say too little."""
        doubts = unfilled(self.blanks)
        return (
            shown(about, "manifest.files", len(self.entries), "files", doubts),
            none_of(
                about,
                "manifest.malformed",
                [*self._malformed()],
                of=len(self.entries),
                unit="files",
                what="Malformed",
                doubts=doubts,
            ),
        )

    def _malformed(self) -> Iterator[str]:
        yield from filter(None, (one.flaw() for one in self.entries))
        numbers = Counter(one.path for one in self.entries)
        yield from (
            f"{one_line(path, _SHOWN)} stands twice" for path, n in numbers.items() if n > 1
        )
