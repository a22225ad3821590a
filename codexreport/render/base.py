"""The contract of a renderer: an executed notebook in, a file's bytes out.

A renderer lives in `render/<name>.py` and is registered under the entry point
group `codexreport.renderers`. It never executes code and never fetches
anything; the caller writes and records what it returns.
`tests/render/test_contract.py` runs on every registered renderer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from nbformat import NotebookNode


class Format(StrEnum):
    """A form a report can take; the value is also its file extension."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is rendered.

    Attributes:
        notebook: The executed notebook, as papermill wrote it.
        title: The page's title, plain text.
        subtitle: One line under it, plain text.
        language: BCP 47 tag of the text.
        breadcrumbs: Links above the title, (text, relative address) pairs.
    """

    notebook: NotebookNode
    title: str
    subtitle: str = ""
    language: str = "en"
    breadcrumbs: tuple[tuple[str, str], ...] = ()


class Renderer(Protocol):
    """Turns documents into files. `find` does the looking, so that constructing does no I/O."""

    name: ClassVar[str]

    @classmethod
    def find(cls) -> Renderer | None:
        """The renderer if this machine has what it needs, else None. Cheap enough to ask always."""
        ...

    @property
    def version(self) -> str:
        """Name and version of the engine, for the appendix and `doctor`."""
        ...

    def render(self, document: Document, form: Format) -> bytes:
        """The whole file, self-contained, deterministic.

        Raises:
            RenderError: The engine refused; carries its last words.
        """
        ...
