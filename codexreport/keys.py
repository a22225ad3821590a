"""Settings that people write: lengths of time, time zones, and what is wrong with a value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from codexreport.errors import ParameterError
from codexreport.window import duration, zone


def _length(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("is no length of time")  # noqa: TRY004 - pydantic shows ValueError only
    return duration(value) if isinstance(value, str) else value


def _whole_seconds(length: timedelta) -> timedelta:
    if length <= timedelta() or length.microseconds:
        raise ValueError("must be whole seconds, at least one; write for example 30s, 5m or 1h")
    return length


def _zone_name(name: str) -> str:
    try:
        zone(name)
    except ParameterError as error:
        raise ValueError(error.message) from error
    return name


Length = Annotated[timedelta, BeforeValidator(_length), AfterValidator(_whole_seconds)]
"""A length of time: text such as `5m`, or seconds as a number."""

ZoneName = Annotated[str, AfterValidator(_zone_name)]
"""An IANA time zone."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that was meant, as the end of a sentence; empty where none is near.

    Args:
        name: What was written.
        known: What could have been.
    """
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


_MOMENTS = ("datetime", "date_", "timezone")
_NAME = "^[A-Za-z0-9]"
_OF_WORDS = frozenset({"enum", "literal_error"})
_LONGEST = 80
_QUOTED = re.compile(r"'([^']*)'")
_IN_WORDS = {
    "missing": "is missing",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping of keys to values",
    "enum": "must be one of {expected}",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "model_type": "must be a mapping of keys to values",
    "string_pattern_mismatch": "is not of the form {pattern}",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "string_type": "must be text",
    "time_delta_parsing": "must be a length of time such as 30s, 5m, 1h or 28d",
    "time_delta_type": "must be a length of time such as 30s, 5m, 1h or 28d",
    "too_long": "must have at most {max_length} items",
    "too_short": "must have at least {min_length} items",
    "tuple_type": "must be a list",
}
"""By pydantic's name of the mistake; what stands in braces is of its context."""


def in_words(detail: Mapping[str, Any]) -> str:
    """What pydantic found wrong with a value, as the predicate of a sentence about its key.

    Args:
        detail: One of a `ValidationError`'s `errors()`.
    """
    kind, context = str(detail["type"]), detail.get("ctx", {})
    if kind.startswith(_MOMENTS):
        return "must be a date and time with its offset, such as 2026-09-01T02:00:00+02:00"
    if kind == "string_pattern_mismatch" and context["pattern"].startswith(_NAME):
        return "must be letters, digits, '.', '_' or '-', and begin with a letter or a digit"
    if context.get("min_length") == 1:
        return "must not be empty"
    if kind in _IN_WORDS:
        words = _QUOTED.findall(context["expected"]) if kind in _OF_WORDS else []
        return _IN_WORDS[kind].format(**context) + nearest(
            str(detail.get("input"))[:_LONGEST], words
        )
    return str(detail["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")
