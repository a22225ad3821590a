"""The artefacts of an integration as files to fill in, from what a project already says."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from codexreport.errors import CodexReportError
from codexreport.evidence.bundle import FOLDER as BUNDLES
from codexreport.evidence.bundle import INTEGRATION_MANIFEST
from codexreport.files import write_atomic
from codexreport.project.model import Project, SourceConfig
from codexreport.readers.notation.document import Document
from codexreport.readers.registry import reader
from codexreport.readers.settings import FileSettings
from codexreport.rollout.flags import Flags
from codexreport.sources.base import Place
from codexreport.sources.files import pull_files
from codexreport.text import one_line

FOLDER = ".artifacts/integration"
"""Where the shipped gates look, below the project's folder."""

ARTEFACTS: Mapping[str, str] = {
    "integration-scope-matrix.json": "scope-matrix",
    "environment-validation-report.json": "environment-report",
    "test-data-inventory.md": "test-data",
    "integration-test-plan.md": "test-plan",
    "contract-validation-results.json": "contract-results",
    "observability-readiness.md": "telemetry",
    "test-execution-report.json": "test-summary",
    "defect-log.csv": "defects",
    "regression-summary.md": "regression",
    "integration-signoff.json": "sign-off-record",
    "forward-recommendations.md": "recommendations",
}
"""Every artefact that people fill in, and the format it is read as."""

_MANIFEST = f"{BUNDLES}/{INTEGRATION_MANIFEST}"
"""The one that `codexreport bundle --phase integration` makes."""

_NAME = 80
_PLACE = re.compile(r"\$(project|service|flag)\b")

Values = Mapping[str, str]
"""What stands for `$project`, `$service` and `$flag`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of it.

    Attributes:
        written: Files that were made, seen from the project's folder.
        kept: Files that were there already, and are as they were.
        sources: What to add to the project file for the rest to be read; empty where nothing is.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...]
    sources: str


def write_templates(project: Project, now: datetime) -> Written:
    """Make every artefact that is not there.

    Raises:
        EvidenceError: One cannot be written; those before it stay.
    """
    names = {"service": _services(project), "flag": _flags(project, now)}
    written, kept = [], []
    for file in ARTEFACTS:
        name = f"{FOLDER}/{file}"
        path = project.root / name
        if os.path.lexists(path):
            kept.append(name)
            continue
        write_atomic(path, _filled(file, project.name, names).encode())
        written.append(name)
    return Written(written=tuple(written), kept=tuple(kept), sources=_sources(project))


def _services(project: Project) -> list[str]:
    return sorted({one.service for one in project.objectives}) or ["TODO: a service"]


def _flags(project: Project, now: datetime) -> list[str]:
    """The flags in the project's own files; a file that cannot be read names none."""
    place = Place(root=project.root, cache=project.root, now=now)
    found: set[str] = set()
    for config in project.sources.values():
        if config.type in {"flags", "flagd"} and isinstance(config.settings, FileSettings):
            try:
                found.update(_flags_of(config, config.settings, place))
            except CodexReportError:
                continue  # `check` says so
    return sorted(found)


def _flags_of(config: SourceConfig, settings: FileSettings, place: Place) -> Iterator[str]:
    for piece in pull_files(settings, config.name, place):
        if isinstance(piece.content, CodexReportError):
            continue
        facts = reader(config.type).parse(Document(piece.name, piece.content.body))
        if isinstance(facts, Flags):
            yield from (one.key for one in facts.flags)


def _filled(file: str, project: str, names: Mapping[str, Sequence[str]]) -> str:
    """A template with what is known; what is about a service or a flag stands there for each."""
    text = (files("codexreport") / "templates" / "integration" / file).read_text(encoding="utf-8")
    if file.endswith(".json"):
        value = _with_names(json.loads(text), {"project": project}, names)
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    lines = (
        _with_values(line, {key: _cell(value) for key, value in values.items()})
        for line in text.splitlines()
        for values in _each(line, {"project": project}, names)
    )
    return "\n".join(lines) + "\n"


def _with_names(value: Any, values: Values, names: Mapping[str, Sequence[str]]) -> Any:
    if isinstance(value, dict):
        return {key: _with_names(child, values, names) for key, child in value.items()}
    if isinstance(value, list):
        return [
            _with_names(child, each, names)
            for child in value
            for each in _each(json.dumps(child), values, names)
        ]
    return _with_values(value, values) if isinstance(value, str) else value


def _each(text: str, values: Values, names: Mapping[str, Sequence[str]]) -> Iterator[Values]:
    """The values for a part of a template, once for each service or flag that it is about."""
    about = next((kind for kind in names if f"${kind}" in text and kind not in values), "")
    if not about:
        yield values
    for name in names.get(about, ()):
        yield {**values, about: name}


def _with_values(text: str, values: Values) -> str:
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def _cell(text: str) -> str:
    """A name in a cell of a table, or in a heading: one line, no bar, no markup."""
    plain = one_line(text, _NAME).replace("\\", "\\\\")
    return "".join(f"\\{c}" if c in "|`*<>[]" else c for c in plain)


def _sources(project: Project) -> str:
    """Tables of the project file for artefacts that no source names."""
    named = {getattr(one.settings, "path", "") for one in project.sources.values()}
    tables = []
    paths = {f"{FOLDER}/{file}": format_ for file, format_ in ARTEFACTS.items()}
    for path, format_ in {**paths, _MANIFEST: "evidence-manifest"}.items():
        if path in named:
            continue
        name = f"integration-{format_}"
        while name in project.sources:
            name += "-2"
        tables.append(f'[sources.{name}]\ntype = "{format_}"\npath = "{path}"\n')
    return "\n".join(tables)
