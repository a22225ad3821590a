"""The postmortem of an incident: what the kit's cells of `notebooks/postmortem.ipynb` show."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import ClassVar

from codexreport.authoring.remarks import Remark
from codexreport.display.base import Block
from codexreport.display.blocks import Group, Headline, KeyFigures, Paragraph, Series
from codexreport.display.numbers import duration, percent, span
from codexreport.display.tables import Table
from codexreport.errors import ParameterError
from codexreport.incidents.actions import ActionItem
from codexreport.incidents.incident import Incident
from codexreport.incidents.spans import since_epoch
from codexreport.measure import Measure, Origin, State
from codexreport.pipeline.authoring import POSTMORTEM, find_authored, open_authored
from codexreport.pipeline.happenings import Happenings, happenings
from codexreport.pipeline.incident_file import IncidentFile, incident_file
from codexreport.pipeline.incident_remarks import postmortem_remarks
from codexreport.pipeline.open import is_sample
from codexreport.slo.spending import Spending
from codexreport.text import listed
from codexreport.views.action_table import action_table
from codexreport.views.authored import AuthoredReport, opening, unique
from codexreport.views.incident_blocks import (
    cost_blocks,
    deployments_blocks,
    flags_block,
    named,
    similar_block,
    timeline_block,
    times_block,
)
from codexreport.views.slo_summary import known_value
from codexreport.window import Window


def postmortem(
    *, project: str = "", incident: str = "", now: str = "", offline: bool = False
) -> Postmortem:
    """Compute what a postmortem shows.

    Args:
        project: Folder of a project file; empty for the sample that ships with the kit.
        incident: The incident's id; empty for the latest.
        now: The moment of the report, ISO 8601; empty for the project's `as_of`, else the clock.
        offline: Ask no source, use what the last pull kept.

    Raises:
        ProjectError: The project is refused.
        ParameterError: There is no such incident, or its id cannot name a file.
        AuthoringError: The notebook that was begun about it cannot be read.
    """
    opened, workspace, at = opening(project, now, offline=offline)
    found = happenings(opened, workspace, at, offline=offline)
    account = found.incident(incident or latest(found))
    path = find_authored(opened.root, POSTMORTEM, account.incident.id)
    return Postmortem(
        project=opened,
        now=found.now,
        authored=open_authored(path, opened.root) if path else None,
        folder=project,
        file=incident_file(opened, workspace, account, found, offline=offline),
    )


def latest(found: Happenings) -> str:
    """The incident that began last.

    Raises:
        ParameterError: There is none.
    """
    began = [one.incident for one in found.incidents if one.incident.began is not None]
    if not began:
        raise ParameterError(
            "The project has no incident.",
            advice="Write one under [[incidents]], or name a source of incidents.",
        )
    return max(began, key=_began).id


def _began(one: Incident) -> tuple[float, str]:
    return (since_epoch(one.began).total_seconds() if one.began else 0.0, one.id)


@dataclass(frozen=True, kw_only=True)
class Postmortem(AuthoredReport):
    """The report; each method is what one cell shows.

    Attributes:
        file: Everything that is computed about the incident.
    """

    kind: ClassVar[str] = POSTMORTEM

    file: IncidentFile

    @property
    def title(self) -> str:
        """Its incident, by id and title."""
        return f"Postmortem of {named(self.incident)}"

    @property
    def incident(self) -> Incident:
        """The incident it is about."""
        return self.file.incident

    @property
    def window(self) -> Window:
        """From its beginning to its end; where that is not known, to the moment of the report."""
        if self.file.span is not None:
            return self.file.span
        began, latest = self.incident.began, self.now - timedelta(seconds=1)
        return Window(
            start=min(began or latest, latest, key=datetime.timestamp).astimezone(self.now.tzinfo),
            end=self.now,
            zone_name=self.project.timezone,
            label=self.incident.id,
        )

    @property
    def provisional(self) -> bool:
        """Whether it is open, or so young that late data may still change what it cost."""
        ends = [one.span.end_s + one.objective.settle.total_seconds() for one in self.file.spent]
        return self.incident.open or any(self.now.timestamp() < end for end in ends)

    def headline(self) -> Headline:
        """What it was, how long it went on and what it cost."""
        zone_name = self.project.timezone
        when = self.file.span
        return Headline(
            state=self.state,
            sentence=self._told,
            details=[
                f"Severity {self.incident.level}" if self.incident.level else "No severity",
                *([span(when.start, when.end, zone_name)] if when else []),
                *self._dates(),
            ],
        )

    @property
    def sentence(self) -> str:
        """The headline."""
        return f"{named(self.incident)}. {self._told}"

    @property
    def _told(self) -> str:
        """How long it went on and what it cost; the title says what it was."""
        return f"{self._lasted()} {self._cost()}".strip()

    @property
    def settled(self) -> str:
        """Nothing is final where nothing is known."""
        known = self.file.span is not None and (
            not self.file.spent
            or any(known_value(one.spent) is not None for one in self.file.spent)
        )
        return super().settled if known or self.provisional else ""

    def _lasted(self) -> str:
        if self.file.span is None:
            return f"How long it went on and what it cost are not known. {self.file.no_span}"
        length = duration(int(self.file.span.length.total_seconds()))
        if self.incident.open:
            return f"It has gone on for {length}, and is still open."
        return f"It went on for {length}."

    def _cost(self) -> str:
        """What it cost the objective that paid most."""
        known = [(value, one) for one in self.file.spent if (value := known_value(one.spent))]
        if known:
            value, worst = max(known, key=lambda pair: pair[0])
            spent = percent(value, decimals=1)
            return f"It spent {spent} of the error budget of {worst.objective.display_name}."
        if self.file.spent and all(known_value(one.spent) is not None for one in self.file.spent):
            return "It spent no error budget."
        return "What it cost is not known." if self.file.spent else ""

    @cached_property
    def record(self) -> tuple[Remark, ...]:
        """What is to be mended in the incident's record and its action items."""
        record = postmortem_remarks(self.project, self.file.account, self.file.happenings)
        return (*record, *self._costs_unknown())

    def _costs_unknown(self) -> Iterator[Remark]:
        """Which costs are not known, those of one reason together."""
        unknown = [one for one in self.file.spent if one.spent.state is State.UNKNOWN]
        for (quiet, reason), some in groupby(
            unknown, key=lambda one: (_quiet(one), one.spent.reason)
        ):
            names = listed([one.objective.display_name for one in some])
            yield Remark(
                rule="cost-unknown",
                state=State.WARNING if quiet else State.UNKNOWN,
                message=f"What it cost is not known: {names}. {reason}",
            )

    @property
    def items(self) -> Sequence[ActionItem]:
        """The action items that name it."""
        return self.file.actions

    def cost(self) -> Series:
        """What it cost, objective by objective."""
        return Series(cost_blocks(self.file, self.project.timezone))

    def times(self) -> KeyFigures:
        """How long it took to detect, acknowledge, mitigate and restore."""
        return times_block(self.file.times)

    def timeline(self) -> Table:
        """What the records say happened when."""
        return timeline_block(self.file, self.project.timezone)

    def changes(self) -> Group:
        """What was changed near it."""
        if self.file.span is None:
            return Group([Paragraph(f"What changed near it is not known. {self.file.no_span}")])
        zone_name = self.project.timezone
        missing = [one.message for one in self.record if one.rule == "deployment-missing"]
        return Group(
            [
                *deployments_blocks(self.file, self.project.authoring.near, zone_name),
                *map(Paragraph, [self._unchanged(), *missing]),
                flags_block(self.file.flags, zone_name),
            ]
        )

    def _unchanged(self) -> str:
        """Whether there is any deployment that is not shown, a sentence."""
        other = "other " if self.file.deployments else ""
        if self.file.untold:
            return f"Whether any {other}deployment began near it is not known. {self.file.untold}"
        return f"No {other}deployment began near it."

    def similar(self) -> Block:
        """Earlier incidents that resemble it."""
        return similar_block(self.file, self.project)

    def actions(self) -> Block:
        """What was promised, and whether it is done."""
        if not self.items:
            return Paragraph(
                " ".join(one.message for one in self.record if one.rule in _NO_ACTIONS)
            )
        return action_table(self.items, self.now, "What was promised, and how it stands")

    def missing(self) -> list[tuple[str, str]]:
        """What could not be told, and why."""
        gaps = [(one.what, one.reason) for one in self.file.happenings.gaps]
        unknown = [one for one in self.measures() if one.state is State.UNKNOWN]
        by_reason = groupby(unknown, key=lambda one: (one.subject, one.reason))
        return [
            *gaps,
            *self.untold,
            *((f"{subject}, {_in_words(some)}", reason) for (subject, reason), some in by_reason),
        ]

    @property
    def origins(self) -> Sequence[Origin]:
        """The bytes its figures were computed from."""
        of_measures = [origin for one in self.file.spent for origin in one.spent.origins]
        return unique([*self.file.happenings.origins, *of_measures])

    def measures(self) -> tuple[Measure, ...]:
        """Every figure."""
        return (*self.file.times, *(one for each in self.file.spent for one in each.measures()))

    @property
    def parameters(self) -> Mapping[str, str]:
        """What it was asked for."""
        sample = is_sample(self.project.root)
        return {"project": "sample" if sample else self.project.name, "incident": self.incident.id}

    @property
    def again(self) -> str:
        """The command that makes it again from what was kept."""
        where = ["--project", self.folder] if self.folder else ["--sample"]
        parts = ["codexreport", "run", POSTMORTEM, "--incident", self.incident.id, *where]
        return shlex.join([*parts, "--offline", "--now", self.now.isoformat()])

    @property
    def new_command(self) -> str:
        """The command that makes the notebook to write in."""
        return shlex.join(["codexreport", "new", POSTMORTEM, "--incident", self.incident.id])


_NO_ACTIONS = frozenset({"no-action", "actions-unknown"})


def _quiet(one: Spending) -> bool:
    """Whether the objective was observed all along, and had no event to count."""
    return (one.spent.coverage or 0) >= one.objective.min_coverage and not one.spent.sample_size


def _in_words(some: Iterable[Measure]) -> str:
    return ", ".join(one.name.rpartition(".")[2].replace("_", " ") for one in some)
