"""Keeping what sources gave, by content and by request, so that a report can be made again.

objects/<2>/<sha256>        the bytes, once however often they came
requests/<2>/<sha256>.json  for one request, what answered it last, and the hash of all that
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from codexreport.errors import SourceError
from codexreport.files import sha256, write_atomic
from codexreport.measure import Origin
from codexreport.series import Ask, Indicator, Metric, RatioIndicator, ThresholdIndicator
from codexreport.sources.base import Snapshot
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
        request = _request(source_name, source_type, ask, indicator)
        for snapshot in snapshots:
            self._keep_body(snapshot.body)
        index = {
            "schema": _SCHEMA,
            "request": request,
            "snapshots": [_entry(snapshot) for snapshot in snapshots],
        }
        sealed = {**index, "sha256": sha256(_canonical(index))}
        write_atomic(self._index(request), _canonical(sealed) + b"\n")

    def recall(
        self, source_name: str, source_type: str, ask: Ask, indicator: Indicator
    ) -> tuple[Snapshot, ...]:
        """What was kept for the same request, whenever that was.

        Raises:
            SourceError: Nothing was kept, or it is not what was kept any more.
        """
        request = _request(source_name, source_type, ask, indicator)
        path = self._index(request)
        try:
            index = _unsealed(load_json(path.read_bytes().decode()), request)
        except FileNotFoundError as error:
            raise SourceError(
                f"No snapshot is kept of {source_name} for {indicator.name}, {ask.focus.label}.",
                advice="Run once without --offline.",
            ) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        except ValueError as error:
            raise SourceError(f"{path} was altered.", advice=_PULL_AGAIN) from error
        return tuple(self._snapshot(entry) for entry in index.snapshots)

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


class _Index(_Strict):
    model_config = ConfigDict(populate_by_name=True)

    schema_: int = Field(alias="schema", ge=_SCHEMA, le=_SCHEMA)
    request: dict[str, Any]
    snapshots: list[_Entry]


def _unsealed(index: Any, request: dict[str, Any]) -> _Index:
    """The index of `request`; raises ValueError where it is not as it was kept."""
    if not isinstance(index, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - one kind for all that is altered
    digest = index.pop("sha256", None)
    if digest != sha256(_canonical(index)) or index.get("request") != request:
        raise ValueError("it is not what was kept for this request")
    return _Index.model_validate(index)


def _entry(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "sha256": sha256(snapshot.body),
        "media_type": snapshot.media_type,
        "origins": [origin.to_dict() for origin in snapshot.origins],
        "request": dict(snapshot.request),
    }


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
