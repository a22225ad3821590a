"""Typed access to JSON objects: every error names the place and what was expected there."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from codexreport.errors import SourceError
from codexreport.readers.notation import fields
from codexreport.readers.notation.document import Document

DOCUMENT = Document("a.json", b"{}")


def get(kind, value, *default, **more):
    return getattr(fields, kind)(DOCUMENT, {"key": value}, "key", "top[2]", *default, **more)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", 1, "a string"),
        ("text", {}, "a string"),
        ("flag", 1, "true or false"),
        ("integer", 1.5, "a whole number"),
        ("integer", True, "a whole number"),
        ("integer", 2**63, "a whole number"),
        ("count", -1, "a number from 0"),
        ("number", "1", "a number"),
        ("number", False, "a number"),
        ("number", 10**390, "a number of ordinary size"),
        ("moment", "soon", "a time in ISO 8601"),
        ("moment", 5, "a string"),
        ("epoch", -1, "a time since 1970"),
        ("epoch", 1e300, "a time since 1970"),
        ("mapping_at", [], "an object"),
        ("items", {}, "a list"),
    ],
)
def test_a_value_of_another_kind_is_refused_by_its_place(kind, value, expected):
    with pytest.raises(SourceError) as refused:
        get(kind, value)
    assert refused.value.message.startswith("a.json: top[2].key is ")
    assert refused.value.message.endswith(f"expected {expected}.")
    assert len(refused.value.message) < 120


@pytest.mark.parametrize(
    "kind",
    ["text", "flag", "integer", "count", "number", "moment", "epoch", "mapping_at", "items"],
)
def test_what_is_absent_or_null_is_the_default_or_an_error(kind):
    assert get(kind, None, None) is None
    with pytest.raises(SourceError, match=r"top\[2\]\.key is missing"):
        get(kind, None)


def test_an_element_that_is_no_object_is_named_by_its_position():
    with pytest.raises(SourceError, match=r"top\[2\]\.key\[1\] is null"):
        get("objects", [{}, None])


def test_a_whole_number_may_be_written_as_a_float():
    assert get("integer", 3.0) == 3


def test_epochs_are_seconds_or_what_is_asked_for():
    at = datetime(2026, 10, 5, 8, 30, 0, 250_000, timezone.utc)
    assert get("epoch", 1_791_189_000.25) == at
    assert get("epoch", 1_791_189_000_250, per_second=1000) == at


def test_a_time_without_offset_says_nothing():
    assert get("moment", "2026-10-05T08:30:00") is None
