"""`new postmortem`, `new retro`, `upgrade` and `lint`: notebooks that people write in."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
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
    ToOption,
    locate_project,
    print_json,
)
from codexreport.errors import ParameterError
from codexreport.measure import State

if TYPE_CHECKING:
    from codexreport.authoring.remarks import Remark

FilesArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help="Notebooks that codexreport new has made, or their folders."
    ),
]

_NEW = {"postmortems": "postmortem --incident ID", "retros": "retro --period WEEK"}
"""What makes a notebook of a project's folder."""

_CODES = {State.ERROR: 2, State.FAIL: 1, State.UNKNOWN: 3}


def new_postmortem(
    incident: Annotated[
        str, typer.Option("--incident", metavar="ID", help="The incident's id, such as INC-42.")
    ],
    project: ProjectOption = None,
    now: NowOption = "",
    *,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
) -> int:
    """Make the notebook of an incident's postmortem.

    It is postmortems/ID.ipynb in the project: the kit computes in it, you write in it.
    """
    from codexreport.pipeline.authoring import POSTMORTEM, make, place_of
    from codexreport.pipeline.happenings import INCIDENTS, happenings
    from codexreport.pipeline.open import moment_of, open_project

    root, workspace = locate_project(project)
    opened = open_project(root)
    place_of(opened.root, POSTMORTEM, incident)
    moment = moment_of(now, opened)
    found = happenings(opened, workspace, moment, offline=offline)
    id_ = found.incident(incident).incident.id
    path = make(opened, POSTMORTEM, id_, {"incident": id_}, moment)
    unread = [f"{gap.what}: {gap.reason}" for gap in found.gaps_of(INCIDENTS)]
    return _made(path, unread, as_json=as_json)


def new_retro(
    period: Annotated[
        str,
        typer.Option(
            "--period", "--week", metavar="WEEK", help="ISO week such as 2026-W40. Default: last."
        ),
    ] = "",
    start: FromOption = "",
    end: ToOption = "",
    name: Annotated[
        str,
        typer.Option("--name", metavar="NAME", help="What it is called. Default: its period."),
    ] = "",
    project: ProjectOption = None,
    now: NowOption = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """Make the notebook of a period's retrospective.

    It is retros/NAME.ipynb in the project: the kit computes in it, you write in it. Action items
    of it name RETRO-NAME as their incident.
    """
    from codexreport.pipeline.authoring import RETRO, find_retro, make
    from codexreport.pipeline.open import choose_window, moment_of, open_project
    from codexreport.window import Window

    root, _ = locate_project(project)
    opened = open_project(root)
    moment = moment_of(now, opened)
    window = choose_window(opened, moment, week=period, start=start, end=end)
    is_week = window == Window.week_of(window.start, window.zone_name)
    values = (
        {"week": window.label}
        if is_week
        else {"start": window.start.isoformat(), "end": window.end.isoformat()}
    )
    if begun := find_retro(opened.root, window):
        raise ParameterError(
            f"{_near(begun)} is about the same period; nothing was changed.",
            advice=f"Write in that, and run it: codexreport run {_near(begun)}",
        )
    path = make(opened, RETRO, name or window.label, values, moment)
    return _made(path, as_json=as_json)


def _made(path: Path, unread: Sequence[str] = (), *, as_json: bool) -> int:
    if as_json:
        print_json({"file": str(path), "unread": list(unread)})
    else:
        typer.echo(f"Made {_near(path)}: write in place of each question.")
        typer.echo(f"Then: codexreport run {_near(path)}")
    for one in unread:
        typer.echo(f"Not read: {one}", err=True)
    return 0


def _near(path: Path) -> str:
    """A path as one would type it here."""
    shown = os.path.relpath(path)
    return str(path) if shown.startswith("..") else shown


def upgrade(
    files: FilesArgument,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what would change; exit 1 where it would.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Bring the kit's cells of notebooks to the newest template.

    Every cell of yours stays byte for byte as it is. What had been changed in a cell of the kit's
    is kept below it.
    """
    from codexreport.pipeline.authoring import bring_up_to_date, project_of

    changed = {
        str(path): bring_up_to_date(path, project_of(path), write=not check).changes
        for path in _notebooks(files)
    }
    if as_json:
        rows = [{"file": name, "changes": list(told)} for name, told in changed.items()]
        print_json({"written": not check, "files": rows})
    else:
        for name, told in changed.items():
            if not told:
                typer.echo(f"{name}: as new as the template.")
            for one in told:
                typer.echo(f"{name}: {one}")
    return 1 if check and any(changed.values()) else 0


def lint(
    files: FilesArgument,
    now: NowOption = "",
    *,
    alone: Annotated[
        bool, typer.Option("--alone", help="Look at the files alone, and ask no source.")
    ] = False,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Say what is to be mended in postmortems and retros.

    Sections that are not written, drafts that are too old, changed cells of the kit's, pasted
    figures; and in the record: severity, timeline, action items.
    """
    from codexreport.pipeline.linting import lint_files

    looked = lint_files(_notebooks(files), now=now, alone=alone, offline=offline)
    states = {one.state for found in looked.values() for one in found}
    if as_json:
        rows = [
            {"file": str(path), "remarks": [one.to_dict() for one in found]}
            for path, found in looked.items()
        ]
        print_json({"files": rows})
    else:
        _tell(looked, quiet=quiet)
        if not quiet:
            typer.echo(_NOT_OF_FILES if alone else _NOT_LOOKED_AT)
    return next((code for state, code in _CODES.items() if state in states), 0)


def _notebooks(files: Sequence[Path]) -> list[Path]:
    """The files, and of each folder the notebooks in it.

    Raises:
        ParameterError: A folder has none.
    """
    found: list[Path] = []
    for path in files:
        folder = path.is_dir() or (path.name in _NEW and not path.exists())
        inside = sorted(path.glob("*.ipynb")) if folder else [path]
        if not inside:
            new = _NEW.get(path.name)
            raise ParameterError(
                f"{path} has no notebook yet.",
                advice=f"Make one: codexreport new {new}"
                if new
                else "Name notebooks, such as postmortems/INC-42.ipynb.",
            )
        found += inside
    return found


_NOT_LOOKED_AT = "Not looked at: what an incident cost; codexreport run computes it."
_NOT_OF_FILES = "Not looked at: the records that the notebooks are about, and what incidents cost."


def _tell(looked: Mapping[Path, Sequence[Remark]], *, quiet: bool) -> None:
    if not quiet:
        for path, found in looked.items():
            for one in found:
                place = f"{path}, cell {one.cell}" if one.cell else str(path)
                typer.echo(f"{place}: {one.state.value}: {one.message} [{one.rule}]")
            if not found:
                typer.echo(f"{path}: nothing to mend.")
    states = Counter(one.state.value for found in looked.values() for one in found)
    if states:
        told = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
        places = ", ".join(str(path) for path, found in looked.items() if found)
        typer.echo(f"{told} in {places}" if quiet else told)
