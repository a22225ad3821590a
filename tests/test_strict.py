"""Strict JSON and YAML: what a lenient reader would guess at is refused, with its place."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from codexreport.strict import StrictError, load_json, load_yaml_documents

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(codec="ascii", categories=("L",)), min_size=1), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@given(plain)
def test_plain_json_is_read_as_it_was_written(value):
    assert load_json(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice in one object"),
        ('{"deep": [{"a": 1, "a": 1}]}', "the key 'a' stands twice in one object"),
        ("[NaN]", "NaN is not a JSON number"),
        ("[-Infinity]", "-Infinity is not a JSON number"),
        ("1e999", "1e999 is too large a number"),
        ("9" * 401, "an integer of 401 digits"),
        ("[" * 200_000, "nested too deeply"),
        ('{\n"a": }', "line 2: Expecting value"),
        ("", "line 1: Expecting value"),
        ("\ufeff1", "line 1: Unexpected UTF-8 BOM"),
        ("{'a': 1}", "line 1: Expecting property name"),
        ("1 2", "line 1: Extra data"),
    ],
)
def test_json_that_is_not_strict_is_refused(text, message):
    with pytest.raises(StrictError, match=f"^{message.replace('(', '')}"):
        load_json(text)


def test_each_yaml_document_comes_with_its_line():
    assert load_yaml_documents("# a shop\n\na: 1\n---\n\nb: [2]\n") == [
        (3, {"a": 1}),
        (6, {"b": [2]}),
    ]


@given(st.lists(plain, min_size=1, max_size=3))
def test_plain_yaml_is_read_as_it_was_written(values):
    text = yaml.safe_dump_all(values, explicit_start=True, allow_unicode=True)
    assert [value for _, value in load_yaml_documents(text)] == values


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_a_yaml_stream_may_hold_nothing(text):
    assert load_yaml_documents(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' stands twice"),
        ("x:\n  a: 1\n  a: 1", "line 3: the key 'a' stands twice"),
        ("{1: a, 1: b}", "line 1: the key 1 stands twice"),
        ("a: &x 1\nb: *x", "line 2: YAML aliases are not accepted"),
        ("a: 1\nb: !!bool maybe", "line 2: YAML tags such as 'tag:yaml.org,2002:bool' are not"),
        ("!!python/object/apply:os.getcwd []", "line 1: YAML tags such as"),
        ("? !!set {a}\n: 1", "line 1: YAML tags such as"),
        ("? [a]\n: 1", "line 1: a key must be plain text"),
        ("a: [1", "line 2: did not find expected ',' or ']'"),
        ("a: b: c", "line 1: mapping values are not allowed in this context"),
        ("a: \x00", "unacceptable character"),
        ("a: \ud800", "half a character"),
        ("[" * 5000, "nested too deeply"),
        ("when: 2026-13-45", "month must be in 1..12"),
        ("<<: {a: 1}", "line 1: could not determine a constructor"),
    ],
)
def test_yaml_that_is_not_strict_is_refused(text, message):
    with pytest.raises(StrictError, match=message):
        load_yaml_documents(text)


@given(st.text(st.sampled_from("ab:-[]{}!&*?|>%@ \n\t'\"#,.0123456789<=~"), max_size=40))
def test_any_text_is_read_or_refused(text):
    """Nothing but StrictError comes out, whatever goes in."""
    for load in (load_json, load_yaml_documents):
        with suppress(StrictError):
            load(text)
