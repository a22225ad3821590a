"""The readable summary of a phase's evidence, made from its log and manifest alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from codexreport.evidence.log import LogContents

FILE_NAME = "validation.md"
RECENT = 20

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$@~^&])")


def validation_markdown(phase: str, manifest: Mapping[str, Any], log: LogContents) -> str:
    """What was run and what it made, for a person."""
    lines = [
        f"# Evidence of {phase}",
        "",
        "Made from `run.log` and `manifest.json` in this folder.",
        "",
        "## Runs",
        "",
        "| # | time | step | subject | state | summary |",
        "|---:|---|---|---|---|---|",
    ]
    for record in log.records[-RECENT:]:
        cells = [
            record.get(key, "") for key in ("seq", "time", "step", "subject", "state", "summary")
        ]
        lines.append(f"| {' | '.join(_text(cell) for cell in cells)} |")
    if len(log.records) > RECENT:
        lines += ["", f"{len(log.records) - RECENT} earlier runs are in `run.log`."]
    if log.torn:
        lines += ["", f"Torn lines in `run.log`: {', '.join(map(str, log.torn))}."]
    lines += ["", "## Artefacts", "", "| path | bytes | SHA-256 |", "|---|---:|---|"]
    lines += [
        f"| {_text(entry['path'])} | {entry['size']} | `{entry['sha256']}` |"
        for entry in manifest["artifacts"]
    ]
    lines += [
        "",
        "To check one by hand, compare the output of `sha256sum PATH` with the table; paths start",
        "at the project's folder.",
        "",
    ]
    return "\n".join(lines)


def _text(value: object) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(str(value).split()))
