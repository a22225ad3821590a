import subprocess
import sys

import pytest

from codexreport.errors import ExecutionError, ParameterError
from codexreport.execution.guard import check_injected, parameters

DECLARATION = 'week: str = ""  # ISO week\ndays: int = 7  # length'
CHECK = "import codexreport as cr\ncr.parameters()"


def run_cells(*cells):
    """What a kernel has after cells ran: its variables and the history of their sources."""
    namespace = {}
    for cell in cells:
        if "cr." not in cell:
            exec(cell, namespace)
    return check_injected(namespace, ["", *cells])


def test_without_a_cell_from_papermill_the_defaults_are_taken():
    assert run_cells(DECLARATION, CHECK) == {"week": "", "days": 7}


def test_what_papermill_injects_is_taken():
    injected = '# Parameters\nweek = "2026-W40"\n'
    assert run_cells(DECLARATION, injected, CHECK) == {"week": "2026-W40", "days": 7}


def test_a_name_that_is_not_declared_is_refused_with_the_right_ones():
    with pytest.raises(ParameterError) as caught:
        run_cells(DECLARATION, "# Parameters\nwek = 3\n", CHECK)
    assert "no parameter 'wek', did you mean 'week'?" in caught.value.message
    assert "days: int = 7  (length)" in caught.value.advice


def test_text_that_papermill_took_for_a_number_is_refused_with_the_way_out():
    with pytest.raises(ParameterError, match=r"week must be str, not int 7") as caught:
        run_cells(DECLARATION, "# Parameters\nweek = 7\n", CHECK)
    assert "papermill read week as the int 7; pass it with -r week VALUE" in caught.value.message


def test_a_number_given_as_text_is_read_as_the_number_it_says():
    assert run_cells(DECLARATION, '# Parameters\ndays = "3"\n')["days"] == 3


def test_a_value_set_by_hand_is_checked_without_talk_of_papermill():
    with pytest.raises(ParameterError) as caught:
        run_cells(DECLARATION, "week = 40", CHECK)
    assert "week must be str, not int 40" in caught.value.message
    assert "papermill" not in str(caught.value)


def test_an_edited_parameters_cell_counts_from_its_next_run():
    edited = 'week: str = "2026-W40"  # ISO week\nservice: str = "shop"  # new'
    assert run_cells(DECLARATION, CHECK, edited, CHECK) == {"week": "2026-W40", "service": "shop"}


def test_a_parameters_cell_edited_wrongly_is_refused_by_line():
    with pytest.raises(ExecutionError, match="line 1: a comment must say what week means"):
        run_cells(DECLARATION, CHECK, 'week: str = "2026-W40"', CHECK)


def test_an_analysts_own_annotated_variables_are_none_of_its_business():
    assert run_cells(DECLARATION, CHECK, "threshold: int = 3", CHECK)["days"] == 7


def test_any_cell_may_run_again_in_any_order():
    injected = '# Parameters\nweek = "2026-W40"\n'
    cells = [DECLARATION, injected, CHECK, injected, CHECK, DECLARATION, injected, CHECK, CHECK]
    assert run_cells(*cells)["week"] == "2026-W40"


def test_a_refused_cell_that_was_deleted_is_forgotten_when_the_notebook_runs_again():
    wrong = "# Parameters\nwek = 3\n"
    assert run_cells(DECLARATION, wrong, CHECK, DECLARATION, CHECK) == {"week": "", "days": 7}


def test_a_comment_that_begins_alike_is_no_cell_of_papermill():
    assert run_cells(DECLARATION, "# Parameters of the plot\nwidth = 3", CHECK)["days"] == 7


def test_cells_that_are_no_python_are_passed_over():
    history = [DECLARATION, "def broken(:", "\0", "# Parameters\n1 +"]
    assert check_injected({"week": "", "days": 7}, history) == {"week": "", "days": 7}


def test_a_notebook_whose_parameters_cell_has_not_run_is_told_so():
    with pytest.raises(ExecutionError, match="The parameters cell has not run") as caught:
        run_cells("x = 1", CHECK)
    assert "first cell" in caught.value.advice


def test_outside_a_notebook_it_says_what_it_is_for():
    with pytest.raises(ExecutionError, match="is for notebooks"):
        parameters()


def test_asking_for_parameters_loads_nothing_that_a_kernel_would_wait_for():
    program = "import codexreport.execution.guard, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert not {"nbformat", "papermill", "pandas", "numpy"} & set(done.stdout.split())
