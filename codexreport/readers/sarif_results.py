"""The results of one SARIF run, with the rules and files that they point to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from codexreport.readers.notation import fields
from codexreport.readers.notation.document import Document
from codexreport.supply_chain.severity import Severity, scored
from codexreport.supply_chain.vulnerabilities import Standing, Vulnerability
from codexreport.text import one_line

_NO_FINDINGS = frozenset({"pass", "notApplicable", "informational"})
"""Kinds of results that say that nothing was found; any other, also an unknown one, did."""
_LEVELS = {"error": Severity.HIGH, "warning": Severity.MODERATE, "note": Severity.LOW}
_SCORE = "security-severity"
"""The property that GitHub reads: a CVSS score, of the rule or of the result."""

Rules = dict[str | int, tuple[dict[str, Any], str]]


def of_run(document: Document, run: fields.Object, where: str) -> Iterator[Vulnerability]:
    """What a run found; the second result of a rule in a file is called `RULE#2`.

    Severity is the score in `security-severity`, else the level: an error is high, a warning
    moderate, a note low. Where a result has no level it has its rule's, else it is a warning.
    """
    rules = _rules(document, run, where)
    seen: Counter[tuple[str, str]] = Counter()
    results = fields.objects(document, run, "results", where, [])
    for number, result in document.counted(enumerate(results)):
        here = f"{where}.results[{number}]"
        if fields.text(document, result, "kind", here, "fail") in _NO_FINDINGS:
            continue
        if fields.text(document, result, "baselineState", here, "") == "absent":
            continue  # what was there in an earlier run
        rule, at = _rule(document, result, rules, here)
        name = _name(document, result, rule, here)
        file, line = _place(document, run, result, here)
        seen[file, name] += 1
        count = seen[file, name]
        standing, why = _standing(document, result, here)
        yield Vulnerability(
            package=file,
            ecosystem="file",
            ids=(name if count == 1 else f"{name}#{count}",),
            severity=_severity(document, result, rule, here, at),
            locations=(f"{file}:{line}" if line else file,),
            standing=standing,
            why=why,
        )


def _rules(document: Document, run: fields.Object, where: str) -> Rules:
    """The rules by id, and those of the driver by their index too."""
    tool = fields.mapping_at(document, run, "tool", where)
    driver = fields.mapping_at(document, tool, "driver", f"{where}.tool")
    extensions = fields.objects(document, tool, "extensions", f"{where}.tool", [])
    rules: Rules = {}
    parts = [(f"extensions[{number}]", part) for number, part in enumerate(extensions)]
    for name, part in [*parts, ("driver", driver)]:
        here = f"{where}.tool.{name}"
        for number, rule in enumerate(fields.objects(document, part, "rules", here, [])):
            at = f"{here}.rules[{number}]"
            rules[fields.text(document, rule, "id", at, "")] = (rule, at)
            if part is driver:
                rules[number] = (rule, at)
    return rules


def _rule(
    document: Document, result: fields.Object, rules: Rules, where: str
) -> tuple[dict[str, Any], str]:
    reference = fields.mapping_at(document, result, "rule", where, {})
    name = fields.text(document, result, "ruleId", where, "") or fields.text(
        document, reference, "id", f"{where}.rule", ""
    )
    index = fields.integer(document, result, "ruleIndex", where, -1)
    nothing: tuple[dict[str, Any], str] = ({}, where)
    if name:
        return rules.get(name) or rules.get(name.rpartition("/")[0]) or nothing
    return rules.get(index, nothing)


def _name(document: Document, result: fields.Object, rule: fields.Object, where: str) -> str:
    reference = fields.mapping_at(document, result, "rule", where, {})
    names = (
        fields.text(document, result, "ruleId", where, ""),
        fields.text(document, reference, "id", f"{where}.rule", ""),
        fields.text(document, rule, "id", where, ""),
    )
    return next((name.strip() for name in names if name.strip()), "a rule without a name")


def _place(
    document: Document, run: fields.Object, result: fields.Object, where: str
) -> tuple[str, int]:
    """The file and line of the first location; of the run as a whole where there is none."""
    for number, one in enumerate(fields.objects(document, result, "locations", where, [])):
        here = f"{where}.locations[{number}].physicalLocation"
        physical = fields.mapping_at(document, one, "physicalLocation", here, {})
        file = fields.mapping_at(document, physical, "artifactLocation", here, {})
        region = fields.mapping_at(document, physical, "region", here, {})
        uri = fields.text(document, file, "uri", f"{here}.artifactLocation", "")
        index = fields.integer(document, file, "index", f"{here}.artifactLocation", -1)
        if uri := uri or _artifact(document, run, index):
            return uri, fields.count(document, region, "startLine", f"{here}.region", 0)
    return "", 0


def _artifact(document: Document, run: fields.Object, index: int) -> str:
    artifacts = fields.items(document, run, "artifacts", "run", [])
    if not 0 <= index < len(artifacts):
        return ""
    artifact = fields.as_mapping(document, artifacts[index], f"run.artifacts[{index}]")
    location = fields.mapping_at(document, artifact, "location", f"run.artifacts[{index}]", {})
    return fields.text(document, location, "uri", f"run.artifacts[{index}].location", "")


def _severity(
    document: Document, result: fields.Object, rule: fields.Object, where: str, at: str
) -> Severity:
    for one, here in ((result, where), (rule, at)):
        properties = fields.mapping_at(document, one, "properties", here, {})
        if (score := properties.get(_SCORE)) is not None:
            return _scored(score)
    default = fields.mapping_at(document, rule, "defaultConfiguration", at, {})
    level = fields.text(document, default, "level", f"{at}.defaultConfiguration", "warning")
    return _LEVELS.get(fields.text(document, result, "level", where, level), Severity.UNKNOWN)


def _scored(score: object) -> Severity:
    """A score is written as text; one that is no number says nothing."""
    if not isinstance(score, str | int | float):
        return Severity.UNKNOWN
    try:
        return scored(float(score))
    except (ValueError, OverflowError):
        return Severity.UNKNOWN


def _standing(document: Document, result: fields.Object, where: str) -> tuple[Standing, str]:
    """Suppressed where every suppression is accepted, which one without a status is."""
    found = fields.objects(document, result, "suppressions", where, [])
    whys = []
    for number, one in enumerate(found):
        here = f"{where}.suppressions[{number}]"
        if fields.text(document, one, "status", here, "accepted") != "accepted":
            return Standing.OPEN, ""
        kind = fields.text(document, one, "kind", here, "")
        said = fields.text(document, one, "justification", here, "")
        whys.append(": ".join(filter(None, [kind, said])))
    if not found:
        return Standing.OPEN, ""
    return Standing.SUPPRESSED, one_line("; ".join(filter(None, whys))) or "suppressed"
