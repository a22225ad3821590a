"""The site over all reports: read what is there, link neighbours, write the index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codexreport.errors import RenderError
from codexreport.files import write_atomic
from codexreport.render.site import SiteEntry, Unreadable, breadcrumbs, index_json, index_page
from codexreport.strict import StrictError, load_json
from codexreport.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is below the folder of reports.

    Attributes:
        entries: The reports.
        unreadable: What should be one, and cannot be read.
    """

    entries: tuple[SiteEntry, ...]
    unreadable: tuple[Unreadable, ...]


def read_site(reports: Path) -> Site:
    """Every report below `reports`, by its `report.json`."""
    found, unreadable = [], []
    for path in sorted(reports.glob("*/*/report.json")):
        folder = path.parent.relative_to(reports).as_posix()
        try:
            found.append(_entry(reports, path.parent, load_json(path.read_bytes().decode())))
        except OSError as error:
            reason = f"report.json cannot be read: {error.strerror}."
        except (UnicodeDecodeError, StrictError) as error:
            reason = f"report.json is not JSON: {one_line(str(error))}."
        except RenderError as error:
            reason = error.message
        else:
            continue
        unreadable.append(Unreadable(folder=folder, reason=reason))
    return Site(entries=tuple(found), unreadable=tuple(unreadable))


def links(reports: Path, folder: Path, report: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Links of a report's page, also while it is not written yet."""
    this = _entry(reports, folder, report)
    others = [one for one in read_site(reports).entries if one.folder != this.folder]
    return breadcrumbs([*others, this], this.kind, this.label)


def publish_index(reports: Path) -> None:
    """Write the page of all reports and the same for machines.

    Raises:
        EvidenceError: They could not be written.
    """
    site = read_site(reports)
    write_atomic(reports / "index.html", index_page(site.entries, site.unreadable))
    write_atomic(reports / "index.json", index_json(site.entries, site.unreadable))


def _entry(reports: Path, folder: Path, report: Mapping[str, Any]) -> SiteEntry:
    files = [path.name for path in folder.glob("*") if path.is_file()]
    return SiteEntry.of(report, folder.relative_to(reports).as_posix(), files)
