"""What a smoke run is: the environment that is asked, the checks, and the team's own command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codexreport.errors import ParameterError
from codexreport.project.mistakes import did_you_mean
from codexreport.project.model import Project
from codexreport.project.smoke_schema import SmokeEnvironmentTable
from codexreport.project.workspace import FILE_NAME
from codexreport.smoke.check import Check
from codexreport.steps import SMOKE

STAGING = "staging"
"""The environment whose runs are the step that gates ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is run, and where.

    Attributes:
        name: The environment's.
        environment: As the project file has it.
        phase: Whose evidence it is.
        checks: What is asked over HTTP.
        command: The team's own, placeholders replaced; empty for none.
    """

    name: str
    environment: SmokeEnvironmentTable
    phase: str
    checks: tuple[Check, ...]
    command: tuple[str, ...]

    @property
    def step(self) -> str:
        """What the run is kept as."""
        return step_of(self.name, self.environment)


def step_of(name: str, environment: SmokeEnvironmentTable) -> str:
    """What the runs of an environment are kept as."""
    return environment.step or (SMOKE if name == STAGING else f"{SMOKE}-{name}")


def asked_of(project: Project, name: str, phase: str) -> Asked:
    """What a smoke run of the environment `name` is; without a name, of the only one.

    Args:
        project: Whose `[smoke]` it is.
        name: Of the environment; may be empty.
        phase: Whose evidence it is.

    Raises:
        ParameterError: There is no such environment, or nothing to run.
    """
    smoke = project.smoke
    known = sorted(smoke.environments)
    if not name and len(known) == 1:
        (name,) = known
    if name not in smoke.environments:
        _refuse_environment(name, known)
    if not smoke.checks and not smoke.command:
        raise ParameterError(
            f"{FILE_NAME} names nothing to run.",
            advice="Write a check under [[smoke.checks]], or a command under [smoke].",
        )
    environment = smoke.environments[name]
    return Asked(
        name=name,
        environment=environment,
        phase=phase,
        checks=tuple(one.check(environment.base_url) for one in smoke.checks),
        command=tuple(_filled(word, name, environment) for word in smoke.command),
    )


def require_secrets(asked: Asked, environ: Mapping[str, str]) -> None:
    """Refuse before anything is asked: half a run says nothing.

    Raises:
        ParameterError: Names every variable that is not set, and who needs it.
    """
    missing = [
        f"{variable} ({place})"
        for place, variable in variables(asked)
        if not environ.get(variable, "").strip()
    ]
    if missing:
        raise ParameterError(
            f"Not set in the environment: {', '.join(missing)}.",
            advice="Set each to the secret that the headers in [smoke] refer to as env:NAME.",
        )


def variables(asked: Asked) -> Iterator[tuple[str, str]]:
    """Who refers to which environment variable."""
    for reference in asked.environment.headers.values():
        yield "the environment", reference.removeprefix("env:")
    for check in asked.checks:
        for reference in check.headers.values():
            yield check.name, reference.removeprefix("env:")


def _refuse_environment(name: str, known: list[str]) -> None:
    if not known:
        raise ParameterError(
            f"{FILE_NAME} names no environment to ask.",
            advice='Write [smoke.environments.staging] base_url = "https://...".',
        )
    if not name:
        raise ParameterError(
            "Several environments could be asked.", advice=f"Add --env: {', '.join(known)}."
        )
    raise ParameterError(
        f"There is no environment {name!r} in {FILE_NAME}.",
        advice=did_you_mean(name, known).removeprefix("; "),
    )


def _filled(word: str, name: str, environment: SmokeEnvironmentTable) -> str:
    return word.replace("{env}", name).replace("{base_url}", environment.base_url)
