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
from codexreport.project.workspace import FILE_NAME


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    *,
    release: Annotated[
        bool,
        typer.Option("--release", help="With the release that the sample decides on as well."),
    ] = False,
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
        _copy(sample_project(), folder, release=release)
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
        typer.echo(f"Next: cd {folder}")
        typer.echo("      codexreport run slo_weekly")
        if release:
            typer.echo("      codexreport run launch_readiness --release 4.2.0-rc1")
            typer.echo("      codexreport protocol status launch")
    return 0


def _copy(sample: Path, folder: Path, *, release: bool) -> None:
    """The sample, whole or without what only its release needs."""
    if release:
        shutil.copytree(sample, folder, dirs_exist_ok=True)
        return
    for name in _WITHOUT_RELEASE:
        if (sample / name).is_dir():
            shutil.copytree(sample / name, folder / name)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(sample / name, folder / name)
    written = (sample / FILE_NAME).read_text(encoding="utf-8").partition(_RELEASE_BEGINS)[0]
    lines = written.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("release =", "phase ="))]
    (folder / FILE_NAME).write_text("".join(kept).rstrip() + "\n", encoding="utf-8")


_WITHOUT_RELEASE = ("README.md", "measurements", "objectives")
_RELEASE_BEGINS = "# The release"
"""How the part of the sample's project file begins that `init` leaves out."""


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
