"""Locust: the row of everything is checked against the others, and resets are noticed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from codexreport.errors import SourceError
from codexreport.readers.locust_history import LocustHistoryReader
from codexreport.readers.locust_stats import LocustStatsReader
from codexreport.readers.notation.document import Document

STATS = "Type,Name,Request Count,Failure Count,Average Response Time,Requests/s,50%,99.9%\n"
HISTORY = (
    "Timestamp,User Count,Type,Name,50%,Total Request Count,Total Failure Count,"
    "Total Median Response Time\n"
)


def stats(rows):
    return LocustStatsReader().parse(Document("stats.csv", (STATS + rows).encode()))


def history(rows):
    return LocustHistoryReader().parse(Document("history.csv", (HISTORY + rows).encode()))


def test_each_name_and_everything_are_read_in_seconds():
    run = stats(
        "GET,/a,3,1,12.5,0.5,10,40\nPOST,/b,1,0,2,0.1,2,2\n,Aggregated,4,1,9.875,0.6,9,40\n"
    )
    assert (run.total.count, run.total.failed, run.total.throughput) == (4, 1, Fraction("0.6"))
    assert [group.name for group in run.groups] == ["GET /a", "POST /b"]
    first = run.groups[0].latency
    assert (first.figure("p50"), first.figure("p99.9")) == (Fraction("0.01"), Fraction("0.04"))
    assert first.figure("mean") == Fraction("0.0125")
    assert "rounds" in first.method
    assert run.doubts == ()


def test_where_everything_and_the_sum_of_the_rows_differ_the_worse_wins():
    run = stats("GET,/a,3,2,1,1,1,1\n,Aggregated,4,1,1,1,1,1\n")
    assert (run.total.count, run.total.failed) == (3, 2)
    assert run.doubts == (
        "Aggregated says 4 requests and 1 failed, its rows 3 requests and 2 failed.",
    )


def test_a_file_without_the_row_of_everything_may_be_cut_short():
    run = stats("GET,/a,3,0,1,1,1,1\n")
    assert run.total.count == 3
    assert run.doubts == ("There is no row Aggregated, so the file may not be whole.",)


def test_cells_that_say_nothing_are_no_figures():
    run = stats("GET,/a,0,0,0,0,N/A,N/A\n,Aggregated,0,0,0.0,0,N/A,N/A\n")
    assert run.total.count == 0
    assert run.total.latency is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("GET,/a,x,0,1,1,1,1\n", "stats.csv:2: Request Count is 'x'"),
        ("GET,/a,1.5,0,1,1,1,1\n", "stats.csv:2: Request Count is '1.5'"),
        ("GET,/a,-1,0,1,1,1,1\n", "stats.csv:2: Request Count is '-1'"),
        ("GET,/a,1,0,nan,1,1,1\n", "stats.csv:2: Average Response Time is 'nan'"),
        ("GET,/a,1,0,1\n", "stats.csv:2: has 5 cells"),
        ("GET,/a,1,0,1,1,1,1\nGET,/a,1,0,1,1,1,1\n", "stats.csv:3: GET /a stands twice"),
        (",Aggregated,1,0,1,1,1,1\n" * 2, "stats.csv:3: Aggregated stands twice"),
    ],
)
def test_what_is_no_number_of_requests_is_refused_with_its_line(row, said):
    with pytest.raises(SourceError, match=said):
        stats(row)


def test_names_that_only_differ_after_many_characters_are_different():
    long = "x" * 200
    run = stats(f"GET,{long}1,1,0,1,1,1,1\nGET,{long}2,1,0,1,1,1,1\n,Aggregated,2,0,1,1,1,1\n")
    assert len(run.groups) == 2


def test_of_very_many_names_the_largest_are_kept():
    rows = "".join(f"GET,/{n},{n},0,1,1,1,1\n" for n in range(1, 131))
    run = stats(f"{rows},Aggregated,{130 * 131 // 2},0,1,1,1,1\n")
    assert (len(run.groups), run.more_groups, run.doubts) == (100, 30, ())
    assert min(group.count for group in run.groups) == 31


def test_the_last_row_of_a_history_is_the_run_and_moments_are_not_joined():
    """From 10:00:00 to 10:00:02 the count rose from 0 to 30: 15 a second."""
    run = history(
        "1790848800,0,,Aggregated,N/A,0,0,0\n"
        "1790848801,5,,Aggregated,9,12,0,3\n"
        "1790848802,3,,Aggregated,2,30,1,4\n"
    )
    assert (run.total.count, run.total.failed, run.total.throughput) == (30, 1, 15)
    assert dict(run.total.latency.figures) == {"p50": Fraction("0.004")}
    assert "cannot be joined" in run.total.latency.method
    assert run.observed.isoformat() == "2026-10-01T10:00:02+00:00"
    assert run.figures[0].value == 5


def test_counts_that_fall_back_were_reset_and_that_is_said():
    run = history("1790848801,5,,Aggregated,9,12,0,3\n1790848802,5,,Aggregated,2,3,0,4\n")
    assert "fall back at line 3" in run.doubts[0]
    assert run.total.throughput is None


def test_a_history_that_goes_back_in_time_is_said():
    run = history("1790848802,5,,Aggregated,9,12,0,3\n1790848801,5,,Aggregated,2,13,0,4\n")
    assert run.doubts == ("Line 3 is earlier than line 2.",)


def test_a_full_history_has_a_group_for_each_name():
    run = history("1790848801,5,GET,/a,9,12,0,3\n1790848801,5,,Aggregated,9,12,0,3\n")
    assert [group.name for group in run.groups] == ["GET /a"]


def test_a_history_without_a_row_shows_no_request():
    assert history("").total.count == 0
