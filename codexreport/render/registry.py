"""Which renderers there are, and which one to use."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from codexreport.errors import RenderError
from codexreport.render.base import Renderer

GROUP = "codexreport.renderers"

_PREFERRED = ("quarto", "pandoc")
_HOW_TO_GET = {
    "quarto": "Install Quarto and put it on PATH, or name it in QUARTO_PATH;"
    " without it, pandoc makes the same pages.",
    "pandoc": "Install codexreport again; it brings pypandoc-binary and typst.",
}


def names() -> tuple[str, ...]:
    """The registered renderers, the preferred one first."""
    registered = _registered()
    preferred = [name for name in _PREFERRED if name in registered]
    return (*preferred, *sorted(registered.keys() - set(preferred)))


def find(name: str) -> Renderer | None:
    """The renderer called `name` if this machine has what it needs, else None.

    Raises:
        RenderError: None is registered under that name, or it cannot be loaded.
    """
    entry = _registered().get(name)
    if entry is None:
        raise RenderError(
            f"There is no renderer {name!r}.", advice=f"There are: {', '.join(names())}."
        )
    try:
        kind = cast(type[Renderer], entry.load())
    except (ImportError, AttributeError) as error:
        raise RenderError(
            f"The renderer {name} ({entry.value}) cannot be loaded: {error}.",
            advice="Install the package it comes from again, or remove it.",
        ) from error
    return kind.find()


def choose(name: str | None = None) -> Renderer:
    """The renderer called `name`; without a name, Quarto where it is found, else Pandoc.

    Raises:
        RenderError: There is none by that name, or it is not installed; says how to get it.
    """
    if name is not None:
        renderer = find(name)
        if renderer is None:
            raise RenderError(
                f"The renderer {name} was not found on this machine.",
                advice=_HOW_TO_GET.get(name, "See the documentation of the package it comes from."),
            )
        return renderer
    for preferred in _PREFERRED:
        if preferred in _registered() and (renderer := find(preferred)):
            return renderer
    raise RenderError("No renderer was found on this machine.", advice=_HOW_TO_GET["pandoc"])


@cache
def _registered() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
