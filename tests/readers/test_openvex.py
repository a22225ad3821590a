"""OpenVEX: statements, and what they may be relied on for."""

import pytest
from scans import example, judged, read

from codexreport.errors import SourceError
from codexreport.measure import State
from codexreport.supply_chain.vex import Product, Status

PRODUCTS = [{"@id": "pkg:oci/checkout"}]


def document(*statements, **more):
    return {"@context": "https://openvex.dev/ns/v0.2.0", "statements": list(statements), **more}


def statement(status="not_affected", justification="component_not_present", **more):
    value = {"vulnerability": {"name": "CVE-1"}, "products": PRODUCTS, "status": status}
    return {**value, "justification": justification, **more}


def test_a_statement_names_what_where_and_why():
    vex = read("openvex", example("openvex", "pass-not-affected-and-fixed.json"))
    first, second = vex.statements
    assert first.ids == ("CVE-2026-90001", "GHSA-x9x9-x9x9-x9x9")
    assert first.products == (
        Product(
            names=("pkg:oci/checkout?repository_url=registry.example.org",),
            parts=("pkg:pypi/example-basket@1.0.0",),
        ),
    )
    assert first.reason == "vulnerable_code_not_in_execute_path"
    assert second.status is Status.FIXED
    assert vex.observed.isoformat() == "2026-10-05T08:30:00+00:00"


def test_a_statement_without_a_time_has_the_documents():
    own = statement(timestamp="2026-09-02T00:00:00Z")
    changed = statement(timestamp="2026-09-02T00:00:00Z", last_updated="2026-09-03T00:00:00Z")
    vex = read("openvex", document(own, changed, statement(), timestamp="2026-09-01T00:00:00Z"))
    assert [one.made.day for one in vex.statements] == [2, 3, 1]


def test_a_justification_that_is_no_label_is_no_reason():
    vex = read("openvex", document(statement(justification="trust us")))
    assert not vex.statements[0].founded
    assert judged(vex)[0] is State.UNKNOWN
    said = read("openvex", document(statement(justification="", impact_statement="not linked")))
    assert said.statements[0].reason == "not linked"


def test_a_product_has_every_name_that_it_is_given():
    product = {"@id": "checkout", "identifiers": {"purl": "pkg:oci/checkout", "cpe23": "cpe:2.3:a"}}
    vex = read("openvex", document(statement(products=[product])))
    assert vex.statements[0].products[0].names == ("checkout", "pkg:oci/checkout", "cpe:2.3:a")


def test_names_in_place_of_objects_are_the_first_version():
    vex = read("openvex", example("openvex", "pass-of-version-0.0.1.json"))
    assert vex.statements[0].products == (
        Product(names=("pkg:oci/checkout",), parts=("pkg:pypi/example-basket@1.0.0",)),
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (document(statement(status="harmless")), r"statements\[0\].status is 'harmless'"),
        (document({"status": "fixed"}), r"statements\[0\].vulnerability is missing"),
        (document(statement(vulnerability={})), r"vulnerability.@id is missing"),
        (document(statement(products=[3])), r"products\[0\] is 3, expected an object"),
        (document(timestamp="2026-09-01"), "timestamp is '2026-09-01'"),
        ({"@context": "https://openvex.dev/ns"}, "statements is missing"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(value, message):
    with pytest.raises(SourceError, match=message):
        read("openvex", value)
