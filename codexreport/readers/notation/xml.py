"""XML without its dangers: no entities, no network, no depth without end. A DOCTYPE is fine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

__all__ = ["Element", "XmlError", "parse_xml", "stream_xml"]


class XmlError(ValueError):
    """Bytes that are not XML, or use what is refused.

    Attributes:
        line: 1-based; 0 where the file as a whole is meant.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def stream_xml(body: bytes, max_depth: int) -> Iterator[tuple[str, Element]]:
    """`start` and `end` of each element in document order, names without namespace.

    Raises:
        XmlError: Not well-formed, an entity is declared, or nested deeper than `max_depth`.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    events: Iterator[tuple[str, Any]] = iterparse(
        io.BytesIO(body), events=("start", "end"), forbid_dtd=False
    )
    depth = 0
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            if depth > max_depth:
                raise XmlError(f"it is nested deeper than max_depth = {max_depth}")
            if event == "start":
                _localise(element)
            yield event, element
    except ParseError as error:
        line, column = error.position
        reason = str(error).partition(":")[0]
        raise XmlError(f"{reason} at column {column + 1}", line) from error
    except DefusedXmlException as error:
        raise XmlError("it declares entities, which are never expanded") from error
    except (ValueError, LookupError) as error:
        if isinstance(error, XmlError):
            raise
        raise XmlError(f"its encoding is not known ({error})") from error


def parse_xml(events: Iterator[tuple[str, Element]]) -> Element:
    """The root of the tree that `stream_xml` walks, once it is whole."""
    root: Element | None = None
    for _, element in events:
        root = element if root is None else root
    if root is None:
        raise XmlError("it holds no element")
    return root


def _localise(element: Element) -> None:
    """Take namespaces out of the names: dialects of one format differ in nothing else."""
    element.tag = str(element.tag).rpartition("}")[2]
    for name in [name for name in element.attrib if "}" in name]:
        element.attrib[name.rpartition("}")[2]] = element.attrib.pop(name)
