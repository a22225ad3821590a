"""Everything that is computed about a retro's period: objectives, incidents, promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from codexreport.facts import About
from codexreport.incidents.actions import ActionItem
from codexreport.incidents.history import Incidents
from codexreport.incidents.incident import Incident
from codexreport.incidents.telling import Account
from codexreport.measure import Measure
from codexreport.pipeline.authoring import find_retro, retro_before, retro_id
from codexreport.pipeline.collect import collect, evaluate_all
from codexreport.pipeline.happenings import INCIDENTS, Happenings
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.rollout.deployments import Deployment
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroPeriod:
    """What is known of a period.

    Attributes:
        window: The period.
        name: What its retro is called, for action items to name it.
        happenings: What happened, also outside it.
        objectives: Every objective, judged over the period.
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
    objectives: tuple[ObjectiveWeek, ...]
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

    def incident_measures(self) -> tuple[Measure, ...]:
        """How many there were, how long they took; unknown where they are not all told."""
        gaps = self.happenings.gaps_of(INCIDENTS)
        found = Incidents(
            incidents=self.incidents,
            covers=(self.window.start, self.window.end),
            incomplete=gaps[0].reason if gaps else "",
        )
        return found.measures(About(subject=self.window.label, now=self.happenings.now))


def retro_period(
    project: Project,
    workspace: Workspace,
    window: Window,
    found: Happenings,
    *,
    offline: bool = False,
) -> RetroPeriod:
    """Compute everything about a retro's period.

    Args:
        project: What it is about.
        workspace: Where snapshots are kept.
        window: The period.
        found: What happened.
        offline: Ask no source, use what the last pull kept.
    """
    collection = collect(project, workspace, window, now=found.now, offline=offline)
    before = retro_before(project.root, window)
    begun = find_retro(project.root, window)
    name = begun.stem if begun else window.label
    return RetroPeriod(
        window=window,
        name=name,
        happenings=found,
        objectives=evaluate_all(project, window, collection),
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


def _in(one: Incident, window: Window) -> bool:
    return one.began is not None and _holds(window, one.began.timestamp())


def _holds(window: Window, at_s: float) -> bool:
    return window.start_s <= at_s < window.end_s


def _of(found: Happenings, id_: str) -> tuple[ActionItem, ...]:
    return tuple(one for one in found.actions if one.incident == id_)
