"""The revision that a report's free properties name, as CI systems call it."""

from __future__ import annotations

import re
from collections.abc import Iterable

COMMIT_NAMES = frozenset(
    {
        "bitbucket_commit",
        "build_sourceversion",
        "ci_commit_sha",
        "commit",
        "commit_sha",
        "git.commit",
        "git.commit.id",
        "git.commit.sha",
        "git_commit",
        "git_sha",
        "github_sha",
        "revision",
        "vcs.revision",
    }
)
"""Names of properties and variables that hold it, in lower case."""

_REVISION = re.compile(r"[0-9a-fA-F]{7,64}")


def the_one(values: Iterable[str]) -> str:
    """The revision among `values`; empty where there is none, or more than one."""
    found = {value.strip().lower() for value in values if _REVISION.fullmatch(value.strip())}
    return found.pop() if len(found) == 1 else ""
