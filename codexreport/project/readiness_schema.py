"""What `codexreport.toml` says of decisions: which gates, what is waived, what does not apply."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from codexreport.keys import Length
from codexreport.project.table import Name, Phase, Table
from codexreport.readiness.gate import Waiver

_LAST = re.compile(r"last(?: [1-9][0-9]{0,2})?")


def _baseline(text: str) -> str:
    if text.startswith("last") and not _LAST.fullmatch(text):
        raise ValueError('write "last", "last 5", or the name of a release')
    return text


class ReadinessTable(Table):
    """`[readiness]`: what decisions are made from."""

    gates: tuple[str, ...] = ("gates/*.toml", "gates/*.yaml")
    """Files of gates, as patterns below the project's folder; one shadows a shipped gate's name."""
    baseline: Annotated[str, AfterValidator(_baseline)] = "last"
    """What `<= +10 %` compares with: `last`, `last 5` (their mean), or a release's name."""
    due: Length | None = None
    """How long after a decision its conditions are to be met, where a criterion names no day."""
    phase: Phase = "phase6"
    """The evidence that decisions are kept in, such as `launch-{release}`."""


class DecisionTable(Table):
    """`[decisions.NAME]`: gates that are decided together."""

    title: str = ""
    """What people call it."""
    gates: tuple[Name, ...] = Field(min_length=1)
    """Names of the gates, the project's own or shipped ones."""


class WaiverTable(Table):
    """`[[waivers]]`: an accepted deviation."""

    gate: str
    """The gate's name."""
    criterion: str
    """The criterion's id."""
    reason: str
    """Why it is accepted."""
    owner: str
    """Who mends it."""
    approver: str
    """Who accepted it; not the owner."""
    expires: AwareDatetime | None = None
    """When it ends; without, it counts for nothing."""
    unknown: bool = False
    """It also covers not knowing."""
    release: str = ""
    """The only release it is for; empty: any."""

    def waiver(self) -> Waiver:
        """What is judged; a flawed one is listed, and counts for nothing."""
        return Waiver(
            gate=self.gate,
            criterion=self.criterion,
            reason=self.reason,
            owner=self.owner,
            approver=self.approver,
            expires=self.expires,
            unknown=self.unknown,
            release=self.release,
        )
