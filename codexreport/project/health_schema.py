"""What `codexreport.toml` says of health: the bounds, and what has to be there."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from codexreport.project.gate_schema import BoundsText
from codexreport.project.table import Phase, Table

CHECKS = (
    "tests",
    "coverage",
    "flags",
    "configuration",
    "environment",
    "disk",
    "memory",
)
"""What is always looked at, in this order."""
FULL_CHECKS = (*CHECKS, "version", "virtual-environment", "dependencies", "syntax")
"""What is looked at in the longer form."""


def _check_name(name: str) -> str:
    if name not in FULL_CHECKS:
        raise ValueError(f"{name!r} is no check; known: {', '.join(FULL_CHECKS)}")
    return name


def _within(pattern: str) -> str:
    if pattern.startswith("/") or ".." in pattern.split("/"):
        raise ValueError(f"{pattern!r} leads out of the project's folder")
    return pattern


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_within)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class HealthBoundsTable(Table):
    """`[health.tests]`, and likewise `coverage`, `disk` and `memory`: from where on it is well."""

    pass_: BoundsText = Field(alias="pass", validate_default=True)
    """Bounds that all hold for a pass, such as `">= 98 %"`."""
    warning: BoundsText = ()
    """Bounds for a warning, where those for a pass do not hold."""


def _bounds(good: str, tolerable: str) -> HealthBoundsTable:
    return HealthBoundsTable.model_validate({"pass": good, "warning": tolerable})


class HealthTable(Table):
    """`[health]`: what a health check looks at."""

    phase: Phase = "operations"
    """The evidence that it is kept in."""
    tests: HealthBoundsTable = _bounds(">= 98 %", ">= 95 %")
    """The share of tests that pass: by default 98 %, and 95 % for a warning."""
    coverage: HealthBoundsTable = _bounds(">= 80 %", ">= 60 %")
    """The share of lines covered: by default 80 %, and 60 % for a warning."""
    disk: HealthBoundsTable = _bounds(">= 10 %", ">= 5 %")
    """The share of the project's disk that is free: by default 10 %, and 5 % for a warning."""
    memory: HealthBoundsTable = _bounds(">= 10 %", ">= 5 %")
    """The share of memory that is available: by default 10 %, and 5 % for a warning."""
    configuration: tuple[Pattern, ...] = ()
    """Configuration files that must be there and whole, as patterns below the project's folder."""
    variables: tuple[Variable, ...] = ()
    """Environment variables that must be set; their values are neither shown nor kept."""
    python: str = ""
    """The interpreter that is looked at, seen from the project's folder, such as
    `.venv/bin/python`; absent: the one that codexreport runs in."""
    requires_python: str = ""
    """What its version must satisfy, such as `>=3.11`; absent: as `pyproject.toml` says."""
    syntax: tuple[Pattern, ...] = ("**/*.py",)
    """Source files whose syntax is checked in the longer form; nothing of them is run."""
    not_applicable: dict[Annotated[str, AfterValidator(_check_name)], str] = Field(default={})
    """Checks that do not apply here, by name, each with the reason."""

    @model_validator(mode="after")
    def _says_why(self) -> HealthTable:
        silent = sorted(name for name, reason in self.not_applicable.items() if not reason.strip())
        if silent:
            raise ValueError(f"not_applicable.{silent[0]} does not say why")
        return self
