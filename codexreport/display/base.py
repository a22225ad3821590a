"""What every block of a report can do: give itself as HTML, as Markdown and as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from codexreport.display import escape


class Block(Protocol):
    """Anything that can be shown."""

    def html(self) -> str:
        """A fragment; everything from outside is escaped."""
        ...

    def markdown(self) -> str:
        """The same for documents that take no HTML."""
        ...


class Shown:
    """Gives a block the forms that notebooks ask for."""

    def html(self) -> str:
        """See `Block`."""
        raise NotImplementedError

    def markdown(self) -> str:
        """See `Block`."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        del include, exclude  # every form is cheap, and which is wanted is only known later
        markdown = self.markdown()
        return {
            "text/html": f'<div class="cr">{self.html()}</div>',
            "text/markdown": markdown,
            "text/plain": escape.plain(markdown).strip(),
        }


@dataclass(frozen=True, slots=True)
class Text(Shown):
    """Characters as they are; the simplest block, and what cells of tables hold."""

    text: str

    def html(self) -> str:
        return escape.html(self.text)

    def markdown(self) -> str:
        return escape.markdown(self.text)


def anchor_id(name: str) -> str:
    """The id of a place on the page; apart from the ids that the page itself uses."""
    return f"at-{quote(escape.shown(name), safe='')}"
