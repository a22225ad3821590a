"""Typed access to the members of JSON objects; errors name the dotted place.

Every function takes the document (for its errors), the object, the key and where the object
stands, such as `results.tests[3]` (empty for the top). A key that is absent or null gives
`default`, and is an error where there is none. A value of another type is always an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from fractions import Fraction
from typing import Any, TypeVar

from codexreport.readers.notation.document import Document
from codexreport.text import one_line

Object = Mapping[str, Any]
Default = TypeVar("Default")

_REQUIRED: Any = object()
_LARGEST = 2**63 - 1
_SHOWN = 40
_YEAR_10000 = 253_402_300_800


def place(where: str, key: str | int) -> str:
    """The dotted name of a member: `results.tests[3].name`."""
    if isinstance(key, int):
        return f"{where}[{key}]"
    return f"{where}.{key}" if where else key


def text(
    document: Document, mapping: Object, key: str, where: str, default: Default = _REQUIRED
) -> str | Default:
    """A string."""
    value = _value(document, mapping, key, where, default)
    return value if value is default else _text(document, value, place(where, key))


def flag(
    document: Document, mapping: Object, key: str, where: str, default: Default = _REQUIRED
) -> bool | Default:
    """True or false."""
    value = _value(document, mapping, key, where, default)
    if value is default or isinstance(value, bool):
        return value
    raise _unexpected(document, place(where, key), "true or false", value)


def integer(
    document: Document, mapping: Object, key: str, where: str, default: Default = _REQUIRED
) -> int | Default:
    """A whole number that 64 bits hold; `3.0` is one."""
    value = _value(document, mapping, key, where, default)
    if value is default:
        return value
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(whole, bool) or not isinstance(whole, int) or abs(whole) > _LARGEST:
        raise _unexpected(document, place(where, key), "a whole number", value)
    return whole


def count(
    document: Document, mapping: Object, key: str, where: str, default: Default = _REQUIRED
) -> int | Default:
    """A whole number that is not negative."""
    value = integer(document, mapping, key, where, default)
    if value is not default and isinstance(value, int) and value < 0:
        raise _unexpected(document, place(where, key), "a number from 0", value)
    return value


def number(
    document: Document, mapping: Object, key: str, where: str, default: Default = _REQUIRED
) -> int | float | Default:
    """A finite number that a float can hold."""
    value = _value(document, mapping, key, where, default)
    return value if value is default else _number(document, value, place(where, key))


def moment(
    document: Document, mapping: Object, key: str, where: str, default: None = _REQUIRED
) -> datetime | None:
    """A time in ISO 8601; None where it does not say when, having no offset or zone.

    Raises:
        SourceError: It is no string, or no time.
    """
    value = _value(document, mapping, key, where, default)
    if value is None:
        return None
    written = _text(document, value, place(where, key))
    try:
        datetime.fromisoformat(written.strip())
    except ValueError as error:
        raise _unexpected(document, place(where, key), "a time in ISO 8601", value) from error
    return document.moment(written)


def epoch(
    document: Document,
    mapping: Object,
    key: str,
    where: str,
    default: Default = _REQUIRED,
    *,
    per_second: int = 1,
) -> datetime | Default:
    """A time counted from 1970 in UTC: seconds, or milliseconds with `per_second=1000`."""
    value = _value(document, mapping, key, where, default)
    if value is default:
        return value
    seconds = Fraction(_number(document, value, place(where, key))) / per_second
    if not 0 <= seconds < _YEAR_10000:
        raise _unexpected(document, place(where, key), "a time since 1970", value)
    whole, rest = divmod(seconds, 1)
    at = datetime.fromtimestamp(int(whole), tz=timezone.utc)
    return at.replace(microsecond=int(rest * 1_000_000))


def mapping_at(
    document: Document, mapping: Object, key: str, where: str, default: Default = _REQUIRED
) -> dict[str, Any] | Default:
    """An object."""
    value = _value(document, mapping, key, where, default)
    return value if value is default else as_mapping(document, value, place(where, key))


def items(
    document: Document, mapping: Object, key: str, where: str, default: Default = _REQUIRED
) -> list[Any] | Default:
    """A list of anything."""
    value = _value(document, mapping, key, where, default)
    if value is default or isinstance(value, list):
        return value
    raise _unexpected(document, place(where, key), "a list", value)


def objects(
    document: Document, mapping: Object, key: str, where: str, default: Default = _REQUIRED
) -> list[dict[str, Any]] | Default:
    """A list of objects."""
    found = items(document, mapping, key, where, default)
    if found is default or not isinstance(found, list):
        return found
    here = place(where, key)
    return [as_mapping(document, one, place(here, n)) for n, one in enumerate(found)]


def texts(document: Document, mapping: Object, key: str, where: str) -> tuple[str, ...]:
    """A list of strings; none where it is absent or null."""
    found: list[Any] = items(document, mapping, key, where, default=[])
    here = place(where, key)
    return tuple(_text(document, one, place(here, n)) for n, one in enumerate(found))


def as_mapping(document: Document, value: object, where: str) -> dict[str, Any]:
    """`value` itself, which stands at `where`, as an object."""
    if isinstance(value, dict):
        return value
    raise _unexpected(document, where, "an object", value)


def _value(document: Document, mapping: Object, key: str, where: str, default: Any) -> Any:
    value = mapping.get(key)
    if value is not None:
        return value
    if default is _REQUIRED:
        raise document.error(f"{place(where, key)} is missing")
    return default


def _text(document: Document, value: object, where: str) -> str:
    if isinstance(value, str):
        return value
    raise _unexpected(document, where, "a string", value)


def _number(document: Document, value: object, where: str) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            float(value)
        except OverflowError as error:
            raise _unexpected(document, where, "a number of ordinary size", value) from error
        return value
    raise _unexpected(document, where, "a number", value)


def _unexpected(document: Document, where: str, expected: str, value: object) -> Exception:
    bare = {
        dict: "an object",
        list: "a list",
        bool: "true" if value else "false",
        type(None): "null",
    }
    shown = bare.get(type(value)) or one_line(repr(value), _SHOWN)
    return document.error(f"{where or 'the top'} is {shown}, expected {expected}")
