"""`run`, `render` and `open`: making a report and looking at it."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from codexreport.cli.common import (
    FromOption,
    JsonOption,
    NowOption,
    OfflineOption,
    ProjectOption,
    QuietOption,
    ToOption,
    WeekOption,
    exit_code,
    locate,
    print_json,
    progress_bar,
)
from codexreport.errors import ParameterError
from codexreport.render.base import Format

FormatOption = Annotated[
    list[Format] | None,
    typer.Option("--format", help="Also render this; may be repeated. HTML is always made."),
]
RendererOption = Annotated[
    str | None,
    typer.Option("--renderer", metavar="NAME", help="quarto or pandoc. Default: Quarto if found."),
]
ExitZeroOption = Annotated[
    bool,
    typer.Option("--exit-zero", help="Exit 0 whenever the report was made, whatever it says."),
]


def run(
    notebook: Annotated[str, typer.Argument(help="Name of the notebook, such as slo_weekly.")],
    project: ProjectOption = None,
    week: WeekOption = "",
    start: FromOption = "",
    end: ToOption = "",
    now: NowOption = "",
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="Any other parameter."),
    ] = None,
    *,
    offline: OfflineOption = False,
    formats: FormatOption = None,
    renderer: RendererOption = None,
    exit_zero: ExitZeroOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Execute a notebook, render and record it.

    The exit code says what the report says: 0 pass, 1 fail, 3 unknown.
    """
    from codexreport.pipeline.open import open_project
    from codexreport.pipeline.run import run_notebook

    root, workspace = locate(project)
    opened = open_project(root)
    given = _given(
        {"week": week, "start": start, "end": end, "now": now, "offline": offline}, parameter or []
    )
    with progress_bar(quiet=quiet or as_json) as progress:
        published = run_notebook(
            notebook,
            opened,
            workspace,
            given,
            formats=formats or (),
            renderer=renderer,
            on_step=progress,
        )
    if as_json:
        print_json(
            {
                "state": published.state.value,
                "headline": published.report["headline"],
                "folder": str(published.folder),
                "files": list(published.files),
                "renderer": published.renderer,
            }
        )
    elif not quiet:
        typer.echo(f"{published.state.value.upper()}  {published.report['headline']}")
        typer.echo(f"Read it: {_shown(published.folder / 'index.html')}")
        typer.echo(f"Rendered by {published.renderer}.")
    return 0 if exit_zero else exit_code(published.state)


def render(
    notebook: Annotated[Path, typer.Argument(help="An executed notebook.")],
    project: ProjectOption = None,
    *,
    formats: FormatOption = None,
    renderer: RendererOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Render and record an executed notebook.

    For notebooks that papermill or JupyterLab has run.
    """
    from codexreport.execution.notebooks import read_notebook
    from codexreport.pipeline.open import open_project
    from codexreport.pipeline.run import publish
    from codexreport.render.registry import choose

    executed = read_notebook(notebook)
    root, workspace = locate(project)
    published = publish(
        executed,
        open_project(root),
        workspace,
        formats=formats or (),
        engine=choose(renderer),
    )
    if as_json:
        print_json({"folder": str(published.folder), "files": list(published.files)})
    elif not quiet:
        typer.echo(f"Read it: {_shown(published.folder / 'index.html')}")
    return 0


def open_(
    report: Annotated[
        str,
        typer.Argument(help="Report and label, such as slo_weekly/2026-W40. Default: the index."),
    ] = "",
    project: ProjectOption = None,
) -> int:
    """Open a report, or the index of all, in the browser."""
    _, workspace = locate(project)
    folder = workspace.reports.joinpath(*Path(report).parts)
    page = (folder / "index.html").resolve()
    if not page.is_relative_to(workspace.reports.resolve()) or not page.is_file():
        raise ParameterError(
            f"There is no report {report!r}." if report else "There is no report yet.",
            advice="codexreport list reports shows what there is; codexreport run makes one.",
        )
    if not webbrowser.open(page.as_uri()):
        typer.echo(f"No browser was found. The page is {page}")
    return 0


def _given(options: dict[str, str | bool], pairs: list[str]) -> dict[str, object]:
    """The parameters asked for; an option left at its default is the notebook's to decide."""
    given: dict[str, object] = {name: value for name, value in options.items() if value}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ParameterError(f"{pair!r} is not NAME=VALUE.", advice="Write -p week=2026-W40.")
        if name in given:
            raise ParameterError(f"The parameter {name} is given twice.")
        given[name] = value
    return given


def _shown(path: Path) -> str:
    """A path as short as it can be written from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
