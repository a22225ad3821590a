"""Update logs: CSV and the tables of Markdown files."""

from datetime import date

import pytest
from examples import FORMATS
from scans import read

from codexreport.errors import SourceError
from codexreport.readers.notation.markdown_tables import tables

HEADER = "date,package,from,to,reason\n"


def test_a_row_is_an_update():
    [one] = read("update-log", HEADER + "2026-10-01,zlib,1.2,1.3,CVE-2026-1\n").entries
    assert (one.on, one.package, one.before, one.after) == (date(2026, 10, 1), "zlib", "1.2", "1.3")
    assert one.for_security
    assert one.line == 2


def test_every_table_with_the_columns_is_read_and_none_in_a_fence():
    log = read("update-log", (FORMATS / "update-log" / "pass-tables.md").read_text())
    assert [(one.package, one.reason, one.line) for one in log.entries] == [
        ("example-shelf", "GHSA-x9x9-x9x9-x9x9 | high", 9),
        ("example-basket", "monthly round", 10),
        ("example-till", "new", 28),
    ]


def test_columns_may_stand_in_any_order_and_case_with_others_between():
    text = "Reason;TO;from;Who;Package;Date\nwhy;2;1;team;zlib;2026-10-01\n"
    assert read("update-log", text).entries[0].after == "2"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("10/01/2026,zlib,1,2,why\n", r"scan.json:2: date is '10/01/2026'"),
        ("2026-10-01,zlib,1,2,why\n2026-02-30,zlib,1,2,why\n", "scan.json:3: date is '2026-02-30'"),
        (",zlib,1,2,why\n", "scan.json:2: date is empty"),
        ("2026-10-01,,1,2,why\n", "scan.json:2: package is empty"),
        ("2026-10-01,zlib,,,why\n", "scan.json:2: from and to are empty"),
        ("2026-10-01,zlib,1,2\n", "scan.json:2: has 4 cells"),
    ],
)
def test_a_row_that_says_too_little_is_refused_by_its_line(rows, message):
    with pytest.raises(SourceError, match=message):
        read("update-log", HEADER + rows)


@pytest.mark.parametrize(
    "text", ["date,package\n2026-10-01,zlib\n", "date,Date,package,from,to,reason\n", "|a|\n|--|\n"]
)
def test_a_table_without_each_column_once_is_refused(text):
    with pytest.raises(SourceError, match="no table with the columns"):
        read("update-log", text)


def shape(text):
    return [(one.header, [cells for _, cells in one.rows]) for one in tables(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("| a | b |\n|---|:-:|\n| 1 | 2 |\n", [(("a", "b"), [("1", "2")])]),
        ("a | b\n--|--\n1 | 2", [(("a", "b"), [("1", "2")])]),
        ("| a |\n|---|\n| x \\| y |\n", [(("a",), [("x | y",)])]),
        ("| a |\n|---|\n\n| b |\n|---|\n| 1 |", [(("a",), []), (("b",), [("1",)])]),
        ("| a | b |\n|---|\n| 1 | 2 |", []),
        ("| a |\n| b |\n", []),
        ("```\n| a |\n|---|\n```\n", []),
        ("````\n```\n| a |\n|---|\n```\n````\n| b |\n|---|\n", [(("b",), [])]),
        ("~~~\n| a |\n|---|\n", []),
        ("| a |\n|---|", [(("a",), [])]),
        ("", []),
    ],
)
def test_what_is_a_table(text, found):
    assert shape(text) == found
