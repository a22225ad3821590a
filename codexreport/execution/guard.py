"""The check inside a running notebook, so that plain `papermill -p` is refused as clearly."""

from __future__ import annotations

import ast
import linecache
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codexreport.errors import ExecutionError, ParameterError
from codexreport.execution.parameters import Parameters, Value

INJECTED_HEADING = "# Parameters"
"""The first line of the cell that papermill injects."""


def parameters() -> dict[str, Value]:
    """The checked parameters of the notebook that calls this, ready to be passed on.

    Works under papermill, nbval and cell by cell in JupyterLab or VS Code.

    Raises:
        ParameterError: papermill was given an unknown name or a value of the wrong type.
        ExecutionError: It is not called from a notebook whose parameters cell has run.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise ExecutionError("cr.parameters() is for notebooks; call the report with arguments.")
    history = [str(one) for one in shell.user_ns.get("In", ())]
    return check_injected(shell.user_ns, history if any(history) else _traceable())


def check_injected(namespace: Mapping[str, Any], history: Sequence[str]) -> dict[str, Value]:
    """The declared parameters' present values, checked.

    Args:
        namespace: The notebook's variables.
        history: The source of every cell run so far, oldest first.

    Raises:
        ParameterError: papermill was given an unknown name or a value of the wrong type.
        ExecutionError: No parameters cell has run, or it is not well-formed.
    """
    place, source = _declaration(history)
    declared = Parameters.parse(source, "this notebook")
    injected = _injected_names(history[place + 1 :])
    names = [*(one.name for one in declared), *injected]
    given = {name: namespace[name] for name in dict.fromkeys(names) if name in namespace}
    try:
        return declared.check(given)
    except ParameterError as error:
        hints = _hints(declared, {name: given[name] for name in injected if name in given})
        raise ParameterError(" ".join([error.message, *hints]), advice=error.advice) from None


def _traceable() -> list[str]:
    """The cells run so far where a front end such as nbval keeps no history.

    They are where a traceback finds them; only of a cell run twice is the place the first.
    """
    entries = list(linecache.cache.values())
    return ["".join(one[2]) for one in entries if len(one) > 1 and one[1] is None]


def _declaration(history: Sequence[str]) -> tuple[int, str]:
    """Where in the history the parameters were last declared, and how.

    A kernel does not know of cell tags. The first cell of nothing but annotated assignments is
    the parameters cell; a later one is its edited form if it declares any of the same names, and
    the analyst's own variables if not.
    """
    found: tuple[int, str] | None = None
    known: set[str] = set()
    for place, source in enumerate(history):
        names = set(_annotated_names(source))
        if names and (found is None or names & known):
            found, known = (place, source), names
    if found is None:
        raise ExecutionError(
            "The parameters cell has not run.", advice="Run the notebook from its first cell."
        )
    return found


def _annotated_names(source: str) -> Iterator[str]:
    """The names that a cell of annotated assignments declares; none for any other cell."""
    body = _statements(source)
    if all(isinstance(one, ast.AnnAssign) for one in body):
        yield from (ast.unparse(one.target) for one in body if isinstance(one, ast.AnnAssign))


def _injected_names(since: Sequence[str]) -> list[str]:
    """What papermill's cell assigns, if it ran after the parameters cell did."""
    for source in reversed(since):
        if source.split("\n", 1)[0].rstrip() == INJECTED_HEADING:
            return [
                target.id
                for statement in _statements(source)
                if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name)
            ]
    return []


def _statements(source: str) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # given when the cell ran; once is enough
            return ast.parse(source).body
    except (SyntaxError, ValueError):  # a cell that failed, or of another language
        return []


def _hints(declared: Parameters, injected: Mapping[str, object]) -> list[str]:
    """What to do about text that papermill took for something else."""
    return [
        f"papermill read {one.name} as the {type(value).__name__} {value!r}; "
        f"pass it with -r {one.name} VALUE to keep it text."
        for one in declared
        if one.kind is str and not isinstance(value := injected.get(one.name, ""), str)
    ]
