"""Comparing files with what is expected of them, and with their hash list."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from codexreport.evidence import sums, validation
from codexreport.evidence.bundle_contents import Contents, Expected
from codexreport.evidence.findings import Finding, Meaning, broken
from codexreport.evidence.members import MemberError, Members, content

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def measured(members: Members, names: Iterable[str]) -> tuple[dict[str, Expected], list[Finding]]:
    """Size and hash of each file; a finding for each that is not there or is damaged."""
    found: dict[str, Expected] = {}
    findings: list[Finding] = []
    for name in names:
        digest, size = hashlib.sha256(), 0
        try:
            for piece in members.pieces(name):
                digest.update(piece)
                size += len(piece)
        except MemberError as error:
            findings += broken([error.message])
        else:
            found[name] = Expected(size=size, sha256=digest.hexdigest())
    return found, findings


def list_problems(members: Members, found: Mapping[str, Expected]) -> Iterator[str]:
    """How a bundle's hash list differs from what is in the bundle."""
    if sums.FILE_NAME not in found:
        yield f"There is no sound {sums.FILE_NAME} in it."
        return
    hashes = {name: one.sha256 for name, one in found.items() if name != sums.FILE_NAME}
    stored = content(members, sums.FILE_NAME)
    if stored == sums.encoded(hashes):
        return
    lines = map(_LINE.fullmatch, stored.decode("utf-8", "replace").split("\n"))
    listed = {line[2]: line[1] for line in lines if line}
    named = {*members.names()}
    explained = [
        *(f"{name!r} is listed in SHA256SUMS and missing." for name in sorted({*listed} - named)),
        *(f"{name!r} is not listed in SHA256SUMS." for name in sorted({*hashes} - {*listed})),
        *(
            f"{name!r} has SHA-256 {hashes[name]}, not the one listed in SHA256SUMS."
            for name in sorted({*hashes} & {*listed})
            if hashes[name] != listed[name]
        ),
    ]
    yield from explained or ["SHA256SUMS in it is not a sorted list of hashes, each name once."]


def compared(
    contents: Contents, found: Mapping[str, Expected], *, same_tool: bool
) -> Iterator[Finding]:
    """Whether files are what the log says of them.

    A bundle's hash list is left out: it follows from the others, and `list_problems` compares it.

    Args:
        contents: What the log says.
        found: What they are.
        same_tool: Whether this version of the kit wrote them: only then are the summary's words
            known.
    """
    for name, expected in contents.expected().items():
        if name == sums.FILE_NAME or name not in found or found[name] == expected:
            continue
        if name in contents.artifacts:
            yield from broken([_changed(name, found[name], expected)])
        elif name.endswith(f"/{validation.FILE_NAME}") and not same_tool:
            text = f"{name!r} was written by another version of codexreport, in words of its own."
            yield Finding(Meaning.UNKNOWN, text)
        else:
            yield from broken([f"{name!r} is not what follows from run.log."])


def _changed(name: str, found: Expected, recorded: Expected) -> str:
    if found.sha256 == recorded.sha256:
        return f"{name!r} has {found.size} bytes; {recorded.size} were recorded."
    return f"{name!r} has SHA-256 {found.sha256}; {recorded.sha256} was recorded."
