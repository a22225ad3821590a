import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

from codexreport.errors import ExecutionError, ParameterError, ProjectError, SourceError
from codexreport.execution.failures import CellError
from codexreport.execution.run import execute


@pytest.fixture
def private(monkeypatch):
    """The folder that temporary files go to, empty before; its path leaves room for a socket's."""
    with tempfile.TemporaryDirectory(prefix="t") as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


def text_of(executed, cell):
    (found,) = [one for one in executed.cells if one.id == cell]
    return "".join(output.get("text", "") for output in found.outputs)


def failure(path, tmp_path, kind=CellError, **settings):
    with pytest.raises(kind) as caught:
        execute(path, {}, cwd=tmp_path, **settings)
    assert type(caught.value) is kind
    return caught.value


def test_a_notebook_runs_with_its_parameters_in_its_folder_and_leaves_nothing(
    notebook, tmp_path, private
):
    path = notebook("import codexreport as cr, os", "print(cr.parameters()['week'], os.getcwd())")
    before = sorted(tmp_path.rglob("*"))
    executed = execute(path, {"week": "007"}, cwd=tmp_path)
    assert text_of(executed, "c1") == f"007 {tmp_path}\n"
    assert sorted(tmp_path.rglob("*")) == before
    assert list(private.iterdir()) == []


def test_two_executions_give_the_same_bytes_without_times_or_paths(notebook, tmp_path):
    path = notebook("import codexreport as cr\n\ncr.parameters()", "print('shown')")
    first, second = (execute(path, {"days": 3}, cwd=tmp_path) for _ in range(2))
    assert nbformat.writes(first) == nbformat.writes(second)
    assert "papermill" not in nbformat.writes(first)
    assert str(tmp_path) not in nbformat.writes(first)
    assert [cell.id for cell in first.cells] == ["parameters", "injected-parameters", "c0", "c1"]
    assert "version" not in first.metadata.language_info
    nbformat.validate(first)


def test_progress_is_told_as_each_cell_begins(notebook, tmp_path):
    told = []
    execute(notebook("1", "2"), {}, cwd=tmp_path, on_cell=lambda *one: told.append(one))
    assert told == [("cell parameters", 0, 3), ("cell c0", 1, 3), ("cell c1", 2, 3)]


def test_it_runs_in_this_python_whatever_kernel_the_notebook_names(notebook, tmp_path):
    path = notebook("import sys; print(sys.executable)")
    path.write_text(path.read_text().replace('"python3"', '"elsewhere"'))
    assert text_of(execute(path, {}, cwd=tmp_path), "c0") == f"{sys.executable}\n"


def test_start_up_files_of_the_person_who_runs_it_change_nothing(notebook, tmp_path, monkeypatch):
    startup = tmp_path / "ipython" / "profile_default" / "startup" / "mine.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("mine = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    executed = execute(notebook("print('mine' in globals())"), {}, cwd=tmp_path)
    assert text_of(executed, "c0") == "False\n"


def test_a_path_is_no_format_string(notebook, tmp_path):
    folder = tmp_path / "{week} %s"
    folder.mkdir()
    path = notebook("print('here')").rename(folder / "{0}.ipynb")
    assert text_of(execute(path, {"week": "x"}, cwd=folder), "c0") == "here\n"


def test_a_temporary_folder_with_a_long_name_is_no_obstacle(notebook, tmp_path, monkeypatch):
    """The name of a socket may have about a hundred characters."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert text_of(execute(notebook("print(1)"), {}, cwd=tmp_path), "c0") == "1\n"
    assert list(folder.iterdir()) == []


def test_a_failing_cell_is_named_with_its_exception_and_what_ran_before(notebook, tmp_path):
    path = notebook("print('before')", "\n# divide\n1 / 0", "print('after')")
    error = failure(path, tmp_path)
    assert error.message == ("weekly.ipynb, In [3] `# divide`: ZeroDivisionError: division by zero")
    assert "JupyterLab" in error.advice
    assert text_of(error.notebook, "c0") == "before\n"
    assert text_of(error.notebook, "c2") == ""


def test_a_message_shows_neither_terminal_codes_nor_secrets(notebook, tmp_path):
    path = notebook("raise ValueError('\\x1b[31mno\\x1b[0m http://x/?token=hunter22')")
    assert failure(path, tmp_path, secrets=["hunter22"]).message.endswith(
        "ValueError: no http://x/?token=[hidden]"
    )


def test_an_error_raised_on_purpose_arrives_as_what_it_was(notebook, tmp_path):
    path = notebook(
        "from codexreport.errors import ParameterError\n"
        "raise ParameterError('There is no week 54.\\nNone at all.', advice='Take\\nanother.')"
    )
    error = failure(path, tmp_path, ParameterError)
    assert (error.message, error.advice) == (
        "There is no week 54.\nNone at all.",
        "Take\nanother.",
    )


def test_a_kind_of_source_error_keeps_its_exit_code(notebook, tmp_path):
    path = notebook(
        "from codexreport.errors import SourceError\n"
        "class RefusedError(SourceError): pass\n"
        "raise RefusedError('Prometheus said token hunter22.')"
    )
    error = failure(path, tmp_path, SourceError, secrets=["hunter22"])
    assert (error.message, error.exit_code) == ("Prometheus said token [hidden].", 3)


def test_an_error_made_of_problems_arrives_with_all_of_them(notebook, tmp_path):
    path = notebook(
        "from codexreport.errors import Problem, ProjectError\n"
        "raise ProjectError([Problem('a.toml', n, 'k', 'wrong') for n in (1, 2)])"
    )
    error = failure(path, tmp_path, ProjectError)
    assert error.message == "a.toml:1: k: wrong\na.toml:2: k: wrong"


def test_an_error_of_another_library_with_the_same_name_is_not_taken_for_ours(notebook, tmp_path):
    path = notebook("class ParameterError(Exception): pass", "raise ParameterError('x')")
    assert (
        "In [3] `raise ParameterError('x')`: ParameterError: x" in failure(path, tmp_path).message
    )


def test_a_python_that_dies_is_told_of_with_its_cell(notebook, tmp_path, private):
    error = failure(notebook("import os; os._exit(9)"), tmp_path)
    assert "`import os; os._exit(9)`: the Python that ran it ended" in error.message
    assert "memory" in error.advice
    assert list(private.iterdir()) == []


def test_a_cell_that_takes_too_long_is_stopped(notebook, tmp_path, private):
    error = failure(notebook("while True: pass"), tmp_path, timeout=1)
    assert "`while True: pass`: took longer than 1 seconds" in error.message
    assert list(private.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(notebook, tmp_path):
    with pytest.raises(ExecutionError, match=r"weekly\.ipynb could not be executed: .*nowhere"):
        execute(notebook("1"), {}, cwd=tmp_path / "nowhere")


def test_a_file_that_is_no_notebook_is_refused(tmp_path, private):
    (tmp_path / "broken.ipynb").write_text("{")
    with pytest.raises(ExecutionError, match=r"broken\.ipynb is not a notebook"):
        execute(tmp_path / "broken.ipynb", {}, cwd=tmp_path)
    assert list(private.iterdir()) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_when_it_is_stopped_the_kernel_goes_too(notebook, tmp_path, private, stop):
    """The kernel holds a pipe open; it has gone when the pipe is closed."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    path = notebook(f"pipe = open({str(pipe)!r}, 'w'); print('begun', file=pipe, flush=True)\n"
                    "while True: pass")  # fmt: skip
    program = (
        "import sys; from pathlib import Path; from codexreport.execution.run import execute\n"
        "try: execute(Path(sys.argv[1]), {}, cwd=Path('.'))\n"
        "except KeyboardInterrupt: print('interrupted')"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(private)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with pipe.open() as reader:
        assert reader.readline() == "begun\n"
        runner.send_signal(stop)
        output, errors = runner.communicate()
        assert reader.read() == ""
    if stop == signal.SIGINT:
        assert (output, errors) == ("interrupted\n", "")
        assert list(private.iterdir()) == []
