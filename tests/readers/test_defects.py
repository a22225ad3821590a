"""Defect logs: the columns and words of several trackers."""

from __future__ import annotations

import pytest

from codexreport.errors import SourceError
from codexreport.quality.defects import Severity, Status
from codexreport.readers.defects import DefectsReader
from codexreport.readers.notation.document import Document


def document(text):
    return Document("defects.csv", text.encode())


def read(text):
    return DefectsReader().parse(document(text))


@pytest.mark.parametrize(
    "text",
    [
        "ticket,severity,status,owner,link\nS-1,high,open,web,https://t.example/1\n",
        "Issue Key;Priority;State;Assigned To;Remediation\nS-1;High;Open;web;https://t.example/1\n",
        "DEFECT_ID\tSEV\tSTATUS\tAssignee\tURL\nS-1\tS2\tnew\tweb\thttps://t.example/1\n",
    ],
)
def test_columns_are_known_by_the_names_of_several_trackers(text):
    assert DefectsReader().recognises(document(text))
    (one,) = read(text).defects
    assert (one.name, one.severity, one.status) == ("S-1", Severity.HIGH, Status.OPEN)
    assert (one.owner, one.link) == ("web", "https://t.example/1")


def test_severity_is_preferred_to_priority():
    (one,) = read("id,priority,severity,status\n1,P1,low,open\n").defects
    assert one.severity is Severity.LOW


def test_without_a_column_for_status_every_defect_is_open_and_that_is_said():
    log = read("ticket,severity,owner,remediation\nS-1,low,web,patched\n")
    assert log.open == log.defects
    assert "every defect counts as open" in log.notes[0]


def test_a_row_that_stands_twice_is_one_defect():
    assert len(read("id,severity,status\n1,low,open\n1,low,open\n").defects) == 1


def test_an_owner_that_is_blank_is_none():
    assert read("id,severity,status,owner\n1,low,open,  \n").defects[0].owner == ""


@pytest.mark.parametrize(
    "header",
    [
        "id,severity,started,resolved,status",
        "id,title,owner,due,state,severity",
        "package,id,severity,status",
        "severity,status",
        "id,severity",
    ],
)
def test_other_records_with_a_severity_are_not_taken_for_defects(header):
    assert not DefectsReader().recognises(document(f"{header}\n"))


def test_a_defect_without_a_name_is_refused_by_its_line():
    with pytest.raises(SourceError, match=r"defects\.csv:3: has no 'id'"):
        read("id,severity,status\n1,low,open\n,low,open\n")


def test_a_log_without_severities_is_refused():
    with pytest.raises(SourceError, match="has no column of severity, sev"):
        read("id,status\n1,open\n")


@pytest.mark.parametrize("written", ["", "-", "none", "TODO: decide", "n/a"])
def test_a_remediation_that_says_nothing_is_no_plan(written):
    log = read(f"ticket,severity,owner,remediation\nS-1,critical,web,{written}\n")
    assert log.tells_plans
    assert log.defects[0].plan == ""
