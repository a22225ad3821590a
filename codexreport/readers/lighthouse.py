"""Lighthouse: one page's report, or what Lighthouse CI asserted of several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from codexreport.measure import State
from codexreport.performance.percentiles import exact
from codexreport.performance.run import Run
from codexreport.performance.values import Figure, Group, Threshold
from codexreport.readers import lighthouse_ci
from codexreport.readers.lighthouse_scores import score_threshold
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.text import one_line
from codexreport.wording import count

_METRICS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
    "speed-index",
    "interactive",
    "server-response-time",
)
_UNITS = {"millisecond": ("seconds", 1000), "second": ("seconds", 1), "unitless": ("1", 1)}
_UNITLESS = "cumulative-layout-shift"


class LighthouseReader:
    """Three files: a report, Lighthouse CI's `assertion-results.json`, and its `manifest.json`.

    A report and a manifest are judged by Lighthouse's own bands of a score: 90 and more is good,
    50 to 89 needs improvement, less is poor. Assertions are judged as their author levelled them.
    """

    format: ClassVar[str] = "lighthouse"
    title: ClassVar[str] = "Lighthouse report, Lighthouse CI assertions and manifest"
    made_by: ClassVar[str] = "lighthouse URL --output=json --output-path=lighthouse.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it is one of the three."""
        top = document.json
        if isinstance(top, dict):
            parts = (top.get("categories"), top.get("audits"))
            return "lighthouseVersion" in top and any(isinstance(one, dict) for one in parts)
        return lighthouse_ci.is_assertions(top) or lighthouse_ci.is_manifest(top)

    def parse(self, document: Document) -> Run:
        """Scores or assertions."""
        if isinstance(document.json, list):
            return lighthouse_ci.parse(document)
        return _report(document, fields.as_mapping(document, document.json, ""))


def _report(document: Document, top: dict[str, Any]) -> Run:
    if "lighthouseVersion" not in top:
        raise document.error("lighthouseVersion is missing")
    failure = _runtime_error(document, top)
    categories = fields.mapping_at(document, top, "categories", "", {})
    return Run(
        tool="Lighthouse",
        total=Group(count=0 if failure else 1),
        thresholds=tuple(_scores(document, categories)),
        figures=(*_warnings(document, top), *_metrics(document, top)),
        unit="pages",
        doubts=(failure,) if failure else (),
        observed=fields.moment(document, top, "fetchTime", "", None),
    )


def _runtime_error(document: Document, top: dict[str, Any]) -> str:
    """Why the page could not be loaded or measured; empty where it was."""
    error = fields.mapping_at(document, top, "runtimeError", "", None)
    if error is None:
        return ""
    code = fields.text(document, error, "code", "runtimeError", "unknown")
    said = one_line(fields.text(document, error, "message", "runtimeError", ""), 200)
    return "" if code == "NO_ERROR" else f"Lighthouse stopped with {one_line(code)}: {said}."


def _scores(document: Document, categories: dict[str, Any]) -> Iterator[Threshold]:
    for name in sorted(categories):
        category = fields.mapping_at(document, categories, name, "categories")
        where = fields.place("categories", name)
        score = fields.number(document, category, "score", where, None)
        yield score_threshold(document, one_line(name), score, where)


def _warnings(document: Document, top: dict[str, Any]) -> Iterator[Figure]:
    """Lighthouse's own warnings, such as a page that did not finish loading in time."""
    warnings = fields.items(document, top, "runWarnings", "", [])
    if warnings:
        first = one_line(str(warnings[0]), 200)
        yield Figure(
            name="warnings",
            value=len(warnings),
            unit="warnings",
            state=State.WARNING,
            reason=f"Lighthouse warns of {count(len(warnings), 'things')}, first: {first}.",
        )


def _metrics(document: Document, top: dict[str, Any]) -> Iterator[Figure]:
    audits = fields.mapping_at(document, top, "audits", "", {})
    for name in _METRICS:
        where = fields.place("audits", name)
        audit = fields.mapping_at(document, audits, name, "audits", {})
        value = fields.number(document, audit, "numericValue", where, None)
        default = "unitless" if name == _UNITLESS else "millisecond"
        written = fields.text(document, audit, "numericUnit", where, default)
        unit, per_unit = _UNITS.get(written, (one_line(written, 20), 1))
        if value is not None:
            figure = f"page.{name.replace('-', '_')}"
            yield Figure(name=figure, value=exact(value) / per_unit, unit=unit)
