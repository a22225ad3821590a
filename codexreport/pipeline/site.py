"""The site over all reports: read what is there, link neighbours, write the index."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codexreport.errors import RenderError
from codexreport.files import write_atomic
from codexreport.render.site import SiteEntry, breadcrumbs, index_json, index_page


def entries(reports: Path) -> list[SiteEntry]:
    """Every report below `reports` that can be read; one that cannot is left out of the index."""
    found = []
    for path in sorted(reports.glob("*/*/report.json")):
        try:
            report = json.loads(path.read_bytes())
            found.append(_entry(reports, path.parent, report))
        except (OSError, ValueError, RenderError):
            continue
    return found


def links(reports: Path, folder: Path, report: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Links of a report's page, also while it is not written yet."""
    this = _entry(reports, folder, report)
    others = [one for one in entries(reports) if one.folder != this.folder]
    return breadcrumbs([*others, this], this.kind, this.label)


def publish_index(reports: Path) -> None:
    """Write the page of all reports and the same for machines.

    Raises:
        EvidenceError: They could not be written.
    """
    found = entries(reports)
    write_atomic(reports / "index.html", index_page(found))
    write_atomic(reports / "index.json", index_json(found))


def _entry(reports: Path, folder: Path, report: Mapping[str, Any]) -> SiteEntry:
    files = [path.name for path in folder.glob("*") if path.is_file()]
    return SiteEntry.of(report, folder.relative_to(reports).as_posix(), files)
