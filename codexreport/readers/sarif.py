"""SARIF 2.1.0, the common format of static analysers and scanners.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from codexreport.readers.commits import the_one
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.sarif_results import of_run
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability
from codexreport.text import one_line

_VERSION = "2.1.0"


class SarifReader:
    """Results of any tool as SARIF. A result is one finding in one file."""

    format: ClassVar[str] = "sarif"
    title: ClassVar[str] = "SARIF results of a scanner"
    made_by: ClassVar[str] = "trivy fs --format sarif --output trivy.sarif ."
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """`runs`, and a version or schema of SARIF."""
        top = document.json
        if not isinstance(top, dict) or "runs" not in top:
            return False
        return top.get("version") == _VERSION or "sarif" in str(top.get("$schema", "")).lower()

    def parse(self, document: Document) -> Scan:
        """Every result of every run; a run that does not say that it succeeded is a gap."""
        top = fields.as_mapping(document, document.json, "")
        if fields.text(document, top, "version", "") != _VERSION:
            raise document.error(f"version is not {_VERSION}, the only one that is known")
        found: list[Vulnerability] = []
        gaps: list[str] = []
        runs = fields.objects(document, top, "runs", "")
        for number, run in enumerate(runs):
            where = f"runs[{number}]"
            results = [*of_run(document, run, where)]
            found += results
            gaps += _gaps(document, run, results, where)
        names = (_tool(document, run, f"runs[{number}]") for number, run in enumerate(runs))
        origins = [*_origins(document, runs)]
        targets = {target for target, _ in origins}
        return Scan(
            tool=", ".join(dict.fromkeys(names)) or "an unnamed tool",
            target=targets.pop() if len(targets) == 1 else "",
            findings=tuple(found),
            scanned=len(runs),
            unit="runs",
            gaps=tuple(gaps),
            observed=_ended(document, runs),
            commit=the_one(commit for _, commit in origins),
        )


def _tool(document: Document, run: fields.Object, where: str) -> str:
    tool = fields.mapping_at(document, run, "tool", where)
    driver = fields.mapping_at(document, tool, "driver", f"{where}.tool")
    return fields.text(document, driver, "name", f"{where}.tool.driver")


def _gaps(
    document: Document, run: fields.Object, results: list[Vulnerability], where: str
) -> Iterator[str]:
    tool = one_line(_tool(document, run, where))
    if run.get("results") is None:
        yield f"The run of {tool} has no list of results"
    if "results" in fields.mapping_at(document, run, "externalPropertyFileReferences", where, {}):
        yield f"The run of {tool} keeps results in other files"
    invocations = fields.objects(document, run, "invocations", where, [])
    if not invocations and not any(one.standing is Standing.OPEN for one in results):
        yield f"The run of {tool} does not say that it succeeded"
    for number, one in enumerate(invocations):
        here = f"{where}.invocations[{number}]"
        if not fields.flag(document, one, "executionSuccessful", here):
            why = fields.text(document, one, "exitCodeDescription", here, "")
            yield one_line(f"The run of {tool} did not succeed{f': {why}' if why else ''}")
        for key in ("toolExecutionNotifications", "toolConfigurationNotifications"):
            for said in _errors(document, one, key, here):
                yield one_line(f"{tool} reported an error: {said}")


def _errors(document: Document, invocation: fields.Object, key: str, where: str) -> Iterator[str]:
    for number, one in enumerate(fields.objects(document, invocation, key, where, [])):
        here = f"{where}.{key}[{number}]"
        if fields.text(document, one, "level", here, "warning") == "error":
            message = fields.mapping_at(document, one, "message", here, {})
            yield fields.text(document, message, "text", f"{here}.message", "it does not say which")


def _origins(document: Document, runs: list[dict[str, object]]) -> Iterator[tuple[str, str]]:
    """The repository and revision of each run that names them."""
    for number, run in enumerate(runs):
        where = f"runs[{number}]"
        key = "versionControlProvenance"
        for n, one in enumerate(fields.objects(document, run, key, where, [])):
            here = f"{where}.{key}[{n}]"
            yield (
                fields.text(document, one, "repositoryUri", here, ""),
                fields.text(document, one, "revisionId", here, ""),
            )


def _ended(document: Document, runs: list[dict[str, object]]) -> datetime | None:
    times = [
        moment_of(document, one.get(key), f"runs[{number}].invocations[{n}].{key}")
        for number, run in enumerate(runs)
        for n, one in enumerate(fields.objects(document, run, "invocations", f"runs[{number}]", []))
        for key in ("startTimeUtc", "endTimeUtc")
    ]
    return max((at for at in times if at is not None), default=None)
