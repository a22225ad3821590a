"""The status lines of the integration protocol, word for word, and their place in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from codexreport.errors import EvidenceError
from codexreport.evidence.keep import Kind, Record


class Status(StrEnum):
    """What a phase or the protocol has come to."""

    STARTED = "started"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase of the protocol.

    Attributes:
        name: What it is called when it is complete.
        activity: What is being done, as its start says.
    """

    name: str
    activity: str


PHASES = (
    Phase(
        name="Scope alignment",
        activity="Aligning integration scope with architecture and delivery artifacts",
    ),
    Phase(
        name="Contract assurance",
        activity="Building integration scenarios and automation suites",
    ),
    Phase(
        name="Execution integrity",
        activity="Executing integration automation across critical paths",
    ),
    Phase(
        name="Sign-off",
        activity="Compiling integration validation bundle for quality audit",
    ),
)
"""In their order; the first is number 1."""


def phase_start(number: int) -> str:
    """The line that begins a phase.

    Raises:
        EvidenceError: There is no phase of this number.
    """
    return f"[PHASE {number} START] - {_phase(number).activity}..."


def phase_complete(number: int) -> str:
    """The line that ends a phase.

    Raises:
        EvidenceError: There is no phase of this number.
    """
    return f"[PHASE {number} COMPLETE] - {_phase(number).name} finished successfully."


def automation(script: str, status: str) -> str:
    """The line that says how a script ended.

    Args:
        script: The step that ran it.
        status: What came of it, such as `pass`.
    """
    return f"[AUTOMATION] {script} executed: {status.upper()}"


def protocol_complete() -> str:
    """The line that ends the protocol."""
    return (
        "[PROTOCOL COMPLETE] - Integration validation approved. "
        "The evidence bundle is ready for the quality audit."
    )


def announcement(text: str, status: Status, *, step: str, time: datetime, tool: str) -> Record:
    """The log's record of a line that was shown.

    Args:
        text: The line.
        status: What it says of the step.
        step: What it is about, such as `phase 1`.
        time: When it was shown.
        tool: Who showed it, with version.
    """
    return Record(
        kind=Kind.ANNOUNCEMENT, time=time, step=step, state=status.value, summary=text, tool=tool
    )


def _phase(number: int) -> Phase:
    if not 1 <= number <= len(PHASES):
        raise EvidenceError(
            f"The protocol has no phase {number}.", advice=f"Its phases are 1 to {len(PHASES)}."
        )
    return PHASES[number - 1]
