"""What is known of a retro's period: incidents, deployments, promises, and what is to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from codexreport.authoring.remarks import Remark
from codexreport.facts import About
from codexreport.incidents.actions import ActionItem, Standing
from codexreport.incidents.history import Incidents
from codexreport.incidents.incident import Incident
from codexreport.incidents.telling import Account
from codexreport.measure import Measure, State
from codexreport.pipeline.authoring import retro_before, retro_id
from codexreport.pipeline.happenings import INCIDENTS, Happenings
from codexreport.pipeline.incident_remarks import action_remarks, doubt_remarks, untold_remarks
from codexreport.project.model import Project
from codexreport.rollout.deployments import Deployment
from codexreport.text import one_line
from codexreport.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroPeriod:
    """What is known of a period.

    Attributes:
        window: The period.
        name: What its retro is called, for action items to name it.
        happenings: What happened, also outside it.
        accounts: The incidents that began in it.
        deployments: Those that began in it, in order of time.
        untold: Why others may have begun in it, a sentence; empty where none can.
        before: The label of the retro before; empty where there is none.
        promised: The action items of that one.
        items: The action items of this one.
    """

    window: Window
    name: str
    happenings: Happenings
    accounts: tuple[Account, ...]
    deployments: tuple[Deployment, ...]
    untold: str
    before: str
    promised: tuple[ActionItem, ...]
    items: tuple[ActionItem, ...]

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """The incidents that began in it."""
        return tuple(one.incident for one in self.accounts)

    def remarks(self) -> Iterator[Remark]:
        """What is to be mended in what the retro is about, and what of it is not known."""
        found = self.happenings
        yield from action_remarks(self.items, found, retro_id(self.name))
        for promise in self.promised:
            yield from _of_promise(promise, found.now)
        for one in self.accounts:
            if one.contradiction:
                yield Remark(rule="timeline-order", state=State.UNKNOWN, message=one.contradiction)
        yield from untold_remarks(found, self.untold)

    def incident_measures(self) -> tuple[Measure, ...]:
        """How many there were, how long they took; unknown where they are not all told."""
        gaps = self.happenings.gaps_of(INCIDENTS)
        found = Incidents(
            incidents=self.incidents,
            covers=(self.window.start, self.window.end),
            incomplete=gaps[0].reason if gaps else "",
        )
        return found.measures(About(subject=self.window.label, now=self.happenings.now))


def retro_period(project: Project, window: Window, found: Happenings, name: str) -> RetroPeriod:
    """What of what happened belongs to a retro's period.

    Args:
        project: What it is about.
        window: The period.
        found: What happened.
        name: What the retro is called.
    """
    before = retro_before(project.root, window)
    return RetroPeriod(
        window=window,
        name=name,
        happenings=found,
        accounts=tuple(one for one in found.incidents if _in(one.incident, window)),
        deployments=tuple(
            sorted(
                (one for one in found.deployments if _holds(window, one.started.timestamp())),
                key=lambda one: (one.started.timestamp(), one.id),
            )
        ),
        untold=found.deployments_untold(
            window.start, min(window.end, found.now, key=datetime.timestamp), window.zone_name
        ),
        before=before,
        promised=_of(found, retro_id(before)) if before else (),
        items=_of(found, retro_id(name)),
    )


def _of_promise(one: ActionItem, now: datetime) -> Iterator[Remark]:
    """That a promise of the last retro was not kept, or that nobody knows."""
    yield from doubt_remarks(one, now)
    if one.standing(now) in {Standing.OVERDUE, Standing.LATE}:
        said = f"The last retro's {one_line(one.id)} ({one_line(one.title)}) was not done in time."
        yield Remark(rule="promise-late", state=State.FAIL, message=said)


def _in(one: Incident, window: Window) -> bool:
    return one.began is not None and _holds(window, one.began.timestamp())


def _holds(window: Window, at_s: float) -> bool:
    return window.start_s <= at_s < window.end_s


def _of(found: Happenings, id_: str) -> tuple[ActionItem, ...]:
    return tuple(one for one in found.actions if one.incident == id_)
