"""Lighthouse CI's own files: `assertion-results.json` and `manifest.json`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from codexreport.measure import State
from codexreport.performance.percentiles import exact
from codexreport.performance.run import Run
from codexreport.performance.values import Group, Threshold
from codexreport.readers.lighthouse_scores import score_threshold
from codexreport.readers.notation import fields
from codexreport.readers.notation.document import Document
from codexreport.text import one_line

_ASSERTION = frozenset({"name", "operator", "expected", "values"})
_RUN = frozenset({"url", "isRepresentativeRun", "summary"})
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
}
_LISTS_NOTHING = (
    "It lists no assertion, which says nothing: failed ones alone are listed unless "
    "includePassedAssertions is set."
)


def is_assertions(top: object) -> bool:
    """Whether JSON is `assertion-results.json`."""
    return _first_has(top, _ASSERTION)


def is_manifest(top: object) -> bool:
    """Whether JSON is `manifest.json`."""
    return _first_has(top, _RUN)


def parse(document: Document) -> Run:
    """The assertions, or the scores of the representative runs."""
    rows = fields.objects(document, {"": document.json}, "", "")
    manifest = is_manifest(document.json)
    judged = list(_runs(document, rows) if manifest else _assertions(document, rows))
    doubts = () if rows else (_LISTS_NOTHING,)
    if rows and not judged:
        doubts = ("No run of it is marked as representative, or none has scores.",)
    return Run(
        tool="Lighthouse CI",
        total=Group(),
        thresholds=tuple(sorted(judged, key=lambda one: (one.of, one.expression))),
        unit="pages",
        doubts=doubts,
    )


def _first_has(top: object, keys: frozenset[str]) -> bool:
    return (
        isinstance(top, list) and bool(top) and isinstance(top[0], dict) and keys <= top[0].keys()
    )


def _assertions(document: Document, rows: list[dict[str, Any]]) -> Iterator[Threshold]:
    for number, row in enumerate(rows):
        document.tick()
        where = fields.place("", number)
        audit = fields.text(document, row, "auditId", where, "")
        part = fields.text(document, row, "auditProperty", where, "")
        page = _page(fields.text(document, row, "url", where, ""))
        bound = fields.text(document, row, "name", where)
        expected = fields.number(document, row, "expected", where)
        actual = fields.number(document, row, "actual", where, None)
        sign = fields.text(document, row, "operator", where)
        of = ".".join(filter(None, (audit, part))) + (f" of {page}" if page else "")
        state, said = _outcome(document, row, where, sign, (actual, expected))
        expression = one_line(f"{bound} {sign} {expected:.15g}")
        yield Threshold(
            of=one_line(of),
            expression=expression,
            state=state,
            reason=f"{one_line(of)} {expression} {said}.",
            value=None if actual is None else exact(actual),
            unit="ratio" if bound == "minScore" else "1",
        )


def _outcome(
    document: Document,
    row: dict[str, Any],
    where: str,
    sign: str,
    values: tuple[float | None, float],
) -> tuple[State, str]:
    """What came of an assertion: Lighthouse CI's word and its figures, the worse of them.

    Older versions list failed assertions only, and have no `passed`.
    """
    passed = fields.flag(document, row, "passed", where, False)
    level = fields.text(document, row, "level", where, "error")
    actual, expected = values
    said = "has no value to be judged by" if actual is None else f"found {actual:.15g}"
    failure = State.WARNING if level == "warn" else State.FAIL
    if not passed:
        return failure, said
    if actual is None or sign not in _HOLDS:
        return State.UNKNOWN, said
    if not _HOLDS[sign](actual, expected):
        return failure, f"{said}, although Lighthouse CI calls it passed"
    return State.PASS, said


def _runs(document: Document, rows: list[dict[str, Any]]) -> Iterator[Threshold]:
    for number, row in enumerate(rows):
        where = fields.place("", number)
        if not fields.flag(document, row, "isRepresentativeRun", where):
            continue
        summary = fields.mapping_at(document, row, "summary", where)
        page = _page(fields.text(document, row, "url", where))
        for name in sorted(summary):
            score = fields.number(document, summary, name, fields.place(where, "summary"), None)
            yield score_threshold(document, one_line(name), score, where, page)


def _page(url: str) -> str:
    """An address without what may be a secret: user, query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a page"
    host = parts.netloc.rpartition("@")[2]
    return one_line(f"{parts.scheme}://{host}{parts.path}" if host else parts.path, 120)
