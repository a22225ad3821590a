"""Which source types there are: the entry points of the group `codexreport.sources`."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from codexreport.errors import ParameterError, SourceError
from codexreport.sources.base import Source

GROUP = "codexreport.sources"


def names() -> tuple[str, ...]:
    """The source types that are installed, without importing any."""
    return tuple(sorted({entry.name for entry in entry_points(group=GROUP)}))


def source_type(name: str) -> type[Source]:
    """The source type called `name`; imports that one only.

    Raises:
        ParameterError: There is none, or two packages claim the name.
        SourceError: Its package cannot be imported.
    """
    entry = _entry(name)
    try:
        loaded: type[Source] = entry.load()
    except (ImportError, AttributeError) as error:
        raise SourceError(
            f"The source type {name!r} ({entry.value}) cannot be loaded: {error}.",
            advice="Reinstall the package it comes from.",
        ) from error
    return loaded


def _entry(name: str) -> EntryPoint:
    found = {entry.value: entry for entry in entry_points(group=GROUP, name=name)}
    if not found:
        known = ", ".join(names())
        raise ParameterError(
            f"There is no source type {name!r}.",
            advice=f"Known: {known}." if known else "None is known: reinstall codexreport.",
        )
    if len(found) > 1:
        raise ParameterError(
            f"The source type {name!r} is claimed by {' and '.join(sorted(found))}.",
            advice="Uninstall the package that should not provide it.",
        )
    return next(iter(found.values()))
