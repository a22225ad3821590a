"""Gates as files: our own TOML, and Keptn's `slo.yaml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from codexreport.errors import ParameterError, Problem, ProjectError
from codexreport.project.gate_schema import GateFile
from codexreport.project.mistakes import did_you_mean, dotted, explained
from codexreport.project.places import line_of
from codexreport.strict import StrictError, load_yaml_documents

Model = TypeVar("Model", bound=BaseModel)


def shipped_names() -> tuple[str, ...]:
    """The gates that come with the kit."""
    found = (one.name for one in files("codexreport.gates").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def shipped_text(name: str) -> str:
    """A shipped gate's file, to read or to copy.

    Raises:
        ParameterError: There is none of that name.
    """
    names = shipped_names()
    if name not in names:
        raise ParameterError(
            f"There is no gate {name!r}.", advice=did_you_mean(name, names).removeprefix("; ")
        )
    return (files("codexreport.gates") / f"{name}.toml").read_text(encoding="utf-8")


def parse_gate(text: str, file: str) -> GateFile:
    """Read a gate from TOML, or from Keptn's YAML where the file's name says so.

    Raises:
        ProjectError: With every mistake, by file, line and key.
    """
    if file.endswith((".yaml", ".yml")):
        return _parse_keptn(text, file)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProjectError([Problem(file, 0, "", f"is not TOML: {error}")]) from error
    return _validated(GateFile, tables, file, text)


def _validated(model: type[Model], tables: object, file: str, text: str) -> Model:
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise ProjectError(
            [
                Problem(file, line_of(text, path) if text else 0, dotted(path), message)
                for path, message in explained(error, model)
            ]
        ) from error


class _Keptn(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class _Criteria(_Keptn):
    criteria: list[str]


class _Objective(_Keptn):
    sli: str = Field(min_length=1)
    display_name: str = Field(default="", alias="displayName")
    passes: list[_Criteria] = Field(default=[], alias="pass")
    warning: list[_Criteria] = []
    weight: int = Field(default=1, ge=0)
    key_sli: bool = False


class _Comparison(_Keptn):
    compare_with: Literal["single_result", "several_results"] = "single_result"
    include_result_with_score: Literal["all", "pass", "pass_or_warn"] = "all"
    number_of_comparison_results: int = Field(default=3, ge=1)
    aggregate_function: Literal["avg", "p50", "p90", "p95"] = "avg"


class _Score(_Keptn):
    passes: str = Field(default="90%", alias="pass")
    warning: str = "75%"


class _Slo(_Keptn):
    spec_version: str
    filter: dict[str, str] = {}
    comparison: _Comparison = _Comparison()
    objectives: list[_Objective]
    total_score: _Score = _Score()


def _parse_keptn(text: str, file: str) -> GateFile:
    """Keptn's objectives as criteria: the SLI's name is the measure's.

    In Keptn a change without an earlier result passes; here it is unknown.
    """
    try:
        documents = load_yaml_documents(text)
    except StrictError as error:
        raise ProjectError([Problem(file, 0, "", f"is not strict YAML: {error}")]) from error
    if len(documents) != 1:
        raise ProjectError([Problem(file, 0, "", f"holds {len(documents)} documents, not one")])
    slo = _validated(_Slo, documents[0][1], file, "")
    name = file.rpartition("/")[2].rpartition(".")[0]
    tables = {
        "schema": 1,
        "name": name,
        "title": name,
        "pass_score": _percentage(slo.total_score.passes, file, "total_score.pass"),
        "warning_score": _percentage(slo.total_score.warning, file, "total_score.warning"),
        "criteria": list(_criteria(slo.objectives)),
    }
    return _validated(GateFile, tables, file, "")


def _criteria(objectives: Sequence[_Objective]) -> Iterator[dict[str, Any]]:
    """An objective without bounds is only shown in Keptn, and asks nothing."""
    for one in objectives:
        if one.passes:
            yield {
                "id": one.sli,
                "title": one.display_name or one.sli,
                "measure": one.sli,
                "pass": [group.criteria for group in one.passes],
                "warning": [group.criteria for group in one.warning] or (),
                "weight": one.weight,
                "key": one.key_sli,
            }


def _percentage(written: str, file: str, key: str) -> float:
    try:
        return float(written.strip().removesuffix("%"))
    except ValueError as error:
        message = f"{written!r} is no percentage such as 90%"
        raise ProjectError([Problem(file, 0, key, message)]) from error
