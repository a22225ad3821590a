"""What is asked of a service, what came back, and what was found; values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from codexreport.measure import State, worst

OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question to a service, and the answer that is wanted.

    Attributes:
        name: What people call it.
        url: Where it is asked.
        method: As HTTP names it.
        headers: To send, each value the place of a secret, `env:NAME`.
        body: JSON to send; None for none.
        status: Status codes of which the answer must have one.
        within: The longest it may take, redirections included; None for no budget.
        answer_headers: Text that headers of the answer must hold, by their names.
        json: Values that the answer must have, by JSONPath (RFC 9535).
        contains: Text that the answer must hold.
        certificate_days: Days that the server's certificate must still be valid; 0: not asked.
    """

    name: str
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: tuple[int, ...] = (OK,)
    within: timedelta | None = None
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] = field(default_factory=dict)
    contains: tuple[str, ...] = ()
    certificate_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What came of asking, secrets taken out.

    Attributes:
        seconds: From the first byte sent to the last received; None where there is no answer.
        status: Of the answer; None where there is none.
        headers: Of the answer, looked up without regard to case.
        body: Of the answer, content decoding undone.
        problem: Why there is no answer that could be judged, a sentence; empty where there is.
        asked: Whether the service was asked at all; where it was not, nothing is known of it.
        certificate_ends: When the server's certificate ends to be valid; None: not looked at.
        certificate_problem: Why that is not known, a sentence.
    """

    seconds: float | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    problem: str = ""
    asked: bool = True
    certificate_ends: datetime | None = None
    certificate_problem: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one expectation came to.

    Attributes:
        what: The expectation in a word: `status`, `latency`.
        state: Whether it holds.
        reason: One sentence with the figure and its bound.
    """

    what: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check with everything that was found."""

    check: Check
    exchange: Exchange
    found: tuple[Found, ...]

    @property
    def state(self) -> State:
        """The worst of what was found."""
        return worst(one.state for one in self.found)

    @property
    def reason(self) -> str:
        """The sentences of what is no pass; empty where all is."""
        return " ".join(one.reason for one in self.found if one.state is not State.PASS)
