"""What `codexreport.toml` says of a rollout: its plan, its flag, when to stop it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from codexreport.keys import Length, in_words
from codexreport.project.signal_schema import SuccessTable, TriggerTable
from codexreport.project.table import Phase, Table
from codexreport.rollout.checkpoints import NEAR, USUAL, Stint
from codexreport.rollout.plan import (
    STRATEGIES,
    AfterFreeze,
    Freeze,
    Plan,
    Step,
    Strategy,
    make_plan,
)
from codexreport.series import Indicator


def _percentage(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("write a percentage from 0 to 100, such as 25")  # noqa: TRY004, pydantic turns only ValueError into a message
    share = Fraction(Decimal(str(value))) / 100 if 0 <= value <= 100 else Fraction(-1)  # noqa: PLR2004, percent
    if share < 0:
        raise ValueError("write a percentage from 0 to 100, such as 25")
    return share


Percentage = Annotated[Fraction, BeforeValidator(_percentage)]


class RolloutStepTable(Table):
    """`[[rollout.steps]]`: one step of a plan of your own."""

    day: int = Field(default=0, ge=0, le=365)
    """Days of the calendar after the start, at its time of day."""
    after: Length | None = None
    """Time on top of it, such as `2h`."""
    percent: Percentage
    """Share of users from then on, 0 to 100."""

    @field_validator("percent", mode="wrap")
    @classmethod
    def _of_its_day(
        cls, value: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Fraction:
        """Steps are known by their day; nobody counts them from 0, as a key's path does."""
        try:
            share: Fraction = check(value)
        except ValidationError as error:
            told = in_words(error.errors()[0])
            raise ValueError(f"{told}, in the step of day {info.data.get('day')}") from error
        return share

    def step(self) -> Step:
        """What is planned with."""
        more = {} if self.after is None else {"after": self.after}
        return Step(day=self.day, share=self.percent, **more)


class FreezeTable(Table):
    """`[[rollout.freezes]]`: a span in which the percentage does not move."""

    start: AwareDatetime
    """First moment of it."""
    end: AwareDatetime
    """First moment after it."""
    reason: str = Field(min_length=1)
    """Why, for the reader."""

    @model_validator(mode="after")
    def _in_order(self) -> FreezeTable:
        if self.start >= self.end:
            raise ValueError("it ends before it starts")
        return self

    def freeze(self) -> Freeze:
        """What is planned with."""
        return Freeze(start=self.start, end=self.end, reason=self.reason)


class CheckpointsTable(Table):
    """`[[rollout.checkpoints]]`: a part of the schedule of looking."""

    every: Length
    """Time between two checkpoints."""
    until: Length
    """Up to when, counted from where the schedule begins."""

    def stint(self) -> Stint:
        """What is scheduled with."""
        return Stint(every=self.every, until=self.until)


class RolloutTable(Table):
    """`[rollout]`: how a release is brought to users, and when it is stopped."""

    start: AwareDatetime
    """The moment of day 0."""
    strategy: Strategy = Field(default="safe", validate_default=True)
    """`safe` (0, 5, 10, 25, 50, 75, 100 % over 7 days), `fast` (10, 50, 100 % over 3 days),
    `instant` (100 % after a minute), or `custom`."""
    steps: tuple[RolloutStepTable, ...] = ()
    """The steps of `custom`, in order of time."""
    freezes: tuple[FreezeTable, ...] = ()
    """When the percentage does not move."""
    after_freeze: AfterFreeze = Field(default="shift", validate_default=True)
    """`shift`: steps that a freeze is in the way of wait whole days, and all behind them too;
    `hold`: they wait for its end, and the others keep their days."""
    flag: str = ""
    """Key of the flag that the release stands behind; the share it is on for is the actual one."""
    tolerance: Percentage = Field(default=1, validate_default=True)
    """How many percentage points the actual share may be off the planned one."""
    triggers: tuple[TriggerTable, ...] = ()
    """What must not last, or it is rolled back."""
    look_back: Length = timedelta(hours=1)
    """How far back a look goes, before its step began too: what was not observed in that time, and
    could hide a trip, leaves it undecided."""
    checkpoints: tuple[CheckpointsTable, ...] = ()
    """When to look; absent: every 15 minutes for 6 hours, hourly for 24 hours, every 3 hours up to
    48 hours, and at the start, which are 55."""
    checkpoints_from: Literal["start", "full"] = "start"
    """Where the schedule begins: when the rollout starts, or when everybody has it."""
    near: Length = NEAR
    """How far from a checkpoint a look may be, to count for it; and from the clock, to be kept."""
    success: tuple[SuccessTable, ...] = ()
    """What has to be kept while everybody has it."""
    success_after: Length = timedelta(hours=48)
    """For how long everybody has to have had it, to call it a success."""
    phase: Phase = "launch"
    """The evidence that looks and flags are kept in."""

    @property
    def stints(self) -> tuple[Stint, ...]:
        """The schedule of looking."""
        return tuple(one.stint() for one in self.checkpoints) or USUAL

    @property
    def signals(self) -> tuple[tuple[str, Indicator], ...]:
        """What is asked of sources, each with the key that asks it."""
        triggers = [one.trigger().signal for one in self.triggers]
        success = [one.criterion().signal for one in self.success]
        return (
            *((f"rollout.triggers[{n}]", one.indicator) for n, one in enumerate(triggers)),
            *((f"rollout.success[{n}]", one.indicator) for n, one in enumerate(success)),
        )

    @model_validator(mode="after")
    def _names_differ(self) -> RolloutTable:
        names = [one.name for one in (*self.triggers, *self.success)]
        if twice := sorted({one for one in names if names.count(one) > 1}):
            raise ValueError(f"{twice[0]!r} names two triggers or success criteria")
        return self

    @model_validator(mode="after")
    def _checkpoints_fit(self) -> RolloutTable:
        if any(2 * self.near >= one.every for one in self.stints):
            raise ValueError("near must be less than half the time between two checkpoints")
        until = [one.until for one in self.stints]
        if sorted(set(until)) != until:
            raise ValueError("each part of checkpoints must end later than the one before")
        return self

    @model_validator(mode="after")
    def _steps_fit(self) -> RolloutTable:
        if self.strategy is Strategy.CUSTOM and not self.steps:
            raise ValueError(
                'strategy = "custom" needs steps, such as '
                "steps = [{day = 0, percent = 1}, {day = 2, percent = 100}]"
            )
        if self.steps and self.strategy is not Strategy.CUSTOM:
            raise ValueError(f'steps go with strategy = "custom", and it is "{self.strategy}"')
        steps = [one.step() for one in self.steps]
        at = [self._plan([one], "UTC", frozen=False).start for one in steps]
        for n, (before, one) in enumerate(pairwise(steps)):
            if one.share <= before.share:
                raise ValueError(
                    "each step must reach more users than the one before; "
                    f"that of day {one.day} does not"
                )
            if at[n + 1] <= at[n]:
                raise ValueError(
                    f"each step must be later than the one before; that of day {one.day} is not"
                )
        if steps and steps[-1].share != 1:
            raise ValueError("the last step must reach everybody: percent = 100")
        return self

    def plan(self, zone_name: str) -> Plan:
        """The moments of its steps, days counted in `zone_name`."""
        steps = [one.step() for one in self.steps] or STRATEGIES[self.strategy]
        return self._plan(steps, zone_name, frozen=True)

    def _plan(self, steps: list[Step] | tuple[Step, ...], zone_name: str, *, frozen: bool) -> Plan:
        return make_plan(
            steps,
            start=self.start,
            zone_name=zone_name,
            freezes=[one.freeze() for one in self.freezes] if frozen else [],
            after_freeze=self.after_freeze,
        )
