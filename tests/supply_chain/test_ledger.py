"""The ledger keeps since when a vulnerability has been there, and why it was closed."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.errors import EvidenceError
from codexreport.facts import About
from codexreport.measure import State
from codexreport.supply_chain.ages import measure_ages, overdue
from codexreport.supply_chain.ledger import Ledger, Scanner, update
from codexreport.supply_chain.ledger_text import parse_ledger, write_ledger
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability

START = datetime(2026, 9, 1, 9, tzinfo=timezone.utc)


def day(number):
    return START + timedelta(days=number)


def weakness(*ids, package="zlib", severity=Severity.HIGH, **more):
    return Vulnerability(package=package, ids=ids, severity=severity, **more)


def scan(*found, tool="pip-audit", gaps=(), target="requirements.txt", scanned=10):
    return Scan(tool=tool, target=target, findings=found, scanned=scanned, gaps=gaps)


def after(*scans):
    """The ledger after one scan a day."""
    ledger = Ledger()
    for number, one in enumerate(scans):
        ledger = update(ledger, one, day(number))
    return ledger


def only(ledger):
    [entry] = ledger.entries
    return entry


def test_a_new_finding_is_first_and_last_seen_now():
    entry = only(after(scan(weakness("CVE-1", "GHSA-a"))))
    assert entry.key == "zlib:CVE-1"
    assert (entry.first_seen, entry.last_seen, entry.closed_at) == (day(0), day(0), None)
    assert entry.seen_by == (Scanner(tool="pip-audit", target="requirements.txt"),)


def test_one_found_again_keeps_its_first_day():
    entry = only(after(scan(weakness("CVE-1")), scan(weakness("CVE-1"))))
    assert (entry.first_seen, entry.last_seen) == (day(0), day(1))


def test_one_that_a_complete_scan_does_not_find_is_closed_with_the_reason():
    entry = only(after(scan(weakness("CVE-1")), scan()))
    assert entry.closed_at == day(1)
    assert entry.closed_why == "not found by pip-audit on 2026-09-02"
    assert entry.last_seen == day(0)


@pytest.mark.parametrize(
    "doubtful",
    [scan(gaps=("One package was skipped",)), scan(scanned=None), scan(scanned=0)],
    ids=["skipped", "unsaid", "nothing scanned"],
)
def test_a_scan_that_is_not_complete_closes_nothing(doubtful):
    assert only(after(scan(weakness("CVE-1")), doubtful)).closed_at is None


def test_an_incomplete_scan_still_opens_what_it_finds():
    assert only(after(scan(weakness("CVE-1"), gaps=("Half of it",)))).closed_at is None


@pytest.mark.parametrize("other", [{"tool": "trivy"}, {"target": "billing/requirements.txt"}])
def test_only_the_same_tool_on_the_same_target_closes(other):
    assert only(after(scan(weakness("CVE-1")), scan(**other))).closed_at is None


def test_it_is_open_while_any_scanner_still_sees_it():
    found = weakness("CVE-1")
    ledger = after(scan(found), scan(found, tool="trivy"), scan())
    assert only(ledger).closed_at is None
    assert [one.tool for one in only(ledger).seen_by] == ["trivy"]
    assert only(update(ledger, scan(tool="trivy"), day(5))).closed_at == day(5)


def test_one_that_comes_back_keeps_its_first_day():
    entry = only(after(scan(weakness("CVE-1")), scan(), scan(weakness("CVE-1"))))
    assert (entry.first_seen, entry.closed_at, entry.closed_why) == (day(0), None, "")


def test_a_new_alias_is_the_same_finding_under_the_same_key():
    entry = only(after(scan(weakness("PYSEC-1")), scan(weakness("CVE-1", "PYSEC-1"))))
    assert entry.key == "zlib:PYSEC-1"
    assert entry.ids == ("CVE-1", "PYSEC-1")
    assert entry.first_seen == day(0)


def test_two_findings_that_turn_out_to_be_one_keep_the_older_day():
    ledger = after(
        scan(weakness("PYSEC-1")),
        scan(weakness("PYSEC-1"), weakness("CVE-1")),
        scan(weakness("CVE-1", "PYSEC-1")),
    )
    assert only(ledger).key == "zlib:PYSEC-1"
    assert only(ledger).first_seen == day(0)


def test_a_statement_closes_with_itself_as_the_evidence():
    closed = weakness("CVE-1", standing=Standing.CLOSED, why="VEX not_affected: not present")
    entry = only(after(scan(weakness("CVE-1")), scan(closed)))
    assert (entry.closed_at, entry.closed_why) == (day(1), "VEX not_affected: not present")


def test_what_is_suppressed_keeps_ageing():
    suppressed = weakness("CVE-1", standing=Standing.SUPPRESSED, why="ignored")
    assert only(after(scan(weakness("CVE-1")), scan(suppressed))).closed_at is None


def test_a_severity_follows_the_last_scan_and_unknown_does_not_unsay_it():
    low = weakness("CVE-1", severity=Severity.LOW)
    unknown = weakness("CVE-1", severity=Severity.UNKNOWN)
    assert only(after(scan(weakness("CVE-1")), scan(low))).severity is Severity.LOW
    assert only(after(scan(low), scan(unknown))).severity is Severity.LOW
    two = after(scan(weakness("CVE-1")), scan(low, tool="trivy"))
    assert only(two).severity is Severity.HIGH


def test_an_older_scan_that_comes_late_only_brings_the_first_day_forward():
    ledger = after(scan(), scan(weakness("CVE-1")))
    late = update(ledger, scan(weakness("CVE-1")), day(-3))
    assert only(late).first_seen == day(-3)
    assert update(late, scan(), day(-1)) == late
    assert update(after(scan(weakness("CVE-1")), scan()), scan(weakness("CVE-2")), day(0)) == (
        after(scan(weakness("CVE-1")), scan())
    )


def test_the_target_can_be_named_where_the_file_does_not():
    ledger = update(Ledger(), scan(weakness("CVE-1"), target=""), day(0), target="billing")
    assert update(ledger, scan(target=""), day(1), target="checkout").entries == ledger.entries


SCANS = st.builds(
    lambda found, tool, gaps: scan(*found, tool=tool, gaps=gaps),
    st.lists(
        st.builds(
            lambda ids, package, standing, severity: weakness(
                *ids,
                package=package,
                severity=severity,
                standing=standing,
                why="" if standing is Standing.OPEN else "a reason",
            ),
            st.lists(st.sampled_from(["CVE-1", "CVE-2", "GHSA-a"]), min_size=1, unique=True),
            st.sampled_from(["zlib", "curl"]),
            st.sampled_from(Standing),
            st.sampled_from(Severity),
        ),
        max_size=3,
    ),
    st.sampled_from(["pip-audit", "trivy"]),
    st.sampled_from([(), ("Half of it",)]),
)


@given(st.lists(st.tuples(SCANS, st.integers(0, 5)), max_size=6))
def test_any_history_can_be_written_and_read_and_told_twice(history):
    ledger = Ledger()
    for one, at in history:
        again = update(ledger, one, day(at))
        assert update(again, one, day(at)) == again
        ledger = again
    text = write_ledger(ledger)
    assert parse_ledger(text) == ledger
    assert write_ledger(parse_ledger(text)) == text


GOOD = write_ledger(after(scan(weakness("CVE-1"), weakness("CVE-2")), scan(weakness("CVE-2"))))


def test_the_text_is_one_record_a_line():
    assert GOOD.split("\n")[1] == (
        '{"record":"finding","key":"zlib:CVE-1","package":"zlib","ecosystem":"","ids":["CVE-1"],'
        '"severity":"high","first_seen":"2026-09-01T09:00:00+00:00",'
        '"last_seen":"2026-09-01T09:00:00+00:00","seen_by":[],'
        '"closed_at":"2026-09-02T09:00:00+00:00",'
        '"closed_why":"not found by pip-audit on 2026-09-02"}'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace('"high"', '"bad"', 1), "jsonl:2: severity"),
        (GOOD.replace('"high"', '"high","x":1', 1), "jsonl:2: is not written as"),
        (GOOD.replace('"record":"finding",', "", 1), "jsonl:2: is no record"),
        (GOOD.replace(":", ": ", 1), "jsonl:1: is not written as"),
        (GOOD.replace("+00:00", "", 3), "jsonl:"),
        (
            GOOD.replace('"closed_why":"not found by pip-audit on 2026-09-02"', '"closed_why":""'),
            "open",
        ),
        (GOOD.replace('"first_seen":"2026-09-01', '"first_seen":"2026-10-01', 1), "before"),
        (GOOD + GOOD.split("\n")[2] + "\n", "twice"),
        ("".join(line + "\n" for line in reversed(GOOD.split("\n")[:-1])), "out of order"),
        (GOOD[:-20], "jsonl:3: is not strict JSON"),
        (GOOD + "\n", "jsonl:4: is not strict JSON"),
        ("{}\n", "jsonl:1: is no record"),
        ("[]\n", "jsonl:1: is no record"),
        ("\n", "jsonl:1: is not strict JSON"),
    ],
)
def test_a_text_that_is_not_exactly_a_ledger_is_refused(text, message):
    with pytest.raises(EvidenceError, match=message):
        parse_ledger(text)


def test_no_text_is_an_empty_ledger():
    assert parse_ledger("") == Ledger()


def ages(ledger, number):
    measures = measure_ages(ledger, About(subject="the ledger", now=day(number)))
    return {one.name.removeprefix("supply_chain."): one for one in measures}


def test_a_high_one_may_be_open_for_fourteen_days_and_no_longer():
    ledger = after(scan(weakness("CVE-1")))
    assert ages(ledger, 14)["overdue.high"].state is State.PASS
    late = update(ledger, scan(weakness("CVE-1")), day(13))
    measure = ages(late, 14.01)["overdue.high"]
    assert measure.state is State.FAIL
    assert measure.value == 1
    assert "open for more than 14 days, the oldest for 14d14m24s: zlib:CVE-1." in measure.reason


def test_the_oldest_age_is_shown_exactly():
    assert ages(after(scan(weakness("CVE-1"))), 2)["age.high"].value == 2 * 86_400


def test_days_are_settings_and_severities_without_any_are_not_judged():
    ledger = after(scan(weakness("CVE-1", severity=Severity.LOW)))
    assert "overdue.low" not in ages(ledger, 400)
    assert [entry.key for entry in overdue(ledger, day(8), {Severity.LOW: 7})] == ["zlib:CVE-1"]


def test_an_unclassified_one_has_the_days_of_a_high_one():
    ledger = after(scan(weakness("CVE-1", severity=Severity.UNKNOWN)))
    assert ages(ledger, 15)["overdue.unknown"].state is State.FAIL


def test_a_ledger_without_a_complete_scan_is_unknown_and_a_clean_one_passes():
    assert ages(Ledger(), 0)["overdue.high"].state is State.UNKNOWN
    assert ages(after(scan(gaps=("Half",))), 0)["overdue.high"].state is State.UNKNOWN
    assert ages(after(scan()), 0)["overdue.high"].state is State.PASS


def test_a_first_sight_in_the_future_is_unknown():
    assert ages(after(scan(weakness("CVE-1"))), -1)["overdue.high"].state is State.UNKNOWN
