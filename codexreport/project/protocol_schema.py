"""What may stand in a protocol: steps, and what shows that each is done."""

from __future__ import annotations

from pydantic import Field, model_validator

from codexreport.keys import Length
from codexreport.project.table import Name, Phase, Table

_SHOWN_BY = ("record", "file", "section", "gate")


class StepTable(Table):
    """`[[protocols.NAME.steps]]`: one step, and what shows that it is done."""

    id: Name
    """Its name in the protocol."""
    title: str = Field(min_length=1, max_length=200)
    """What is true when it is done."""
    stage: str = Field(default="", max_length=80)
    """The part of the protocol that it belongs to, such as `Before`."""
    record: str = ""
    """It is done when the last record of this step is green, such as `smoke`."""
    file: str = ""
    """Instead: when this file is there, below the project's folder."""
    section: str = ""
    """Instead: when this section is filled, such as `docs/runbook.md#Escalation`."""
    gate: Name | None = None
    """Instead: when this gate or decision is GO or CONDITIONAL GO."""
    phase: Phase | None = None
    """The evidence that the record is looked for in; absent: the protocol's, and of the step
    `notify` that of `[readiness]`, where it is kept."""
    max_age: Length | None = None
    """How old the record or the file may be."""
    optional: bool = False
    """With `--skip-missing` nothing of it need be there; what is there is judged."""
    handoff: str = Field(default="", max_length=200)
    """The item of the handoff checklist that it stands for; absent: none."""
    do: str = Field(default="", max_length=300)
    """What to do, for the reader; `{phase}` stands for the evidence that is looked in."""

    @model_validator(mode="after")
    def _shown_by_one_thing(self) -> StepTable:
        if sum(bool(getattr(self, key)) for key in _SHOWN_BY) != 1:
            raise ValueError(f"needs exactly one of {', '.join(_SHOWN_BY)}")
        if self.phase and not self.record:
            raise ValueError("phase belongs to record")
        if self.max_age and self.gate:
            raise ValueError("a gate has its own ages: max_age belongs to record, file or section")
        return self


class ProtocolTable(Table):
    """`[protocols.NAME]`: steps that are gone through in order."""

    title: str = Field(min_length=1, max_length=200)
    """What people call it."""
    description: str = ""
    """What it is for, for the reader."""
    phase: Phase = "operations"
    """The evidence that its records are in, and that its completion is kept in; `operations`
    stands for `[project] phase`, where there is one."""
    steps: tuple[StepTable, ...] = Field(min_length=1)
    """In the order that they are done in."""

    @model_validator(mode="after")
    def _each_once(self) -> ProtocolTable:
        ids = [one.id for one in self.steps]
        if twice := next((one for one in ids if ids.count(one) > 1), ""):
            raise ValueError(f"the id {twice!r} stands twice")
        return self
