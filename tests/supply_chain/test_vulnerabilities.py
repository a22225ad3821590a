"""A scan passes only where it says that it looked, and found nothing that counts."""

from datetime import datetime, timezone

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability, named, some_of

ABOUT = About(subject="scan.json", now=datetime(2026, 10, 6, tzinfo=timezone.utc))


def weakness(severity, number=1, **more):
    return Vulnerability(package="zlib", ids=(f"CVE-{number}",), severity=severity, **more)


def judged(*found, scanned=10, **more):
    scan = Scan(tool="scan", findings=found, scanned=scanned, **more)
    measures = scan.measures(ABOUT)
    short = {one.name.removeprefix("supply_chain."): one for one in measures}
    return worst(one.state for one in measures), short


@pytest.mark.parametrize(
    ("severity", "state"),
    [
        (Severity.CRITICAL, State.FAIL),
        (Severity.HIGH, State.FAIL),
        (Severity.UNKNOWN, State.FAIL),
        (Severity.MODERATE, State.WARNING),
        (Severity.LOW, State.WARNING),
        (Severity.NONE, State.PASS),
    ],
)
def test_one_open_vulnerability_of_each_severity(severity, state):
    found, measures = judged(weakness(severity))
    assert found is state
    assert measures[f"vulnerabilities.{severity.value}"].value == 1


def test_a_complete_scan_without_findings_passes():
    assert judged()[0] is State.PASS


@pytest.mark.parametrize("more", [{"scanned": None}, {"scanned": 0}, {"gaps": ("A gap",)}])
def test_a_scan_that_did_not_look_is_unknown_for_every_severity(more):
    state, measures = judged(**more)
    assert state is State.UNKNOWN
    for severity in set(Severity) - {Severity.NONE}:
        assert measures[f"vulnerabilities.{severity.value}"].state is State.UNKNOWN


def test_a_gap_hides_no_failure_and_outweighs_a_warning():
    assert judged(weakness(Severity.HIGH), gaps=("A gap",))[0] is State.FAIL
    assert judged(weakness(Severity.LOW), gaps=("A gap",))[0] is State.UNKNOWN


def test_what_is_closed_does_not_count_and_what_is_suppressed_warns():
    closed = weakness(Severity.CRITICAL, standing=Standing.CLOSED, why="VEX fixed")
    suppressed = weakness(Severity.CRITICAL, 2, standing=Standing.SUPPRESSED, why="ignored")
    assert judged(closed)[0] is State.PASS
    state, measures = judged(closed, suppressed)
    assert state is State.WARNING
    assert measures["vulnerabilities.suppressed"].reason == (
        "1 suppressed vulnerability without an expiry: CVE-2 in zlib."
    )
    assert measures["vulnerabilities.closed"].value == 1


def test_the_fixable_are_the_open_ones_with_a_fix():
    fixed = {"fixed": ("2",)}
    found = (
        weakness(Severity.LOW, 1, **fixed),
        weakness(Severity.LOW, 2),
        weakness(Severity.LOW, 3, standing=Standing.CLOSED, **fixed),
    )
    assert judged(*found)[1]["vulnerabilities.fixable"].value == 1


def test_the_summary_is_worst_first():
    found = (weakness(Severity.LOW), weakness(Severity.HIGH, 2), weakness(Severity.LOW, 3))
    scan = Scan(tool="scan", findings=found, scanned=214)
    assert scan.summary() == "3 open vulnerabilities: 1 high, 2 low; 214 packages scanned"
    assert Scan(tool="scan", gaps=("A gap",)).summary() == "0 open vulnerabilities; incomplete"


def test_names_from_elsewhere_stay_on_one_line():
    odd = Vulnerability(package="a\nb", ids=("CVE-1\x1b[31m",), severity=Severity.HIGH)
    assert str(odd) == "CVE-1 [31m in a b"


def test_long_lists_are_cut_with_their_number():
    assert named(["a", "b", "c", "d"]) == "a, b, c and 1 more"
    assert some_of(["One", "Two.", "Three", "Four"]) == "One. Two. Three. And 1 more."
