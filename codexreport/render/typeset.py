"""Typst: the printed document's source, and the wheel that turns it into a PDF or a picture."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import tempfile
from pathlib import Path
from typing import Any, cast

from codexreport.errors import RenderError
from codexreport.render.base import Document
from codexreport.render.page import made_by, theme
from codexreport.render.raw import typst_string


def typst_document(body: str, document: Document, engine: str) -> str:
    """The whole Typst source around `body`, itself Typst."""
    language, _, region = document.language.partition("-")
    arguments = {
        "title": typst_string(document.title),
        "subtitle": typst_string(document.subtitle),
        "made-by": typst_string(made_by(engine)),
        "lang": typst_string(language),
        "region": typst_string(region) if region else "none",
    }
    given = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    return f"{theme('report.typ')}\n#show: report.with({given})\n\n{body}"


def compile_pdf(source: str, moment: int) -> bytes:
    """A tagged PDF.

    Args:
        source: Typst.
        moment: When it says it was made, in Unix seconds.

    Raises:
        RenderError: The source is refused.
    """
    return _compile(source, format="pdf", timestamp=moment)


def compile_png(source: str, *, ppi: int) -> bytes:
    """A picture just as large as what `source` shows, on white.

    Args:
        source: Typst.
        ppi: Pixels to the inch.

    Raises:
        RenderError: The source is refused.
    """
    page = "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
    return _compile(page + source, format="png", ppi=ppi)


def fonts() -> Path | None:
    """The folder of the fonts used beside Typst's own: those the charts are drawn with."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def version() -> str:
    """Name and version of the engine."""
    return f"Typst {importlib.metadata.version('typst')}"


def _compile(source: str, **options: Any) -> bytes:
    """Compile with no file in reach: the folder the engine may read is empty."""
    import typst

    folder = fonts()
    try:
        with tempfile.TemporaryDirectory() as empty:
            result, _ = typst.compile_with_warnings(
                source.encode(),
                root=empty,
                font_paths=[str(folder)] if folder else [],
                ignore_system_fonts=True,
                package_path=empty,
                package_cache_path=empty,
                **options,
            )
    except typst.TypstError as error:
        raise RenderError(f"Typst refused the document: {error.message}") from error
    return cast(bytes, result)
