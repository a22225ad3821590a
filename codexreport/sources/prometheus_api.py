"""What a Prometheus server answers: the JSON of its HTTP API, read strictly.

Format: Prometheus' documentation, "HTTP API". Values are strings; times are Unix seconds with
milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from codexreport.errors import SourceError
from codexreport.sources.base import Snapshot
from codexreport.sources.increase import Floats, moment
from codexreport.strict import StrictError, load_json
from codexreport.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """One series of a result.

    Attributes:
        times: Unix seconds, in order.
        values: What it read then, NaN included.
        conflict: Why it cannot be believed (a sentence), or an empty string.
    """

    labels: Mapping[str, str]
    times: Floats
    values: Floats
    conflict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The series of one or more responses, and what the server said about them."""

    series: tuple[Points, ...]
    contradictions: tuple[str, ...]
    notes: tuple[str, ...]


_Time = Annotated[float, Field(strict=True, ge=0, lt=1e11)]


class _Series(BaseModel):
    metric: dict[str, str]
    values: list[tuple[_Time, float]] = []
    histograms: list[Any] = []


class _Data(BaseModel):
    model_config = ConfigDict(strict=True)

    resultType: str  # noqa: N815 - the API's own name
    result: list[Any]


class _Response(BaseModel):
    model_config = ConfigDict(strict=True)

    status: str
    data: _Data | None = None
    errorType: str = ""  # noqa: N815 - the API's own name
    error: str = ""
    warnings: list[str] | None = None
    infos: list[str] | None = None


class _Matrix(BaseModel):
    result: list[_Series]


def read_answer(snapshots: Iterable[Snapshot]) -> Answer:
    """Join the responses to one query, asked chunk by chunk.

    Samples that two chunks share, because a server includes both edges of a range, count once.

    Raises:
        SourceError: A response that is an error, not the API's JSON, or no range of samples.
    """
    parts: dict[tuple[tuple[str, str], ...], list[_Series]] = {}
    contradictions: list[str] = []
    notes: list[str] = []
    for snapshot in snapshots:
        response = _response(snapshot)
        contradictions += [
            f"Partial response: {one_line(text)}." for text in response.warnings or ()
        ]
        notes += [f"The server says: {one_line(text)}." for text in response.infos or ()]
        for series in _matrix(response, snapshot):
            parts.setdefault(tuple(sorted(series.metric.items())), []).append(series)
    points = [_joined(dict(labels), pieces) for labels, pieces in sorted(parts.items())]
    contradictions += [one.conflict for one in points if one.conflict]
    return Answer(
        series=tuple(points),
        contradictions=tuple(dict.fromkeys(contradictions)),
        notes=tuple(dict.fromkeys(notes)),
    )


def error_text(body: bytes) -> str:
    """What an error response says, as `errorType: error`; empty where it is none of the API's."""
    try:
        response = _Response.model_validate(load_json(body.decode()))
    except (UnicodeDecodeError, StrictError, ValidationError):
        return ""
    return _said(response) if response.status == "error" else ""


def _said(response: _Response) -> str:
    return f"{one_line(response.errorType) or 'error'}: {one_line(response.error) or 'no reason'}"


def _response(snapshot: Snapshot) -> _Response:
    try:
        response = _Response.model_validate(load_json(snapshot.body.decode()))
    except UnicodeDecodeError as error:
        raise _not_understood(snapshot, f"byte {error.start} is not UTF-8 text") from error
    except StrictError as error:
        raise _not_understood(snapshot, str(error)) from error
    except ValidationError as error:
        raise _not_understood(snapshot, _first_mistake(error)) from error
    if response.status != "success":
        raise SourceError(f"{_place(snapshot)} failed with {_said(response)}.")
    return response


def _matrix(response: _Response, snapshot: Snapshot) -> list[_Series]:
    if response.data is None:
        raise _not_understood(snapshot, "there is no data")
    if response.data.resultType != "matrix":
        raise _not_understood(
            snapshot, f"the result is a {one_line(response.data.resultType)}, not a matrix"
        )
    try:
        found = _Matrix.model_validate({"result": response.data.result}).result
    except ValidationError as error:
        raise _not_understood(snapshot, _first_mistake(error)) from error
    if any(series.histograms for series in found):
        raise _not_understood(
            snapshot, "it holds native histograms; count them with histogram_count() and no counter"
        )
    return found


def _joined(labels: Mapping[str, str], pieces: Iterable[_Series]) -> Points:
    pairs = [pair for piece in pieces for pair in piece.values]
    stamps = np.array([time for time, _ in pairs], dtype=np.float64).round(3)
    readings = np.array([value for _, value in pairs], dtype=np.float64)
    times, first, which = np.unique(stamps, return_index=True, return_inverse=True)
    values = readings[first]
    return Points(
        labels=labels,
        times=times,
        values=values,
        conflict=_conflict(stamps, readings, values[which]),
    )


def _conflict(times: Floats, readings: Floats, kept: Floats) -> str:
    """Why one moment cannot have had all its readings, such as two replicas answering in turn."""
    equal = (readings == kept) | (np.isnan(readings) & np.isnan(kept))
    other = np.flatnonzero(~equal)
    if not other.size:
        return ""
    at = other[0]
    return (
        f"The answers contradict each other: a series reads both {kept[at]:.15g} and "
        f"{readings[at]:.15g} at {moment(times[at])}."
    )


def _first_mistake(error: ValidationError) -> str:
    detail = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in detail['loc']) or 'the whole'}: {detail['msg']}"


def _place(snapshot: Snapshot) -> str:
    origin = snapshot.origins[0]
    return f"{origin.uri} ({one_line(origin.query)})"


def _not_understood(snapshot: Snapshot, what: str) -> SourceError:
    page = snapshot.body[:1024].lstrip().startswith(b"<")
    return SourceError(
        f"{_place(snapshot)} did not answer as Prometheus does: {what}.",
        advice="It looks like a web page: check the url, and whether a login stands before it."
        if page
        else "Check that the url is that of a Prometheus HTTP API.",
    )
