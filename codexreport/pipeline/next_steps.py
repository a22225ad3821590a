"""The command that settles what is open in a gate, where one is known."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from codexreport import steps
from codexreport.evidence.recording import is_recordable
from codexreport.pipeline.questions import Question
from codexreport.pipeline.smoke_asked import step_of
from codexreport.project.gate_schema import CriterionTable
from codexreport.project.model import Project
from codexreport.project.releases import phase_of
from codexreport.project.workspace import PHASE
from codexreport.readiness.judging import Finding


def command_for(project: Project, asked: Question, finding: Finding) -> str:
    """What to type so that a finding is known, or passes; empty where nobody can tell.

    Args:
        project: Its release, and what it runs itself.
        asked: The gates, with the release in its place.
        finding: What is open.
    """
    for file in asked.files:
        for one in file.criteria:
            if (file.name, one.id) != (finding.gate, finding.criterion.id):
                continue
            if one.approval:
                role = ["--role", one.approval, "--as", "NAME"]
                return _shown(["sign-off", file.name, *role, *_release(project)])
            return _shown(_recorded(project, asked, one)) if one.record else ""
    return ""


def _shown(words: Sequence[str]) -> str:
    return shlex.join(["codexreport", *words]) if words else ""


def _release(project: Project) -> list[str]:
    return ["--release", project.release] if project.release else []


def _recorded(project: Project, asked: Question, one: CriterionTable) -> list[str]:
    """What keeps a step where it is looked for: the command that the kit has for it, else any."""
    if smoke := _smoke(project, one):
        return smoke
    if known := _OF_STEPS.get(one.record):
        return known(project, asked, one.phase)
    if not is_recordable(one.record):
        return []
    return ["record", one.record, "--phase", one.phase, "--", "COMMAND"]


def _smoke(project: Project, one: CriterionTable) -> list[str]:
    """The smoke run that is kept as the step; empty where the project has none."""
    runs = project.smoke.environments if project.smoke.checks or project.smoke.command else {}
    for name, environment in runs.items():
        if step_of(name, environment) == one.record:
            return ["smoke", "--env", name, "--phase", one.phase, *_release(project)]
    return []


def _bundle(_project: Project, _asked: Question, phase: str) -> list[str]:
    return ["bundle", "--phase", phase]


def _health(project: Project, _asked: Question, phase: str) -> list[str]:
    here = phase == phase_of(project.health.phase, project.release)
    return ["health", *_release(project)] if here else []


def _perf(project: Project, _asked: Question, phase: str) -> list[str]:
    """Without a scenario nothing says what to measure, and what is fast enough."""
    names = list(project.perf.scenarios)
    if not names:
        return []
    name = names[0] if len(names) == 1 else "NAME"
    return ["perf", "--scenario", name, "--phase", phase, *_release(project)]


def _notify(project: Project, asked: Question, phase: str) -> list[str]:
    here = phase == phase_of(project.readiness.phase, project.release)
    way = [] if project.notify.webhook else ["--webhook", "env:NAME"]
    return ["notify", asked.name, *way, *_release(project)] if here else []


def _monitor(project: Project, _asked: Question, phase: str) -> list[str]:
    return ["monitor-slo"] if project.objectives and phase == PHASE else []


def _retros(_project: Project, _asked: Question, phase: str) -> list[str]:
    return ["schedule", "retros", "--from", "DAY"] if phase == PHASE else []


_OF_STEPS: dict[str, Callable[[Project, Question, str], list[str]]] = {
    steps.BUNDLE: _bundle,
    steps.HEALTH: _health,
    steps.MONITOR_SLO: _monitor,
    steps.NOTIFY: _notify,
    steps.PERF: _perf,
    steps.RETROS: _retros,
}
"""What the kit has for its own steps; no words where it keeps them elsewhere."""
