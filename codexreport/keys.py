"""Types of settings that people write: lengths of time and time zones."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

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
