"""One file's bytes: decoded strictly, and never past its limits."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from codexreport.errors import SourceError
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.limits import Limits


def of(text, **limits):
    return Document("export.csv", text.encode(), limits=Limits(**limits))


def test_a_row_says_its_line_and_its_cells_by_column():
    rows = list(of('# by hand\n id , name \n1,a\n\n2,"b\nc"\n').rows())
    assert rows == [(3, {"id": "1", "name": "a"}), (6, {"id": "2", "name": "b\nc"})]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_told_by_the_header(mark):
    assert of(f"id{mark}name\n1{mark}a, b\n".replace("a, b", '"a, b"')).columns == ("id", "name")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1\n", "export.csv:2: has 1 cells where the header names 2."),
        ("a,b\n1,2,3\n", "export.csv:2: has 3 cells where the header names 2."),
        ("a,a\n1,2\n", "export.csv:1: the column 'a' stands twice in the header."),
        ('a,b\n1,"2\n', "export.csv:2: is not CSV: unexpected end of data."),
    ],
)
def test_a_crooked_table_is_refused_by_line(text, message):
    with pytest.raises(SourceError) as refused:
        list(of(text).rows())
    assert refused.value.message == message


def test_a_header_is_read_without_the_rest_of_a_long_file():
    document = Document("long.csv", b"a,b\n" + b"1,2\n" * 100_000 + b"\xff\xff")
    assert document.columns == ("a", "b")
    with pytest.raises(SourceError, match="is not UTF-8 at byte 400004"):
        next(document.rows())


def test_every_limit_is_named_where_it_is_reached():
    with pytest.raises(SourceError, match="more than max_rows = 2 rows"):
        list(of("a,b\n1,2\n3,4\n5,6\n", max_rows=2).rows())
    with pytest.raises(SourceError, match="has 8 bytes, more than max_stream_bytes = 7"):
        _ = of("a,b\n1,2\n", max_stream_bytes=7).container
    with pytest.raises(SourceError, match="nested deeper than 3 levels"):
        _ = of("[[[[]]]]", max_depth=3).json
    with pytest.raises(SourceError, match="nested deeper than max_depth = 2"):
        _ = of("<a><b><c/></b></a>", max_depth=2).xml


def test_a_file_may_not_take_longer_than_it_is_given(monkeypatch):
    document = of("a,b\n1,2\n", max_seconds=5)
    later = time.monotonic() + 6
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with pytest.raises(SourceError, match="takes longer to read than max_seconds = 5"):
        list(document.rows())


def test_xml_in_another_encoding_is_read_as_it_declares():
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><a name="Zürich"/>'.encode("latin-1")
    assert Document("a.xml", body).xml.get("name") == "Zürich"


def test_a_doctype_alone_is_fine_and_no_namespace_is_left():
    body = (
        b'<!DOCTYPE report PUBLIC "-//X//DTD" "report.dtd">'
        b'<r:report xmlns:r="urn:x" r:name="n"><r:a/></r:report>'
    )
    root = Document("a.xml", body).xml
    assert (root.tag, root.get("name"), root[0].tag) == ("report", "n", "a")


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "b">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY % a SYSTEM "a.dtd">%a;',
    ],
)
def test_no_entity_is_ever_expanded(declared):
    with pytest.raises(SourceError, match="declares entities, which are never expanded"):
        _ = of(f"<!DOCTYPE r [{declared}]><r/>").xml


def test_broken_xml_is_refused_by_line_and_column():
    with pytest.raises(SourceError, match=r"^export.csv:2: is not XML that is read: .* column 6"):
        _ = of("<a>\n<b></a>").xml


def test_a_time_without_offset_says_nothing_unless_its_zone_is_known():
    berlin = Document("a", b"", zone=ZoneInfo("Europe/Berlin"))
    at = datetime(2026, 10, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    assert berlin.moment("2026-10-01T10:00:00") == at
    assert of("").moment("2026-10-01T10:00:00") is None
    assert of("").moment("2026-10-01T08:00:00Z") == at


@pytest.mark.parametrize(
    "written", [None, 5, "", "yesterday", "2026-13-01", "0001-01-01T00:00+23:59"]
)
def test_what_is_no_time_says_nothing(written):
    assert of("").moment(written) is None


def test_a_name_with_control_characters_is_shown_without_them():
    error = Document("a\x1b[31m\nb", b"").error("is empty")
    assert error.message == "a [31m b: is empty."
