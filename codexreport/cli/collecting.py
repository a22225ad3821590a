"""`collect`: pull and keep, without making a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexreport.cli.common import (
    UNKNOWN_EXIT_CODE,
    FromOption,
    JsonOption,
    NowOption,
    ProjectOption,
    QuietOption,
    ToOption,
    WeekOption,
    locate,
    print_json,
    print_table,
    progress_bar,
)

if TYPE_CHECKING:
    from codexreport.pipeline.collect import Collection
    from codexreport.project.load import Project


def collect(
    project: ProjectOption = None,
    week: WeekOption = "",
    start: FromOption = "",
    end: ToOption = "",
    now: NowOption = "",
    *,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Pull and keep what the objectives need.

    Reports can then be made from it with --offline.
    """
    from codexreport.pipeline.collect import collect as pull
    from codexreport.pipeline.open import choose_window, moment_of, open_project

    root, workspace = locate(project)
    opened = open_project(root)
    asked_at = moment_of(now, opened)
    window = choose_window(opened, asked_at, week=week, start=start, end=end)
    with progress_bar(quiet=quiet or as_json) as progress:
        collection = pull(opened, workspace, window, now=asked_at, progress=progress)
    rows = _rows(opened, collection)
    if as_json:
        print_json({"window": window.label, "objectives": rows})
    elif not quiet:
        print_table(
            f"Collected for {window.label}",
            ["objective", "source", "buckets", "events", "problem"],
            [list(row.values()) for row in rows],
        )
    return UNKNOWN_EXIT_CODE if any(row["problem"] for row in rows) else 0


def _rows(project: Project, collection: Collection) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for objective in project.objectives:
        series = collection.series.get(objective.name)
        trouble = collection.problems.get(objective.name, "")
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
