"""A notebook's file, read and written so that no cell changes by accident."""

from __future__ import annotations

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.authoring.cells import AuthoredNotebook, Cell
from codexreport.errors import AuthoringError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def document(*cells, **changes):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **changes}


def markdown(id_, source):
    return {"cell_type": "markdown", "id": id_, "metadata": {}, "source": source}


def test_a_new_notebook_is_one_that_jupyter_opens(new):
    notebook = nbformat.reads(new, 4)
    nbformat.validate(notebook)
    assert nbformat.writes(notebook) + "\n" == new


def test_what_nobody_changed_is_written_as_it_was(new, read):
    notebook = read(new)
    assert notebook.with_parts(notebook.cells, notebook.metadata) == new


@given(
    sources=st.lists(TEXT, min_size=1, max_size=5),
    indent=st.sampled_from([None, 1, 4, "\t"]),
    ascii_only=st.booleans(),
)
def test_a_cell_keeps_its_bytes_however_its_file_is_laid_out(sources, indent, ascii_only):
    cells = [
        {**markdown(f"c{number}", [source]), "attachments": {"a.png": {"image/png": "QQ=="}}}
        for number, source in enumerate(sources)
    ]
    text = json.dumps(document(*cells), indent=indent, ensure_ascii=ascii_only)
    notebook = AuthoredNotebook.read(text.encode(), "n.ipynb")
    added = Cell.of(markdown("cr-new", "new"))
    written = notebook.with_parts([added, *notebook.cells], {"a": 1})
    assert all(one.text in text and one.text in written for one in notebook.cells)
    again = json.loads(written)
    assert [one["source"] for one in again["cells"]] == ["new", *([one] for one in sources)]
    assert again["metadata"] == {"a": 1}


def test_a_source_may_be_one_text_or_lines(read):
    notebook = read(document(markdown("a", "one\ntwo"), markdown("b", ["one\n", "two"])))
    assert [one.source for one in notebook.cells] == ["one\ntwo", "one\ntwo"]


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", ">>>>>>> branch", "<<<<<<<"])
def test_a_merge_conflict_is_named_by_its_line(new, mark):
    lines = new.split("\n")
    with pytest.raises(AuthoringError, match=r"INC\.ipynb:4: a merge conflict is not settled"):
        AuthoredNotebook.read("\n".join([*lines[:3], mark, *lines[3:]]).encode(), "INC.ipynb")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a notebook"),
        (b"{", "is not a notebook"),
        (b"\xff", "is not UTF-8"),
        (b"[" * 5000, "is not a notebook"),
        (b'{"cells": [], "cells": []}', "stands twice"),
        (b"[]", "nbformat is not 4"),
        (json.dumps(document(nbformat=3)).encode(), "nbformat is not 4"),
        (json.dumps(document(cells={})).encode(), "no cells"),
        (json.dumps(document(3)).encode(), "cell 1 is none"),
        (json.dumps(document({"cell_type": "code", "id": "a"})).encode(), "cell 1 is none"),
        (json.dumps(document({**markdown("a", ""), "metadata": []})).encode(), "cell 1 is none"),
        (
            json.dumps(document({"cell_type": "markdown", "metadata": {}, "source": ""})).encode(),
            "cell 1 has no id",
        ),
        (json.dumps(document(markdown("a", ""), markdown("a", ""))).encode(), "two cells"),
    ],
)
def test_what_is_no_notebook_is_refused_with_what_to_do(content, said):
    with pytest.raises(AuthoringError, match=said) as caught:
        AuthoredNotebook.read(content, "n.ipynb")
    assert caught.value.advice
    assert "\n" not in caught.value.message
