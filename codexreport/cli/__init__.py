"""The command line. This module is all that `codexreport --help` loads, so it stays light."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130
UNKNOWN = 3
TRACEBACK = "CODEXREPORT_TRACEBACK"
"""Variable that asks for the traceback of what was not expected."""
HELP_FILE = os.path.join(os.path.dirname(__file__), "help.txt")  # noqa: PTH118, PTH120, pathlib costs half of what --help may take
"""`codexreport --help` as Typer prints it at 80 columns; a test keeps it so."""


def main() -> None:
    """Run the command line and exit with 0, 1, 2 or 3 (130 when interrupted)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed, as by >&-: what is said there is not heard
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115, as above, and to the end
    completing = "_CODEXREPORT_COMPLETE" in os.environ
    if sys.argv[1:] in ([], ["--help"]) and not completing:
        with open(HELP_FILE, encoding="utf-8") as stream:  # noqa: PTH123, as above
            sys.stdout.write(stream.read())
        return
    try:
        from codexreport.cli.app import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while modules are still loading
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001, 1 would mean NO-GO and a rollback
        sys.exit(_unexpected(error))


def _unexpected(error: Exception) -> int:
    """Say that the fault is ours. Nothing was decided, so nothing failed: exit code 3."""
    if os.environ.get(TRACEBACK):
        import traceback

        traceback.print_exception(error)
    first = str(error).partition("\n")[0]
    sys.stderr.write(
        f"Error: codexreport itself failed ({type(error).__name__}: {first}).\n"
        f"Nothing was decided. Set {TRACEBACK}=1 to see where, and report it.\n"
    )
    return UNKNOWN
