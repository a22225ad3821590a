"""OpenVEX documents: statements of whether vulnerabilities matter to products."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from codexreport.readers.advisory_fields import id_of, texts
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.supply_chain.aliases import canonical_ids
from codexreport.supply_chain.vex import Product, Status, Vex, VexStatement

_CONTEXT = "https://openvex.dev/ns"
_JUSTIFICATIONS = frozenset(
    {
        "component_not_present",
        "inline_mitigations_already_exist",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_not_present",
    }
)
_REASONS = ("impact_statement", "action_statement", "status_notes")


class OpenVexReader:
    """OpenVEX 0.2.0, and 0.0.1, where names stand in place of objects."""

    format: ClassVar[str] = "openvex"
    title: ClassVar[str] = "OpenVEX statements"
    made_by: ClassVar[str] = (
        "vexctl create --product=PURL --vuln=CVE --status=not_affected "
        "--justification=component_not_present --file=vex.json"
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """The context says it."""
        top = document.json
        return isinstance(top, dict) and str(top.get("@context", "")).startswith(_CONTEXT)

    def parse(self, document: Document) -> Vex:
        """Every statement; one without a time has the document's."""
        top = fields.as_mapping(document, document.json, "")
        made = moment_of(document, top.get("timestamp"), "timestamp")
        changed = moment_of(document, top.get("last_updated"), "last_updated")
        statements = fields.objects(document, top, "statements", "")
        return Vex(
            author=fields.text(document, top, "author", "", ""),
            statements=tuple(
                _statement(document, one, made, f"statements[{number}]")
                for number, one in document.counted(enumerate(statements))
            ),
            observed=changed or made,
        )


def _statement(
    document: Document, one: fields.Object, made: datetime | None, where: str
) -> VexStatement:
    status = fields.text(document, one, "status", where)
    if status not in set(Status):
        raise document.error(f"{where}.status is {status!r}, expected {', '.join(Status)}")
    own = moment_of(document, one.get("timestamp"), f"{where}.timestamp")
    changed = moment_of(document, one.get("last_updated"), f"{where}.last_updated")
    return VexStatement(
        ids=_names(document, one, where),
        products=_products(document, one, where),
        status=Status(status),
        reason=_reason(document, one, where),
        made=changed or own or made,
    )


def _names(document: Document, one: fields.Object, where: str) -> tuple[str, ...]:
    if isinstance(one.get("vulnerability"), str):
        return (id_of(document, one, "vulnerability", where),)
    known = fields.mapping_at(document, one, "vulnerability", where)
    here = f"{where}.vulnerability"
    key = "name" if "name" in known else "@id"
    return canonical_ids(
        [id_of(document, known, key, here), *texts(document, known, "aliases", here)]
    )


def _reason(document: Document, one: fields.Object, where: str) -> str:
    label = fields.text(document, one, "justification", where, "")
    said = [fields.text(document, one, key, where, "") for key in _REASONS]
    return "; ".join(filter(None, [label if label in _JUSTIFICATIONS else "", *said]))


def _products(document: Document, one: fields.Object, where: str) -> tuple[Product, ...]:
    shared = _identifiers(document, one, "subcomponents", where)
    found = []
    for number, value in enumerate(fields.items(document, one, "products", where, [])):
        here = f"{where}.products[{number}]"
        if isinstance(value, str):
            found.append(Product(names=(value,), parts=shared))
            continue
        product = fields.as_mapping(document, value, here)
        parts = _identifiers(document, product, "subcomponents", here)
        found.append(Product(names=_identifier(document, product, here), parts=parts or shared))
    return tuple(found)


def _identifiers(
    document: Document, mapping: fields.Object, key: str, where: str
) -> tuple[str, ...]:
    names: list[str] = []
    for number, value in enumerate(fields.items(document, mapping, key, where, [])):
        here = f"{where}.{key}[{number}]"
        if isinstance(value, str):
            names.append(value)
        else:
            names += _identifier(document, fields.as_mapping(document, value, here), here)
    return tuple(names)


def _identifier(document: Document, one: fields.Object, where: str) -> tuple[str, ...]:
    """Everything that a product or component is called."""
    others = fields.mapping_at(document, one, "identifiers", where, {})
    names = [
        fields.text(document, one, "@id", where, ""),
        *(fields.text(document, others, key, f"{where}.identifiers", "") for key in others),
    ]
    return tuple(dict.fromkeys(filter(None, names)))
