"""Scope matrices of an integration, in the project's own plain JSON.

    {
      "schema": 1,
      "generated_at": "2026-10-05T09:00Z",
      "services": [{"name": "orders", "owner": "team-orders"}],
      "interfaces": [
        {"name": "orders-api", "provider": "orders", "consumer": "checkout",
         "contract": "contracts/orders.json", "protocol": "HTTP"}
      ],
      "items": [
        {"name": "SHOP-12", "in_scope": true, "owner": "team-orders",
         "test": "tests/test_orders.py", "flag": "orders.v2"}
      ],
      "dependencies": [
        {"name": "postgres", "expected": "16.4", "actual": "16.4", "owner": "team-data"}
      ],
      "prerequisites": [{"name": "staging access", "state": "ready"}]
    }

`contract`, `protocol` and `flag` may be left out; an item is in scope unless it says otherwise.
"""

from __future__ import annotations

from typing import Any, ClassVar

from codexreport.integration.scope import Interface, Item, ScopeMatrix, Service
from codexreport.readers.notation import fields
from codexreport.readers.notation.blanks import blanks_in, filled
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.notation.plain_keys import refuse_others, refuse_schema
from codexreport.readers.parity_terms import component

_LISTS = ("services", "interfaces", "items", "dependencies", "prerequisites")
_TOP = frozenset({"schema", "project", "generated_at", "commit", *_LISTS})
_SERVICE = frozenset({"name", "owner"})
_INTERFACE = frozenset({"name", "provider", "consumer", "contract", "protocol"})
_ITEM = frozenset({"name", "in_scope", "owner", "test", "flag"})


class ScopeMatrixReader:
    """The project's own plain form."""

    format: ClassVar[str] = "scope-matrix"
    title: ClassVar[str] = "Scope matrix of an integration, plain JSON"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it lists services and interfaces."""
        top = document.json
        if not isinstance(top, dict):
            return False
        return isinstance(top.get("services"), list) and isinstance(top.get("interfaces"), list)

    def parse(self, document: Document) -> ScopeMatrix:
        """Understand the file.

        Raises:
            SourceError: A key is missing, not known, or holds what it cannot.
        """
        top = fields.as_mapping(document, document.json, "")
        refuse_schema(document, top)
        refuse_others(document, top, _TOP, "")
        rows = {
            key: [
                (row, fields.place(key, n))
                for n, row in document.counted(
                    enumerate(fields.objects(document, top, key, "", default=[]))
                )
            ]
            for key in _LISTS
        }
        return ScopeMatrix(
            services=tuple(_service(document, *row) for row in rows["services"]),
            interfaces=tuple(_interface(document, *row) for row in rows["interfaces"]),
            items=tuple(_item(document, *row) for row in rows["items"]),
            dependencies=tuple(component(document, *row) for row in rows["dependencies"]),
            prerequisites=tuple(
                component(document, *row, by_state=True) for row in rows["prerequisites"]
            ),
            observed=moment_of(document, filled(top.get("generated_at")), "generated_at"),
            commit=fields.text(document, top, "commit", "", default=""),
            blanks=tuple(blanks_in(top)),
        )


def _service(document: Document, row: dict[str, Any], where: str) -> Service:
    refuse_others(document, row, _SERVICE, where)
    return Service(
        name=fields.text(document, row, "name", where),
        owner=fields.text(document, row, "owner", where, default=""),
    )


def _interface(document: Document, row: dict[str, Any], where: str) -> Interface:
    refuse_others(document, row, _INTERFACE, where)
    return Interface(
        name=fields.text(document, row, "name", where),
        provider=fields.text(document, row, "provider", where),
        consumer=fields.text(document, row, "consumer", where),
        contract=fields.text(document, row, "contract", where, default=""),
        protocol=fields.text(document, row, "protocol", where, default=""),
    )


def _item(document: Document, row: dict[str, Any], where: str) -> Item:
    refuse_others(document, row, _ITEM, where)
    return Item(
        name=fields.text(document, row, "name", where),
        in_scope=fields.flag(document, row, "in_scope", where, default=True),
        owner=fields.text(document, row, "owner", where, default=""),
        test=fields.text(document, row, "test", where, default=""),
        flag=fields.text(document, row, "flag", where, default=""),
    )
