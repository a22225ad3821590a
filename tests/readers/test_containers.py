"""The notation of a file, told by its first bytes."""

from __future__ import annotations

import pytest

from codexreport.readers.notation.containers import Container, NotText, sniff


@pytest.mark.parametrize(
    ("text", "container"),
    [
        ('{"a": 1}', Container.JSON),
        ('{\n  "a": 1\n}', Container.JSON),
        ("[1, 2]", Container.JSON),
        ('["a"]', Container.JSON),
        ('{"a": 1}\n{"a": 2}\n', Container.JSON_LINES),
        ("<a/>", Container.XML),
        ('<?xml version="1.0"?>\n<a/>', Container.XML),
        ("a,b\n1,2\n", Container.CSV),
        ("# exported\n\na;b\n1;2\n", Container.CSV),
        ('"a: b",c\n1,2\n', Container.CSV),
        ("latency_ms\n12.5\n", Container.CSV),
        ("a: 1\n", Container.YAML),
        ("---\n- a\n", Container.YAML),
        ("# rules\ngroups:\n", Container.YAML),
        ("[project]\n", Container.TOML),
        ("[[incidents]]\nid = 1\n", Container.TOML),
        ("# by hand\nid = 1\n", Container.TOML),
        ("TN:\nSF:a.py\n", Container.LCOV),
        ("SF:a.py\n", Container.LCOV),
        ("# Log\n\n| date | package |\n|---|---|\n", Container.MARKDOWN),
        ("date | package\n-|-\n", Container.MARKDOWN),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_notation_is_told_by_its_shape(text, container, encoding):
    assert sniff(text.encode(encoding)) is container


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\x1f\x8b\x08\x00", "is gzip: unpack it first"),
        (b"PK\x03\x04rest", "is a ZIP archive: unpack it first"),
        (b"<!DOCTYPE html><p>", "is a web page, perhaps of an error or a login"),
        (b"\n<HTML>", "is a web page, perhaps of an error or a login"),
        (bytes(64), "is not text"),
    ],
)
def test_what_is_never_read_says_why(body, message):
    with pytest.raises(NotText, match=f"^{message}$"):
        sniff(body)


@pytest.mark.parametrize("text", ["Everything went well.\n", "word\nword\n", "1\n2\n"])
def test_prose_is_of_no_notation(text):
    assert sniff(text.encode()) is None


def test_parquet_is_told_by_its_magic():
    assert sniff(b"PAR1" + bytes(8)) is Container.PARQUET
