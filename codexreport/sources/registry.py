"""Which source types there are: the entry points of the group `codexreport.sources`."""

from __future__ import annotations

from codexreport.errors import SourceError
from codexreport.plugins import Plugins
from codexreport.sources.base import Source

GROUP = "codexreport.sources"
_types = Plugins(GROUP, "source type", SourceError)
names = _types.names


def source_type(name: str) -> type[Source]:
    """The source type called `name`; imports that one only.

    Raises:
        ParameterError: There is none, or two packages claim the name.
        SourceError: Its package cannot be imported.
    """
    loaded: type[Source] = _types.load(name)
    return loaded
