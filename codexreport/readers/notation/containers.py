"""Telling the notation of a file by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import pairwise


class Container(StrEnum):
    """The notation a format is written in."""

    JSON = "JSON"
    JSON_LINES = "JSON Lines"
    XML = "XML"
    CSV = "CSV"
    YAML = "YAML"
    TOML = "TOML"
    MARKDOWN = "Markdown"
    LCOV = "LCOV"
    PARQUET = "Parquet"


class NotText(ValueError):  # noqa: N818, it is an answer rather than a fault
    """The bytes are something that is never read; the message is a sentence's predicate."""


SCANNED = frozenset({Container.CSV, Container.JSON_LINES, Container.PARQUET})
"""Notations that are read row by row, and may be larger for it."""

HEAD = 64 * 1024
"""Bytes that are looked at."""

_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "a ZIP archive",
    b"PK\x05\x06": "an empty ZIP archive",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
}
_KEY = r"""(?:[A-Za-z0-9_.-]+|"[^"]*"|'[^']*')"""
_TOML_TABLE = re.compile(r"\[\[?\s*(?!true\b|false\b|null\b)[A-Za-z_][\w.\-]*\s*\]\]?\s*(?:#.*)?$")
_TOML_PAIR = re.compile(rf"{_KEY}\s*=\s*\S")
_YAML_LINE = re.compile(rf"(?:---(?:\s|$)|%YAML|-\s|{_KEY}\s*:(?:\s|$))")
_LCOV_LINE = re.compile(r"(?:TN|SF):")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_FIRST_LINES = (
    (_TOML_TABLE, Container.TOML),
    (_LCOV_LINE, Container.LCOV),
    (_TOML_PAIR, Container.TOML),
    (_YAML_LINE, Container.YAML),
    (re.compile(r"[^,;\t]*[,;\t]"), Container.CSV),
)
"""What the first line that says something looks like; the first that fits tells."""


def encoding_of(body: bytes) -> str:
    """The encoding that the first bytes of a text tell: UTF-8 where nothing tells another."""
    for mark, name in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if body.startswith(mark):
            return name
    return "utf-8"


def sniff(body: bytes) -> Container | None:
    """The notation of a file; None where it is text of no known notation.

    Raises:
        NotText: It is empty, packed, a web page, or not text at all.
    """
    if body.startswith(b"PAR1"):
        return Container.PARQUET
    for magic, name in _PACKED.items():
        if body.startswith(magic):
            raise NotText(f"is {name}: unpack it first")
    head = _without_remarks(_head(body))
    if not head:
        raise NotText("is empty")
    if head.startswith("<"):
        if re.match(r"<(?:!doctype\s+html|html|head|body)\b", head, re.IGNORECASE):
            raise NotText("is a web page, perhaps of an error or a login")
        return Container.XML
    return _of_text(head)


def _head(body: bytes) -> str:
    encoding = encoding_of(body)
    if encoding == "utf-8" and b"\x00" in body[:4]:  # UTF-16 without a mark, as XML and JSON allow
        encoding = "utf-16-be" if body.startswith(b"\x00") else "utf-16-le"
    text = body[:HEAD].decode(encoding, errors="replace").lstrip("\ufeff")
    if "\x00" in text[:1024]:
        raise NotText("is not text")
    return text


def _without_remarks(text: str) -> str:
    """Leading blank lines and `#` comments of YAML, TOML and CSV say nothing."""
    lines = text.split("\n")
    first = next(
        (n for n, line in enumerate(lines) if line.strip() and not re.match(r"\s*#(?:\s|$)", line)),
        None,
    )
    # A file of headings alone is Markdown, and has no other line.
    return "\n".join(lines[first:]).strip() if first is not None else text.strip()


def _of_text(head: str) -> Container | None:
    lines = [line.rstrip("\r") for line in head.split("\n")]
    first = lines[0]
    if head[0] in "{[" and not _TOML_TABLE.match(first):
        return _of_braces(lines)
    if any(_is_table(above, rule) for above, rule in pairwise(lines)):
        return Container.MARKDOWN
    if _is_column(lines):
        return Container.CSV
    return next((found for shape, found in _FIRST_LINES if shape.match(first)), None)


def _is_column(lines: list[str]) -> bool:
    """A table of one column has no delimiter: a name, and a number under it."""
    below = next((line for line in lines[1:] if line.strip()), "")
    return bool(_NAME.fullmatch(lines[0].strip()) and _NUMBER.fullmatch(below.strip()))


def _is_table(above: str, rule: str) -> bool:
    return "|" in above and "|" in rule and _RULE.match(rule.strip()) is not None


def _of_braces(lines: list[str]) -> Container:
    """JSON Lines has a whole object on its first line and another one after it."""
    told = [line.strip() for line in lines if line.strip()]
    several = len(told) > 1 and told[0].endswith("}") and told[1].startswith("{")
    return Container.JSON_LINES if told[0].startswith("{") and several else Container.JSON
