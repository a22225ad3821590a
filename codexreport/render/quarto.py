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
from codexreport.render.raw import EXTENSIONS, markdown_text
from codexreport.render.stage import moment_of, stage

_OLDEST = (1, 6)
_TIMEOUT_S = 300.0
_BODY = "@@BODY@@"
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
        notebook = nbformat.writes(stage(document.notebook, form))
        with tempfile.TemporaryDirectory(prefix="codexreport-") as place:
            folder = Path(place).resolve()
            (folder / "index.ipynb").write_text(notebook, encoding="utf-8")
            (folder / "filter.lua").write_text(theme("filter.lua"), encoding="utf-8")
            (folder / "frame.txt").write_text(self._frame(document, form), encoding="utf-8")
            settings = json.dumps(_settings(document, form), ensure_ascii=False)  # JSON is YAML
            (folder / "_quarto.yml").write_text(settings, encoding="utf-8")
            run(
                [self.binary, "render", "index.ipynb", "--to", _TO[form], "--no-execute"],
                folder=folder,
                environment=_environment(moment_of(document.notebook)),
                timeout_s=_TIMEOUT_S,
            )
            return _made(folder / f"index.{form}")

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


def _settings(document: Document, form: Format) -> dict[str, Any]:
    """The project file. Nothing in it needs a network."""
    fonts = typeset.fonts()
    of_form: dict[Format, dict[str, Any]] = {
        Format.HTML: {
            "template": "frame.txt",
            "theme": "none",
            "minimal": True,
            # There is nothing to embed, and embedding would read what an output's HTML names.
            "embed-resources": False,
            "html-math-method": "plain",
            "html-table-processing": "none",
        },
        Format.PDF: {"template": "frame.txt", "font-paths": [str(fonts)] if fonts else []},
        Format.DOCX: {
            "title": markdown_text(document.title),
            "subtitle": markdown_text(document.subtitle),
        },
    }
    return {
        "project": {"type": "default", "render": ["index.ipynb"]},
        "lang": document.language,
        "execute": {"enabled": False},
        "filters": [{"path": "filter.lua", "at": "post-render"}],
        "format": {_TO[form]: {"from": f"markdown_strict{EXTENSIONS}", **of_form[form]}},
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
        "QUARTO_PYTHON": sys.executable,
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
