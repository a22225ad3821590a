"""Settings as names and values: JSON, YAML, TOML, `KEY=VALUE` lines, and what `pip freeze` says."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from codexreport.errors import ParameterError
from codexreport.files import sha256
from codexreport.readers.notation.containers import Container, NotText, sniff
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.fields import place
from codexreport.readers.notation.limits import Limits
from codexreport.readers.notation.opening import read_whole

VERSION, SETTING = "version", "setting"
"""Kinds of values."""

_PINNED = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*===?\s*(?P<value>[^\s;#]+)\s*(?:;.*|#.*)?"
)
_FROM = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s+@\s+(?P<value>\S+)")
_PAIR = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)\s*=(?P<value>[^=].*|)")
_QUOTED = re.compile(r"""(["'])(.*?)\1\s*(?:#.*)?""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one file sets.

    Attributes:
        name: The file.
        sha256: Of its bytes, hex.
        values: By kind and name, each value as it is written.
        unread: Places that were not understood, never with their text.
    """

    name: str
    sha256: str
    values: Mapping[tuple[str, str], str]
    unread: tuple[str, ...] = ()


def read_settings(path: Path) -> Settings:
    """Read one file.

    Nested tables and lists become dotted names, such as `database.hosts[0]`. Numbers stay as they
    are written: 3.10 is not 3.1.

    Raises:
        SourceError: It is not there, or none of the notations.
    """
    body = read_whole(path, path.name, Limits())
    document = Document(path.name, body)
    pairs, unread = _lines(document)
    if unread:
        nested = _nested(document)
        if nested is not None:
            pairs, unread = [*nested], []
    values: dict[tuple[str, str], str] = {}
    for kind, name, value in document.counted(iter(pairs)):
        if values.setdefault((kind, name), value) != value:
            raise document.error(f"sets {name} twice, and not to the same value")
    return Settings(name=path.name, sha256=sha256(body), values=values, unread=tuple(unread))


def _nested(document: Document) -> Iterator[tuple[str, str, str]] | None:
    """The values of JSON, TOML or YAML; None where it is lines after all."""
    try:
        found = sniff(document.body)
    except NotText as error:
        raise document.error(str(error)) from error
    if found is Container.JSON:
        _ = document.json  # strict: no key twice
        return _flat(document, json.loads(document.text, parse_float=str))
    if found is Container.YAML:
        if len(document.yaml) != 1:
            raise document.error("holds more than one YAML document")
        # Strictly read before; every scalar here is text, so that 3.10 stays 3.10.
        return _flat(document, yaml.load(document.text, Loader=yaml.BaseLoader))  # noqa: S506, it makes text only
    try:
        return _flat(document, tomllib.loads(document.text, parse_float=str))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _flat(document: Document, value: Any, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Every value at the end of a branch, so that a password in a list has a name, too."""
    branches: Sequence[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        branches = [(str(key), child) for key, child in value.items()]
    elif isinstance(value, list) and where:
        branches = [*enumerate(value)]
    elif not where:
        raise document.error("holds no names with values")
    for key, child in branches:
        yield from _flat(document, child, place(where, key))
    if where and not branches:
        yield SETTING, where, value if isinstance(value, str) else json.dumps(value, default=str)


def _lines(document: Document) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Names and values of lines, and the lines that are none."""
    pairs, unread = [], []
    for number, line in document.counted(enumerate(document.text.split("\n"), 1)):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if match := _PINNED.fullmatch(text) or _FROM.fullmatch(text):
            name = re.sub(r"[-_.]+", "-", match["name"]).lower()  # as PEP 503 compares names
            pairs.append((VERSION, name, match["value"]))
        elif match := _PAIR.fullmatch(text):
            pairs.append((SETTING, match["name"], _unquoted(match["value"].strip())))
        else:
            unread.append(f"line {number} of {document.name}")
    return pairs, unread


def _unquoted(value: str) -> str:
    match = _QUOTED.fullmatch(value)
    return match[2] if match else value


def refuse_same(output: Path, *inputs: Path) -> None:
    """Refuse to write over what is read.

    Raises:
        ParameterError: `output` is one of `inputs`.
    """
    for one in inputs:
        if output.resolve() == one.resolve():
            raise ParameterError(f"{output} is compared, and would be overwritten.")
