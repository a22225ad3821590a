"""Notebooks run by others' tools, as a person would from a shell."""

import subprocess
import sys

import nbformat
import pytest

CHECK = "import codexreport as cr\n\nprint(sorted(cr.parameters().items()))"


def papermill(path, *options):
    return subprocess.run(
        [sys.executable, "-m", "papermill", path.name, "out.ipynb", "--no-progress-bar", *options],
        cwd=path.parent,
        check=False,
        capture_output=True,
        text=True,
    )


def test_papermill_runs_with_no_parameter_at_all(notebook):
    path = notebook(CHECK)
    done = papermill(path)
    assert done.returncode == 0, done.stderr
    executed = nbformat.read(path.parent / "out.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == (
        "[('days', 7), ('offline', False), ('share', 0.5), ('week', '')]\n"
    )


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        (["-p", "wek", "3"], ["there is no parameter 'wek', did you mean 'week'?"]),
        (["-p", "days", "soon"], ["days must be int, not 'soon'"]),
        (
            ["-p", "week", "007"],
            ["week must be str, not int 7", "pass it with -r week VALUE to keep it text"],
        ),
    ],
)
def test_papermill_is_refused_with_the_right_parameters(notebook, options, messages):
    done = papermill(notebook(CHECK), *options)
    assert done.returncode != 0
    for message in [
        *messages,
        "ParameterError: The parameters are refused",
        "week: str = ''  (ISO week such as 2026-W40)",
        "days: int = 7  (length in days)",
    ]:
        assert message in done.stderr
    assert "guard.py" not in done.stderr  # the message is for the reader, not the stack


def test_text_is_kept_as_text_by_papermills_own_option(notebook):
    path = notebook(CHECK)
    assert papermill(path, "-r", "week", "007").returncode == 0
    executed = nbformat.read(path.parent / "out.ipynb", as_version=4)
    assert "('week', '007')" in executed.cells[-1].outputs[0].text


def test_an_executed_notebook_can_be_opened_and_run_again(notebook):
    path = notebook(CHECK)
    assert papermill(path, "-p", "days", "3").returncode == 0
    again = papermill(path.parent / "out.ipynb", "-p", "days", "4")
    assert again.returncode == 0, again.stderr


def test_nbval_runs_every_cell(notebook):
    path = notebook(CHECK, CHECK)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", path.name],
        cwd=path.parent,
        check=False,
        capture_output=True,
        text=True,
    )
    assert "3 passed" in done.stdout, done.stdout
