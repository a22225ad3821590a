"""`run`, `render` and `open`: making a report and looking at it."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codexreport.cli.common import (
    FromOption,
    JsonOption,
    NowOption,
    OfflineOption,
    ProjectOption,
    QuietOption,
    ReleaseOption,
    SampleOption,
    ToOption,
    exit_code,
    locate_project,
    print_json,
    progress_bar,
)
from codexreport.errors import ParameterError
from codexreport.measure import State
from codexreport.project.workspace import Workspace, find_project
from codexreport.render.base import Format

if TYPE_CHECKING:
    from codexreport.pipeline.run import Published


def _notebook_names(incomplete: str) -> list[str]:
    """For the shell's completion."""
    from codexreport.execution.notebooks import notebook_names

    root = find_project(Path.cwd()) or Path.cwd()
    return [name for name in notebook_names(root) if name.startswith(incomplete)]


def _report_names(incomplete: str) -> list[str]:
    """For the shell's completion."""
    reports = Workspace(find_project(Path.cwd()) or Path.cwd()).reports
    names = (path.parent.relative_to(reports) for path in sorted(reports.glob("*/*/index.html")))
    return [name.as_posix() for name in names if name.as_posix().startswith(incomplete)]


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
    notebook: Annotated[
        str,
        typer.Argument(
            help="Name of the notebook, such as slo_weekly, or its file.",
            autocompletion=_notebook_names,
        ),
    ],
    project: ProjectOption = None,
    release: ReleaseOption = "",
    week: Annotated[
        str,
        typer.Option(
            "--week",
            "--period",
            metavar="WEEK",
            help="ISO week such as 2026-W40. Default: the last.",
        ),
    ] = "",
    start: FromOption = "",
    end: ToOption = "",
    now: NowOption = "",
    incident: Annotated[
        str, typer.Option("--incident", metavar="ID", help="The incident of a postmortem.")
    ] = "",
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="Any other parameter."),
    ] = None,
    *,
    sample: SampleOption = False,
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

    notebook, beside = _located(notebook)
    root, workspace = locate_project(project or (None if sample else beside), sample=sample)
    given = _given(
        {
            "release": release,
            "week": week,
            "start": start,
            "end": end,
            "now": now,
            "incident": incident,
            "offline": offline,
        },
        parameter or [],
    )
    opened = open_project(root, release=str(given.get("release", "")))
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
    _tell(published, as_json=as_json, quiet=quiet)
    return 0 if exit_zero else exit_code(published.state)


def render(
    notebook: Annotated[Path, typer.Argument(help="An executed notebook.")],
    project: ProjectOption = None,
    *,
    sample: SampleOption = False,
    formats: FormatOption = None,
    renderer: RendererOption = None,
    exit_zero: ExitZeroOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Render and record an executed notebook.

    For notebooks that papermill or JupyterLab has run. The exit code says what the report says.
    """
    from codexreport.execution.notebooks import read_notebook
    from codexreport.pipeline.authored_runs import refuse_unwritten
    from codexreport.pipeline.open import open_project
    from codexreport.pipeline.run import publish
    from codexreport.render.registry import choose

    executed = read_notebook(notebook)
    root, workspace = locate_project(project, sample=sample)
    opened = open_project(root)
    refuse_unwritten(executed, opened, name=notebook.name)
    published = publish(
        executed,
        opened,
        workspace,
        formats=formats or (),
        engine=choose(renderer),
    )
    _tell(published, as_json=as_json, quiet=quiet)
    return 0 if exit_zero else exit_code(published.state)


def open_(
    report: Annotated[
        str,
        typer.Argument(
            help="Report and label, such as slo_weekly/2026-W40. Default: the index.",
            autocompletion=_report_names,
        ),
    ] = "",
    project: ProjectOption = None,
    *,
    sample: SampleOption = False,
) -> int:
    """Open a report, or the index of all, in the browser."""
    _, workspace = locate_project(project, sample=sample)
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


def _located(notebook: str) -> tuple[str, Path | None]:
    """A notebook's file as a whole path, and the project that it lies in; a name as it is."""
    path = Path(notebook)
    if path.suffix != ".ipynb" or not path.is_file():
        return notebook, None
    return str(path.resolve()), find_project(path.resolve().parent)


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


def _tell(published: Published, *, as_json: bool, quiet: bool) -> None:
    """The state with its headline, and where the page is; when quiet, only what is no pass."""
    if as_json:
        print_json(
            {
                "state": published.state.value,
                "verdict": published.report.get("verdict", ""),
                "headline": published.report["headline"],
                "folder": str(published.folder),
                "files": list(published.files),
                "renderer": published.renderer,
            }
        )
        return
    passed = published.state is State.PASS
    if not (quiet and passed):
        said = published.report.get("verdict") or published.state.value.upper()
        typer.echo(f"{said}  {published.report['headline']}")
    if not quiet:
        typer.echo(f"Read it: {(published.folder / 'index.html').resolve()}")
        typer.echo(f"Rendered by {published.renderer}.")
