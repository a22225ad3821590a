"""From `codexreport.toml` to a `Project`, or to the list of everything that is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from codexreport.errors import CodexReportError, Problem, ProjectError
from codexreport.files import sha256
from codexreport.project.mistakes import dotted, explained
from codexreport.project.model import Project, ProjectInput, SourceConfig
from codexreport.project.names import unknown_names, words_of
from codexreport.project.performance_schema import budget_mistakes
from codexreport.project.phases import kept_together
from codexreport.project.places import line_in_message, line_of
from codexreport.project.releases import checked, placed
from codexreport.project.schema import (
    ProjectFile,
)
from codexreport.project.workspace import FILE_NAME
from codexreport.slo.objective import Correction, Objective, ObjectiveDefaults
from codexreport.slo.sources import ANY_TYPE
from codexreport.slo.specs import parse_objectives

MAX_FILE_SIZE = 1_000_000

SettingsModel = Callable[[Mapping[str, Any]], type[BaseModel]]
"""From a source's table to the model of its settings; raises for an unknown `type`."""

_IS_MISSING = "is missing"
_BEGIN = "write schema = 1 as the first line of the file"


def load_project(root: Path, settings_model: SettingsModel, *, release: str = "") -> Project:
    """Read and validate the project in the folder `root`.

    Args:
        root: A folder that holds `codexreport.toml`, or that file itself.
        settings_model: Knows the settings of each source type, and of each format.
        release: Which one is judged; empty: the one that the project file names, if any.

    Raises:
        ProjectError: With every mistake in the project file and the objectives it names.
        ParameterError: `release` cannot name one.
    """
    root = (root.parent if root.name == FILE_NAME else root).resolve()
    return _Loader(root, settings_model, checked(release) if release else "").load()


class _Loader:
    """Collects problems on the way, so that one run names them all."""

    def __init__(self, root: Path, settings_model: SettingsModel, release: str) -> None:
        self._root = root
        self._release = release
        self._settings_model = settings_model
        self._problems: list[Problem] = []
        self._inputs: list[ProjectInput] = []
        self._notes: list[str] = []
        self._text = ""
        self._types: dict[str, str] = {}
        self._unread: set[str] = set()
        self._unfound = False

    def load(self) -> Project:
        self._text = self._read(self._root / FILE_NAME, FILE_NAME)
        tables = self._parse(self._text)
        own_release = _release_of(tables)
        self._release = self._release or own_release
        sources = self._sources(tables.get("sources", {}))
        file = self._validate(tables)
        readable = file or self._readable(tables)
        objectives = self._objectives(readable) if readable else ()
        if readable and not self._unfound:
            for path, message in unknown_names(tables, objectives, self._unread):
                self._refuse_key(path, message)
        for path, message in budget_mistakes(tables):
            self._refuse_key(path, message)
        if self._problems or file is None:
            raise ProjectError(
                sorted(set(self._problems)), advice="Mend these and run the command again."
            )
        file = kept_together(file)
        return Project(
            root=self._root,
            name=file.project.name,
            timezone=file.project.timezone,
            owner=file.project.owner,
            release=self._release,
            own_release=own_release,
            phase=file.project.phase,
            as_of=file.project.as_of,
            slo=file.slo,
            objectives=objectives,
            sources=sources,
            corrections=tuple(
                Correction(
                    objectives=table.objectives,
                    start=table.start,
                    end=table.end,
                    reason=table.reason,
                    approver=table.approver,
                )
                for table in file.corrections
            ),
            incidents=file.incidents,
            gates=file.gates,
            readiness=file.readiness,
            decisions=file.decisions,
            waivers=tuple(table.waiver() for table in file.waivers),
            vulnerabilities=file.vulnerabilities,
            delivery=file.delivery,
            incident_targets=file.incident_targets,
            smoke=file.smoke,
            health=file.health,
            perf=file.perf,
            publish=file.publish,
            notify=file.notify,
            protocols=file.protocols,
            rollout=file.rollout,
            budgets=tuple(table.budget(file.project.owner) for table in file.budgets),
            authoring=file.authoring,
            actions=file.actions,
            updates=file.updates,
            steady_state=file.steady_state,
            notes=tuple(self._notes),
            inputs=tuple(self._inputs),
        )

    def _read(self, path: Path, shown: str) -> str:
        try:
            if path.stat().st_size > MAX_FILE_SIZE:
                self._refuse(shown, 0, "", f"is larger than {MAX_FILE_SIZE} bytes")
                return ""
            content = path.read_bytes()
            text = content.decode("utf-8-sig")
        except FileNotFoundError as error:
            raise ProjectError(
                [Problem(str(path), 0, "", "there is no such file")],
                advice="Name its folder with --project, or make one: codexreport init DIR.",
            ) from error
        except OSError as error:
            raise ProjectError(
                [Problem(str(path), 0, "", f"cannot be read: {error.strerror}")]
            ) from error
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ProjectError([Problem(shown, line, "", "is not UTF-8 text")]) from error
        self._inputs.append(ProjectInput(path=shown, sha256=sha256(content), size=len(content)))
        return text

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = getattr(error, "lineno", 0) or line_in_message(str(error))
            raise ProjectError(
                [Problem(FILE_NAME, line, "", f"is not TOML: {error}")],
                advice="Mend the syntax; the rest is checked after that.",
            ) from error

    def _validate(self, tables: dict[str, Any]) -> ProjectFile | None:
        names = tables["sources"] if isinstance(tables.get("sources"), dict) else ()
        tables = {**tables, "sources": {name: {} for name in names}}  # the rest is `_source`'s
        try:
            return ProjectFile.model_validate(tables)
        except ValidationError as error:
            self._explain(error, ProjectFile, ())
            return None

    def _readable(self, tables: dict[str, Any]) -> ProjectFile | None:
        """What of a refused file is enough to read its objectives; None where nothing is."""
        if tables.get("schema") != 1:
            return None
        usable: dict[str, Any] = {"schema": 1, "project": {"name": FILE_NAME}}
        for key in {"project", "slo", "objectives"} & tables.keys():
            more = {**usable, key: tables[key]}
            try:
                ProjectFile.model_validate(more)
            except ValidationError:
                if key == "slo":
                    return None
            else:
                usable = more
        return ProjectFile.model_validate(usable)

    def _sources(self, tables: object) -> dict[str, SourceConfig]:
        if not isinstance(tables, dict):
            self._refuse_key(("sources",), "must be a table: write [sources.NAME]")
            return {}
        configs = {}
        for name, table in tables.items():
            self._types[name] = ANY_TYPE
            if config := self._source(name, table):
                configs[name] = config
        return configs

    def _source(self, name: str, table: object) -> SourceConfig | None:
        path = ("sources", name)
        if not isinstance(table, dict) or not isinstance(table.get("type"), str):
            self._refuse_key(path, 'needs a type, for example type = "buckets"')
            return None
        try:
            written = str(table.get("path", ""))
            table = _placed(table, self._release)
            model = self._settings_model(table)
            self._types[name] = table["type"]
            settings = model.model_validate(table)
        except ValidationError as error:
            self._explain(error, model, path)
            return None
        except CodexReportError as error:
            self._refuse_key((*path, "type"), f"{error.message} {error.advice}".strip())
            return None
        place = Path(getattr(settings, "path", ""))
        if ".." in place.parts and not place.is_absolute():
            self._refuse_key((*path, "path"), f"{str(place)!r} leads out of the project's folder")
        return SourceConfig(name=name, type=table["type"], settings=settings, written=written)

    def _objectives(self, file: ProjectFile) -> tuple[Objective, ...]:
        defaults = ObjectiveDefaults(
            owner=file.project.owner,
            timezone=file.project.timezone,
            min_coverage=file.slo.min_coverage,
            min_events=file.slo.min_events,
            settle=file.slo.settle,
            bucket=file.slo.bucket,
        )
        objectives: list[Objective] = []
        chosen = "slo" in file.model_fields_set  # else the project may be about other things
        for shown, text in self._objective_texts(file.slo.objectives, chosen=chosen):
            try:
                parsed = parse_objectives(text, file=shown, sources=self._types, defaults=defaults)
            except ProjectError as error:
                self._problems.extend(error.problems)
                self._unread |= words_of(text)
                continue
            objectives.extend(parsed.objectives)
            self._notes.extend(parsed.notes)
        self._refuse_twins(objectives)
        return tuple(_overridden(objective, file) for objective in objectives)

    def _objective_texts(
        self, patterns: tuple[str, ...], *, chosen: bool
    ) -> Iterator[tuple[str, str]]:
        for number, pattern in enumerate(patterns):
            place = ("slo", "objectives", number)
            if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
                self._refuse_key(place, f"{pattern!r} leads out of the project's folder")
                self._unfound = True
                continue
            paths = sorted(path for path in self._root.glob(pattern) if path.is_file())
            if not paths and chosen:
                self._refuse_key(place, f"no file matches {pattern!r}")
                self._unfound = True
            for path in paths:
                shown = path.relative_to(self._root).as_posix()
                yield shown, self._read(path, shown)

    def _refuse_twins(self, objectives: list[Objective]) -> None:
        seen: dict[str, str] = {}
        for objective in objectives:
            if first := seen.get(objective.name):
                self._refuse(
                    objective.file,
                    objective.line,
                    objective.name,
                    f"the name is taken: see {first}",
                )
            seen.setdefault(objective.name, objective.file)

    def _explain(
        self, error: ValidationError, model: type[BaseModel], prefix: tuple[str, ...]
    ) -> None:
        for path, message in explained(error, model, prefix):
            begin = path == ("schema",) and message == _IS_MISSING
            self._refuse_key(path, f"{message}; {_BEGIN}" if begin else message)

    def _refuse_key(self, path: tuple[str | int, ...], message: str) -> None:
        self._refuse(FILE_NAME, line_of(self._text, path), dotted(path), message)

    def _refuse(self, file: str, line: int, key: str, message: str) -> None:
        self._problems.append(Problem(file, line, key, message))


def _placed(table: dict[str, Any], release: str) -> dict[str, Any]:
    """A source's table with the release, where one is named, in its path."""
    written = table.get("path")
    if not (release and isinstance(written, str)):
        return table
    return {**table, "path": placed(written, release)}


def _release_of(tables: dict[str, Any]) -> str:
    """The release that a project file names, as far as it can be one; else empty."""
    project = tables.get("project")
    named = project.get("release") if isinstance(project, dict) else None
    return named if isinstance(named, str) else ""


def _overridden(objective: Objective, file: ProjectFile) -> Objective:
    table = file.objectives.get(objective.name)
    if table is None:
        return objective
    return replace(
        objective,
        **{key: value for key, value in table if value is not None},
    )
