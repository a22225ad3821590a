"""The release that is judged: what `{release}` and `{version}` in a project stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from codexreport.errors import ParameterError
from codexreport.text import listed

PLACEHOLDER = "{release}"
VERSION = "{version}"
"""Stands for what a candidate is one of: 4.2.0 of the release 4.2.0-rc3."""
_PLACES = re.compile(f"(?:{re.escape(PLACEHOLDER)}|{re.escape(VERSION)})+")
_WILD = re.compile(r"[*?\[]")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,79}")


def checked(release: str) -> str:
    """A release's name that may stand in a path.

    Raises:
        ParameterError: It may not.
    """
    if not _NAME.fullmatch(release):
        raise ParameterError(
            f"{release!r} cannot name a release.",
            advice="Write letters, digits, dots, plus and minus signs, such as 4.2.0-rc1.",
        )
    return release


def placed(text: str, release: str) -> str:
    """`text` with the release in its place, and in that of `{version}` what it is a candidate of.

    As SemVer has it, that is the release up to its first hyphen or plus.

    Args:
        text: A path, a pattern, a section or the name of a phase.
        release: Empty where none is named.

    Raises:
        ParameterError: It asks for a release, and none is named.
    """
    if not release and (PLACEHOLDER in text or VERSION in text):
        raise ParameterError(
            f"{text!r} asks for a release, and none is named.",
            advice='Name one with --release NAME, or write release = "NAME" under [project].',
        )
    version = re.split("[-+]", release, maxsplit=1)[0]
    return text.replace(PLACEHOLDER, release).replace(VERSION, version)


def phase_of(text: str, release: str) -> str:
    """The name of a phase with the release in its place, as phases are named.

    Phases have small letters, digits and hyphens: `launch-{release}` of 4.2.0-RC1 is
    `launch-4-2-0-rc1`.

    Raises:
        ParameterError: It asks for a release, and none is named.
    """
    return re.sub(r"[^a-z0-9-]", "-", placed(text, release).lower())


def refuse_a_stranger(root: Path, release: str, patterns: Iterable[str]) -> None:
    """Refuse a misspelt release: it would be judged, and recorded for, where nothing else is.

    Args:
        root: The project's folder.
        release: The one that is asked for.
        patterns: As for `with_files`.

    Raises:
        ParameterError: No file is of it, and some are of others.
    """
    known = with_files(root, patterns)
    if known and release not in known:
        raise ParameterError(
            f"No file is of release {release}; there are files of {listed(known)}.",
            advice=f'To begin it, write release = "{release}" under [project].',
        )


def phases_like(text: str) -> str:
    """A pattern for the names that `phase_of` gives a phase, whatever the release."""
    return "*".join(phase_of(part, "") for part in _PLACES.split(text))


def with_files(root: Path, patterns: Iterable[str]) -> tuple[str, ...]:
    """The releases that have files or a folder where `{release}` stands for their name, sorted.

    Args:
        root: The project's folder.
        patterns: Paths of sources as they are written. One that has `*`, `?` or `[` before or
            beside `{release}` tells no names.
    """
    found = set()
    for pattern in patterns:
        before, placeholder, after = pattern.partition(PLACEHOLDER)
        folder, _, start = before.rpartition("/")
        end = after.partition("/")[0]
        if not placeholder or _WILD.search(before + end) or PLACEHOLDER in end:
            continue
        named = re.compile(f"{re.escape(start)}({_NAME.pattern}){re.escape(end)}")
        entries = (root / folder).iterdir() if (root / folder).is_dir() else ()
        found |= {match[1] for one in entries if (match := named.fullmatch(one.name))}
    return tuple(sorted(found))
