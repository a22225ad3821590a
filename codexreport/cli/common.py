"""What every command shares: options, the project it works on, and how it speaks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codexreport.errors import ParameterError
from codexreport.execution.notebooks import sample_project
from codexreport.measure import State
from codexreport.project.workspace import FILE_NAME, Workspace, find_project
from codexreport.sources.base import Progress, silent

if TYPE_CHECKING:
    from rich.console import Console

ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project",
        metavar="DIR",
        help="The project's folder. Default: the nearest codexreport.toml upwards.",
    ),
]
SampleOption = Annotated[
    bool, typer.Option("--sample", help="Work on the sample that ships with the kit.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
QuietOption = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print nothing on a pass, one line on anything else."),
]
NowOption = Annotated[
    str,
    typer.Option(
        "--now",
        metavar="TIME",
        help="The moment of the report, ISO 8601. Default: the project's as_of, else the clock.",
    ),
]
ReleaseOption = Annotated[
    str,
    typer.Option(
        "--release",
        metavar="NAME",
        help="The release that is judged: {release} in the project file. Default: its own.",
    ),
]
WeekOption = Annotated[
    str,
    typer.Option("--week", metavar="WEEK", help="ISO week such as 2026-W40. Default: the last."),
]
FromOption = Annotated[
    str, typer.Option("--from", metavar="TIME", help="Start of an explicit span, ISO 8601.")
]
ToOption = Annotated[str, typer.Option("--to", metavar="TIME", help="End of that span.")]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Ask no source; use what the last pull kept.")
]

PIPED_WIDTH = 240
"""Columns of a table that goes into a file or a pipe, where nothing is gained by wrapping."""

EXIT_CODES = {State.PASS: 0, State.WARNING: 0, State.NOT_APPLICABLE: 0, State.FAIL: 1}
UNKNOWN_EXIT_CODE = 3


def exit_code(state: State) -> int:
    """The exit code a state is told by: 0 pass or warning, 1 fail, 3 everything not known."""
    return EXIT_CODES.get(state, UNKNOWN_EXIT_CODE)


def locate_project(option: Path | None, *, sample: bool = False) -> tuple[Path, Workspace]:
    """The project to work on and where its results go.

    It is the one named, else the nearest from the current folder upwards. The sample is taken
    only where it is asked for: its figures must never pass for somebody's own.

    Raises:
        ParameterError: There is none, or both one and the sample are asked for.
    """
    if sample and option:
        raise ParameterError("Give --project or --sample, not both.")
    if sample:
        return locate(sample_project())
    if option is None and find_project(Path.cwd()) is None:
        raise ParameterError(
            f"There is no {FILE_NAME} here or above.",
            advice="Make a project with codexreport init DIR, name one with --project DIR, "
            "or add --sample where a command has it.",
        )
    return locate(option)


def locate(option: Path | None) -> tuple[Path, Workspace]:
    """The folder to keep evidence in, for commands that need no project: it may have none.

    It is the one named, else the nearest project's from the current folder upwards, else the
    current one.
    """
    from codexreport.pipeline.open import workspace_of

    root = option or find_project(Path.cwd()) or Path.cwd()
    root = (root.parent if root.name == FILE_NAME else root).resolve()
    return root, workspace_of(root)


def print_json(document: object) -> None:
    """Write a JSON document to standard output, keys in the order given."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def console() -> Console:
    """The terminal that progress and tables go to."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Write a small table to standard output; every cell is shown as the characters it holds."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_harmless(str(cell))) for cell in row))
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    Console(highlight=False, width=width).print(table)


def _harmless(text: str) -> str:
    """`text` without what a terminal would take for an order: data never moves the cursor."""
    kept = "\n\xa0\u202f"  # a new line and the spaces inside figures
    return "".join(c if c.isprintable() or c in kept else f"\\x{ord(c):02x}" for c in text)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress]:
    """A progress bar on standard error, where a person watches; silent elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console(), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def advance(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        yield advance


SLOW_S = 5.0
"""Seconds after which people are told what they wait for."""


@contextmanager
def told_when_slow(limit: timedelta, *, after_s: float = SLOW_S) -> Iterator[Progress]:
    """Says on standard error what is waited for, and until when, once a step takes long.

    Args:
        limit: How long one step may take.
        after_s: Seconds of a step before it is said.
    """
    timer: Timer | None = None

    def advance(what: str, _done: int, _of: int) -> None:
        nonlocal timer
        if timer is not None:
            timer.cancel()
        until = datetime.now().astimezone() + limit
        said = f"Waiting for {what}, until {until:%H:%M:%S} at most."
        timer = Timer(after_s, typer.echo, [said], {"err": True})
        timer.daemon = True
        timer.start()

    try:
        yield advance
    finally:
        if timer is not None:
            timer.cancel()
