"""A notebook's parameters: declared once in its `parameters` cell, checked wherever they are given.

papermill ignores annotations, converts `007` to 7 and only warns of a name it does not know. So the
declaration is read here, strictly, and values are checked against it before a run and again inside
the notebook.
"""

from __future__ import annotations

import ast
import difflib
import io
import math
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codexreport.errors import ExecutionError, ParameterError

if TYPE_CHECKING:
    from nbformat import NotebookNode

Value = str | int | float | bool

_KINDS: dict[str, type[Value]] = {"str": str, "int": int, "float": float, "bool": bool}
_TRUE_FALSE = {"true": True, "false": False, "yes": True, "no": False}
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One declared parameter.

    Attributes:
        choices: The values it may have; empty where every value of its type is right.
        help: The comment behind it, one line.
    """

    name: str
    kind: type[Value]
    default: Value
    help: str
    choices: tuple[Value, ...] = ()

    @property
    def type(self) -> str:
        """What it may be, in words for the reader."""
        if self.choices:
            return f"one of {', '.join(map(repr, self.choices))}"
        return self.kind.__name__

    def __str__(self) -> str:
        return f"{self.name}: {self.type} = {self.default!r}  ({self.help})"

    def convert(self, given: object) -> Value:
        """The value that `given` means; text from a shell is read as the declared type.

        Raises:
            ValueError: It is not of the declared type, in words for the reader.
        """
        value = self._typed(given)
        if value is None or (self.choices and value not in self.choices):
            raise ValueError(f"must be {self.type}, not {_shown(given)}")
        return value

    def _typed(self, given: object) -> Value | None:
        if isinstance(given, str):
            return _read(self.kind, given)
        if self.kind is float and isinstance(given, int | float) and not isinstance(given, bool):
            return _finite(given)
        return given if type(given) is self.kind else None


def _read(kind: type[Value], text: str) -> Value | None:
    if kind is bool:
        return _TRUE_FALSE.get(text.lower())
    if kind is int:
        return int(text) if _INTEGER.fullmatch(text) else None
    return _finite(text) if kind is float else text


def _finite(number: float | str) -> float | None:
    try:
        value = float(number)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of one notebook, in the order they are written."""

    declared: tuple[Parameter, ...]

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.declared)

    @classmethod
    def read(cls, notebook: NotebookNode, name: str) -> Parameters:
        """The parameters that a notebook declares; none where it has no such cell.

        Args:
            notebook: The notebook.
            name: What messages call it.

        Raises:
            ExecutionError: The cell holds something else than declarations.
        """
        for cell in notebook.cells:
            if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", ()):
                return cls.parse(cell.source, name)
        return cls(())

    @classmethod
    def parse(cls, source: str, name: str) -> Parameters:
        """The parameters declared by `source`, one `name: type = default  # help` a line.

        `type` is str, int, float, bool, or a Literal of such values.

        Raises:
            ExecutionError: Something else stands there; named by line.
        """
        try:
            statements = ast.parse(source).body
            comments = _comments(source)
        except SyntaxError as error:
            raise ExecutionError(
                f"{_place(name, error.lineno)}: this is not Python: {error.msg}."
            ) from error
        declared: dict[str, Parameter] = {}
        for statement in statements:
            one = _declaration(statement, comments, name)
            if one.name in declared:
                raise ExecutionError(
                    f"{_place(name, statement.lineno)}: {one.name} is declared twice."
                )
            declared[one.name] = one
        return cls(tuple(declared.values()))

    def check(self, given: Mapping[str, object]) -> dict[str, Value]:
        """The values to run with: what is given, converted. Defaults are left to the notebook.

        Raises:
            ParameterError: Names every value that is wrong, and lists the right ones.
        """
        known = {one.name: one for one in self.declared}
        values: dict[str, Value] = {}
        mistakes: list[str] = []
        for name, value in given.items():
            if name not in known:
                mistakes.append(f"there is no parameter {name!r}{did_you_mean(name, known)}")
                continue
            try:
                values[name] = known[name].convert(value)
            except ValueError as error:
                mistakes.append(f"{name} {error}")
        if mistakes:
            told = "; ".join(mistakes)
            raise ParameterError(
                f"The parameters are refused: {told}{'' if told.endswith('?') else '.'}",
                advice="\n  ".join(["The notebook takes:", *map(str, self.declared)]),
            )
        return values


def did_you_mean(name: str, known: Mapping[str, object]) -> str:
    """A guess at what was meant, to end a sentence with; empty where nothing comes close."""
    close = difflib.get_close_matches(name, known, n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def _declaration(statement: ast.stmt, comments: Mapping[int, str], name: str) -> Parameter:
    place = _place(name, statement.lineno)
    if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
        raise ExecutionError(
            f'{place}: only lines like `week: str = ""  # meaning` may stand here.'
        )
    kind, choices = _annotation(statement.annotation)
    if kind is None:
        raise ExecutionError(
            f"{place}: the type must be one of {', '.join(_KINDS)}, or a Literal of one of them."
        )
    default = _literal(statement.value)
    if type(default) is not kind or (choices and default not in choices):
        right = f"one of {', '.join(map(repr, choices))}" if choices else f"a plain {kind.__name__}"
        raise ExecutionError(f"{place}: the default must be {right}.")
    if not (text := comments.get(statement.end_lineno or statement.lineno, "")):
        raise ExecutionError(f"{place}: a comment must say what {statement.target.id} means.")
    return Parameter(
        name=statement.target.id,
        kind=kind,
        default=default,
        help=text,
        choices=choices,
    )


def _annotation(node: ast.expr) -> tuple[type[Value] | None, tuple[Value, ...]]:
    """The type and the choices that an annotation means; no type where it is not understood."""
    if isinstance(node, ast.Name):
        return _KINDS.get(node.id), ()
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] == "Literal":
        given = _literal(node.slice)
        choices = given if isinstance(given, tuple) else (given,)
        kinds = {type(choice) for choice in choices}
        if len(kinds) == 1 and (kind := kinds.pop()) in _KINDS.values():
            return kind, choices
    return None, ()


def _literal(node: ast.expr | None) -> object:
    try:
        return ast.literal_eval(node) if node else None
    except (ValueError, TypeError):
        return None


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _place(name: str, line: int | None) -> str:
    return f"{name}, parameters cell, line {line or 1}"


def _shown(given: object) -> str:
    text = repr(given)
    text = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
    return text if isinstance(given, str) else f"{type(given).__name__} {text}"
