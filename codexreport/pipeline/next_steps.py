"""The command that settles what is open in a gate, where one is known."""

from __future__ import annotations

import shlex

from codexreport.pipeline.questions import Question
from codexreport.project.gate_schema import CriterionTable
from codexreport.project.model import Project
from codexreport.readiness.judging import Finding


def command_for(project: Project, asked: Question, finding: Finding) -> str:
    """What to type so that a finding is known, or passes; empty where nobody can tell.

    Args:
        project: Its release, and what it runs itself.
        asked: The gates, with the release in its place.
        finding: What is open.
    """
    release = ["--release", project.release] if project.release else []
    for file in asked.files:
        for one in file.criteria:
            if (file.name, one.id) != (finding.gate, finding.criterion.id):
                continue
            if one.approval:
                role = ["--role", one.approval, "--as", "NAME"]
                return shlex.join(["codexreport", "sign-off", file.name, *role, *release])
            return shlex.join(_recorded(project, one, release)) if one.record else ""
    return ""


def _recorded(project: Project, one: CriterionTable, release: list[str]) -> list[str]:
    """What records a step: the command that the kit has for it, else any."""
    phase = ["--phase", one.phase]
    if one.record == "smoke" and project.smoke.environments:
        return ["codexreport", "smoke", *phase, *release]
    return ["codexreport", "record", one.record, *phase, "--", "COMMAND"]
