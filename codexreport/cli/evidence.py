"""`log` and `show`: reading the evidence that was kept."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from codexreport.cli.approving import flaws_of
from codexreport.cli.common import JsonOption, ProjectOption, locate, print_json, print_table
from codexreport.errors import EvidenceError

PhaseOption = Annotated[
    str,
    typer.Option("--phase", metavar="PHASE", help="Only this phase's. Default: every phase."),
]
BROKEN = 1
"""Exit code where the chain of a log does not hold, or a file is not what was recorded."""
GONE, CHANGED = "gone", "changed since"
_COLUMNS = ("seq", "time", "kind", "step", "subject", "state", "summary")


def log(
    phase: PhaseOption = "", project: ProjectOption = None, *, as_json: JsonOption = False
) -> int:
    """List what is kept as evidence, oldest first.

    Exits with 1 where the chain of a log is broken: a line was altered, added or taken out.
    """
    root, workspace = locate(project)
    kept = {name: _read(workspace.root, name) for name in _phases(workspace.root, phase)}
    broken = {name: problems for name in kept if (problems := _problems(workspace.root, name))}
    if as_json:
        print_json(
            {
                "phases": {
                    name: {
                        "head": {"seq": contents.head.seq, "sha256": contents.head.sha256},
                        "torn": list(contents.torn),
                        "problems": broken.get(name, []),
                        "records": list(contents.records),
                    }
                    for name, contents in kept.items()
                }
            }
        )
        return BROKEN if broken else 0
    if not kept:
        typer.echo("Nothing is kept yet. codexreport record and codexreport run keep what they do.")
    for name, contents in kept.items():
        flaws = flaws_of(root, workspace, name, _signed_off(contents))
        print_table(name, list(_COLUMNS), list(_rows(contents, flaws)))
        for number in contents.torn:
            typer.echo(f"Line {number} is no record: it was cut off, or altered.")
        for problem in broken.get(name, []):
            typer.echo(problem)
    return BROKEN if broken else 0


def show(
    number: Annotated[int, typer.Argument(metavar="RECORD", help="Its number in the log.")],
    phase: PhaseOption = "",
    project: ProjectOption = None,
    *,
    as_json: JsonOption = False,
) -> int:
    """Show one record, and whether its files are still as they were.

    Exits with 1 where a file is gone or was changed by nothing that was recorded.
    """
    _, workspace = locate(project)
    name, record = _one(workspace.root, phase, number)
    later = _made_again(_read(workspace.root, name), number)
    files = [
        {**artifact, "now": later.get(artifact["path"]) or _now(workspace.root, artifact)}
        for artifact in record.get("artifacts", ())
    ]
    problems = _problems(workspace.root, name)
    altered = bool(problems) or any(file["now"] in {GONE, CHANGED} for file in files)
    if as_json:
        print_json({"phase": name, **record, "artifacts": files, "problems": problems})
        return BROKEN if altered else 0
    facts = {"phase": name, **_flat({key: record[key] for key in record if key != "artifacts"})}
    print_table("", ["", ""], [[key, _plain(value)] for key, value in facts.items()])
    if files:
        typer.echo()
        rows = [[file["path"], file["size"], file["sha256"][:12], file["now"]] for file in files]
        print_table("", ["file", "bytes", "sha256", "now"], rows)
    for problem in problems:
        typer.echo(problem)
    return BROKEN if altered else 0


def _phases(root: Path, wanted: str) -> list[str]:
    from codexreport.evidence.keep import phase_folder, phases
    from codexreport.project.mistakes import did_you_mean

    known = phases(root)
    if not wanted:
        return known
    phase_folder(root, wanted)
    if wanted not in known:
        hint = did_you_mean(wanted, known).removeprefix("; ")
        raise EvidenceError(
            f"There is no evidence of {wanted}.",
            advice=hint or "codexreport record and codexreport run keep what they do.",
        )
    return [wanted]


def _read(root: Path, phase: str) -> Any:
    from codexreport.evidence.keep import phase_folder
    from codexreport.evidence.log import read

    return read(phase_folder(root, phase))


def _problems(root: Path, phase: str) -> list[str]:
    """Where the log's chain is broken, a sentence each."""
    from codexreport.evidence.chain import chain_of
    from codexreport.evidence.keep import phase_folder
    from codexreport.evidence.log import FILE_NAME

    path = phase_folder(root, phase) / FILE_NAME
    return list(chain_of(path.read_bytes()).problems) if path.exists() else []


def _signed_off(contents: Any) -> list[str]:
    """The gates that a log has sign-offs of."""
    told = [record.get("sign_off") for record in contents.records]
    return sorted({str(one.get("gate")) for one in told if isinstance(one, Mapping)})


def _rows(contents: Any, flaws: Mapping[int, str]) -> Iterator[list[Any]]:
    """The records; a sign-off that does not count says so, and why."""
    from codexreport.evidence.keep import kind_of

    for record in contents.records:
        told = {**record, "kind": kind_of(record)}
        if flaw := flaws.get(record.get("seq", 0)):
            told |= {"state": "no", "summary": f"{record['summary']} It does not count: {flaw}"}
        yield [_plain(told.get(key, "")) for key in _COLUMNS]


def _one(root: Path, phase: str, number: int) -> tuple[str, dict[str, Any]]:
    """The record of a number, in the phase asked for or the only one that has it."""
    found = []
    for name in _phases(root, phase):
        contents = _read(root, name)
        found += [(name, one) for one in contents.records if one.get("seq") == number]
        if number in contents.torn:
            raise EvidenceError(
                f"Line {number} of {name} is no record: it was cut off, or altered.",
                advice="What is left of it stands in the run.log of the phase.",
            )
    if not found:
        raise EvidenceError(
            f"There is no record {number}{f' in {phase}' if phase else ''}.",
            advice="codexreport log lists what there is.",
        )
    if len(found) > 1:
        names = ", ".join(name for name, _ in found)
        raise EvidenceError(
            f"Record {number} is in several phases: {names}.", advice="Add --phase PHASE."
        )
    return found[0]


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """Nested values by dotted names."""
    flat: dict[str, object] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        elif value not in (None, "", []):
            flat[prefix + key] = shlex.join(map(str, value)) if key == "command" else value
    return flat


def _plain(value: object) -> str:
    """A value as one line of printable text: a log must not play a terminal's escape codes."""
    text = " ".join(str(value).split())
    return text if text.isprintable() else repr(text)[1:-1]


def _made_again(contents: Any, number: int) -> dict[str, str]:
    """The files that a later record made again: it, and not this one, says what they are now."""
    return {
        artifact["path"]: f"made again by record {record['seq']}"
        for record in contents.records
        if record["seq"] > number
        for artifact in record.get("artifacts", ())
    }


def _now(root: Path, artifact: Mapping[str, Any]) -> str:
    """How a file compares with what was recorded of it."""
    from codexreport.files import sha256_file

    try:
        same = sha256_file(root / artifact["path"]) == artifact["sha256"]
    except OSError:
        return GONE
    return "as recorded" if same else CHANGED
