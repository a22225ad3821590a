"""JMeter: whichever columns were saved, and the same figures from both notations."""

from __future__ import annotations

from fractions import Fraction

import pytest
from examples import FORMATS

from codexreport.errors import SourceError
from codexreport.readers.jmeter_csv import JMeterCsvReader
from codexreport.readers.jmeter_xml import JMeterXmlReader
from codexreport.readers.notation.document import Document

AT = 1_790_848_800_000


def csv(*rows, header="timeStamp,elapsed,label,success"):
    body = "\n".join([header, *rows]) + "\n"
    return JMeterCsvReader().parse(Document("results.jtl", body.encode()))


def xml(samples):
    body = f'<?xml version="1.0"?>\n<testResults version="1.2">\n{samples}\n</testResults>'
    return JMeterXmlReader().parse(Document("results.jtl", body.encode()))


def test_elapsed_milliseconds_become_exact_percentiles_in_seconds():
    """Of 100, 200 and 400 the 95th percentile is 200 + 0.9 x 200 = 380."""
    run = csv(f"{AT},100,a,true", f"{AT + 1000},400,b,false", f"{AT + 500},200,a,true")
    assert run.total.latency.figure("p95") == Fraction("0.38")
    assert run.total.latency.samples == 3
    assert (run.total.count, run.total.failed) == (3, 1)
    assert [(group.name, group.count) for group in run.groups] == [("a", 2), ("b", 1)]


def test_throughput_is_from_the_first_start_to_the_last_end():
    """The last of two samples ends 1 s + 3 s after the first started."""
    run = csv(f"{AT},100,a,true", f"{AT + 1000},3000,a,true")
    assert run.total.throughput == Fraction(1, 2)
    assert run.observed.isoformat() == "2026-10-01T10:00:04+00:00"


def test_a_transaction_repeats_its_samples_and_is_not_counted_with_them():
    message = '"Number of samples in transaction : 1, number of failing samples : 0"'
    run = csv(
        f"{AT},100,a,true,OK",
        f"{AT},900,buy,true,{message}",
        header="timeStamp,elapsed,label,success,responseMessage",
    )
    assert run.total.count == 1
    assert run.total.latency.figure("max") == Fraction(1, 10)
    assert [group.name for group in run.groups] == ["a", "buy"]


def test_the_notations_of_one_run_say_the_same():
    rows = (f"{AT},100,a,true", f"{AT + 9},50,b,false")
    samples = (
        f'<httpSample t="100" ts="{AT}" s="true" lb="a"/>'
        f'<sample t="50" ts="{AT + 9}" s="false" lb="b"/>'
    )
    assert xml(samples) == csv(*rows)


def test_columns_may_come_in_any_order_and_number():
    run = csv(f"true,7,{AT}", header="success,elapsed,timeStamp")
    assert (run.total.count, run.total.failed, run.groups) == (1, 0, ())


def test_failed_samples_are_not_known_where_the_column_was_not_saved():
    run = csv(f"{AT},7", header="timeStamp,elapsed")
    assert run.total.failed is None
    assert run.doubts == ("The column success was not saved, so failed samples are not known.",)


def test_an_outcome_that_is_neither_true_nor_false_counts_as_failed():
    run = csv(f"{AT},7,a,maybe", f"{AT},7,a,TRUE")
    assert run.total.failed == 1
    assert run.doubts == ("An outcome is 'maybe', neither true nor false.",)


def test_a_missing_header_is_refused_with_the_setting_that_writes_it():
    document = Document("x", (FORMATS / "jmeter-csv" / "refused-no-header.csv").read_bytes())
    assert JMeterCsvReader().recognises(document)
    with pytest.raises(SourceError, match="has no header") as refusal:
        JMeterCsvReader().parse(document)
    assert "print_field_names=true" in refusal.value.advice


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026/10/01 10:00:00,7,a,true", "not in milliseconds since 1970"),
        (f"{AT},fast,a,true", "results.jtl:2: elapsed is 'fast'"),
        (f"{AT},7,a", "results.jtl:2: has 3 cells"),
        (f'{AT},7,"a,true', "inside a quoted cell"),
        ("-5,7,a,true", "a sample is dated -5"),
        (f"{AT}0000,7,a,true", "expected milliseconds since 1970"),
    ],
)
def test_a_row_that_is_not_understood_is_refused(row, said):
    with pytest.raises(SourceError, match=said):
        csv(row)


def test_a_message_over_several_lines_is_one_cell():
    run = csv(f'{AT},7,"two\nlines",true', f"{AT},9,b,true")
    assert run.total.count == 2
    assert [group.name for group in run.groups] == ["b", "two lines"]


def test_a_sample_without_a_duration_is_left_out_and_said():
    run = csv(f"{AT},,a,true", f"{AT},-4,a,true", f"{AT},8,a,true")
    assert run.total.latency.samples == 1
    assert run.doubts == (
        "1 of 3 samples have no duration.",
        "1 of 3 samples have a negative duration.",
    )


def test_a_file_of_a_header_alone_shows_no_request():
    assert csv().total.count == 0


def test_a_run_that_is_marked_good_with_a_failed_part_counts_as_failed():
    assertion = "<assertionResult><name>size</name><failure>true</failure></assertionResult>"
    part = f'<httpSample t="1" ts="{AT}" s="false" lb="logo"/>'
    for inside in (assertion, part):
        run = xml(f'<httpSample t="9" ts="{AT}" s="true" lb="a">{inside}</httpSample>')
        assert (run.total.count, run.total.failed) == (1, 1)
        assert "a part of it failed" in run.doubts[0]


def test_parts_of_a_sample_are_not_counted_again():
    part = f'<httpSample t="4" ts="{AT}" s="true" lb="logo"/>'
    run = xml(f'<httpSample t="9" ts="{AT}" s="true" lb="page">{part}</httpSample>')
    assert (run.total.count, run.total.latency.figure("max")) == (1, Fraction("0.009"))


@pytest.mark.parametrize("time", ["", "x", "1.5", "\u0661"])
def test_an_element_whose_time_is_none_is_refused_by_its_number(time):
    with pytest.raises(SourceError, match="sample 1 has t="):
        xml(f'<httpSample t="{time}" ts="{AT}" s="true" lb="a"/>')


def test_a_run_that_was_killed_leaves_no_whole_file():
    body = f'<testResults><httpSample t="1" ts="{AT}" s="true" lb="a"/>'
    with pytest.raises(SourceError, match="not XML that is read"):
        JMeterXmlReader().parse(Document("results.jtl", body.encode()))
