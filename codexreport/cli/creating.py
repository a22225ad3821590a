"""`new`: files for people to fill in, made from what the project already says."""

from __future__ import annotations

import typer

from codexreport.cli import authoring, new_integration, new_packs

new = typer.Typer(
    name="new", no_args_is_help=True, help="Make files to fill in, from what the project says."
)

new.command("integration")(new_integration.integration)
new.command("postmortem")(authoring.new_postmortem)
new.command("retro")(authoring.new_retro)
new.command("observability")(new_packs.observability)
new.command("operations")(new_packs.operations)
