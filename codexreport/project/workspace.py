"""Where a project is, and where its results go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "codexreport.toml"
PHASE = "phase6"
"""The phase whose evidence reports and checks are."""


def find_project(start: Path) -> Path | None:
    """The nearest folder from `start` upwards that holds a project file."""
    start = start.resolve()
    return next(
        (folder for folder in (start, *start.parents) if (folder / FILE_NAME).is_file()), None
    )


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that everything generated is written below.

    It is the project's own folder; for the shipped sample, which may be read-only, the
    current one.
    """

    root: Path
    brought: Path | None = None
    """The sample's own folder, which brings evidence with it."""

    @property
    def recorded(self) -> Path:
        """The folder below which the evidence is that decisions ask for."""
        return self.brought or self.root

    @property
    def snapshots(self) -> Path:
        """What sources gave, by content and by request."""
        return self.root / ".codexreport" / "snapshots"

    @property
    def rollups(self) -> Path:
        """Derived data; losing it costs time only."""
        return self.root / ".codexreport" / "rollups"

    @property
    def reports(self) -> Path:
        """The site: a folder per notebook, and in it one per window."""
        return self.root / "reports"

    @property
    def evidence(self) -> Path:
        """The record of what was run and what came of it, a folder per phase."""
        return self.root / "evidence"

    def report_folder(self, notebook: str, label: str) -> Path:
        """The folder of one report."""
        return self.reports / notebook / label
