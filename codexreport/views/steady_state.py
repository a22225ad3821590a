"""The steady state report: what the cells of `notebooks/steady_state.ipynb` show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from codexreport.display.base import Block
from codexreport.display.blocks import Action, Group, Headline, Paragraph
from codexreport.display.numbers import day, moment
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table, WebLink
from codexreport.evidence import log
from codexreport.evidence.keep import phase_folder
from codexreport.evidence.weeks import KeptWeek, kept_weeks
from codexreport.incidents.telling import Account
from codexreport.measure import State
from codexreport.pipeline.happenings import happenings_of
from codexreport.pipeline.owed_postmortems import (
    is_severe,
    needs_postmortem,
    postmortem_due,
    postmortem_lacks,
    postmortem_of,
)
from codexreport.pipeline.steady import Exit, earliest, exits
from codexreport.pipeline.work import action_items
from codexreport.project.workspace import PHASE
from codexreport.readiness.judging import Finding
from codexreport.views.action_table import action_table
from codexreport.views.decision import DecisionReport
from codexreport.views.sections import nothing
from codexreport.views.slo_overview import history_table
from codexreport.views.update_logs import logs_table
from codexreport.window import zone
from codexreport.wording import count

_SHOWN_WEEKS = 12


def steady_state(
    *,
    project: str = "",
    decision: str = "steady-state",
    release: str = "",
    now: str = "",
    offline: bool = False,
) -> SteadyState:
    """Measure a project and decide whether its operations are steady.

    The arguments, and what is raised, are those of `DecisionReport.make`.
    """
    return SteadyState.make(
        project=project, decision=decision, release=release, now=now, offline=offline
    )


@dataclass(frozen=True, kw_only=True)
class SteadyState(DecisionReport):
    """Whether operations are steady, what is missing, and when it can be there."""

    kind: ClassVar[str] = "steady_state"
    title: ClassVar[str] = "Steady state"

    @property
    def label(self) -> str:
        """The day: it is about no release."""
        return self.now.astimezone(zone(self.project.timezone)).date().isoformat()

    @cached_property
    def exits(self) -> tuple[Exit, ...]:
        """What steady operations take."""
        measured = self.measured
        return exits(self.project, measured.weeks, measured.files, self.now)

    def owner_of(self, finding: Finding) -> str:
        """Who acts, as the table of what is missing says."""
        its = self._exit_of(finding)
        return (its and its.owner) or super().owner_of(finding)

    def _action(self, finding: Finding, owner: str, due: datetime | None) -> Action:
        """By when, and whose it is, as the table of what is missing says."""
        action = super()._action(finding, owner, due)
        its = self._exit_of(finding)
        return replace(action, owner=self.owner_of(finding), due=its.earliest) if its else action

    def _exit_of(self, finding: Finding) -> Exit | None:
        """What is missing, where that is what a finding is about and nobody has waived it."""
        asked = finding.measure and (finding.measure.name, finding.measure.subject)
        its = (one for one in self.exits if asked == (one.measure.name, one.measure.subject))
        found = next(its, None)
        return None if found is None or found.holds or finding.waiver else found

    def headline(self) -> Headline:
        """The answer, and when all can hold."""
        shown = super().headline()
        first = earliest(self.exits, self.now)
        if all(one.holds for one in self.exits) or first is None:
            return shown
        return replace(shown, details=[*shown.details, f"Steady on {day(first)} at the earliest"])

    def missing(self) -> Group:
        """What has to hold, what is missing, who acts, and the first day it can be there."""
        return Group([Paragraph(self._when()), self._exits_table()])

    def _when(self) -> str:
        open_ones = [one for one in self.exits if not one.holds]
        if not open_ones:
            return "Operations are steady: all of it holds."
        first = earliest(self.exits, self.now)
        said = f"{count(len(open_ones), 'things')} missing."
        if first is None:
            return f"{said} When it can be there, nothing can tell yet."
        unknown = any(one.measure.state is State.UNKNOWN for one in open_ones)
        also = ", if what is not known turns out well" if unknown else ""
        return f"{said} Steady state can be reached on {day(first)} at the earliest{also}."

    def _exits_table(self) -> Table:
        columns = ["What has to hold", "State", "Who", "Earliest", "Why, and what to do"]
        return Table(
            caption="What steady operations take",
            columns=[Column(name) for name in columns],
            rows=[self._exit(one) for one in self.exits],
            stacked=True,
        )

    @staticmethod
    def _exit(one: Exit) -> list[str | Block]:
        when = "now" if one.holds else day(one.earliest) if one.earliest else "not known"
        return [
            one.title,
            StateBadge(one.measure.state),
            one.owner or "nobody is named",
            when,
            _why(one),
        ]

    def weeks(self) -> Group:
        """Week after week: each objective, and what the weekly check kept of them."""
        weeks = self.measured.weeks
        shown = history_table(weeks) if weeks else nothing("Objectives", "prometheus")
        return Group([shown, self._kept()])

    def _kept(self) -> Block:
        records = log.read(phase_folder(self.workspace.recorded, PHASE)).records
        kept = sorted(kept_weeks(records).values(), key=lambda one: one.label)
        if not kept:
            return Paragraph("No week is in the evidence: codexreport monitor-slo keeps them.")
        columns = ["Week", "State", "Figures", "Checked", "Record"]
        return Table(
            caption="The weeks that are in the evidence",
            columns=[Column(name) for name in columns],
            rows=[self._kept_row(one) for one in reversed(kept[-_SHOWN_WEEKS:])],
            stacked=True,
        )

    def _kept_row(self, one: KeptWeek) -> list[str | Block]:
        record = f"{one.seq}, corrects {one.corrects}" if one.corrects else f"{one.seq}"
        return [
            one.label,
            StateBadge(one.state),
            "Provisional" if one.provisional else "Final",
            moment(one.as_of, self.project.timezone) if one.as_of else "not known",
            record,
        ]

    def updates(self) -> Block:
        """When dependencies and security were last seen to."""
        return logs_table(self.project, self.now)

    def actions(self) -> Block:
        """Every action item, as its tracker has it."""
        there = self.now.astimezone(zone(self.project.timezone))
        work = action_items(self.measured.files)
        if not work:
            return nothing("Action items", "github-issues")
        return action_table([one.item for one in work], there, "Action items of all lists")

    def incidents(self) -> Block:
        """Every incident, and where its postmortem is."""
        asked = {one.type for one in self.project.sources.values()}
        files = self.measured.files
        found = happenings_of(self.project.incidents, files, self.now, asked).incidents
        if not found:
            return nothing("Incidents", "incidents")
        columns = ["Incident", "Severity", "Over since", "Postmortem"]
        return Table(
            caption="Incidents and their postmortems",
            columns=[Column(name) for name in columns],
            rows=[self._incident(one) for one in found],
            stacked=True,
        )

    def _incident(self, one: Account) -> list[str | Block]:
        incident = one.incident
        known = None if one.contradiction else incident.resolved
        over = known and moment(known, self.project.timezone)
        return [
            f"{incident.id}: {incident.title}",
            incident.severity.value,
            "it goes on" if incident.open else over or "not known",
            self._postmortem(one),
        ]

    def _postmortem(self, one: Account) -> str | Block:
        """Where it is, or what it lacks."""
        lacking = postmortem_lacks(one.incident, self.project, self.now)
        if not lacking:
            return WebLink(postmortem_of(one.incident, self.project.root))
        if needs_postmortem(one, self.project, self.now):
            return lacking.capitalize()
        if not is_severe(one, self.project):
            return "Not needed"
        due = postmortem_due(one, self.project)
        if one.incident.open or due is None:
            return "Needed once it is over"
        return f"Needed by {day(due.astimezone(zone(self.project.timezone)))}; {lacking}"

    def to_dict(self) -> dict[str, Any]:
        """As every decision's report, with what is missing and when it can be there."""
        first = earliest(self.exits, self.now)
        return {
            **super().to_dict(),
            "steady_state": {
                "earliest": first.isoformat() if first else None,
                "exits": [
                    {
                        "title": one.title,
                        "state": one.measure.state.value,
                        "missing": one.missing,
                        "owner": one.owner,
                        "earliest": one.earliest.isoformat() if one.earliest else None,
                    }
                    for one in self.exits
                ],
            },
        }


def _why(one: Exit) -> str:
    """Why it is so, and what to do where it does not hold."""
    why = one.measure.reason or one.measure.formula
    return why if one.holds or one.missing in why else f"{why} {one.missing}"
