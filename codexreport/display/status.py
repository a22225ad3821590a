"""States as readers see them: by word, shape and colour together."""

from __future__ import annotations

from dataclasses import dataclass

from codexreport.display import escape
from codexreport.display.base import Shown
from codexreport.measure import State

SHAPES = {
    State.PASS: "✓",
    State.WARNING: "▲",
    State.FAIL: "✕",
    State.UNKNOWN: "?",
    State.NOT_APPLICABLE: "–",
    State.ERROR: "!",
}
"""One for each state, told apart without colour."""


def word(state: State) -> str:
    """A state as a reader says it, such as `Not applicable`."""
    return state.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class StateBadge(Shown):
    """A state by word, shape and colour together.

    Attributes:
        said: The word where the state has another one here, such as `NO-GO`.
    """

    state: State
    said: str = ""

    def html(self) -> str:
        return (
            f'<span class="cr-state cr-state-{self.state.value}">'
            f'<span aria-hidden="true">{SHAPES[self.state]}</span> {escape.html(self._word)}</span>'
        )

    def markdown(self) -> str:
        return f"{escape.markdown(SHAPES[self.state])} {escape.markdown(self._word)}"

    @property
    def _word(self) -> str:
        return self.said or word(self.state)


@dataclass(frozen=True, slots=True)
class StateMark(Shown):
    """A state by its shape and colour, where there is no room for the word."""

    state: State

    def html(self) -> str:
        said = word(self.state)
        return (
            f'<span class="cr-mark cr-mark-{self.state.value}" role="img" aria-label="{said}" '
            f'title="{said}">{SHAPES[self.state]}</span>'
        )

    def markdown(self) -> str:
        return escape.markdown(SHAPES[self.state])
