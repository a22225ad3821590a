"""What a command ran in, by a list of what may be told."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from codexreport import __version__

_CI = (
    "CI",
    "GITHUB_REPOSITORY",
    "GITHUB_WORKFLOW",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_REF",
    "GITHUB_SHA",
    "CI_PROJECT_PATH",
    "CI_PIPELINE_ID",
    "CI_JOB_ID",
    "CI_COMMIT_REF_NAME",
    "CI_COMMIT_SHA",
    "BUILD_TAG",
    "BUILDKITE_BUILD_ID",
    "CIRCLE_WORKFLOW_ID",
    "BITBUCKET_BUILD_NUMBER",
)
"""Variables by which a run is found again in the CI system it was part of."""
_LOCALE = ("TZ", "LANG", "LC_ALL")
_GENERATED = ("bundles", "evidence", "reports", ".codexreport")
_PATIENCE_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What is checked out.

    Attributes:
        commit: Its full hash.
        dirty: Whether any file, apart from what the kit itself writes, differs from it.
    """

    commit: str
    dirty: bool


def snapshot(environ: Mapping[str, str]) -> dict[str, str]:
    """System, versions, and the variables that may be told; nothing else of the environment.

    Args:
        environ: Environment variables.
    """
    told = {name: environ[name] for name in (*_CI, *_LOCALE) if environ.get(name)}
    return {
        "os": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "python": platform.python_version(),
        "codexreport": __version__,
        **told,
    }


def revision(workspace: Path) -> Revision | None:
    """What is checked out in a workspace; None where Git is not there or cannot tell."""
    others = [f":(exclude){name}" for name in _GENERATED]
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "status"]
    shown = ["--porcelain=v2", "--branch", "--", ":/", *others]
    try:
        done = subprocess.run(
            [*command, *shown],
            cwd=workspace,
            capture_output=True,
            check=True,
            timeout=_PATIENCE_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    headers = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# "))
    commit = headers.get("branch.oid", "")
    if not commit.isalnum():  # "(initial)" before the first commit
        return None
    return Revision(commit=commit, dirty=any(not line.startswith("# ") for line in lines))
