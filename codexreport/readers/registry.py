"""Which formats are read, and which of them a file is in."""

from __future__ import annotations

from functools import cache
from typing import get_type_hints

from codexreport.errors import SourceError
from codexreport.plugins import Plugins
from codexreport.readers.base import Reader
from codexreport.readers.notation.document import Document

GROUP = "codexreport.readers"
_formats = Plugins(GROUP, "format", SourceError)
names = _formats.names


@cache
def reader(name: str) -> Reader:
    """The reader of the format called `name`.

    Raises:
        ParameterError: There is none, or two packages claim the name.
        SourceError: Its package cannot be imported.
    """
    kind: type[Reader] = _formats.load(name)
    return kind()


def kind_of(name: str) -> str:
    """What the files of a format are facts of, such as `tests`; empty where nothing says.

    Its reader says so by what its `parse` is declared to return.
    """
    if name not in names():
        return ""
    facts = get_type_hints(reader(name).parse).get("return")
    return str(getattr(facts, "kind", ""))


def all_readers() -> tuple[Reader, ...]:
    """Every installed reader, by name."""
    return tuple(reader(name) for name in names())


def detect(document: Document) -> Reader:
    """The reader whose format the file has, told by its shape and never by its name.

    Raises:
        SourceError: It has no format that is read, more than one, or is not whole.
    """
    written_in = document.container
    candidates = [one for one in all_readers() if written_in in one.containers]
    found = [one for one in candidates if one.recognises(document)]
    if not found:
        raise document.error(
            f"is {written_in.value} of no format that is read",
            advice="`codexreport formats` lists what is read; --as FORMAT names one.",
        )
    if len(found) > 1:
        formats = " and of ".join(one.format for one in found)
        raise document.error(
            f"has the shape of {formats}", advice="Say which it is with --as FORMAT."
        )
    return found[0]
