"""Checking documents people write: every mistake becomes a `Problem` with file, line and key."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from codexreport.errors import Problem, ProjectError
from codexreport.keys import in_words, nearest
from codexreport.strict import StrictError, load_yaml_documents

Model = TypeVar("Model", bound=BaseModel)
YamlDocument = tuple[int, Any]
"""The line a document starts on, and its value."""


class Part(BaseModel):
    """A mapping in a document; keys it does not know are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True
    )


def _number(value: object) -> object:
    """A YAML number as the decimal its author wrote."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"must be a number, not {value!r}")
    return Fraction(Decimal(str(value)))


def _share(value: Any) -> Any:
    if not 0 < value <= 1:
        raise ValueError("must lie above 0 and at most at 1")
    return value


def _percentage(value: Any) -> Any:
    if not 0 < value <= 100:  # noqa: PLR2004, a hundred per cent
        raise ValueError("must lie above 0 and at most at 100")
    return value


Number = Annotated[Fraction, BeforeValidator(_number)]
Share = Annotated[Number, AfterValidator(_share)]
Percentage = Annotated[Number, AfterValidator(_percentage)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$")]


_LAST_PART = re.compile(r"(?:\[\d+\]|(?:^|\.)[^.\[\]]*)$")


class Refusals:
    """The mistakes found in one file so far, so that one reading names them all."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self.problems: list[Problem] = []

    def add(self, line: int, key: str, message: str) -> None:
        """Refuse what stands at `key` of the document that starts on `line`."""
        self.problems.append(Problem(self._file, self.line_of(line, key), key, message))

    def line_of(self, line: int, key: str) -> int:
        """The line of `key`, or of the nearest key around it, in the document from `line` on."""
        while key and (line, key) not in self._lines:
            key = _LAST_PART.sub("", key)
        return self._lines.get((line, key), line)

    @cached_property
    def _lines(self) -> dict[tuple[int, str], int]:
        return lines_of_keys(self._text)

    def raise_any(self) -> None:
        """Refuse the file if there was any mistake.

        Raises:
            ProjectError: With all of them.
        """
        if self.problems:
            raise ProjectError(
                sorted(set(self.problems)), advice="Mend these and run the command again."
            )

    def validated(self, model: type[Model], document: YamlDocument) -> Model | None:
        """The document as `model`; None where it is refused."""
        line, value = document
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                place = tuple(detail["loc"])
                self.add(line, dotted(place), _message(model, place, dict(detail)))
            return None


@dataclass(frozen=True, slots=True)
class Spot:
    """A key of a document, where a mistake can be refused."""

    refusals: Refusals
    line: int
    key: str = ""

    def at(self, key: str) -> Spot:
        """The key inside this one."""
        return Spot(self.refusals, self.line, f"{self.key}.{key}" if self.key else key)

    def refuse(self, message: str) -> None:
        """Refuse what stands here."""
        self.refusals.add(self.line, self.key, message)

    def key_line(self) -> int:
        """The line it stands on."""
        return self.refusals.line_of(self.line, self.key)


def read_documents(text: str, file: str) -> list[YamlDocument]:
    """The documents of a YAML stream that are not empty.

    Raises:
        ProjectError: Not strict YAML.
    """
    try:
        return [one for one in load_yaml_documents(text) if one[1] is not None]
    except StrictError as error:
        number, _, rest = str(error).removeprefix("line ").partition(": ")
        line, message = (int(number), rest) if number.isdigit() else (0, str(error))
        raise ProjectError(
            [Problem(file, line, "", f"cannot be read as YAML: {message}")],
            advice="Mend the syntax; the rest is checked after that.",
        ) from error


def lines_of_keys(text: str) -> dict[tuple[int, str], int]:
    """Where each key of a YAML stream stands, by the line its document starts on and its place.

    Args:
        text: What `read_documents` has understood.
    """
    lines: dict[tuple[int, str], int] = {}
    for document in yaml.compose_all(text, Loader=yaml.CSafeLoader):
        start = document.start_mark.line + 1
        todo: list[tuple[tuple[str | int, ...], yaml.Node]] = [((), document)]
        while todo:
            place, node = todo.pop()
            if isinstance(node, yaml.MappingNode):
                children = [(key.value, key, value) for key, value in node.value]
            elif isinstance(node, yaml.SequenceNode):
                children = [(number, item, item) for number, item in enumerate(node.value)]
            else:
                continue
            for part, stands, value in children:
                lines[start, dotted((*place, part))] = stands.start_mark.line + 1
                todo.append(((*place, part), value))
    return lines


def dotted(place: tuple[str | int, ...]) -> str:
    """A key's place as people write it: `spec.objectives[0].target`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def _message(
    model: type[BaseModel], place: tuple[str | int, ...], detail: Mapping[str, Any]
) -> str:
    if detail["type"] != "extra_forbidden":
        return in_words(detail)
    return "is not a key here" + nearest(str(place[-1]), _keys_at(model, place[:-1]))


def _keys_at(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    for part in place:
        if isinstance(part, int):
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        inner = _models_in(fields[part].annotation) if part in fields else []
        if not inner:
            return []
        model = inner[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    for one in getattr(annotation, "__args__", ()):
        found += _models_in(one)
    return found
