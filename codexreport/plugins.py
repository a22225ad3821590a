"""Adapters found by their entry points, so that other packages can add some."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from codexreport.errors import CodexReportError, ParameterError


class Plugins:
    """The adapters of one entry point group; none is imported before it is asked for.

    Args:
        group: Such as `codexreport.sources`.
        what: What messages call one of them, such as `source type`.
        broken: The error that says one cannot be imported.
    """

    def __init__(self, group: str, what: str, broken: type[CodexReportError]) -> None:
        self.group = group
        self._what = what
        self._broken = broken

    def names(self) -> tuple[str, ...]:
        """What is installed, sorted, without importing any."""
        return tuple(sorted({entry.name for entry in entry_points(group=self.group)}))

    def load(self, name: str) -> Any:
        """The adapter called `name`; imports that one only.

        Raises:
            ParameterError: There is none, or two packages claim the name.
            CodexReportError: Its package cannot be imported (the group's own subclass).
        """
        entry = self._entry(name)
        try:
            return entry.load()
        except (ImportError, AttributeError) as error:
            raise self._broken(
                f"The {self._what} {name!r} ({entry.value}) cannot be loaded: {error}.",
                advice="Reinstall the package it comes from.",
            ) from error

    def _entry(self, name: str) -> EntryPoint:
        found = {entry.value: entry for entry in entry_points(group=self.group, name=name)}
        if not found:
            known = ", ".join(self.names())
            raise ParameterError(
                f"There is no {self._what} {name!r}.",
                advice=f"Known: {known}." if known else "None is known: reinstall codexreport.",
            )
        if len(found) > 1:
            raise ParameterError(
                f"The {self._what} {name!r} is claimed by {' and '.join(sorted(found))}.",
                advice="Uninstall the package that should not provide it.",
            )
        return next(iter(found.values()))
