"""`check` and `formats`: what files say, and what is read."""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codexreport.cli.common import (
    JsonOption,
    NowOption,
    ProjectOption,
    QuietOption,
    exit_code,
    locate,
    print_json,
    print_table,
    progress_bar,
)

if TYPE_CHECKING:
    from codexreport.measure import Measure
    from codexreport.pipeline.check import Checked, Errand
    from codexreport.readers.limits import Limits
    from codexreport.slo.objective import Objective


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="Files or folders. Default: the project's own."),
    ] = None,
    project: ProjectOption = None,
    format_: Annotated[
        str, typer.Option("--as", metavar="FORMAT", help="The format. Default: its shape tells.")
    ] = "",
    max_age: Annotated[
        str, typer.Option(metavar="SPAN", help="Older files are unknown, such as 1d or 12h.")
    ] = "",
    commit: Annotated[
        str, typer.Option(metavar="SHA", help="Files of another revision are unknown.")
    ] = "",
    timezone_: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="Zone of times written without one.")
    ] = "",
    limit: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=N", help="Another cap, such as max_rows=20000000."),
    ] = None,
    now: NowOption = "",
    *,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Say what files hold, and whether that is all right.

    Exits with 0 all pass, 1 one fails, 3 one is unknown.
    """
    from codexreport.pipeline.check import check as check_all
    from codexreport.pipeline.check import errands_of_paths

    objectives: tuple[Objective, ...] = ()
    if files:
        errands = errands_of_paths(
            files,
            format=format_,
            demands=_demands(max_age, commit),
            limits=_limits(limit or []),
            timezone=timezone_,
        )
        moment = _moment(now)
    else:
        given = [format_, max_age, commit, timezone_, limit]
        errands, moment, objectives = _of_project(project, now, given)
    with progress_bar(quiet=quiet or as_json) as progress:
        results = check_all(errands, moment, objectives=objectives, progress=progress)
    _show(results, as_json=as_json, quiet=quiet)
    return _exit_code(results)


def formats(*, as_json: JsonOption = False) -> int:
    """List the formats that are read, and what makes each."""
    from codexreport.readers.registry import all_readers

    rows = [
        {
            "format": one.format,
            "what it is": one.title,
            "written in": ", ".join(sorted(container.value for container in one.containers)),
            "made by": one.made_by,
        }
        for one in all_readers()
    ]
    if as_json:
        print_json({"formats": rows})
    else:
        print_table("", list(rows[0]), [list(row.values()) for row in rows])
    return 0


def _of_project(
    option: Path | None, now: str, hand_given: list[Any]
) -> tuple[list[Errand], datetime, tuple[Objective, ...]]:
    from codexreport.errors import ParameterError
    from codexreport.pipeline.check import errands_of_project
    from codexreport.pipeline.open import moment_of, open_project

    if any(hand_given):
        raise ParameterError(
            "--as, --max-age, --commit, --timezone and --limit go with files named here.",
            advice="For the project's own sources they stand in codexreport.toml.",
        )
    opened = open_project(locate(option)[0])
    errands = errands_of_project(opened, os.environ)
    if not errands:
        raise ParameterError(
            f"{opened.name} has no source that is files of a format.",
            advice="Name files: codexreport check FILE..., or add a source with a format as type.",
        )
    return errands, moment_of(now, opened), opened.objectives


def _demands(max_age: str, commit: str) -> Any:
    from codexreport.errors import ParameterError
    from codexreport.readers.freshness import SHORTEST_COMMIT, Demands
    from codexreport.window import duration

    try:
        span: timedelta | None = duration(max_age) if max_age else None
    except ValueError as error:
        raise ParameterError(f"--max-age: {error}.") from error
    if commit and len(commit) < SHORTEST_COMMIT:
        raise ParameterError(f"--commit needs at least {SHORTEST_COMMIT} digits.")
    return Demands(max_age=span, commit=commit)


def _limits(given: list[str]) -> Limits:
    from pydantic import ValidationError

    from codexreport.errors import ParameterError
    from codexreport.readers.limits import Limits

    pairs = dict(one.partition("=")[::2] for one in given)
    try:
        return Limits.model_validate(pairs)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ParameterError(
            f"--limit {first['loc'][0]}: {first['msg'].lower()}.",
            advice=f"There are: {', '.join(Limits.model_fields)}.",
        ) from error


def _moment(now: str) -> datetime:
    from codexreport.window import instant, zone

    return instant(now, zone("UTC")) if now else datetime.now(timezone.utc)


def _show(results: list[Checked], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print_json({"files": [one.to_dict() for one in results]})
        return
    if quiet:
        return
    print_table(
        "",
        ["file", "format", "state", "found", "why"],
        [[one.name, one.format, one.state.value, one.summary, one.reason] for one in results],
    )
    if len(results) == 1 and results[0].measures:
        print_table(
            "",
            ["figure", "of", "value", "unit", "state", "how"],
            [_row(one, results[0].name) for one in results[0].measures],
        )
    elif len(results) > 1:
        states = Counter(one.state.value for one in results)
        counts = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
        typer.echo(f"{len(results)} files: {counts}")


def _row(measure: Measure, file: str) -> list[str]:
    from codexreport.wording import figure

    of = "" if measure.subject == file else measure.subject
    value = "" if measure.value is None else figure(measure.value)
    return [measure.name, of, value, measure.unit, measure.state.value, measure.formula]


def _exit_code(results: list[Checked]) -> int:
    """One failure outweighs everything, one unknown every pass."""
    from codexreport.measure import worst

    return exit_code(worst(one.state for one in results))
