"""The command tree, and the one place where an error becomes an exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from codexreport import __version__
from codexreport.cli import (
    INTERRUPTED,
    UNKNOWN,
    actions,
    approving,
    authoring,
    bundling,
    checking,
    collecting,
    creating,
    deciding,
    environment,
    evidence,
    health,
    listing,
    monitoring,
    perf,
    protocol,
    publishing,
    recording,
    reporting,
    rollout,
    scheduling,
    setting_up,
    smoke,
    updating,
)
from codexreport.errors import CodexReportError, ProjectError

app = typer.Typer(
    name="codexreport",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 80},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"codexreport {__version__}")
        raise typer.Exit


@app.callback()
def _codexreport(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Reports of what a team's systems did, from data to evidence.

    Exit codes: 0 pass, 1 fail, 2 refused input or usage, 3 unknown.
    """


app.command("init")(setting_up.init)
app.command("doctor")(setting_up.doctor)
app.command("run")(reporting.run)
app.command("collect")(collecting.collect)
app.command("check")(checking.check)
app.command("environment")(environment.environment)
app.add_typer(creating.new)
app.command("formats")(checking.formats)
app.command("measures")(deciding.measures)
app.command("gates")(deciding.gates)
app.command("gate")(deciding.gate)
app.command("protocol")(protocol.protocol)
app.command("render")(reporting.render)
app.command("monitor-slo")(monitoring.monitor_slo)
app.add_typer(rollout.rollout)
app.add_typer(scheduling.schedule)
app.command("lint")(authoring.lint)
app.command("upgrade")(authoring.upgrade)
app.add_typer(actions.actions)
app.command("log-update")(updating.log_update)
app.command("list")(listing.list_)
app.command("open")(reporting.open_)
app.command("record")(recording.record)
app.command("smoke")(smoke.smoke)
app.command("health")(health.health)
app.command("perf")(perf.perf)
app.command("publish")(publishing.publish)
app.command("notify")(publishing.notify)
app.command("sign-off")(approving.sign_off)
app.command("sign-offs")(approving.sign_offs)
app.command("log")(evidence.log)
app.command("show")(evidence.show)
app.command("bundle")(bundling.bundle)
app.command("verify")(bundling.verify)


def run(arguments: Sequence[str]) -> int:
    """Run one command and say how it ended.

    Args:
        arguments: What stands after `codexreport`.

    Returns:
        0 pass, 1 fail, 2 refused input or usage, 3 unknown, 130 interrupted.
    """
    try:
        code = app(args=list(arguments), prog_name="codexreport", standalone_mode=False)
        sys.stdout.flush()
    except CodexReportError as error:
        _say(error, as_json="--json" in _own(arguments))
        return error.exit_code
    except TyperException as error:
        _show_usage(error)
        return CodexReportError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        return _unread()
    except SystemExit as error:  # Click's own: of completion, and of a pipe that broke
        return _unread() if isinstance(error.__context__, BrokenPipeError) else _code(error.code)
    if code == INTERRUPTED:
        sys.stderr.write("Interrupted. Nothing was left half-written.\n")
    return _code(code)


def _code(code: object) -> int:
    return code if isinstance(code, int) else 0


def _unread() -> int:
    """Nobody reads on, as with `| head`: what was not said neither passed nor failed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNKNOWN


def _own(arguments: Sequence[str]) -> Sequence[str]:
    """Without what stands behind `--`, which is another command's."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _show_usage(error: TyperException) -> None:
    """What was wrong with the command as typed, and where its help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "codexreport"
    message = getattr(error, "format_message", error.__str__)()
    message = message.replace("Value error, ", "")  # pydantic's way to say that it is none
    sys.stderr.write(f"Error: {message}\nHelp: {command} --help\n")


def _say(error: CodexReportError, *, as_json: bool) -> None:
    """Errors go to standard error; with `--json` also to standard output, as data."""
    if as_json:
        problems = error.problems if isinstance(error, ProjectError) else ()
        document = {
            "error": {
                "type": type(error).__name__,
                "message": error.message,
                "advice": error.advice,
                "problems": [
                    {"file": p.file, "line": p.line, "key": p.key, "message": p.message}
                    for p in problems
                ],
            }
        }
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    sys.stderr.write(f"Error: {error.message}\n")
    if error.advice:
        sys.stderr.write(f"{error.advice}\n")
