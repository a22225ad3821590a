"""Whether files are there and whole: configuration and sources, by their notation."""

from __future__ import annotations

import ast
import tomllib
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from codexreport.measure import Measure, State, worst
from codexreport.strict import load_json, load_yaml_documents
from codexreport.text import listed, one_line
from codexreport.wording import count

MAX_BYTES = 5_000_000
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages"})


def configuration(root: Path, patterns: Sequence[str]) -> Measure:
    """Whether every pattern matches a file, and each of them is whole."""
    return _of_patterns("health.configuration", root, patterns, if_none=State.FAIL)


def syntax(root: Path, patterns: Sequence[str]) -> Measure:
    """Whether every file is one that its parser takes; unknown where a pattern matches none."""
    return _of_patterns("health.syntax", root, patterns, if_none=State.UNKNOWN)


def _of_patterns(name: str, root: Path, patterns: Sequence[str], *, if_none: State) -> Measure:
    matched = {one: [path for path in root.glob(one) if _counts(root, path)] for one in patterns}
    paths = sorted({path for found in matched.values() for path in found})
    broken = [
        f"{path.relative_to(root).as_posix()} {problem}"
        for path in paths
        if (problem := _problem(path))
    ]
    idle = [f"No file matches {one}" for one, found in matched.items() if not found]
    states = [State.FAIL] * bool(broken) + [if_none] * bool(idle)
    if not patterns:
        states, idle = [State.UNKNOWN], ["[health] names no file"]
    said = listed([*broken, *idle], ". ") or f"None of {count(len(paths), 'files')} is broken"
    if State.UNKNOWN in states:
        check = name.removeprefix("health.")
        said += f". Under [health] name some with {check}, or, {way_out(check)}"
    return Measure(
        name=name,
        subject="files",
        value=len(broken),
        unit="files",
        state=worst([*states, State.PASS]),
        reason=f"{said}.",
    )


def way_out(check: str) -> str:
    """What to write where a check makes no sense for a project, half a sentence."""
    return f'where there is none to check, say so: not_applicable.{check} = "REASON"'


def _counts(root: Path, path: Path) -> bool:
    """Files of the project's own: nothing below a hidden folder, nothing installed."""
    folders = path.relative_to(root).parts[:-1]
    return path.is_file() and not any(one.startswith(".") or one in _SKIPPED for one in folders)


def _problem(path: Path) -> str:
    """What is wrong with a file, a predicate; empty where nothing is."""
    try:
        with path.open("rb") as stream:
            return _problem_of(path.suffix.lower(), stream.read(MAX_BYTES + 1))
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _problem_of(suffix: str, content: bytes) -> str:
    if len(content) > MAX_BYTES or (not content.strip() and suffix != ".py"):
        return f"has more than {MAX_BYTES} bytes" if content.strip() else "is empty"
    try:
        _PARSERS.get(suffix, str)(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "is not UTF-8 text"
    except (RecursionError, MemoryError):
        return "is nested too deeply"
    except (ValueError, SyntaxError) as error:  # ValueError of strict JSON and YAML, and of TOML
        return f"is not whole: {_said(error)}"
    return ""


def _said(error: ValueError | SyntaxError) -> str:
    if isinstance(error, SyntaxError) and error.lineno:
        return f"line {error.lineno}: {error.msg}"
    return one_line(str(error))


def _parse_python(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning is no mistake of syntax
        ast.parse(text)


_PARSERS: Mapping[str, Callable[[str], object]] = {
    ".json": load_json,
    ".toml": tomllib.loads,
    ".yaml": load_yaml_documents,
    ".yml": load_yaml_documents,
    ".py": _parse_python,
}
