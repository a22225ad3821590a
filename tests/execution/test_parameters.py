import nbformat
import pytest

from codexreport.errors import ExecutionError, ParameterError
from codexreport.execution.notebooks import read_notebook, shipped_notebooks
from codexreport.execution.parameters import Parameters

DECLARED = Parameters.parse(
    'week: str = ""  # ISO week such as 2026-W40\n'
    "days: int = -7  # length in days\n"
    "share: float = 0.5  # between 0 and 1\n"
    "offline: bool = False  # ask no source\n"
    'form: Literal["html", "pdf"] = "html"  # what to make\n',
    "weekly.ipynb",
)


def refusal(**given):
    with pytest.raises(ParameterError) as caught:
        DECLARED.check(given)
    return caught.value


def test_each_parameter_has_a_name_a_type_a_default_and_a_meaning():
    assert [str(one) for one in DECLARED] == [
        "week: str = ''  (ISO week such as 2026-W40)",
        "days: int = -7  (length in days)",
        "share: float = 0.5  (between 0 and 1)",
        "offline: bool = False  (ask no source)",
        "form: one of 'html', 'pdf' = 'html'  (what to make)",
    ]


def test_comments_blank_lines_and_long_values_may_stand_in_the_cell():
    declared = Parameters.parse(
        '# The span\n\nweek: str = (\n    "2026-"\n    "W40"\n)  # ISO week # of the year\n', "x"
    )
    assert [(one.default, one.help) for one in declared] == [("2026-W40", "ISO week # of the year")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('week = ""  # text', "only lines like"),
        ("import os", "only lines like"),
        ("print(1)", "only lines like"),
        ('"""Parameters."""', "only lines like"),
        ("a.b: int = 1  # text", "only lines like"),
        ("week: list = []  # text", "the type must be one of str, int, float, bool"),
        ("week: str | None = None  # text", "the type must be one of"),
        ('week: Literal["a", 1] = "a"  # text', "the type must be one of"),
        ("week: Literal[kind()] = 1  # text", "the type must be one of"),
        ("week: str  # text", "the default must be a plain str"),
        ("week: str = 40  # text", "the default must be a plain str"),
        ("week: int = True  # text", "the default must be a plain int"),
        ("week: float = 1  # text", "the default must be a plain float"),
        ("week: int = 2 * 3  # text", "the default must be a plain int"),
        ("week: int = {[]: 1}  # text", "the default must be a plain int"),
        ("week: str = open('x').read()  # text", "the default must be a plain str"),
        ('week: Literal["a", "b"] = "c"  # text', "the default must be one of 'a', 'b'"),
        ('week: str = ""', "a comment must say what week means"),
        ('week: str = ""  #', "a comment must say what week means"),
        ('first: str = ""  # again', "first is declared twice"),
        ("%matplotlib inline", "this is not Python"),
        ("week: str = (", "this is not Python"),
    ],
)
def test_anything_else_in_the_cell_is_refused_by_notebook_and_line(line, message):
    with pytest.raises(ExecutionError) as caught:
        Parameters.parse(f'first: str = ""  # text\n{line}\n', "weekly.ipynb")
    assert str(caught.value).startswith("weekly.ipynb, parameters cell, line 2: ")
    assert message in str(caught.value)


def test_a_notebook_without_such_a_cell_takes_no_parameters():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
    assert list(Parameters.read(notebook, "x")) == []
    with pytest.raises(ParameterError, match="there is no parameter 'x'"):
        Parameters.read(notebook, "x").check({"x": 1})


@pytest.mark.parametrize("name", shipped_notebooks())
def test_every_shipped_notebook_declares_its_parameters_well(name):
    declared = Parameters.read(read_notebook(shipped_notebooks()[name]), name)
    assert declared.check({one.name: one.default for one in declared})


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("week", "007", "007"),
        ("week", "", ""),
        ("week", "true", "true"),
        ("days", "007", 7),
        ("days", "-3", -3),
        ("days", 3, 3),
        ("share", "1e-3", 0.001),
        ("share", 1, 1.0),
        ("offline", "True", True),
        ("offline", "no", False),
        ("offline", True, True),
        ("form", "pdf", "pdf"),
    ],
)
def test_text_from_a_shell_is_read_as_the_declared_type(name, given, value):
    checked = DECLARED.check({name: given})
    assert checked == {name: value}
    assert type(checked[name]) is type(value)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("week", 7, "week must be str, not int 7"),
        ("week", None, "week must be str, not NoneType None"),
        ("week", ["a"], "week must be str, not list"),
        ("days", "7.0", "days must be int, not '7.0'"),
        ("days", "", "days must be int, not ''"),
        ("days", " 7", "days must be int, not ' 7'"),
        ("days", "1_000", "days must be int, not '1_000'"),
        ("days", "٧", "days must be int, not"),
        ("days", "9" * 5000, "days must be int, not '999"),
        ("days", 7.0, "days must be int, not float 7.0"),
        ("days", True, "days must be int, not bool True"),
        ("share", "half", "share must be float, not 'half'"),
        ("share", "nan", "share must be float, not 'nan'"),
        ("share", float("inf"), "share must be float, not float inf"),
        ("share", "1e999", "share must be float, not '1e999'"),
        ("share", 10**400, "share must be float, not int 1000"),
        ("share", True, "share must be float, not bool True"),
        ("offline", "1", "offline must be bool, not '1'"),
        ("offline", 1, "offline must be bool, not int 1"),
        ("form", "docx", "form must be one of 'html', 'pdf', not 'docx'"),
        ("form", 1, "form must be one of 'html', 'pdf', not int 1"),
    ],
)
def test_a_value_of_another_type_is_refused_and_never_guessed_at(name, given, message):
    error = refusal(**{name: given})
    assert message in error.message
    assert len(error.message) < 200


def test_a_question_ends_the_sentence():
    assert refusal(wek="2026-W40").message == (
        "The parameters are refused: there is no parameter 'wek', did you mean 'week'?"
    )


def test_all_mistakes_are_named_at_once_with_what_would_be_right():
    error = refusal(wek="2026-W40", days="x", zzz=1)
    assert error.message == (
        "The parameters are refused: there is no parameter 'wek', did you mean 'week'?; "
        "days must be int, not 'x'; there is no parameter 'zzz'."
    )
    assert error.advice.splitlines()[:3] == [
        "The notebook takes:",
        "  week: str = ''  (ISO week such as 2026-W40)",
        "  days: int = -7  (length in days)",
    ]
