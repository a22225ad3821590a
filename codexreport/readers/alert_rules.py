"""Prometheus' alerting rules, from a rule file or the Prometheus Operator's resource.

Format: Prometheus' documentation, "Alerting rules" and "Recording rules"; the Operator's
`PrometheusRule` holds the same under `spec`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.slo.alert_rules import AlertingRule, AlertRules
from codexreport.text import one_line

_DURATION = re.compile(
    r"(?:(\d{1,9})y)?(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?"
    r"(?:(\d{1,9})s)?(?:(\d{1,9})ms)?"
)
_UNITS_MS = (31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1)
_LONGEST_MS = 2**63 // 10**6
"""Prometheus keeps durations in 64 bits of nanoseconds."""


class AlertRulesReader:
    """`groups:`, each with `rules:` that have `alert:` or `record:`."""

    format: ClassVar[str] = "alert-rules"
    title: ClassVar[str] = "Prometheus alerting rules"
    made_by: ClassVar[str] = "by hand, or: sloth generate -i slo.yml -o rules.yml"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.YAML})

    def recognises(self, document: Document) -> bool:
        """Whether every document has groups."""
        found = [one for one in document.yaml if one is not None]
        return bool(found) and all(isinstance(_body(one).get("groups"), list) for one in found)

    def parse(self, document: Document) -> AlertRules:
        """Understand the file.

        Raises:
            SourceError: It is not what Prometheus would load.
        """
        groups = [
            group for one in document.yaml if one is not None for group in _groups(document, one)
        ]
        rules = [
            (name, rule, fields.place(where, n))
            for name, found, where in groups
            for n, rule in enumerate(found)
        ]
        alerting = tuple(
            _rule(document, name, rule, where)
            for name, rule, where in document.counted(iter(rules))
            if _is_alert(document, rule, where)
        )
        return AlertRules(
            rules=alerting,
            recording=len(rules) - len(alerting),
            groups=tuple(name for name, _, _ in groups),
        )


def _body(top: object) -> Mapping[str, Any]:
    """What holds the groups: the file itself, or a resource's `spec`."""
    if not isinstance(top, dict):
        return {}
    spec = top.get("spec")
    return spec if isinstance(spec, dict) and "groups" not in top else top


def _groups(document: Document, top: object) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
    for number, group in enumerate(fields.objects(document, _body(top), "groups", "")):
        where = fields.place("groups", number)
        name = fields.text(document, group, "name", where)
        rules: list[dict[str, Any]] = fields.objects(document, group, "rules", where, default=[])
        yield name, rules, fields.place(where, "rules")


def _is_alert(document: Document, rule: Mapping[str, Any], where: str) -> bool:
    if ("alert" in rule) == ("record" in rule):
        raise document.error(f"{where} must have either alert or record")
    return "alert" in rule


def _rule(document: Document, group: str, rule: Mapping[str, Any], where: str) -> AlertingRule:
    return AlertingRule(
        group=group,
        name=fields.text(document, rule, "alert", where),
        expr=_expression(document, rule, where),
        lasting=_lasting(document, rule, where),
        labels=_texts(document, rule, "labels", where),
        annotations=_texts(document, rule, "annotations", where),
    )


def _expression(document: Document, rule: Mapping[str, Any], where: str) -> str:
    """PromQL, which may be a number alone, such as `vector` rules in tests have."""
    expr = rule.get("expr", "")
    if isinstance(expr, int | float) and not isinstance(expr, bool):
        return str(expr)
    return fields.text(document, rule, "expr", where, default="")


def _lasting(document: Document, rule: Mapping[str, Any], where: str) -> timedelta:
    written = rule.get("for")
    if written in (None, 0, "0"):
        return timedelta()
    match = _DURATION.fullmatch(written) if isinstance(written, str) else None
    if match is None or not written:
        raise document.error(
            f"{fields.place(where, 'for')} is {one_line(str(written), 40)!r}, expected a duration",
            advice="Write for example 5m.",
        )
    parts = (int(number or 0) for number in match.groups())
    length_ms = sum(n * unit for n, unit in zip(parts, _UNITS_MS, strict=True))
    if length_ms > _LONGEST_MS:
        raise document.error(f"{fields.place(where, 'for')} is too long a duration")
    return timedelta(milliseconds=length_ms)


def _texts(
    document: Document, rule: Mapping[str, Any], key: str, where: str
) -> tuple[tuple[str, str], ...]:
    """Labels or annotations, by name; YAML numbers among them are text to Prometheus."""
    told: Mapping[Any, Any] = fields.mapping_at(document, rule, key, where, default={})
    found = []
    for name, value in told.items():
        spot = fields.place(fields.place(where, key), one_line(str(name)))
        if not isinstance(name, str) or isinstance(value, list | dict):
            raise document.error(f"{spot} is no text")
        found.append((name, "" if value is None else str(value)))
    return tuple(sorted(found))
