"""Which of the project's sources a metric means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANY_TYPE = ""
"""The type of a source that the project itself refuses: nothing more is said about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSources:
    """The sources a document can speak of.

    Attributes:
        types: Name to type, of the project's sources.
        data_sources: Name to type, of data sources that the documents themselves define.
    """

    types: Mapping[str, str]
    data_sources: Mapping[str, str] = field(default_factory=dict)

    def named(self, reference: str, kind: str | None = None) -> str:
        """The project's source behind a reference.

        A reference names a source of the project, or a data source that is defined beside it
        and stands for the only project source of its type.

        Raises:
            LookupError: There is none, or it is of another type than `kind`; a sentence.
        """
        if reference not in self.types:
            if reference in self.data_sources:
                return self.only(kind or self.data_sources[reference])
            known = ", ".join(sorted(self.types)) or "none"
            raise LookupError(f"the project has no source {reference!r}; it has: {known}")
        actual = self.types[reference]
        if kind is not None and actual != ANY_TYPE and kind.lower() != actual.lower():
            raise LookupError(f"the source {reference!r} is of type {actual}, not {kind}")
        return reference

    def only(self, kind: str) -> str:
        """The project's one source of a type.

        Raises:
            LookupError: There is none, or more than one; a sentence.
        """
        names = sorted(name for name, one in self.types.items() if one.lower() == kind.lower())
        unknown = sorted(name for name, one in self.types.items() if one == ANY_TYPE)
        if len(names) == 1 or (unknown and not names):
            return (names or unknown)[0]
        if names:
            raise LookupError(
                f"the project has several sources of type {kind} ({', '.join(names)});"
                " name one of them with metricSourceRef"
            )
        if kind.lower() == "any":
            raise LookupError(
                "a source of type Any cannot be queried: name a source of the project"
                " with metricSourceRef"
            )
        raise LookupError(f"the project has no source of type {kind}, so it cannot be queried")
