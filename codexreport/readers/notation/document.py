"""One file as readers see it: the bytes that were hashed, decoded strictly and within limits."""

from __future__ import annotations

import codecs
import csv
import io
import json
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from codexreport.errors import SourceError
from codexreport.readers.notation.containers import (
    HEAD,
    SCANNED,
    Container,
    NotText,
    encoding_of,
    sniff,
)
from codexreport.readers.notation.limits import Limits
from codexreport.readers.notation.xml import Element, XmlError, parse_xml, stream_xml
from codexreport.strict import StrictError, load_json, load_yaml_documents
from codexreport.text import one_line, sentence

_LIMIT_ADVICE = "Raise the limit if the file is what it should be."
_TICKS = 4096

Row = TypeVar("Row")


class Document:
    """The bytes of one file.

    Every way of looking at them raises `SourceError` with the file's name where they are not
    what is asked for, and counts against the limits.

    Args:
        name: How messages call the file.
        body: Exactly the bytes that were hashed.
        limits: What it may cost.
        zone: The zone of times that are written without one; None: such times say nothing.
    """

    def __init__(
        self,
        name: str,
        body: bytes,
        *,
        limits: Limits | None = None,
        zone: ZoneInfo | None = None,
    ) -> None:
        self.name = name
        self.body = body
        self.limits = limits or Limits()
        self._zone = zone
        self._give_up_at = time.monotonic() + self.limits.max_seconds

    def error(self, message: str, *, line: int = 0, advice: str = "") -> SourceError:
        """The error that says what is wrong with this file, and where."""
        name = one_line(self.name)
        place = f"{name}:{line}" if line else name
        return SourceError(f"{place}: {sentence(one_line(message))}", advice=advice)

    def tick(self) -> None:
        """Say that work goes on. Long loops call it; it ends them when the time is up.

        Raises:
            SourceError: The file has taken more than `max_seconds`.
        """
        if time.monotonic() > self._give_up_at:
            raise self.error(
                f"takes longer to read than max_seconds = {self.limits.max_seconds:g}",
                advice=_LIMIT_ADVICE,
            )

    def counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        """`rows`, at most `max_rows` of them, and no longer than `max_seconds`."""
        for number, row in enumerate(rows):
            if number % _TICKS == 0:
                self.tick()
            if number >= self.limits.max_rows:
                raise self.error(
                    f"has more than max_rows = {self.limits.max_rows} rows", advice=_LIMIT_ADVICE
                )
            yield row

    @cached_property
    def container(self) -> Container:
        """The notation the file is written in.

        Raises:
            SourceError: It is none that is read, or the file is larger than its cap.
        """
        try:
            found = sniff(self.body)
        except NotText as error:
            raise self.error(str(error)) from error
        if found is None:
            raise self.error("is text of no format that is read")
        name = "max_stream_bytes" if found in SCANNED else "max_bytes"
        if len(self.body) > getattr(self.limits, name):
            raise self.error(
                f"has {len(self.body)} bytes, more than {name} = {getattr(self.limits, name)}",
                advice=_LIMIT_ADVICE,
            )
        return found

    @cached_property
    def text(self) -> str:
        """The whole file, decoded as its byte order mark says, else as UTF-8; no BOM, no CR LF."""
        try:
            text = self.body.decode(encoding_of(self.body))
        except UnicodeDecodeError as error:
            raise self.error(
                f"is not {error.encoding.upper()} at byte {error.start}",
                advice="Save it as UTF-8.",
            ) from error
        return text.removeprefix("\ufeff").replace("\r\n", "\n")

    @cached_property
    def json(self) -> Any:
        """The file as strict JSON: no duplicate keys, NaN, absurd numbers or depth."""
        try:
            text = self.body.decode(json.detect_encoding(self.body))
            return load_json(text.removeprefix("\ufeff"), max_depth=self.limits.max_depth)
        except UnicodeDecodeError as error:
            raise self.error(f"is not {error.encoding.upper()} at byte {error.start}") from error
        except StrictError as error:
            raise self.error(f"is not strict JSON: {one_line(str(error))}") from error

    @cached_property
    def yaml(self) -> list[Any]:
        """The file's YAML documents: no duplicate keys, aliases or tags."""
        try:
            return [value for _, value in load_yaml_documents(self.text)]
        except StrictError as error:
            raise self.error(f"is not strict YAML: {one_line(str(error))}") from error

    @cached_property
    def toml(self) -> dict[str, Any]:
        """The file as TOML."""
        try:
            return tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise self.error(f"is not TOML: {one_line(str(error))}") from error

    @cached_property
    def xml_root(self) -> str:
        """The local name of the XML root element, reading no further."""
        try:
            first: Element = next(stream_xml(self.body, self.limits.max_depth))[1]
        except XmlError as error:
            raise self.error(f"is not XML that is read: {error}", line=error.line) from error
        return first.tag

    @cached_property
    def xml(self) -> Element:
        """The whole XML tree; tags and attributes without namespaces, no entities, no network."""
        try:
            return parse_xml(self.counted(stream_xml(self.body, self.limits.max_depth)))
        except XmlError as error:
            raise self.error(f"is not XML that is read: {error}", line=error.line) from error

    def xml_stream(self) -> Iterator[tuple[str, Element]]:
        """`start` and `end` of every element, for files too long to hold; clear what is done."""
        try:
            yield from self.counted(stream_xml(self.body, self.limits.max_depth))
        except XmlError as error:
            raise self.error(f"is not XML that is read: {error}", line=error.line) from error

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The header of a CSV file, blanks around names taken away; reads no further."""
        header = next(self._csv_lines(self._head), (0, []))[1]
        return tuple(name.strip() for name in header)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row of a CSV file after the header: its 1-based line, and cells by column.

        No column stands twice, and no row has more or fewer cells than the header.
        """
        if twice := sorted(name for name, n in Counter(self.columns).items() if n > 1):
            raise self.error(f"the column {twice[0]!r} stands twice in the header", line=1)
        for line, cells in self.counted(islice(self._csv_lines(self.text), 1, None)):
            if len(cells) != len(self.columns):
                raise self.error(
                    f"has {len(cells)} cells where the header names {len(self.columns)}", line=line
                )
            yield line, dict(zip(self.columns, cells, strict=True))

    @cached_property
    def delimiter(self) -> str:
        """What parts the cells of a CSV file: the mark that stands most often in its header."""
        header = next((line for line in self._head.split("\n") if _says_something(line)), "")
        return max(",;\t", key=header.count)

    @cached_property
    def _head(self) -> str:
        """The first lines of the text, whole ones, so that a long file is not decoded for them."""
        if len(self.body) <= HEAD:
            return self.text
        decode = codecs.getincrementaldecoder(encoding_of(self.body))(errors="replace").decode
        text = decode(self.body[:HEAD]).removeprefix("\ufeff").replace("\r\n", "\n")
        return text.rpartition("\n")[0] or text

    def _csv_lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(text), delimiter=self.delimiter, strict=True)
        try:
            for cells in reader:
                if _says_something("".join(cells)) and cells:
                    yield reader.line_num, cells
        except csv.Error as error:
            raise self.error(f"is not CSV: {error}", line=reader.line_num) from error

    def moment(self, written: object) -> datetime | None:
        """A time as the file writes it, ISO 8601, aware; None where it does not say when.

        A time without offset is in the document's zone, and says nothing where there is none.
        """
        if not isinstance(written, str):
            return None
        try:
            at = datetime.fromisoformat(written.strip())
            at = at if at.tzinfo or self._zone is None else at.replace(tzinfo=self._zone)
            return at if at.tzinfo and at.astimezone(timezone.utc) else None
        except (ValueError, OverflowError, OSError):
            return None


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("# ")
