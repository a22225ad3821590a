"""A notebook's parameters: declared once in its `parameters` cell, checked wherever they are given.

papermill ignores annotations, converts `007` to 7 and only warns of a name it does not know. So the
declaration is read here, strictly, and values are checked against it before a run and again inside
the notebook.
"""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from codexreport.errors import ExecutionError, ParameterError

Value = str | int | float | bool

_KINDS: dict[str, type[Value]] = {"str": str, "int": int, "float": float, "bool": bool}
_TRUE_FALSE = {"true": True, "false": False, "yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One declared parameter.

    Attributes:
        help: The comment behind it, one line.
    """

    name: str
    kind: type[Value]
    default: Value
    help: str

    def __str__(self) -> str:
        return f"{self.name}: {self.kind.__name__} = {self.default!r}  ({self.help})"

    def convert(self, given: object) -> Value:
        """The value that `given` means; text from a shell is read as the declared type.

        Raises:
            ValueError: It is not of the declared type, in words for the reader.
        """
        if isinstance(given, str) and self.kind is not str:
            return self._read(given)
        if self.kind is float and isinstance(given, int) and not isinstance(given, bool):
            return float(given)
        if type(given) is self.kind:
            return given  # type: ignore[return-value]
        raise ValueError(f"must be {self.kind.__name__}, not {type(given).__name__} {given!r}")

    def _read(self, text: str) -> Value:
        try:
            if self.kind is bool:
                return _TRUE_FALSE[text.strip().lower()]
            return self.kind(text)
        except (KeyError, ValueError) as error:
            raise ValueError(f"must be {self.kind.__name__}, not {text!r}") from error


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

        Raises:
            ExecutionError: Something else stands there; named by line.
        """
        try:
            statements = ast.parse(source).body
            comments = _comments(source)
        except (SyntaxError, tokenize.TokenError) as error:
            raise ExecutionError(f"{name}: the parameters cell is not Python: {error}.") from error
        return cls(tuple(_declaration(one, comments, name) for one in statements))

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
                mistakes.append(f"there is no parameter {name!r}{_did_you_mean(name, known)}")
                continue
            try:
                values[name] = known[name].convert(value)
            except ValueError as error:
                mistakes.append(f"{name} {error}")
        if mistakes:
            raise ParameterError(
                f"The parameters are refused: {'; '.join(mistakes)}.",
                advice="\n  ".join(["The notebook takes:", *map(str, self.declared)]),
            )
        return values


def _declaration(statement: ast.stmt, comments: Mapping[int, str], name: str) -> Parameter:
    place = f"{name}, parameters cell, line {statement.lineno}"
    if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
        raise ExecutionError(
            f'{place}: only lines like `week: str = ""  # meaning` may stand here.'
        )
    kind = _KINDS.get(ast.unparse(statement.annotation))
    if kind is None:
        raise ExecutionError(f"{place}: the type must be one of {', '.join(_KINDS)}.")
    try:
        default = ast.literal_eval(statement.value) if statement.value else None
    except ValueError:
        default = None
    if type(default) is not kind:
        raise ExecutionError(f"{place}: the default must be a plain {kind.__name__}.")
    if not (text := comments.get(statement.lineno, "")):
        raise ExecutionError(f"{place}: a comment must say what {statement.target.id} means.")
    return Parameter(name=statement.target.id, kind=kind, default=default, help=text)


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _did_you_mean(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f", did you mean {close[0]!r}?" if close else ""
