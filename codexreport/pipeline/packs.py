"""Packs of documents: made from what a project says, completed by people, brought up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from codexreport.authoring.pages import page, slots
from codexreport.errors import AuthoringError
from codexreport.files import write_atomic
from codexreport.pipeline.pack_blocks import blocks, cadence
from codexreport.pipeline.scheduling import existing
from codexreport.pipeline.update_logs import Log, log_of
from codexreport.project.model import Project


class Pack(StrEnum):
    """Documents that belong together."""

    OBSERVABILITY = "observability"
    OPERATIONS = "operations"


_FILES: Mapping[Pack, Mapping[str, str]] = {
    Pack.OBSERVABILITY: {
        "docs/Observability_Spec.md": "Observability_Spec.md",
        "docs/SLO_SLI.md": "SLO_SLI.md",
        "CHANGELOG.md": "CHANGELOG.md",
        "docs/Staging_Smoke_Playbook.md": "Staging_Smoke_Playbook.md",
    },
    Pack.OPERATIONS: {
        "docs/runbook.md": "runbook.md",
        "docs/escalation.md": "escalation.md",
        "docs/Incident_Readiness_Checklist.md": "Incident_Readiness_Checklist.md",
        "docs/Postmortem_Template.md": "Postmortem_Template.md",
        "docs/Retro_Template.md": "Retro_Template.md",
    },
}
"""Each document, seen from the project's folder, and its template. Gates ask for these names."""


class Came(StrEnum):
    """What became of a document."""

    MADE = "made"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def write_pack(project: Project, pack: Pack) -> dict[str, Came]:
    """Make the documents of a pack, or renew the generated parts of those that are there.

    All is made before anything is written.

    Returns:
        What became of each document, by its name seen from the project's folder.

    Raises:
        AuthoringError: A document's markers are damaged, or somebody wrote between them.
        EvidenceError: One cannot be written.
    """
    documents = [_document(project, one) for one in _templates(project, pack)]
    for one in documents:
        if one.came is not Came.UNCHANGED:
            write_atomic(project.root / one.file, one.content)
    return {one.file: one.came for one in documents}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    file: str
    template: str
    blocks: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    file: str
    content: bytes
    came: Came


def _templates(project: Project, pack: Pack) -> Iterator[_Template]:
    known = blocks(project)
    for file, template in _FILES[pack].items():
        own = {name: known[name] for name in slots(template)}
        yield _Template(file=file, template=template, blocks=own)
    if pack is Pack.OPERATIONS:
        for log in Log:
            file, _ = log_of(project.updates, log)
            template = f"{log.value.capitalize()}_Update_Log.md"
            own = {"cadence": cadence(project, log)}
            yield _Template(file=file, template=template, blocks=own)


def _document(project: Project, one: _Template) -> _Document:
    path = project.root / one.file
    if not path.resolve().is_relative_to(project.root.resolve()):
        raise AuthoringError(
            f"{one.file} leads out of the project's folder.", advice="Replace the link by a file."
        )
    before = existing(path)
    content = page(one.template, one.blocks, before=before, file=one.file)
    came = Came.MADE if before is None else Came.UPDATED
    return _Document(
        file=one.file, content=content, came=Came.UNCHANGED if content == before else came
    )
