"""Keeping what sources gave, by content and by request, so that a report can be made again.

objects/<2>/<sha256>        the bytes, once however often they came
requests/<2>/<sha256>.json  for one request, what answered it last, and the hash of all that

A request is what an objective asks of a source, or the whole of a source that is files or issues.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from codexreport.errors import SourceError
from codexreport.files import sha256, write_atomic
from codexreport.measure import Origin
from codexreport.series import Ask, Indicator, Metric, RatioIndicator, ThresholdIndicator
from codexreport.sources.base import Snapshot
from codexreport.sources.pieces import Piece, Question
from codexreport.strict import load_json
from codexreport.window import Window

_SCHEMA = 1
_PULL_AGAIN = "Run once without --offline, to pull it again."


class SnapshotStore:
    """A folder of snapshots.

    Args:
        root: The folder; made when something is kept.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(
        self,
        source_name: str,
        source_type: str,
        ask: Ask,
        indicator: Indicator,
        snapshots: Sequence[Snapshot],
    ) -> None:
        """Keep what answered `ask` for `indicator`, instead of what answered it before.

        Raises:
            EvidenceError: It cannot be written; what was kept before still is.
        """
        for snapshot in snapshots:
            self._keep_body(snapshot.body)
        request = _request(source_name, source_type, ask, indicator)
        self._keep_index(request, {"snapshots": [_entry(snapshot) for snapshot in snapshots]})

    def recall(
        self, source_name: str, source_type: str, ask: Ask, indicator: Indicator
    ) -> tuple[Snapshot, ...]:
        """What was kept for the same request, whenever that was.

        Raises:
            SourceError: Nothing was kept, or it is not what was kept any more.
        """
        request = _request(source_name, source_type, ask, indicator)
        what = f"{source_name} for {indicator.name}, {ask.focus.label}"
        index = self._kept_index(request, _Index, what)
        return tuple(self._snapshot(entry) for entry in index.snapshots)

    def keeping(self, question: Question, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Pass on what a pull of a whole source gives, and keep it on the way.

        One body at a time is held. What was kept before is replaced when the last piece has been
        passed on, and stays where none of them has bytes.

        Raises:
            EvidenceError: It cannot be written; what was kept before still is.
        """
        entries = []
        for piece in pieces:
            if isinstance(piece.content, Snapshot):
                self._keep_body(piece.content.body)
            entries.append(_piece_entry(piece))
            yield piece
        if any(entry["snapshot"] for entry in entries):
            self._keep_index(_plain_question(question), {"pieces": entries})

    def recalled(self, question: Question) -> Iterator[Piece]:
        """What the last pull of a whole source gave, one body at a time.

        A body that is not what was kept any more is a piece that says so.

        Raises:
            SourceError: Nothing was kept, or its index is not what was kept any more.
        """
        for entry in self._pieces(question):
            yield Piece(name=entry.name, content=self._content(entry))

    def pulled_at(self, question: Question) -> datetime:
        """When the last pull of a whole source that was kept was made; raises as `recalled`."""
        kept = [entry.snapshot for entry in self._pieces(question) if entry.snapshot]
        return max(origin.retrieved for snapshot in kept for origin in snapshot.origins)

    def _pieces(self, question: Question) -> list[_Piece]:
        return self._kept_index(_plain_question(question), _PullIndex, question.source).pieces

    def _content(self, entry: _Piece) -> Snapshot | SourceError:
        if entry.snapshot is None:
            return SourceError(entry.problem)
        try:
            return self._snapshot(entry.snapshot)
        except SourceError as error:
            return error

    def _keep_index(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        index = {"schema": _SCHEMA, "request": request, **answer}
        sealed = {**index, "sha256": sha256(_canonical(index))}
        write_atomic(self._index(request), _canonical(sealed) + b"\n")

    def _kept_index(self, request: dict[str, Any], model: type[_AnyIndex], what: str) -> _AnyIndex:
        path = self._index(request)
        try:
            return _unsealed(load_json(path.read_bytes().decode()), request, model)
        except FileNotFoundError as error:
            raise SourceError(
                f"No snapshot is kept of {what}.", advice="Run once without --offline."
            ) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        except ValueError as error:
            raise SourceError(f"{path} was altered.", advice=_PULL_AGAIN) from error

    def _snapshot(self, entry: _Entry) -> Snapshot:
        return Snapshot(
            body=self._body(entry.sha256),
            media_type=entry.media_type,
            origins=tuple(Origin(**dict(origin)) for origin in entry.origins),
            request=entry.request,
        )

    def _keep_body(self, body: bytes) -> None:
        path = self._object(sha256(body))
        try:
            kept = path.stat().st_size == len(body) and path.read_bytes() == body
        except OSError:
            kept = False
        if not kept:
            write_atomic(path, body)

    def _body(self, digest: str) -> bytes:
        path = self._object(digest)
        try:
            body = path.read_bytes()
        except OSError as error:
            raise _unreadable(path, error) from error
        if sha256(body) != digest:
            raise SourceError(
                f"{path} was altered: its SHA-256 is not its name.", advice=_PULL_AGAIN
            )
        return body

    def _object(self, digest: str) -> Path:
        return self._root / "objects" / digest[:2] / digest

    def _index(self, request: dict[str, Any]) -> Path:
        digest = sha256(_canonical(request))
        return self._root / "requests" / digest[:2] / f"{digest}.json"


_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Origin(_Strict):
    source: str
    uri: str
    query: str
    retrieved: AwareDatetime
    sha256: _Digest
    size: int


class _Entry(_Strict):
    sha256: _Digest
    media_type: str
    origins: list[_Origin]
    request: dict[str, Any]


class _Piece(_Strict):
    name: str
    snapshot: _Entry | None
    problem: str


class _Sealed(_Strict):
    model_config = ConfigDict(populate_by_name=True)

    schema_: int = Field(alias="schema", ge=_SCHEMA, le=_SCHEMA)
    request: dict[str, Any]


class _Index(_Sealed):
    snapshots: list[_Entry]


class _PullIndex(_Sealed):
    pieces: list[_Piece]


_AnyIndex = TypeVar("_AnyIndex", bound=_Sealed)


def _unsealed(index: Any, request: dict[str, Any], model: type[_AnyIndex]) -> _AnyIndex:
    """The index of `request`; raises ValueError where it is not as it was kept."""
    if not isinstance(index, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - one kind for all that is altered
    digest = index.pop("sha256", None)
    if digest != sha256(_canonical(index)) or index.get("request") != request:
        raise ValueError("it is not what was kept for this request")
    return model.model_validate(index)


def _entry(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "sha256": sha256(snapshot.body),
        "media_type": snapshot.media_type,
        "origins": [origin.to_dict() for origin in snapshot.origins],
        "request": dict(snapshot.request),
    }


def _piece_entry(piece: Piece) -> dict[str, Any]:
    """As the index has it: a snapshot, or the problem that kept it from us."""
    if isinstance(piece.content, SourceError):
        return {"name": piece.name, "snapshot": None, "problem": piece.content.message}
    return {"name": piece.name, "snapshot": _entry(piece.content), "problem": ""}


def _plain_question(question: Question) -> dict[str, Any]:
    return {"source": question.source, "type": question.type, "asked": question.asked}


def _request(source_name: str, source_type: str, ask: Ask, indicator: Indicator) -> dict[str, Any]:
    """What makes two pulls the same question; the moment of asking is no part of it."""
    return {
        "source": source_name,
        "type": source_type,
        "indicator": {"kind": type(indicator).__name__, **_plain(indicator)},
        "span": _plain(ask.span),
        "focus": _plain(ask.focus),
        "bucket_seconds": ask.bucket.total_seconds(),
    }


def _plain(value: Any) -> Any:
    """`value` as JSON holds it, the same on every machine."""
    match value:
        case Window():
            return [value.start_s, value.end_s, value.zone_name]
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case str() | int() | float() | None:
            return value
        case list() | tuple():
            return [_plain(one) for one in value]
        case Metric() | RatioIndicator() | ThresholdIndicator():
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return str(value)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(f"{path} cannot be read: {error.strerror}.", advice=_PULL_AGAIN)
