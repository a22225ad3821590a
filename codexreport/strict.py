"""Reading JSON and YAML strictly: what a lenient reader would guess at is refused."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

MAX_DIGITS = 400
MAX_DEPTH = 200
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


class StrictError(ValueError):
    """Text that is not strict JSON or YAML; the message says where (`line N: ...`)."""


def load_json(text: str, *, max_depth: int = MAX_DEPTH) -> Any:
    """Parse JSON, refusing duplicate keys, NaN, Infinity, huge integers and deep nesting.

    Raises:
        StrictError: Not strict JSON.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique_pairs,
            parse_constant=_no_constant,
            parse_int=_short_int,
            parse_float=_finite_float,
        )
    except json.JSONDecodeError as error:
        raise StrictError(f"line {error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise StrictError("nested too deeply") from error
    if _deeper_than(max_depth, value):
        raise StrictError(f"nested deeper than {max_depth} levels")
    if _HALF_CHARACTER.search(text):
        _refuse_half_characters(value)
    return value


def _deeper_than(levels: int, value: Any) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        if not level:
            return False
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
    return bool(level)


def _refuse_half_characters(value: Any) -> None:
    """A lone surrogate is no character: nothing could write it down again."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise StrictError("a string holds half a character (a lone surrogate)") from error


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise StrictError(f"the key {twice!r} stands twice in one object")
    return result


def _no_constant(name: str) -> Any:
    raise StrictError(f"{name} is not a JSON number")


def _short_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise StrictError(f"an integer of {len(digits)} digits")
    return int(digits)


def _finite_float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise StrictError(f"{digits[:20]} is too large a number")
    return value


class _StrictLoader(Composer, CParser, SafeConstructor, Resolver):
    """PyYAML's safe loader, refusing duplicate keys, tags, and aliases that could explode.

    It scans with libyaml, thirty times as fast as Python does, and composes in Python, where each
    node can be refused.
    """

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise StrictError(f"line {line}: YAML aliases are not accepted")
        if event.tag is not None:
            raise StrictError(f"line {line}: YAML tags such as {event.tag!r} are not accepted")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, list | dict):
                raise StrictError(f"line {key_node.start_mark.line + 1}: a key must be plain text")
            if key in seen:
                raise StrictError(
                    f"line {key_node.start_mark.line + 1}: the key {key!r} stands twice"
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_yaml_documents(text: str) -> list[tuple[int, Any]]:
    """Parse a YAML stream; for each document the 1-based line it starts on and its value.

    Raises:
        StrictError: Not YAML, a duplicate key, an alias, a tag, or nested too deeply.
    """
    try:
        loader = _StrictLoader(text)
    except UnicodeEncodeError as error:
        raise StrictError("it holds half a character (a lone surrogate)") from error
    documents: list[tuple[int, Any]] = []
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None:
                break
            documents.append((node.start_mark.line + 1, loader.construct_document(node)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise StrictError(f"line {line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise StrictError(str(error).splitlines()[0]) from error
    except RecursionError as error:
        raise StrictError("nested too deeply") from error
    except StrictError:
        raise
    except ValueError as error:  # a date that does not exist, an integer without end
        raise StrictError(str(error)) from error
    finally:
        loader.dispose()
    return documents
