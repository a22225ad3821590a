"""JUnit XML in the dialects that tools write, and the ways in which a file of it can mislead."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from codexreport.errors import SourceError
from codexreport.facts import About
from codexreport.measure import worst
from codexreport.quality.runs import Outcome
from codexreport.readers.junit import JUnitReader
from codexreport.readers.notation.document import Document

ABOUT = About(subject="junit.xml", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))


def read(text):
    body = text if isinstance(text, bytes) else text.encode()
    return JUnitReader().parse(Document("junit.xml", body))


def suite(cases, attributes='name="api"'):
    return read(f"<testsuites><testsuite {attributes}>{cases}</testsuite></testsuites>")


def state(run):
    return worst(one.state for one in run.measures(ABOUT)).value


def reasons(run):
    return " ".join(one.reason for one in run.measures(ABOUT))


PASS = '<testcase classname="api" name="lists"/>'
FAIL = '<testcase classname="api" name="lists"><failure message="no"/></testcase>'


def test_a_bare_suite_and_a_suite_in_suites_say_the_same():
    bare = read(f'<testsuite name="api">{PASS}</testsuite>')
    assert bare.tally == suite(PASS).tally
    assert bare.tally.passed == 1


def test_tests_of_nested_suites_and_beside_them_all_count():
    inner = f'<testsuite name="inner">{FAIL}</testsuite>'
    run = read(
        f'<testsuites><testcase name="alone"/><testsuite>{PASS}{inner}</testsuite></testsuites>'
    )
    assert (run.tally.total, run.tally.failed) == (3, 1)


def test_namespaces_do_not_matter():
    run = read(
        '<j:testsuites xmlns:j="urn:j"><j:testsuite><j:testcase name="a"><j:error/>'
        "</j:testcase></j:testsuite></j:testsuites>"
    )
    assert run.tally.errors == 1


def test_a_test_with_several_outcomes_is_counted_once_by_the_worst():
    run = suite('<testcase name="a"><skipped/><failure/><failure/><error/></testcase>')
    assert (run.tally.total, run.tally.errors, run.tally.failed) == (1, 1, 0)


def test_an_attribute_that_announces_more_failures_than_the_tests_show_wins_and_is_said():
    run = suite(PASS, 'name="api" tests="1" failures="1"')
    assert (run.tally.failed, run.tally.passed) == (1, 0)
    assert state(run) == "fail"
    assert "announce 1 failure, its tests show 0" in reasons(run)


def test_an_error_child_under_an_attribute_that_calls_it_a_failure_is_one_test_not_two():
    run = suite('<testcase name="a"><error/></testcase>', 'tests="1" failures="1" errors="0"')
    assert (run.tally.failed, run.tally.errors, run.notes) == (0, 1, ())


def test_a_total_announced_at_every_level_is_not_added_up():
    run = read(
        '<testsuites tests="1" failures="1"><testsuite tests="1" failures="1">'
        '<testcase name="a"/></testsuite></testsuites>'
    )
    assert run.tally.failed == 1


def test_a_failure_that_the_attributes_do_not_announce_counts_and_is_said():
    run = suite(FAIL, 'tests="1" failures="0" errors="0"')
    assert state(run) == "fail"
    assert "failures that its attributes do not announce" in reasons(run)


def test_more_skipped_than_the_tests_show_are_not_counted_as_passed():
    run = suite(PASS, 'tests="1" skipped="1"')
    assert (run.tally.passed, run.tally.skipped) == (0, 1)
    assert state(run) == "unknown"


def test_fewer_tests_than_announced_are_an_incomplete_run():
    run = suite(PASS, 'tests="3"')
    assert state(run) == "unknown"
    assert "It holds 1 of 3 tests" in reasons(run)


def test_an_incomplete_run_with_a_failure_is_a_failure():
    assert state(suite(FAIL, 'tests="3"')) == "fail"


@pytest.mark.parametrize("body", ["<testsuites/>", '<testsuite tests="0"/>'])
def test_no_test_is_unknown(body):
    assert state(read(body)) == "unknown"


def test_a_run_of_skipped_tests_alone_is_unknown():
    assert state(suite('<testcase name="a"><skipped/></testcase>')) == "unknown"


def test_a_failure_of_a_suite_itself_is_an_error():
    run = suite(f'{PASS}<error message="the database did not start"/>')
    assert run.tally.errors == 1
    assert state(run) == "fail"


@pytest.mark.parametrize(
    ("attribute", "outcome"),
    [
        ('status="notrun"', Outcome.SKIPPED),
        ('result="suppressed"', Outcome.SKIPPED),
        ('status="FAILED"', Outcome.FAILED),
        ('failure="1 == 2"', Outcome.FAILED),
        ('status="run" result="completed"', Outcome.PASSED),
        ('status="mauve"', Outcome.UNKNOWN),
    ],
)
def test_a_word_for_the_result_is_believed_unless_nobody_defined_it(attribute, outcome):
    assert suite(f'<testcase name="a" {attribute}/>').cases[0].outcome is outcome


def test_failed_attempts_of_surefire_before_a_pass_make_one_flaky_test():
    run = suite('<testcase name="a"><flakyFailure/><flakyError/></testcase>')
    assert (run.tally.total, run.tally.passed, run.tally.flaky) == (1, 1, 1)
    assert state(run) == "warning"


def test_a_test_that_failed_in_every_attempt_of_surefire_failed():
    run = suite('<testcase name="a"><failure/><rerunFailure/><rerunError/></testcase>')
    assert (run.tally.total, run.tally.failed) == (1, 1)


def test_a_pass_after_a_failure_of_the_same_test_is_flaky():
    run = suite(FAIL + PASS, 'tests="2" failures="1"')
    assert (run.tally.total, run.tally.flaky, run.tally.failed) == (1, 1, 0)


def test_a_failure_after_a_pass_of_the_same_name_stays_a_failure():
    assert state(suite(PASS + FAIL)) == "fail"
    assert state(suite(PASS + FAIL + PASS)) == "fail"


@pytest.mark.parametrize(
    "other",
    [
        '<testcase classname="web" name="lists"/>',
        '<testcase classname="api" name="lists" file="other.py"/>',
        '<testcase classname="api" name="lists" line="7"/>',
        '</testsuite><testsuite name="api"><testcase classname="api" name="lists"/>',
    ],
    ids=["another class", "another file", "another line", "another suite of one name"],
)
def test_a_pass_is_never_merged_over_a_failure_of_a_different_test(other):
    run = suite(FAIL + other)
    assert (run.tally.total, run.tally.failed) == (2, 1)


def test_tests_without_a_name_are_never_taken_for_one():
    run = suite("<testcase><failure/></testcase><testcase/>")
    assert (run.tally.total, run.tally.failed) == (2, 1)


def test_two_passes_of_one_name_are_two_tests():
    assert suite(PASS + PASS).tally.total == 2


def test_pytest_writes_an_attempt_that_it_repeats_as_if_it_had_passed():
    """pytest-rerunfailures: two failed attempts and a pass are three equal testcases."""
    run = suite(PASS * 3, 'name="pytest" tests="1"')
    assert (run.tally.total, run.tally.flaky) == (1, 1)
    failed = suite(PASS * 2 + FAIL, 'name="pytest" tests="1"')
    assert (failed.tally.total, failed.tally.failed) == (1, 1)


def test_the_run_is_as_old_as_its_oldest_suite_and_ends_when_that_does():
    run = read(
        '<testsuites><testsuite timestamp="2026-10-05T08:00:00Z" time="30">'
        '<testcase name="a"/></testsuite><testsuite timestamp="2026-10-05T09:00:00+00:00">'
        '<testcase name="b"/></testsuite></testsuites>'
    )
    assert run.observed == datetime(2026, 10, 5, 8, 0, 30, tzinfo=timezone.utc)


def test_a_time_as_javascript_writes_it_is_understood():
    run = suite(PASS, 'timestamp="Mon, 05 Oct 2026 08:00:00 GMT"')
    assert run.observed == datetime(2026, 10, 5, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize("written", ["2026-10-05T08:00:00", "yesterday", "9999-12-31T23:59:59Z"])
def test_a_time_that_does_not_say_when_is_none(written):
    assert suite(PASS, f'timestamp="{written}" time="9"').observed is None


@pytest.mark.parametrize(
    ("written", "seconds"), [("1,204.5", 1204.5), ("0,25", 0.25), ("nan", 0), ("1e400", 0)]
)
def test_a_duration_is_read_as_tools_of_all_countries_write_it(written, seconds):
    assert suite(f'<testcase name="a" time="{written}"/>').seconds == seconds


def test_the_commit_is_a_property_that_ci_systems_know():
    properties = '<properties><property name="git.commit" value="4F2C1A9D7E"/></properties>'
    assert suite(properties + PASS).commit == "4f2c1a9d7e"


@pytest.mark.parametrize("number", ["-1", "many", "1.5", "9" * 31])
def test_an_announced_number_that_is_none_is_refused(number):
    with pytest.raises(SourceError, match="tests="):
        suite(PASS, f'tests="{number}"')


def test_another_root_is_refused():
    with pytest.raises(SourceError, match="the root is report"):
        read("<report/>")


def test_a_file_cut_short_is_refused():
    with pytest.raises(SourceError, match=r"junit\.xml"):
        read(f"<testsuites><testsuite>{PASS}")


def test_utf_16_and_latin_1_are_read():
    head = '<?xml version="1.0" encoding="{}"?>'
    text = head + '<testsuite><testcase name="gr\u00fc\u00df"/></testsuite>'
    for encoding in ("UTF-16", "ISO-8859-1"):
        run = read(text.format(encoding).encode(encoding))
        assert run.cases[0].name == "gr\u00fc\u00df"
