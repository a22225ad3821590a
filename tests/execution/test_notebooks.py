import json
import os

import nbformat
import pytest

from codexreport.errors import ExecutionError, ParameterError
from codexreport.execution.notebooks import (
    find_notebook,
    notebook_names,
    read_notebook,
    sample_project,
    shipped_notebooks,
)


def test_the_kit_ships_its_notebooks_and_a_project_to_run_them_on():
    assert shipped_notebooks()["slo_weekly"].is_file()
    assert (sample_project() / "codexreport.toml").is_file()


def test_a_notebook_is_found_by_being_there(tmp_path):
    (tmp_path / "notebooks" / "sub").mkdir(parents=True)
    for name in ("ours.ipynb", ".hidden.ipynb", "notes.txt", "sub/deeper.ipynb"):
        (tmp_path / "notebooks" / name).write_text("{}")
    assert find_notebook("ours", tmp_path) == tmp_path / "notebooks" / "ours.ipynb"
    assert notebook_names(tmp_path) == sorted([*shipped_notebooks(), "ours"])


def test_a_projects_own_notebook_goes_before_the_one_that_ships(tmp_path):
    own = tmp_path / "notebooks" / "slo_weekly.ipynb"
    own.parent.mkdir()
    own.write_text("{}")
    assert find_notebook("slo_weekly", tmp_path) == own


@pytest.mark.parametrize("name", ["slo_weeky", "../notebooks/slo_weekly", "slo_weekly.ipynb", ""])
def test_a_notebook_that_is_not_there_is_refused_with_those_that_are(tmp_path, name):
    with pytest.raises(ParameterError, match="There is no notebook") as caught:
        find_notebook(name, tmp_path)
    assert "slo_weekly" in caught.value.advice


def test_a_misspelt_name_is_guessed_at(tmp_path):
    with pytest.raises(ParameterError, match=r"did you mean 'slo_weekly'\?"):
        find_notebook("slo_weeky", tmp_path)


def test_cells_of_an_older_notebook_get_the_same_ids_at_every_reading(tmp_path):
    path = tmp_path / "old.ipynb"
    cell = {
        "cell_type": "code",
        "source": ["a = 1\n", "b = 2"],
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    document = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [cell, cell]}
    path.write_text(json.dumps(document))
    read = read_notebook(path)
    assert [one.id for one in read.cells] == ["cell-1", "cell-2"]
    assert read.cells[0].source == "a = 1\nb = 2"


def empty(**changes):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [], **changes})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"\xff\xfe",
        b"[" * 100_000,
        empty(nbformat=3).encode(),
        empty(cells=None).encode(),
        empty(cells=[3]).encode(),
        empty(cells=[{"cell_type": "code"}]).encode(),
        empty(nbformat_minor="5").encode(),
        nbformat.writes(nbformat.v4.new_notebook()).encode()[:-20],
    ],
)
def test_a_file_that_is_no_notebook_is_refused_by_name(tmp_path, content):
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    with pytest.raises(ExecutionError, match=r"broken\.ipynb is not a notebook") as caught:
        read_notebook(path)
    assert "\n" not in caught.value.message


def test_a_pipe_is_no_notebook_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(ExecutionError, match=r"pipe\.ipynb is not a notebook"):
        read_notebook(tmp_path / "pipe.ipynb")


def test_a_notebook_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(ExecutionError, match=r"none\.ipynb is not a notebook"):
        read_notebook(tmp_path / "none.ipynb")
