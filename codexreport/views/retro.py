"""The retrospective of a period: what the kit's cells of `notebooks/retro.ipynb` show."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from codexreport.authoring.remarks import Remark
from codexreport.display.base import Block
from codexreport.display.blocks import Group, Headline, Paragraph
from codexreport.display.numbers import span
from codexreport.incidents.actions import ActionItem
from codexreport.measure import Measure, Origin
from codexreport.pipeline.authoring import RETRO, find_retro, name_of, open_authored, retro_id
from codexreport.pipeline.collect import collect, evaluate_all
from codexreport.pipeline.happenings import ACTIONS, DEPLOYMENTS, INCIDENTS, Happenings, happenings
from codexreport.pipeline.open import choose_window, is_sample, moment_of
from codexreport.pipeline.retro_period import RetroPeriod, retro_period
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.views.action_table import action_table
from codexreport.views.appendix import asked, command
from codexreport.views.authored import AuthoredReport, opening, unique
from codexreport.views.period_blocks import became, deployments_block, incidents_table
from codexreport.views.slo_overview import objectives_table
from codexreport.views.slo_summary import tally
from codexreport.views.slo_summary import unknowns as unknown_of
from codexreport.window import Window
from codexreport.wording import count


def retro(
    *,
    project: str = "",
    week: str = "",
    start: str = "",
    end: str = "",
    now: str = "",
    offline: bool = False,
) -> Retro:
    """Compute what a retrospective shows.

    Args:
        project: Folder of a project file; empty for the sample that ships with the kit.
        week: ISO week such as `2026-W40`; empty for the last whole week.
        start: Start of an explicit span instead, ISO 8601.
        end: Its end.
        now: The moment of the report, ISO 8601; empty for the project's `as_of`, else the clock.
        offline: Ask no source, use what the last pull kept.

    Raises:
        ProjectError: The project is refused.
        ParameterError: The parameters contradict each other, or name no real time.
        AuthoringError: The notebook that was begun about it cannot be read.
    """
    opened, workspace, at = opening(project, now, offline=offline)
    window = choose_window(opened, at or moment_of(now, opened), week=week, start=start, end=end)
    found = happenings(opened, workspace, at, offline=offline)
    path = find_retro(opened.root, window)
    collection = collect(opened, workspace, window, now=found.now, offline=offline)
    return Retro(
        project=opened,
        now=found.now,
        authored=open_authored(path, opened.root) if path else None,
        folder=project,
        period=retro_period(opened, window, found, name_of(path, window)),
        judged=evaluate_all(opened, window, collection),
    )


@dataclass(frozen=True, kw_only=True)
class Retro(AuthoredReport):
    """The report; each method is what one cell shows.

    Attributes:
        period: What is known of the period.
        judged: Every objective, judged over it.
    """

    kind: ClassVar[str] = RETRO
    period: RetroPeriod
    judged: tuple[ObjectiveWeek, ...]

    @property
    def title(self) -> str:
        """What the page is called: by the name of its notebook, where that is begun."""
        return f"Retro {self.period.name}" if self.authored else "Retrospective"

    @property
    def window(self) -> Window:
        """The period, under the name of the retro."""
        return replace(self.period.window, label=self.period.name)

    @property
    def found(self) -> Happenings:
        """What happened, also outside the period."""
        return self.period.happenings

    @property
    def provisional(self) -> bool:
        """Whether the period is not over, or an objective's figures may still change."""
        return self._running or any(one.provisional for one in self.judged)

    @property
    def _running(self) -> bool:
        """Whether the period is not over."""
        return self.now.timestamp() < self.window.end_s

    def headline(self) -> Headline:
        """What the period was like, and what became of the last retro's promises."""
        period = self.period.window
        days = span(period.start, period.end, self.project.timezone)
        named = f"{period.label}, {days}" if "week" in asked(period) else days
        return Headline(state=self.state, sentence=self.sentence, details=[named, *self._dates()])

    @property
    def sentence(self) -> str:
        """The headline."""
        said = [
            f"Objectives: {tally(self.judged)}." if self.judged else "",
            f"{self._incidents()} {self._kept()}",
        ]
        return " ".join(filter(None, said))

    def _incidents(self) -> str:
        if not INCIDENTS & self.found.asked and not self.found.incidents:
            return "Incidents are not known."
        number = len(self.period.incidents)
        so_far = " so far" if self._running else ""
        known = ", as far as is known" if self.found.gaps_of(INCIDENTS) else ""
        return f"{count(number, 'incidents')} began{so_far}{known}."

    def _kept(self) -> str:
        """What became of what was promised."""
        promised = self.period.promised
        if not self.period.before:
            return "There is no retro before it."
        if self.found.gaps_of(ACTIONS) or not ACTIONS & self.found.asked:
            return "Whether the last retro's action items were closed is not known."
        if not promised:
            return f"No action item names the retro {self.period.before}."
        of = count(len(promised), "action items")
        return f"Of {of} that the last retro promised, {became(promised, self.now)}."

    @cached_property
    def record(self) -> tuple[Remark, ...]:
        """What is to be mended in the action items of this retro, and of the last."""
        return tuple(self.period.remarks())

    @property
    def items(self) -> Sequence[ActionItem]:
        """The action items that name it."""
        return self.period.items

    def promised(self) -> Block:
        """What the last retro promised, and whether it was done in time."""
        if not self.period.promised:
            return Paragraph(self._kept())
        caption = f"What the retro {self.period.before} promised, and how it stands"
        return action_table(self.period.promised, self.now, caption)

    def objectives(self) -> Block:
        """Every objective over the period."""
        if not self.judged:
            return Paragraph("The project has no objective.")
        return objectives_table(self.judged, linked=False)

    def incidents(self) -> Block:
        """The incidents that began in the period."""
        zone_name = self.project.timezone
        return incidents_table(self.period.accounts, zone_name, running=self._running)

    def deployments(self) -> Block:
        """How often was deployed in the period, and how it ended."""
        if not DEPLOYMENTS & self.found.asked:
            return Paragraph("Nothing feeds this: the project names no source of deployments.")
        period = self.period
        return deployments_block(period.deployments, period.untold, running=self._running)

    def actions(self) -> Group:
        """What is promised until the next retro."""
        id_ = retro_id(self.period.name)
        how = f"An action item belongs to this retro where its tracker names {id_} as its incident."
        if not self.items:
            told = [one.message for one in self.record if one.rule in _NO_ACTIONS]
            return Group([Paragraph(" ".join([*told, how]))])
        return Group([action_table(self.items, self.now, "What is promised"), Paragraph(how)])

    def missing(self) -> list[tuple[str, str]]:
        """What could not be told, and why."""
        gaps = [(one.what, one.reason) for one in self.found.gaps]
        if not ACTIONS & self.found.asked:
            gaps.append(("Action items", "The project names no source of them."))
        if not INCIDENTS & self.found.asked and not self.found.incidents:
            gaps.append(("Incidents", "The project names no source of them."))
        return [
            *gaps,
            *self.untold,
            *((one.what, one.reason) for one in unknown_of(self.judged)),
        ]

    @property
    def origins(self) -> Sequence[Origin]:
        """The bytes its figures were computed from."""
        of_measures = [origin for one in self.measures() for origin in one.origins]
        return unique([*self.found.origins, *of_measures])

    def measures(self) -> tuple[Measure, ...]:
        """Every figure."""
        of_objectives = [one for each in self.judged for one in each.measures()]
        return (*of_objectives, *self.period.incident_measures())

    @property
    def parameters(self) -> Mapping[str, str]:
        """What it was asked for."""
        sample = is_sample(self.project.root)
        return {"project": "sample" if sample else self.project.name, **asked(self.period.window)}

    @property
    def again(self) -> str:
        """The command that makes it again from what was kept."""
        return command(RETRO, project=self.folder, window=self.period.window, as_of=self.now)

    @property
    def new_command(self) -> str:
        """The command that makes the notebook to write in."""
        span_ = asked(self.period.window)
        period = (
            ["--period", span_["week"]]
            if "week" in span_
            else ["--from", span_["start"], "--to", span_["end"]]
        )
        return shlex.join(["codexreport", "new", RETRO, *period])


_NO_ACTIONS = frozenset({"no-action", "actions-unknown"})
