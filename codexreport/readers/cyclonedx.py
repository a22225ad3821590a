"""CycloneDX's JSON: a list of components, and the vulnerabilities that a scanner added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import unquote

from codexreport.readers.advisory_fields import id_of
from codexreport.readers.cyclonedx_ratings import severity_of
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.supply_chain.aliases import canonical_ids, fold
from codexreport.supply_chain.purl import parse_purl
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability
from codexreport.text import one_line

_RESOLVED = frozenset({"resolved", "resolved_with_pedigree"})
_DENIED = frozenset({"false_positive", "not_affected"})
"""States that close a vulnerability where they say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Component:
    name: str
    version: str
    ecosystem: str


class CycloneDxReader:
    """CycloneDX 1.4 and later with vulnerabilities.

    A list of components is no scan: without a vulnerability, also with an empty list of them as
    Trivy writes it unasked, nothing says that one was looked for.
    """

    format: ClassVar[str] = "cyclonedx"
    title: ClassVar[str] = "CycloneDX components and vulnerabilities"
    made_by: ClassVar[str] = "grype sbom:bom.json -o cyclonedx-json --file vulnerabilities.cdx.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """It says so."""
        top = document.json
        return isinstance(top, dict) and top.get("bomFormat") == "CycloneDX"

    def parse(self, document: Document) -> Scan:
        """Every vulnerability in every component that it affects."""
        top = fields.as_mapping(document, document.json, "")
        metadata = fields.mapping_at(document, top, "metadata", "", {})
        components = list(document.counted(_components(document, top, "")))
        own = list(_component(document, metadata, "metadata"))
        by_ref = dict([*own, *components])
        listed = fields.objects(document, top, "vulnerabilities", "", [])
        found = (
            one
            for number, value in enumerate(listed)
            for one in _affected(document, value, by_ref, f"vulnerabilities[{number}]")
        )
        gap = "It lists components and does not say that vulnerabilities were looked for"
        return Scan(
            tool=_tools(document, metadata),
            target=next((one.name for _, one in own), ""),
            findings=fold(document.counted(found)),
            scanned=len(components),
            unit="components",
            gaps=() if listed else (gap,),
            observed=moment_of(document, metadata.get("timestamp"), "metadata.timestamp"),
        )


def _components(
    document: Document, holder: fields.Object, where: str
) -> Iterator[tuple[str, _Component]]:
    """Every component by its reference, with those inside it."""
    for number, one in enumerate(fields.objects(document, holder, "components", where, [])):
        here = f"{fields.place(where, 'components')}[{number}]"
        yield _described(document, one, here)
        yield from _components(document, one, here)


def _component(
    document: Document, metadata: fields.Object, where: str
) -> Iterator[tuple[str, _Component]]:
    one = fields.mapping_at(document, metadata, "component", where, None)
    if one is not None:
        yield _described(document, one, f"{where}.component")


def _described(document: Document, one: fields.Object, where: str) -> tuple[str, _Component]:
    purl = parse_purl(fields.text(document, one, "purl", where, ""))
    component = _Component(
        name=purl.package if purl else fields.text(document, one, "name", where),
        version=fields.text(document, one, "version", where, ""),
        ecosystem=purl.ecosystem if purl else "",
    )
    return fields.text(document, one, "bom-ref", where, ""), component


def _tools(document: Document, metadata: fields.Object) -> str:
    """The tools by name: a list, or since 1.5 an object with components."""
    tools = metadata.get("tools")
    holder, key, where = metadata, "tools", "metadata"
    if isinstance(tools, dict):
        holder, key, where = tools, "components", "metadata.tools"
    names = (
        fields.text(document, one, "name", f"{fields.place(where, key)}[{number}]", "")
        for number, one in enumerate(fields.objects(document, holder, key, where, []))
    )
    return ", ".join(dict.fromkeys(filter(None, names))) or "an unnamed tool"


def _affected(
    document: Document, one: fields.Object, components: dict[str, _Component], where: str
) -> Iterator[Vulnerability]:
    references = fields.objects(document, one, "references", where, [])
    aliases = (
        fields.text(document, value, "id", f"{where}.references[{number}]", "")
        for number, value in enumerate(references)
    )
    standing, why = _standing(document, one, where)
    common: dict[str, Any] = {
        "ids": canonical_ids([id_of(document, one, "id", where), *aliases]),
        "severity": severity_of(document, one, where),
        "standing": standing,
        "why": why,
    }
    affects = fields.objects(document, one, "affects", where, [])
    for number, value in enumerate(affects):
        ref = fields.text(document, value, "ref", f"{where}.affects[{number}]")
        component = _found(ref, components)
        yield Vulnerability(
            package=component.name,
            ecosystem=component.ecosystem,
            versions=(component.version,) if component.version else (),
            **common,
        )
    if not affects:
        yield Vulnerability(package="", **common)


def _found(ref: str, components: dict[str, _Component]) -> _Component:
    """The component that `ref` means, also of another document (`urn:cdx:...#ref`)."""
    short = unquote(ref.rpartition("#")[2]) if ref.startswith("urn:cdx:") else ref
    if short in components:
        return components[short]
    purl = parse_purl(short)
    if purl is None:
        return _Component(name=short, version="", ecosystem="")
    return _Component(name=purl.package, version=purl.version, ecosystem=purl.ecosystem)


def _standing(document: Document, one: fields.Object, where: str) -> tuple[Standing, str]:
    analysis = fields.mapping_at(document, one, "analysis", where, {})
    here = f"{where}.analysis"
    state = fields.text(document, analysis, "state", here, "")
    said = [fields.text(document, analysis, key, here, "") for key in ("justification", "detail")]
    if state in _RESOLVED or (state in _DENIED and any(said)):
        return Standing.CLOSED, one_line(": ".join(filter(None, [state, *said])))
    return Standing.OPEN, ""
