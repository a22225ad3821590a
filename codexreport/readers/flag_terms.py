"""The words that flag definitions share."""

from __future__ import annotations

from codexreport.rollout.flags import FlagCategory, FlagState, FlagStrategy


def state_of(written: str) -> FlagState:
    """`ENABLED` or `disabled`; another word is unknown."""
    word = written.strip().lower()
    return FlagState(word) if word in {"enabled", "disabled"} else FlagState.UNKNOWN


def category_of(written: str) -> FlagCategory:
    """`critical`, `experimental` or `safety`; another word is unknown."""
    word = written.strip().lower()
    return FlagCategory(word) if word in set(FlagCategory) else FlagCategory.UNKNOWN


def strategy_of(written: str) -> FlagStrategy:
    """`all-at-once`, `percentage`, `progressive` or `canary`; another word is unknown."""
    word = written.strip().lower().replace("_", "-").replace(" ", "-")
    return FlagStrategy(word) if word in set(FlagStrategy) else FlagStrategy.UNKNOWN
