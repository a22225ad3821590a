"""What one file says, understood: the values that readers give and domains measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from codexreport.measure import Measure, Number, Origin, State


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What facts cannot know of themselves, and their measures need.

    Attributes:
        subject: What they speak of, such as a file's name or a source's.
        now: The moment of the judgement, aware; ages are counted to it.
        origins: The bytes they were read from.
    """

    subject: str
    now: datetime
    origins: tuple[Origin, ...] = ()

    def measure(
        self,
        name: str,
        value: Number | None,
        unit: str,
        state: State = State.NOT_APPLICABLE,
        reason: str = "",
        **more: Any,
    ) -> Measure:
        """A measure of this subject, from these bytes; `more` are other fields of `Measure`."""
        return Measure(
            name=name,
            subject=self.subject,
            value=value,
            unit=unit,
            state=state,
            reason=reason,
            origins=self.origins,
            **more,
        )


class Facts(Protocol):
    """What one file says, as a frozen value of a domain.

    A domain judges its facts by a plain default: each measure carries a state, and `unknown`
    with a reason where the facts are incomplete, contradict themselves, or have no default
    bound. A measure that is shown and not judged is `not_applicable`.
    """

    kind: ClassVar[str]
    """What they are facts of: `tests`, `coverage`, `vulnerabilities` ..."""

    @property
    def observed(self) -> datetime | None:
        """When the tool looked (the end, where it says so), aware; None where nothing says."""
        ...

    @property
    def commit(self) -> str:
        """The revision they speak of, as the file names it; empty where it names none."""
        ...

    def summary(self) -> str:
        """The figures a person asks for first, such as `31 tests, 2 failed, 1 flaky`."""
        ...

    def measures(self, about: About) -> tuple[Measure, ...]:
        """Every figure, judged. Pure, and exact: nothing is rounded."""
        ...
