"""The watch of a rollout: what the cells of `notebooks/rollout_watch.ipynb` show."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from codexreport import __version__
from codexreport.display.base import Block
from codexreport.display.blocks import (
    Command,
    Details,
    Figure,
    Group,
    Headline,
    KeyFigures,
    Notes,
    Paragraph,
)
from codexreport.display.notebook import MachineReport, Style
from codexreport.display.numbers import UNKNOWN, moment
from codexreport.display.tables import Column, Table
from codexreport.measure import State
from codexreport.pipeline.open import is_sample, moment_of, open_project, workspace_of
from codexreport.pipeline.rollout_moment import PINNED, is_pinned
from codexreport.pipeline.rollout_plan import rollout_of
from codexreport.pipeline.rollout_signals import Asking
from codexreport.pipeline.rollout_watch import RolloutWatch, watch_rollout
from codexreport.project.model import Project
from codexreport.rollout.checkpoints import Mark
from codexreport.rollout.verdict import STATES, Verdict
from codexreport.views.appendix import files_table, inputs_table, made_with, parameters_table
from codexreport.views.rollout_blocks import (
    NO_SUCCESS,
    NO_TRIGGERS,
    checkpoint_blocks,
    share_chart,
    success_table,
    trigger_charts,
    trigger_table,
)
from codexreport.views.rollout_figures import (
    share_figure,
    span_figure,
    step_figure,
    tripped_figure,
)
from codexreport.window import format_duration, zone

KIND = "rollout_watch"
TITLE = "Rollout watch"
SCHEMA = 1


def rollout_watch(
    *, project: str = "", release: str = "", now: str = "", offline: bool = False
) -> RolloutWatchReport:
    """Look at a project's rollout.

    Args:
        project: Folder of a project file; empty for the sample that ships with the kit.
        release: What is brought to users; empty for the project's own, if it names one.
        now: The moment of the look, ISO 8601; empty for the project's `as_of`, else the clock.
        offline: Ask no source, use what the last pull kept.

    Raises:
        ProjectError: The project is refused.
        ParameterError: It plans no rollout, or `now` is no time.
    """
    from codexreport.execution.notebooks import sample_project

    root = Path(project).resolve() if project else sample_project().resolve()
    opened = open_project(root, release=release)
    asking = Asking(
        project=opened,
        workspace=workspace_of(root),
        now=moment_of(now, opened),
        offline=offline,
    )
    return RolloutWatchReport(
        project=opened,
        watch=watch_rollout(asking),
        folder=project,
        pinned=is_pinned(now, opened),
    )


@dataclass(frozen=True, kw_only=True)
class RolloutWatchReport:
    """The report; each method is what one cell shows.

    Attributes:
        project: Whose rollout it is.
        watch: Everything that was seen.
        folder: The project's folder as it was asked for; empty for the sample.
        pinned: Whether the project's `as_of` chose the moment.
    """

    project: Project
    watch: RolloutWatch
    folder: str = ""
    pinned: bool = False

    def style(self) -> Style:
        """The look, for a notebook that is open in an editor."""
        return Style()

    @property
    def verdict(self) -> Verdict:
        """What to do."""
        return self.watch.now.answer.verdict

    @property
    def state(self) -> State:
        """The same as a state."""
        return STATES[self.verdict]

    def headline(self) -> Headline:
        """Go on, hold or roll back, of which moment, and why."""
        found = self.watch.now
        release = [f"Release {self.project.release}"] if self.project.release else []
        return Headline(
            state=self.state,
            said=self.verdict.value.upper(),
            sentence=f"As of {self._moment}: {found.answer.sentence}",
            details=[*release, *([PINNED.removeprefix(", ").capitalize()] if self.pinned else [])],
        )

    @property
    def _moment(self) -> str:
        found = self.watch.now
        return moment(found.as_of, found.plan.zone_name)

    def decisions(self) -> Group:
        """Everything that led to the verdict, and what happens next."""
        answer = self.watch.now.answer
        reasons = answer.reasons if len(answer.reasons) > 1 else ()  # one is in the headline
        return Group([Notes(reasons), Paragraph(answer.following)])

    def figures(self) -> KeyFigures:
        """Where it stands, at a glance."""
        watch = self.watch
        missed = sum(one.mark is Mark.MISSED for one in watch.checkpoints)
        return KeyFigures(
            [
                share_figure(watch.now),
                step_figure(watch.now),
                tripped_figure(watch.now.triggers),
                Figure(
                    label="Checkpoints missed",
                    value=UNKNOWN if watch.problem else str(missed),
                    note=watch.problem or f"of {len(watch.checkpoints)}",
                ),
                span_figure(watch),
            ]
        )

    def plan(self) -> Group:
        """Plan against actual."""
        actual = self.watch.now.actual
        why = [] if self.watch.now.compared and actual.share is not None else [actual.reason]
        return Group([share_chart(self.watch), *map(Paragraph, why)])

    def triggers(self) -> Group:
        """Every trigger, now and since the rollout began."""
        if not self.watch.now.triggers:
            return Group([Paragraph(NO_TRIGGERS)])
        return Group([trigger_table(self.watch.now.triggers), *trigger_charts(self.watch)])

    def checkpoints(self) -> Block:
        """Which were looked at, which are due, and which nobody looked at."""
        if self.watch.problem:
            return Paragraph(self.watch.problem)
        stints = rollout_of(self.project).stints
        return checkpoint_blocks(self.watch.checkpoints, stints, self.watch.now.plan.zone_name)

    def success(self) -> Block:
        """What has to be kept while everybody has it."""
        needed = format_duration(rollout_of(self.project).success_after)
        return success_table(self.watch.success, needed)

    def unknowns(self) -> Group:
        """What could not be told, by name."""
        rows = list(self._unknowns())
        if not rows:
            return Group([Paragraph("Nothing: everything that was asked could be told.")])
        columns = [Column("What"), Column("Why")]
        return Group([Table(caption="What the report could not tell", columns=columns, rows=rows)])

    def _unknowns(self) -> Iterator[tuple[str, str]]:
        found = self.watch.now
        if not found.triggers:
            yield "Whether to stop", NO_TRIGGERS
        for one in found.triggers:
            if one.state is State.UNKNOWN:
                yield one.trigger.signal.title, one.reason
        if found.actual.share is None:
            yield "The share of users that have it", found.actual.reason
        if self.watch.problem:
            yield "Checkpoints", self.watch.problem
        if not self.watch.success:
            yield "Whether it is a success", NO_SUCCESS
        for measure in self.watch.success:
            if measure.state is State.UNKNOWN:
                yield measure.subject, measure.reason

    def appendix(self) -> Group:
        """Parameters, inputs, versions, and how to make the report again."""
        folded = [inputs_table(self.watch.origins), files_table(self.project.inputs)]
        return Group(
            [
                Paragraph(made_with(self.folder)),
                Command(self._command()),
                parameters_table(self.parameters),
                Details("Inputs and their SHA-256", folded),
                Notes(self.project.notes),
            ]
        )

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the report was asked for."""
        sample = is_sample(self.project.root)
        return {
            "project": "sample" if sample else self.project.name,
            "release": self.project.release or "none",
        }

    def _command(self) -> str:
        parts = ["codexreport", "run", KIND]
        parts += ["--project", self.folder] if self.folder else ["--sample"]
        parts += ["--release", self.project.release] if self.project.release else []
        parts += [] if self.pinned else ["--now", self.watch.now.as_of.isoformat()]
        return shlex.join([*parts, "--offline"])

    def data(self) -> MachineReport:
        """The report for machines; it becomes `report.json`."""
        return MachineReport(self.to_dict())

    @cached_property
    def label(self) -> str:
        """What the rollout is called: its release, else the day it begins."""
        start = self.watch.now.plan.start
        return self.project.release or f"{start.astimezone(zone(self.project.timezone)):%Y-%m-%d}"

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        found = self.watch.now
        return {
            "schema": SCHEMA,
            "report": KIND,
            "title": TITLE,
            "project": self.project.name,
            "release": self.project.release,
            "window": {
                "label": self.label,
                "start": found.plan.start.isoformat(),
                "end": self.watch.over.isoformat(),
                "zone": found.plan.zone_name,
            },
            "as_of": found.as_of.isoformat(),
            "provisional": found.as_of < self.watch.over,
            "state": self.state.value,
            "verdict": self.verdict.value,
            "headline": f"As of {self._moment}: {found.answer.sentence}",
            "looked": f"As of {self._moment}{PINNED if self.pinned else ''}.",
            "look": found.to_dict(),
            "checkpoints": [
                {"at": one.at.isoformat(), "mark": one.mark.value} for one in self.watch.checkpoints
            ],
            "unknowns": [{"what": what, "reason": why} for what, why in self._unknowns()],
            "measures": [
                one.to_dict()
                for one in (*(t.measure() for t in found.triggers), *self.watch.success)
            ],
            "inputs": [one.to_dict() for one in self.watch.origins],
            "project_files": [
                {"path": one.path, "sha256": one.sha256, "size": one.size}
                for one in self.project.inputs
            ],
            "parameters": dict(self.parameters),
            "codexreport": __version__,
        }
