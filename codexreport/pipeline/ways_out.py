"""What to write in the project file where a gate asks for what nothing measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.project.model import Project

_ROLLOUT = "rollout."
_SUCCESS = "rollout.success."


def unmeasured(
    project: Project, asked: Iterable[str], measured: Iterable[Measure], now: datetime
) -> Iterator[Measure]:
    """Each measure that is asked for, is not there, and would be after a line in the project file.

    Args:
        project: Where the line is missing.
        asked: Names of measures.
        measured: What there is.
        now: The moment of the judgement, aware.
    """
    about, known = About(subject=project.name, now=now), {one.name for one in measured}
    for name in dict.fromkeys(asked):
        if name not in known and (reason := _missing(project, name)):
            yield about.measure(name, None, "1", State.UNKNOWN, reason)


def _missing(project: Project, name: str) -> str:
    if name.startswith(_SUCCESS) and project.rollout:
        aim = name.removeprefix(_SUCCESS)
        return f'Nothing measures it: add [[rollout.success]] with aim = "{aim}".'
    if name.startswith(_ROLLOUT) and not project.rollout:
        return "No rollout is planned: add [rollout]."
    return ""
