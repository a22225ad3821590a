"""A statement closes what it names, and nothing else."""

from datetime import datetime, timedelta, timezone

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vex import Product, Status, Vex, VexStatement, apply_vex
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
PURL = "pkg:pypi/zlib@1.2"


def statement(
    status=Status.NOT_AFFECTED, *, names=(PURL,), parts=(), days_ago=1, reason="not present"
):
    return VexStatement(
        ids=("CVE-2026-1",),
        products=(Product(names=tuple(names), parts=tuple(parts)),),
        status=status,
        reason=reason,
        made=NOW - timedelta(days=days_ago),
    )


def scan(versions=("1.2",), target="checkout:1", standing=Standing.OPEN):
    found = Vulnerability(
        package="zlib",
        ids=("CVE-2026-1", "GHSA-x"),
        severity=Severity.HIGH,
        ecosystem="pypi",
        versions=versions,
        standing=standing,
    )
    return Scan(tool="a scanner", target=target, findings=(found,), scanned=1)


def standing_after(*statements, of=None, **more):
    return apply_vex(of or scan(), statements, NOW, **more).findings[0].standing


@pytest.mark.parametrize("status", [Status.NOT_AFFECTED, Status.FIXED])
def test_it_closes_with_the_statement_as_the_reason(status):
    [one] = apply_vex(scan(), [statement(status)], NOW).findings
    assert one.standing is Standing.CLOSED
    assert one.why == f"VEX {status.value} on 2026-10-05: not present"


@pytest.mark.parametrize("status", [Status.AFFECTED, Status.UNDER_INVESTIGATION])
def test_other_statements_leave_it_open(status):
    assert standing_after(statement(status)) is Standing.OPEN


@pytest.mark.parametrize(
    "names",
    [
        ("pkg:pypi/zlib@1.3",),
        ("pkg:npm/zlib@1.2",),
        ("pkg:pypi/other",),
        ("zlib",),
        ("another product",),
        (),
    ],
)
def test_a_statement_on_another_product_closes_nothing(names):
    assert standing_after(statement(names=names)) is Standing.OPEN


def test_every_installed_version_must_be_named():
    both = scan(versions=("1.2", "1.1"))
    assert standing_after(statement(), of=both) is Standing.OPEN
    named = statement(names=(PURL, "pkg:pypi/zlib@1.1"))
    assert standing_after(named, of=both) is Standing.CLOSED
    assert standing_after(statement(names=("pkg:pypi/zlib",)), of=both) is Standing.CLOSED


def test_one_affected_version_is_enough_to_open_it_again():
    every = statement(names=("pkg:pypi/zlib",), days_ago=2)
    one = statement(Status.AFFECTED, names=("pkg:pypi/zlib@1.1",))
    assert standing_after(every, one, of=scan(versions=("1.2", "1.1"))) is Standing.OPEN
    assert standing_after(every, one, of=scan(versions=("1.2",))) is Standing.CLOSED


def test_a_version_is_not_assumed():
    assert standing_after(statement(), of=scan(versions=())) is Standing.OPEN


def test_a_statement_on_the_scanned_product_closes_it():
    assert standing_after(statement(names=("checkout:1",))) is Standing.CLOSED
    said = statement(names=("pkg:oci/checkout",))
    assert standing_after(said) is Standing.OPEN
    assert standing_after(said, product="pkg:oci/checkout") is Standing.CLOSED


def test_a_statement_on_a_part_is_of_that_part_in_that_product():
    part = statement(names=("checkout:1",), parts=("pkg:pypi/zlib@1.2",))
    assert standing_after(part) is Standing.CLOSED
    assert standing_after(part, of=scan(target="billing:1")) is Standing.OPEN
    other = statement(names=("checkout:1",), parts=("pkg:pypi/other@1",))
    assert standing_after(other) is Standing.OPEN


def test_the_latest_statement_counts_whatever_order_they_stand_in():
    closed, reopened = statement(days_ago=2), statement(Status.AFFECTED, days_ago=1)
    assert standing_after(closed, reopened) is Standing.OPEN
    assert standing_after(reopened, closed) is Standing.OPEN
    assert standing_after(statement(Status.AFFECTED, days_ago=3), closed) is Standing.CLOSED


def test_of_two_at_the_same_time_the_more_cautious_counts():
    assert standing_after(statement(), statement(Status.AFFECTED)) is Standing.OPEN


def test_a_statement_from_the_future_or_without_a_reason_counts_for_nothing():
    assert standing_after(statement(days_ago=-1)) is Standing.OPEN
    assert standing_after(statement(reason="")) is Standing.OPEN
    assert standing_after(statement(Status.FIXED, reason="")) is Standing.CLOSED


def test_affected_reopens_what_a_scan_was_told_to_suppress():
    of = scan(standing=Standing.SUPPRESSED)
    assert standing_after(statement(Status.AFFECTED), of=of) is Standing.OPEN


@pytest.mark.parametrize(
    ("statements", "state"),
    [
        ([statement()], State.PASS),
        ([statement(), statement(Status.FIXED, reason="")], State.PASS),
        ([statement(reason="")], State.UNKNOWN),
        ([statement(Status.UNDER_INVESTIGATION), statement()], State.UNKNOWN),
        ([statement(Status.AFFECTED), statement(Status.UNDER_INVESTIGATION)], State.FAIL),
        ([], State.UNKNOWN),
    ],
)
def test_a_document_alone_is_as_good_as_its_worst_statement(statements, state):
    vex = Vex(author="the platform team", statements=tuple(statements))
    measures = vex.measures(About(subject="vex.json", now=NOW))
    assert worst(one.state for one in measures) is state


def test_a_document_in_a_few_words():
    vex = Vex(author="", statements=(statement(), statement(Status.FIXED)))
    assert vex.summary() == "2 statements: 1 fixed, 1 not_affected"
