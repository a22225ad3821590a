"""`check` and `formats`: what files say, and what is read."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codexreport.cli.common import (
    JsonOption,
    NowOption,
    OfflineOption,
    ProjectOption,
    QuietOption,
    ReleaseOption,
    exit_code,
    locate,
    locate_project,
    print_json,
    print_table,
    progress_bar,
)
from codexreport.errors import ParameterError
from codexreport.measure import State
from codexreport.project.workspace import FILE_NAME
from codexreport.sources.base import Progress
from codexreport.wording import count

if TYPE_CHECKING:
    from codexreport.measure import Measure
    from codexreport.pipeline.check import Checked
    from codexreport.pipeline.exhibits import Terms
    from codexreport.readers.notation.limits import Limits


def _named(text: str) -> Path:
    """A path as typed; an empty one, such as of a variable that is not set, would be the folder."""
    if not text:
        raise typer.BadParameter("A file's name is empty; write . for the current folder.")
    return Path(text)


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            parser=_named,
            help="Files or folders. Default: the project's own.",
        ),
    ] = None,
    project: ProjectOption = None,
    release: ReleaseOption = "",
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
    offline: OfflineOption = False,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Keep since when each vulnerability is there.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Say what files hold, and whether that is all right.

    Without files, the project's own sources of files and issues are pulled, kept and judged.

    Exits with 0 all pass, 1 one fails, 3 one is unknown.
    """
    if files:
        if offline:
            raise ParameterError("--offline goes with the project's own sources, not with files.")
        terms = _terms(format_, max_age, commit, timezone_, limit or [])
        with progress_bar(quiet=quiet or as_json) as progress:
            moment, results = _of_files(files, terms, now, progress)
    else:
        if any([format_, max_age, commit, timezone_, limit]):
            raise ParameterError(
                "--as, --max-age, --commit, --timezone and --limit go with files named here.",
                advice="For the project's own sources they stand in codexreport.toml.",
            )
        with progress_bar(quiet=quiet or as_json) as progress:
            moment, results = _of_project(project, release, now, progress, offline=offline)
    if ledger:
        results.append(_ages(project, results, moment))
    _show(results, moment, as_json=as_json, quiet=quiet)
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


def _of_files(
    files: list[Path], terms: Terms, now: str, progress: Progress
) -> tuple[datetime, list[Checked]]:
    from codexreport.pipeline.check import check as check_all
    from codexreport.pipeline.exhibits import exhibits_of_paths
    from codexreport.window import instant, zone

    moment = instant(now, zone("UTC")) if now else datetime.now(timezone.utc)
    return moment, check_all(exhibits_of_paths(files, terms, moment, progress=progress), moment)


def _of_project(
    option: Path | None, release: str, now: str, progress: Progress, *, offline: bool
) -> tuple[datetime, list[Checked]]:
    from codexreport.pipeline.check import check_project
    from codexreport.pipeline.gather import whole_sources
    from codexreport.pipeline.open import moment_of, open_project

    root, workspace = locate_project(option)
    opened = open_project(root, release=release)
    moment = moment_of(now, opened) if now or opened.as_of else None
    if not whole_sources(opened):
        raise ParameterError(
            f"{opened.name} has no source that is files of a format, or issues of a tracker.",
            advice="Name files: codexreport check FILE..., or add a source with a format as type.",
        )
    return check_project(opened, workspace, moment, offline=offline, progress=progress)


def _ages(option: Path | None, results: list[Checked], now: datetime) -> Checked:
    """Scans can be remembered without a project; then no severity has days of its own."""
    from codexreport.pipeline.ages import keep_ages
    from codexreport.pipeline.open import open_project
    from codexreport.supply_chain.ages import SLA_DAYS

    root, workspace = locate(option)
    there_is_one = option is not None or (root / FILE_NAME).is_file()
    sla_days = open_project(root).vulnerabilities.sla_days if there_is_one else SLA_DAYS
    return keep_ages(workspace, results, now, sla_days)


def _terms(format_: str, max_age: str, commit: str, timezone_: str, limits: list[str]) -> Terms:
    from codexreport.pipeline.exhibits import Terms

    demands = _demands(max_age, commit)
    return Terms(format=format_, demands=demands, limits=_limits(limits), timezone=timezone_)


def _demands(max_age: str, commit: str) -> Any:
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

    from codexreport.readers.notation.limits import Limits

    pairs = dict(one.partition("=")[::2] for one in given)
    try:
        return Limits.model_validate(pairs)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ParameterError(
            f"--limit {first['loc'][0]}: {first['msg'].lower()}.",
            advice=f"There are: {', '.join(Limits.model_fields)}.",
        ) from error


def _show(results: list[Checked], now: datetime, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print_json({"as_of": now.isoformat(), "files": [one.to_dict() for one in results]})
        return
    if quiet:
        if any(one.state is not State.PASS for one in results):
            typer.echo(_tally(results))
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
        typer.echo(_tally(results))


def _tally(results: list[Checked]) -> str:
    states = Counter(one.state.value for one in results)
    counts = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    return f"{count(len(results), 'files')}: {counts}"


def _row(measure: Measure, file: str) -> list[str]:
    from codexreport.wording import figure

    of = "" if measure.subject == file else measure.subject
    value = "" if measure.value is None else figure(measure.value)
    return [measure.name, of, value, measure.unit, measure.state.value, measure.formula]


def _exit_code(results: list[Checked]) -> int:
    """One failure outweighs everything, one unknown every pass."""
    from codexreport.measure import worst

    return exit_code(worst(one.state for one in results))
