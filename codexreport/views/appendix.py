"""A report's appendix: how it is made again, and the bytes it was made from."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from datetime import datetime

from codexreport import __version__
from codexreport.display.numbers import count
from codexreport.display.tables import Code, Column, Table
from codexreport.measure import Origin
from codexreport.project.model import ProjectInput
from codexreport.window import Window


def asked(window: Window) -> Mapping[str, str]:
    """The parameters that name `window`: a week, or else a start and an end."""
    if window == Window.week_of(window.start, window.zone_name):
        return {"week": window.label}
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}


def command(kind: str, *, project: str, window: Window, as_of: datetime) -> str:
    """The command that makes a report again from what was kept, as one types it in a shell.

    Args:
        kind: The notebook.
        project: The project's folder as it was given; empty for the sample.
        window: What the report is about.
        as_of: The moment of the report.
    """
    parts = ["codexreport", "run", kind]
    if project:
        parts += ["--project", project]
    for name, value in asked(window).items():
        parts += [_OPTIONS[name], value]
    return shlex.join([*parts, "--offline", "--now", as_of.isoformat()])


def made_with(project: str) -> str:
    """What made the report, and where the command that makes it again belongs."""
    where = "in the project's folder" if project == "." else "in the folder it was made in"
    return f"Made by codexreport {__version__}. To make it again from the same bytes, {where}:"


def parameters_table(parameters: Mapping[str, str]) -> Table:
    """What the report was asked for."""
    columns = [Column("Parameter"), Column("Value")]
    return Table(caption="Parameters", columns=columns, rows=list(parameters.items()))


def inputs_table(origins: Iterable[Origin]) -> Table:
    """The bytes every figure was computed from."""
    return Table(
        caption="The bytes every figure was computed from",
        columns=[
            Column("Source"),
            Column("Origin"),
            Column("Bytes", figures=True),
            Column("SHA-256"),
        ],
        rows=[
            (one.source or "the project", _origin(one), count(one.size), Code(one.sha256))
            for one in origins
        ],
    )


def files_table(files: Iterable[ProjectInput]) -> Table:
    """The files the project was read from."""
    return Table(
        caption="The files the project was read from",
        columns=[Column("File"), Column("Bytes", figures=True), Column("SHA-256")],
        rows=[(one.path, count(one.size), Code(one.sha256)) for one in files],
    )


def _origin(origin: Origin) -> str:
    return f"{origin.uri}: {origin.query}" if origin.query else origin.uri


_OPTIONS = {"week": "--week", "start": "--from", "end": "--to"}
