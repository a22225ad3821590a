"""`environment`: settings as they are against settings as they were agreed."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer

from codexreport.cli.common import JsonOption, exit_code


def environment(
    actual: Annotated[Path, typer.Option("--actual", metavar="FILE", help="Settings as they are.")],
    baseline: Annotated[
        Path, typer.Option("--baseline", metavar="FILE", help="Settings as they were agreed.")
    ],
    output: Annotated[
        Path, typer.Option("--output", metavar="FILE", help="Where the report is written.")
    ],
    env: Annotated[
        str, typer.Option("--env", metavar="NAME", help="The environment's name.")
    ] = "integration",
    now: Annotated[
        str,
        typer.Option(
            "--now", metavar="TIME", help="The moment of the report, ISO 8601. Default: the clock."
        ),
    ] = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """Compare an environment with its baseline.

    Reads JSON, YAML, TOML, KEY=VALUE lines and what pip freeze says. Of secrets it only tells
    whether they are equal. What nobody agreed on is a warning.

    Exits with 0 the same, 1 not the same, 3 not everything could be compared.
    """
    from codexreport.files import write_atomic
    from codexreport.pipeline.check import check_file
    from codexreport.pipeline.environments import compare, encoded
    from codexreport.pipeline.settings_files import read_settings, refuse_same
    from codexreport.window import instant, zone

    refuse_same(output, actual, baseline)
    moment = instant(now, zone("UTC")) if now else datetime.now(timezone.utc)
    found, agreed = read_settings(actual), read_settings(baseline)
    report = encoded(compare(found, agreed, environment=env, now=moment))
    write_atomic(output, report)
    checked = check_file(output, moment)
    if as_json:
        typer.echo(report.decode(), nl=False)
    else:
        typer.echo(f"{checked.state.value}: {checked.summary}")
        if checked.reason:
            typer.echo(checked.reason)
        typer.echo(f"Written: {output}")
    return exit_code(checked.state)
