"""Rendering by Quarto's command line, in the same frame and look as the embedded renderer."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import nbformat

from codexreport.errors import RenderError
from codexreport.render import typeset
from codexreport.render.base import Document, Format
from codexreport.render.page import html_page, theme
from codexreport.render.process import run
from codexreport.render.raw import EXTENSIONS
from codexreport.render.stage import moment_of, stage

_OLDEST = (1, 6)
_TIMEOUT_S = 300.0
_BODY = "@@BODY@@"
_FILTERS = ("quarto.lua", "filter.lua")
_TO = {Format.HTML: "html", Format.PDF: "typst", Format.DOCX: "docx"}
_PASSED_ON = re.compile(r"PATH|HOME|TMPDIR|XDG_\w+|QUARTO_(?!PUB)\w+")


@dataclass(frozen=True, slots=True)
class QuartoRenderer:
    """Renders with an installed Quarto.

    Attributes:
        binary: The `quarto` command.
    """

    name: ClassVar[str] = "quarto"
    binary: Path

    @classmethod
    def find(cls) -> QuartoRenderer | None:
        """The Quarto of QUARTO_PATH, of PATH or beside this Python; None if none works."""
        for binary in _candidates():
            found = _version(binary)
            if found and tuple(int(part) for part in found.split(".")[:2]) >= _OLDEST:
                return cls(binary)
        return None

    @property
    def version(self) -> str:
        """Such as `Quarto 1.11.3`."""
        return f"Quarto {_version(self.binary)}"

    def render(self, document: Document, form: Format) -> bytes:
        """The whole file, self-contained, deterministic.

        Raises:
            RenderError: A cell failed, or Quarto refused; carries its last words.
        """
        with tempfile.TemporaryDirectory(prefix="codexreport-") as place:
            folder = Path(place).resolve()
            for name, content in self._files(document, form, folder).items():
                (folder / name).write_text(content, encoding="utf-8")
            run(
                [self.binary, "render", "index.md", "--to", _TO[form], "--no-execute"],
                folder=folder,
                environment=_environment(moment_of(document.notebook)),
                timeout_s=_TIMEOUT_S,
            )
            return _made(folder / f"index.{form}")

    def _files(self, document: Document, form: Format, folder: Path) -> Mapping[str, str]:
        """What Quarto works on in `folder`: by name, text."""
        return {
            "index.md": "",
            "document.json": json.dumps(_content(document, form)),
            "frame.txt": self._frame(document, form),
            "_quarto.yml": json.dumps(_settings(document, form, folder)),  # JSON is YAML
            **{name: theme(name) for name in _FILTERS},
        }

    def _frame(self, document: Document, form: Format) -> str:
        """The template around the body; Pandoc's templates write `$` as `$$`."""
        match form:
            case Format.HTML:
                frame = html_page(
                    _BODY,
                    title=document.title,
                    engine=self.version,
                    subtitle=document.subtitle,
                    language=document.language,
                    breadcrumbs=document.breadcrumbs,
                )
            case Format.PDF:
                frame = typeset.typst_document(_BODY, document, self.version)
            case Format.DOCX:
                return ""
        before, _, after = frame.rpartition(_BODY)
        return f"{before.replace('$', '$$')}$body${after.replace('$', '$$')}"


def _content(document: Document, form: Format) -> dict[str, Any]:
    """What `theme/quarto.lua` puts in."""
    about = {"title": document.title, "subtitle": document.subtitle}
    unframed = form is Format.DOCX
    return {
        "notebook": nbformat.writes(stage(document.notebook, form)),
        "from": f"ipynb{EXTENSIONS}",
        "meta": {name: text for name, text in about.items() if text and unframed},
    }


def _settings(document: Document, form: Format, folder: Path) -> dict[str, Any]:
    """The project file in `folder`. Nothing in it needs a network."""
    fonts = typeset.fonts()
    # Quarto takes a path that starts with `/` to start at the project file.
    font_paths = [os.path.relpath(fonts.resolve(), folder)] if fonts else []
    of_form: dict[Format, dict[str, Any]] = {
        Format.HTML: {
            "template": "frame.txt",
            "theme": "none",
            "minimal": True,
            "reference-location": "section",
        },
        Format.PDF: {
            "template": "frame.txt",
            "shift-heading-level-by": 0,
            "font-paths": font_paths,
        },
        Format.DOCX: {},
    }
    return {
        "project": {"type": "default", "render": ["index.md"]},
        "lang": document.language,
        "execute": {"enabled": False},
        "filters": [{"path": name, "at": "post-render"} for name in _FILTERS],
        "format": {_TO[form]: {"highlight-style": "none", **of_form[form]}},
    }


def _made(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RenderError(f"Quarto ended well but made no {path.name}.") from error


def _environment(moment: int) -> Mapping[str, str]:
    """What Quarto needs to know of this machine, and nothing that could be a secret."""
    kept = {key: value for key, value in os.environ.items() if _PASSED_ON.fullmatch(key)}
    return {
        **kept,
        "LC_ALL": "C.UTF-8",
        "SOURCE_DATE_EPOCH": str(moment),
        "TYPST_IGNORE_SYSTEM_FONTS": "true",
        "TZ": "UTC",
    }


def _candidates() -> Iterator[Path]:
    named = os.environ.get("QUARTO_PATH", "")
    if named:
        path = Path(named)
        yield path / "quarto" if path.is_dir() else path
    elsewhere = (shutil.which("quarto"), shutil.which("quarto", path=str(Path(sys.prefix) / "bin")))
    yield from (Path(found) for found in elsewhere if found)


@cache
def _version(binary: Path) -> str:
    """Its version; empty where it does not run."""
    try:
        said = run([binary, "--version"], environment=_environment(0), timeout_s=60)
    except RenderError:
        return ""
    match = re.search(rb"^\d+\.\d+(\.\d+)?", said, re.MULTILINE)
    return match[0].decode() if match else ""
