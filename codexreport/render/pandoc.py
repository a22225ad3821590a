"""The embedded renderer: Pandoc and Typst as they come in Python wheels."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import ClassVar

import nbformat

from codexreport.render import typeset
from codexreport.render.base import Document, Format
from codexreport.render.page import html_page
from codexreport.render.process import run
from codexreport.render.raw import EXTENSIONS
from codexreport.render.stage import moment_of, stage

_OPTIONS = (
    "--sandbox",
    "--wrap=none",
    "--columns=10000",
    "--syntax-highlighting=none",
    "--reference-location=section",
)
_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class PandocRenderer:
    """Renders with no more than what `pip install codexreport` brings.

    Attributes:
        binary: The Pandoc program.
    """

    name: ClassVar[str] = "pandoc"
    binary: Path

    @classmethod
    def find(cls) -> PandocRenderer | None:
        """The wheel's Pandoc, else the one on PATH; None without one or without Typst."""
        if importlib.util.find_spec("typst") is None:
            return None
        wheel = importlib.util.find_spec("pypandoc")
        bundled = Path(wheel.origin).parent / "files" if wheel and wheel.origin else None
        binary = shutil.which("pandoc", path=bundled) or shutil.which("pandoc")
        return cls(Path(binary)) if binary else None

    @property
    def version(self) -> str:
        """Such as `Pandoc 3.9 and Typst 0.15.0`."""
        return f"{_version(self.binary)} and {typeset.version()}"

    def render(self, document: Document, form: Format) -> bytes:
        """The whole file, self-contained, deterministic.

        Raises:
            RenderError: A cell failed, or an engine refused; carries its last words.
        """
        match form:
            case Format.HTML:
                return self._html(document)
            case Format.PDF:
                return self._pdf(document)
            case Format.DOCX:
                return self._docx(document)

    def _html(self, document: Document) -> bytes:
        body = self._convert(document, Format.HTML, "html5").decode()
        page = html_page(
            body,
            title=document.title,
            engine=self.version,
            subtitle=document.subtitle,
            language=document.language,
            breadcrumbs=document.breadcrumbs,
        )
        return page.encode()

    def _pdf(self, document: Document) -> bytes:
        body = self._convert(document, Format.PDF, "typst").decode()
        source = typeset.typst_document(body, document, self.version)
        return typeset.compile_pdf(source, moment_of(document.notebook))

    def _docx(self, document: Document) -> bytes:
        about = {
            "title": document.title,
            "subtitle": document.subtitle,
            "lang": document.language,
        }
        options = [f"--metadata={key}={value}" for key, value in about.items() if value]
        return self._convert(document, Format.DOCX, "docx", *options, "--output=-")

    def _convert(self, document: Document, form: Format, to: str, *options: str) -> bytes:
        staged = nbformat.writes(stage(document.notebook, form))
        moment = str(moment_of(document.notebook))
        with as_file(files("codexreport.render") / "theme") as theme:
            return run(
                [
                    self.binary,
                    f"--from=ipynb{EXTENSIONS}",
                    f"--to={to}",
                    f"--lua-filter={theme / 'filter.lua'}",
                    f"--data-dir={theme}",
                    *_OPTIONS,
                    *options,
                ],
                feed=staged.encode(),
                environment={"LC_ALL": "C.UTF-8", "TZ": "UTC", "SOURCE_DATE_EPOCH": moment},
                timeout_s=_TIMEOUT_S,
            )


@cache
def _version(binary: Path) -> str:
    first_line = run([binary, "--version"], timeout_s=_TIMEOUT_S).decode().partition("\n")[0]
    return first_line.replace("pandoc", "Pandoc").strip()
