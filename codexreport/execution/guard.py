"""The check inside a running notebook, so that plain `papermill -p` is refused as clearly."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
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

    shell = get_ipython()  # type: ignore[no-untyped-call]
    if shell is None:
        raise ExecutionError("cr.parameters() is for notebooks; call the report with arguments.")
    return check_injected(shell.user_ns, [str(one) for one in shell.user_ns.get("In", ())])


def check_injected(namespace: Mapping[str, Any], history: Sequence[str]) -> dict[str, Value]:
    """The declared parameters' present values, checked.

    Args:
        namespace: The notebook's variables.
        history: The source of every cell run so far, oldest first.

    Raises:
        ParameterError: papermill was given an unknown name or a value of the wrong type.
        ExecutionError: No parameters cell has run.
    """
    declared = _declared(history)
    injected = next((s for s in reversed(history) if s.startswith(INJECTED_HEADING)), "")
    names = {one.name for one in declared} | _assigned(injected)
    given = {name: namespace[name] for name in names if name in namespace}
    hints = [
        f"papermill read {name} as the number {value!r}; pass it with -r to keep it text"
        for name, value in given.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and any(one.name == name and one.kind is str for one in declared)
    ]
    try:
        return declared.check(given)
    except ParameterError as error:
        raise ParameterError(" ".join([error.message, *hints]), advice=error.advice) from None


def _declared(history: Sequence[str]) -> Parameters:
    """The declaration that ran last: the newest cell made of annotated assignments only."""
    for source in reversed(history):
        try:
            body = ast.parse(source).body
        except SyntaxError:
            continue
        if body and all(isinstance(one, ast.AnnAssign) for one in body):
            return Parameters.parse(source, "this notebook")
    raise ExecutionError(
        "The parameters cell has not run.", advice="Run the notebook from its first cell."
    )


def _assigned(source: str) -> set[str]:
    return {
        target.id
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
