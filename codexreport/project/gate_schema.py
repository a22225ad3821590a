"""What may stand in a gate's file: every key, its type and its default."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator

from codexreport.bounds import Bound, BoundError, Bounds, parse_bound
from codexreport.keys import Length
from codexreport.project.table import Name, Table
from codexreport.readiness.gate import Criterion, Gate
from codexreport.sustained import Hold

MEASURES = {
    "file": "checklist.file",
    "section": "checklist.section",
    "record": "evidence.record",
    "approval": "evidence.approval",
    "never": "slo.sustained",
}
"""What a key that stands instead of `measure` asks for, as a measure."""


def _bounds(value: object) -> object:
    """A bound, some that must all be kept, or alternatives of such."""
    if value == ():
        return ()
    written = [value] if isinstance(value, str) else value
    if not isinstance(written, list):
        raise ValueError('write bounds such as ["< 200 ms", "<= +10 %"]')  # noqa: TRY004, pydantic turns only ValueError into a message
    groups = written if written and all(isinstance(one, list) for one in written) else [written]
    try:
        return tuple(tuple(parse_bound(str(text)) for text in group) for group in groups)
    except BoundError as error:
        raise ValueError(str(error)) from error


def _share(value: object) -> object:
    """A bound that a share of events can be held against."""
    if value is None or isinstance(value, Bound):
        return value
    try:
        bound = parse_bound(str(value))
        bound.limit("ratio", None)
    except BoundError as error:
        raise ValueError(f"write a share of bad events such as > 1 %: {error}") from error
    if bound.operator not in {">", ">="}:
        raise ValueError("write what must not last, such as > 1 %")
    return bound


def _exact(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError("write a number that is not negative")
    return Fraction(Decimal(str(value)))


def _score(value: object) -> object:
    score = _exact(value)
    if not isinstance(score, Fraction) or score > 100:  # noqa: PLR2004, a score is out of a hundred
        raise ValueError("write a score from 0 to 100")
    return score


BoundsText = Annotated[Bounds, BeforeValidator(_bounds)]
Share = Annotated[Bound | None, BeforeValidator(_share)]
Weight = Annotated[Fraction, BeforeValidator(_exact)]
Score = Annotated[Fraction, BeforeValidator(_score)]


class CriterionTable(Table):
    """`[[criteria]]`: one question, about a measure, a checklist's item or what must not last."""

    id: Name
    """Its name in the gate; waivers refer to it."""
    title: str = Field(min_length=1, max_length=200)
    """What people call it."""
    measure: str = ""
    """Name of a measure; `codexreport measures` lists them."""
    subject: str = ""
    """Of what; empty: of everything that has the measure, and the worst counts."""
    file: str = ""
    """Instead of a measure: a file that must be there, below the project's folder."""
    section: str = ""
    """Instead: a section that must be filled, such as `docs/runbook.md#Escalation`."""
    record: str = ""
    """Instead: a recorded step whose last run must be green, such as `smoke`."""
    approval: str = ""
    """Instead: a role that must have signed off this gate."""
    never: Share = None
    """Instead: a share of bad events that must not last, such as `> 1 %`, in the report's week."""
    objective: str = ""
    """Of which objective; empty: of every one."""
    for_: Length | None = Field(default=None, alias="for")
    """How long `never` must last to count, such as `5m`."""
    in_a_row: int | None = Field(default=None, ge=1)
    """Instead: in how many buckets in a row. With `record`: it fails when its last runs did."""
    min_events: int = Field(default=1, ge=0)
    """Events that a bucket must hold for its share to mean anything; with fewer it is a gap."""
    max_age: Length | None = None
    """How old the file, the section's file or the record may be."""
    phase: str = "phase6"
    """The evidence a record or approval is looked for in; absent: that of `[project] phase`, else
    `phase6`. `operations` and `phase4` stand for where the project keeps such a run."""
    pass_: BoundsText = Field(default=(), alias="pass")
    """Bounds that all hold for a pass, or a list of such lists; without, its own state counts."""
    warning: BoundsText = ()
    """Bounds for a warning, where those for a pass do not hold."""
    weight: Weight = Fraction(1)
    """Its share in the score."""
    key: bool = False
    """Failing it fails the gate, whatever the score."""
    owner: str = ""
    """Team that acts on it."""
    due: AwareDatetime | None = None
    """When a condition that comes from it must be met."""
    not_applicable: str = ""
    """Why it does not apply here."""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> CriterionTable:
        asked = [key for key in ("measure", *MEASURES) if getattr(self, key)]
        if len(asked) != 1:
            raise ValueError(f"needs exactly one of measure, {', '.join(MEASURES)}")
        if asked[0] != "measure" and (self.pass_ or self.warning or self.subject):
            kind = "its own bound" if self.never else "there or not"
            raise ValueError(f"{asked[0]} is {kind}: it has no pass, no warning and no subject")
        if self.warning and not self.pass_:
            raise ValueError("a warning needs bounds for a pass too")
        return self

    @model_validator(mode="after")
    def _lasts(self) -> CriterionTable:
        if self.never and (self.for_ is None) == (self.in_a_row is None):
            raise ValueError("never needs exactly one of for and in_a_row")
        if self.never and self.max_age:
            raise ValueError("never looks at the report's week: it has no max_age")
        if not self.never and (self.for_ or self.objective or self.min_events != 1):
            raise ValueError("for, objective and min_events belong to never")
        if self.in_a_row and not (self.never or self.record):
            raise ValueError("in_a_row belongs to never or record")
        return self

    @property
    def hold(self) -> Hold | None:
        """How long what must not be has to last; None: it must not be at all."""
        if self.for_ is None and self.in_a_row is None:
            return None
        return Hold(length=self.for_, in_a_row=self.in_a_row)

    @property
    def asked(self) -> tuple[str, str]:
        """The measure it is about, and of what."""
        if self.never and self.hold:
            of = self.objective or "every objective"
            fewest = "" if self.min_events == 1 else f", of at least {self.min_events} events"
            return MEASURES["never"], f"{of} {self.never.text} {self.hold.shown}{fewest}"
        if self.record and self.hold:
            return MEASURES["record"], f"{self.record} {self.hold.shown}"
        for key, measure in MEASURES.items():
            if subject := getattr(self, key):
                return measure, subject
        return self.measure, self.subject

    def criterion(self, owner: str) -> Criterion:
        """What is judged.

        Args:
            owner: Who acts where nobody is named.
        """
        measure, subject = self.asked
        return Criterion(
            id=self.id,
            title=self.title,
            measure=measure,
            subject=subject,
            passes=self.pass_,
            warns=self.warning,
            weight=self.weight,
            key=self.key,
            owner=self.owner or owner,
            due=self.due,
            exempt=self.not_applicable,
        )


class GateFile(Table):
    """A gate: criteria that are judged together."""

    schema_version: Literal[1] = Field(alias="schema")
    """Version of this file's form."""
    name: Name
    """As `codexreport gate NAME` takes it."""
    title: str = Field(min_length=1, max_length=200)
    """What people call it."""
    description: str = ""
    """What it is for, for the reader."""
    pass_score: Score = Fraction(90)
    """Score from which it passes, 0 to 100."""
    warning_score: Score = Fraction(75)
    """Score from which it is a warning."""
    required: bool = True
    """Without its answer there is no decision."""
    roles: tuple[str, ...] = ()
    """Roles that have to sign off."""
    criteria: tuple[CriterionTable, ...] = ()
    """What it asks."""

    @model_validator(mode="after")
    def _consistent(self) -> GateFile:
        if self.warning_score > self.pass_score:
            raise ValueError("warning_score is more than pass_score")
        ids = [one.id for one in self.criteria]
        if twice := next((one for one in ids if ids.count(one) > 1), ""):
            raise ValueError(f"the id {twice!r} stands twice")
        return self

    def gate(self, owner: str) -> Gate:
        """What is judged.

        Args:
            owner: Who acts where nobody is named.
        """
        return Gate(
            name=self.name,
            title=self.title,
            criteria=tuple(one.criterion(owner) for one in self.criteria),
            pass_score=self.pass_score,
            warning_score=self.warning_score,
            required=self.required,
            roles=self.roles,
        )

    def ages(self) -> dict[tuple[str, str], timedelta]:
        """How old each thing asked for may be, by its measure and subject."""
        return {one.asked: one.max_age for one in self.criteria if one.max_age}
