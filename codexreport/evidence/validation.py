"""The readable summary of a phase's evidence, made from its log and manifest alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from codexreport.evidence import sums
from codexreport.evidence.log import LogContents
from codexreport.markup import markdown_text

FILE_NAME = "validation.md"
RECENT = 20

_HASH = re.compile(r"[0-9a-f]{64}")
_SHOWN = 12


def validation_markdown(phase: str, manifest: Mapping[str, Any], log: LogContents) -> str:
    """What was run and what it made, for a person."""
    return "\n".join(
        [
            f"# Evidence of {phase}",
            "",
            "Made from `run.log` in this folder, which alone is never rewritten.",
            "",
            *_last(log),
            *_records(log),
            *_artifacts(manifest),
            *_check(phase, manifest),
        ]
    )


def _last(log: LogContents) -> Iterator[str]:
    if not log.records:
        return
    last = log.records[-1]
    yield f"Last record: **{_text(last.get('state', ''))}**, {_text(last.get('summary', ''))}"
    yield ""


def _records(log: LogContents) -> Iterator[str]:
    yield from ("## Records", "")
    yield "| # | time | kind | step | subject | state | summary | by |"
    yield "|---:|---|---|---|---|---|---|---|"
    for record in log.records[-RECENT:]:
        told = {"kind": "run", **record}
        keys = ("seq", "time", "kind", "step", "subject", "state", "summary", "tool")
        yield _row(*(told.get(key, "") for key in keys))
    if len(log.records) > RECENT:
        yield from ("", f"{len(log.records) - RECENT} earlier records are in `run.log`.")
    if log.torn:
        lines = ", ".join(map(str, log.torn))
        yield from ("", f"Lines of `run.log` that were cut off while being written: {lines}.")
    yield ""


def _artifacts(manifest: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        "## Artefacts",
        "",
        "| path | bytes | kept | record | from |",
        "|---|---:|---|---:|---|",
    )
    for entry in manifest["artifacts"]:
        origin = "; ".join(
            f"{key}: {_flat(value)}" for key, value in sorted(entry["origin"].items())
        )
        yield _row(entry["path"], entry["size"], entry["time"], entry["record"], origin)
    yield from ("", f"Hashes in `from` are cut to {_SHOWN} digits; `manifest.json` has them whole.")
    yield ""


def _check(phase: str, manifest: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## How to check", "")
    head = manifest["head"]
    if manifest["artifacts"]:
        yield from ("In the project's folder:", "", "```sh")
        yield from (f"sha256sum -c --strict evidence/{phase}/{sums.FILE_NAME}", "```", "")
        yield from ("It compares each file with the SHA-256 that was recorded.", "")
    yield f"Each line of `run.log` names the SHA-256 of the line before it. Line {head['seq']} was"
    yield f"the last when this was made, and its own is `{head['sha256']}`."
    yield ""


def _flat(value: object) -> str:
    """A part of an origin, hashes cut to a length a person can compare."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_flat, value))
    return str(value)[:_SHOWN] if _HASH.fullmatch(str(value)) else str(value)


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(_text, cells))} |"


def _text(value: object) -> str:
    return markdown_text(str(value))
