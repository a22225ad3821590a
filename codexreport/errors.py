"""Every failure the kit can name: one root, one subclass per boundary.

A message names the file, key or address that is wrong, what was expected there
and, as `advice`, what to do about it. Only `codexreport.cli` turns an error
into an exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class CodexReportError(Exception):
    """Root of all errors raised on purpose.

    Args:
        message: What is wrong and where, one sentence.
        advice: What the reader can do about it, one sentence.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message}\n{self.advice}".strip()

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: in a notebook, too, the message is for the reader, not the stack.

        The first line names the kind as this module knows it, so that whoever executes the
        notebook can raise the same error again.
        """
        kind = next(one for one in type(self).__mro__ if one.__module__ == __name__)
        return [f"{kind.__name__}: {self.message}", *filter(None, [self.advice])]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file people write.

    Attributes:
        file: The file as its author knows it.
        line: 1-based line, 0 where the file as a whole is meant.
        key: Dotted path of the key, empty for the whole file.
        message: What was found and what was expected.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ProjectError(CodexReportError):
    """The project file, or a file it names, is refused; all mistakes at once."""

    problems: tuple[Problem, ...] = ()

    def __init__(self, problems: Sequence[Problem], *, advice: str = "") -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems), advice=advice)


class ParameterError(CodexReportError):
    """A notebook was given a parameter it does not have, or a value of the wrong type."""


class SourceError(CodexReportError):
    """A source gave nothing usable: unreachable, truncated, contradictory, not understood."""

    exit_code = 3


class ExecutionError(CodexReportError):
    """A notebook cell failed."""


class RenderError(CodexReportError):
    """An executed notebook could not be turned into a page."""


class EvidenceError(CodexReportError):
    """The evidence store could not be read or written."""


class AuthoringError(CodexReportError):
    """A notebook that people write in cannot be made, read or brought up to date."""
