"""`init` and `doctor`: from nothing to a working project."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from codexreport.cli.common import (
    JsonOption,
    ProjectOption,
    SampleOption,
    locate,
    locate_project,
    print_json,
    print_table,
)
from codexreport.errors import ParameterError
from codexreport.execution.notebooks import sample_project


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    *,
    as_json: JsonOption = False,
) -> int:
    """Make a working project with sample data.

    Change it into your own, step by step; its README.md says how.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParameterError(
            f"{folder} is not an empty folder.", advice="Name one that is new or empty."
        )
    try:
        shutil.copytree(sample_project(), folder, dirs_exist_ok=True)
        (folder / ".gitignore").write_text("/.codexreport/\n/reports/\n", encoding="utf-8")
    except OSError as error:
        raise ParameterError(
            f"{folder} could not be written: {error.strerror}.",
            advice="Choose a folder you may write to.",
        ) from error
    if as_json:
        files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
        print_json({"project": str(folder), "files": files})
    else:
        typer.echo(
            f"Made {folder}: codexreport.toml says what is measured; README.md, how to change it."
        )
        typer.echo(f"Next: codexreport run slo_weekly --project {folder}")
    return 0


def doctor(
    project: ProjectOption = None,
    *,
    sample: SampleOption = False,
    as_json: JsonOption = False,
) -> int:
    """Check the installation and the project.

    Says what was found, and what to do about what is missing.
    """
    from codexreport.pipeline.doctor import examine

    # Without a project the installation is still worth a look; that there is none is a finding.
    root, workspace = locate_project(project, sample=True) if sample else locate(project)
    checks = examine(root, workspace)
    if as_json:
        print_json(
            {
                "checks": [
                    {"what": c.what, "ok": c.ok, "found": c.found, "advice": c.advice}
                    for c in checks
                ]
            }
        )
    else:
        print_table(
            "",
            ["", "what", "found", "what to do"],
            [["ok" if c.ok else "NO", c.what, c.found, c.advice] for c in checks],
        )
    return 0 if all(check.ok for check in checks) else 2
