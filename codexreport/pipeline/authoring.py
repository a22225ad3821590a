"""Notebooks that people write in: made, found, looked over and brought up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from codexreport.authoring.cells import AuthoredNotebook
from codexreport.authoring.linting import created_at, lint
from codexreport.authoring.remarks import Remark
from codexreport.authoring.templates import Template, values_of
from codexreport.authoring.upgrading import Upgrade, upgrade
from codexreport.errors import AuthoringError, ParameterError
from codexreport.execution.notebooks import find_notebook
from codexreport.files import sha256, write_atomic
from codexreport.project.model import Project, ProjectInput
from codexreport.project.table import Name
from codexreport.project.workspace import FILE_NAME, find_project
from codexreport.text import one_line
from codexreport.window import Window, instant, zone

POSTMORTEM, RETRO = "postmortem", "retro"
FOLDERS: Mapping[str, str] = {POSTMORTEM: "postmortems", RETRO: "retros"}
"""Where a project keeps what was made of each template."""

_NAME: TypeAdapter[str] = TypeAdapter(Name)
_MAX_SIZE = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Authored:
    """A notebook that somebody writes in.

    Attributes:
        path: Its file.
        notebook: What stands in it.
        template: The template it was made of, as it is today.
    """

    path: Path
    notebook: AuthoredNotebook
    template: Template

    @property
    def label(self) -> str:
        """What it is about: the incident's id, or the period."""
        return self.path.stem

    @property
    def created(self) -> datetime | None:
        """When it was made; None where it does not say."""
        return created_at(self.notebook)

    def remarks(self, project: Project, now: datetime) -> tuple[Remark, ...]:
        """What is to be mended in the file by itself."""
        return tuple(lint(self.notebook, self.template, now, project.authoring.draft_max_age))

    def as_input(self, root: Path) -> ProjectInput:
        """For the record of what a report was made from."""
        content = self.notebook.text.encode()
        path = self.path.resolve()
        shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        return ProjectInput(path=shown, sha256=sha256(content), size=len(content))


def place_of(root: Path, kind: str, label: str) -> Path:
    """Where a project keeps the notebook of this kind about `label`.

    Raises:
        ParameterError: `label` cannot name a file.
    """
    if not _names_a_file(label):
        raise ParameterError(
            f"{one_line(label)!r} cannot name a file.",
            advice="A name has letters, digits, '.', '_' and '-', at most 80, and begins with a "
            "letter or a digit. Tell of the incident under such an id in codexreport.toml.",
        )
    return root / FOLDERS[kind] / f"{label}.ipynb"


def _names_a_file(label: str) -> bool:
    try:
        _NAME.validate_python(label)
    except ValidationError:
        return False
    return True


def find_authored(root: Path, kind: str, label: str) -> Path | None:
    """The project's notebook of this kind about `label`; None where nobody has begun one."""
    path = place_of(root, kind, label)
    return path if path.is_file() else None


def find_retro(root: Path, window: Window) -> Path | None:
    """The retro that was begun about a period, whatever it is called; None where nobody has.

    The one that bears the period's own name goes first, unless it is about another.
    """
    own = place_of(root, RETRO, window.label)
    for path in (own, *sorted(own.parent.glob("*.ipynb"))):
        period = period_of(path, window.zone_name) if path.is_file() else None
        if period is not None and (period.start_s, period.end_s) == (window.start_s, window.end_s):
            return path
    return own if own.is_file() and period_of(own, window.zone_name) is None else None


def make(project: Project, kind: str, label: str, values: Mapping[str, str], now: datetime) -> Path:
    """Make a new notebook for people to write in.

    Args:
        project: Its folder is where the notebook goes.
        kind: The template.
        label: What it is about.
        values: Parameters of the notebook.
        now: The moment it is made, aware.

    Raises:
        ParameterError: It is there already, or `label` cannot name a file.
        EvidenceError: It could not be written.
    """
    path = place_of(project.root, kind, label)
    if path.exists() or path.is_symlink():
        raise ParameterError(
            f"{path} is there already; nothing was changed.",
            advice="codexreport upgrade brings an old one to the newest template.",
        )
    text = template_of(kind, project.root).notebook({"project": "..", **values}, now)
    write_atomic(path, text.encode())
    return path


def template_of(kind: str, root: Path) -> Template:
    """The template called `kind`: the project's own, else the one that ships with the kit.

    Raises:
        AuthoringError: It is none.
    """
    path = find_notebook(kind, root)
    return Template.of(_read(path))


def open_authored(path: Path, root: Path) -> Authored:
    """Read a notebook that somebody writes in.

    Args:
        path: Its file.
        root: The project's folder; it may have templates of its own.

    Raises:
        AuthoringError: It cannot be read, or was made of no template.
    """
    notebook = _read(path)
    kind = notebook.ours.get("template")
    if kind not in FOLDERS:
        raise AuthoringError(
            f"{path} was not made by codexreport new.",
            advice="Only postmortems and retros that it made can be looked over or upgraded.",
        )
    return Authored(path=path, notebook=notebook, template=template_of(str(kind), root))


def bring_up_to_date(path: Path, root: Path, *, write: bool) -> Upgrade:
    """Bring a notebook to the newest template.

    Args:
        path: Its file.
        root: The project's folder.
        write: False only says what would change.

    Raises:
        AuthoringError: It cannot be read, was made of no template, or by a newer kit.
        EvidenceError: It could not be written; it is as it was.
    """
    authored = open_authored(path, root)
    result = upgrade(authored.notebook, authored.template)
    if write and result.text != authored.notebook.text:
        write_atomic(path, result.text.encode())
    return result


def project_of(path: Path) -> Path:
    """The folder of the project that a notebook belongs to, the nearest from its own upwards.

    Raises:
        AuthoringError: It belongs to none.
    """
    root = find_project(path.resolve().parent)
    if root is None:
        raise AuthoringError(
            f"{path} belongs to no project: there is no {FILE_NAME} beside it or above.",
            advice="Keep it in the project that codexreport new made it in.",
        )
    return root


def retro_id(label: str) -> str:
    """What action items of a retro name, where others name an incident: `RETRO-2026-W40`."""
    return f"RETRO-{label}"


def name_of(begun: Path | None, window: Window) -> str:
    """What a retro is called, in the calendar, on its page and by action items.

    That is the name of its notebook; where nobody has begun one, or its name is none, its period.
    """
    return begun.stem if begun is not None and _names_a_file(begun.stem) else window.label


def retro_before(root: Path, window: Window) -> str:
    """The label of the last retro before a period; empty where there is none."""
    found = (
        (period.start_s, path.stem)
        for path in (root / FOLDERS[RETRO]).glob("*.ipynb")
        if path.is_file() and (period := period_of(path, window.zone_name)) is not None
    )
    return max((one for one in found if one[0] < window.start_s), default=(0.0, ""))[1]


def period_of(path: Path, zone_name: str) -> Window | None:
    """The period that a retro's own parameters name, else its file; None where neither does."""
    try:
        values = values_of(_read(path))
    except AuthoringError:
        values = {}
    try:
        if values.get("start") and values.get("end"):
            there = zone(zone_name)
            start, end = instant(values["start"], there), instant(values["end"], there)
            return Window.between(start, end, zone_name)
        return _period(values.get("week") or path.stem, zone_name)
    except (ParameterError, ValueError):
        return None


def _period(label: str, zone_name: str) -> Window:
    start, dashes, end = label.partition("--")
    if not dashes:
        return Window.iso_week(label, zone_name)
    there = zone(zone_name)
    return Window.between(instant(start, there), instant(end, there), zone_name)


def _read(path: Path) -> AuthoredNotebook:
    try:
        if path.exists() and not path.is_file():
            raise AuthoringError(f"{path} is no file.")
        if path.stat().st_size > _MAX_SIZE:
            raise AuthoringError(f"{path} is larger than {_MAX_SIZE} bytes.")
        content = path.read_bytes()
    except OSError as error:
        raise AuthoringError(
            f"{path} cannot be read: {error.strerror}.", advice="Name a notebook's file."
        ) from error
    return AuthoredNotebook.read(content, str(path))
