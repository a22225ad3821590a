"""`collect`: pull and keep, without making a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from codexreport.cli.common import (
    UNKNOWN_EXIT_CODE,
    FromOption,
    JsonOption,
    NowOption,
    ProjectOption,
    QuietOption,
    SampleOption,
    ToOption,
    WeekOption,
    locate_project,
    print_json,
    print_table,
    progress_bar,
)
from codexreport.text import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from codexreport.pipeline.collect import Collection
    from codexreport.project.model import Project
    from codexreport.project.workspace import Workspace
    from codexreport.sources.base import Progress


def collect(
    project: ProjectOption = None,
    week: WeekOption = "",
    start: FromOption = "",
    end: ToOption = "",
    now: NowOption = "",
    *,
    sample: SampleOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Pull and keep what the objectives need, and the project's own files and issues.

    Reports can then be made from it, and checks, with --offline.
    """
    from codexreport.pipeline.collect import collect as pull
    from codexreport.pipeline.open import (
        choose_window,
        moment_of,
        open_project,
        require_environment,
    )

    root, workspace = locate_project(project, sample=sample)
    opened = open_project(root)
    require_environment(opened, _pulled(opened))
    asked_at = moment_of(now, opened)
    window = choose_window(opened, asked_at, week=week, start=start, end=end)
    with progress_bar(quiet=quiet or as_json) as progress:
        collection = pull(opened, workspace, window, now=asked_at, progress=progress)
        files = _files(opened, workspace, asked_at, progress)
    rows = _rows(opened, collection)
    problems = [row for row in [*rows, *files] if row["problem"]]
    if as_json:
        print_json({"window": window.label, "objectives": rows, "files": files})
    elif not quiet:
        print_table(
            f"Collected for {window.label}",
            ["objective", "source", "buckets", "events", "problem"],
            [list(row.values()) for row in rows],
        )
        if files:
            columns = ["file", "source", "bytes", "problem"]
            print_table("", columns, [list(row.values()) for row in files])
    elif problems:
        told = ", ".join(str(row.get("objective") or row.get("file")) for row in problems)
        typer.echo(
            f"{window.label}: not collected: {told}. {one_line(str(problems[0]['problem']))}."
        )
    return UNKNOWN_EXIT_CODE if problems else 0


def _pulled(project: Project) -> list[str]:
    """The sources whose variables are needed already now; a file's commit is judged later."""
    from codexreport.readers.settings import FileSettings

    sources = project.sources.items()
    return [name for name, one in sources if not isinstance(one.settings, FileSettings)]


def _files(
    project: Project, workspace: Workspace, now: datetime, progress: Progress
) -> list[dict[str, object]]:
    """A row for each file and tracker; nothing is understood yet, only kept."""
    from codexreport.errors import SourceError
    from codexreport.pipeline.gather import gather
    from codexreport.sources.base import Place
    from codexreport.sources.snapshots import SnapshotStore

    place = Place(root=project.root, cache=workspace.rollups, now=now, progress=progress)
    rows: list[dict[str, object]] = []
    for config, piece in gather(project, SnapshotStore(workspace.snapshots), place):
        row: dict[str, object] = {"file": piece.name, "source": config.name}
        if isinstance(piece.content, SourceError):
            rows.append({**row, "bytes": 0, "problem": str(piece.content)})
        else:
            rows.append({**row, "bytes": len(piece.content.body), "problem": ""})
    return rows


def _rows(project: Project, collection: Collection) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for objective in project.objectives:
        series = collection.series.get(objective.name)
        trouble = collection.problems.get(objective.name, "")
        if series and not series.contradictions and not len(series.start):
            trouble = "Nothing was observed."
        rows.append(
            {
                "objective": objective.name,
                "source": objective.indicator.source,
                "buckets": len(series.start) if series else 0,
                "events": round(float(series.valid.sum())) if series else 0,
                "problem": trouble or "; ".join(series.contradictions if series else ()),
            }
        )
    return rows
