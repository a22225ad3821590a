"""Feature flags: whether each can work as it is defined, and somebody will take it away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.moments import in_utc
from codexreport.text import listed
from codexreport.wording import count, percent

NO_FLAG = "It defines no flag."
"""Why nothing is known of a set without any."""


class FlagState(StrEnum):
    """Whether a flag is in force. `UNKNOWN` is a word that is neither."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    UNKNOWN = "unknown"


class FlagCategory(StrEnum):
    """What a flag is for. `UNKNOWN` where it does not say, or says something else."""

    CRITICAL = "critical"
    EXPERIMENTAL = "experimental"
    SAFETY = "safety"
    UNKNOWN = "unknown"


class FlagStrategy(StrEnum):
    """How a flag reaches its users. `UNKNOWN` is a word that is none of them.

    Attributes:
        ALL_AT_ONCE: Everybody gets the same.
        PERCENTAGE: Chance decides.
        PROGRESSIVE: Chance decides, for more users as time goes by.
        CANARY: Rules choose who gets it first.
    """

    ALL_AT_ONCE = "all-at-once"
    PERCENTAGE = "percentage"
    PROGRESSIVE = "progressive"
    CANARY = "canary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag, as it is defined.

    Attributes:
        key: Its name in the code.
        state: Whether it is in force.
        variants: The names of what it can serve.
        default: The variant that it serves where no rule says else; None: the code's own.
        named: Every variant that its rules name.
        shares: By variant, the share of users that gets it; None where rules decide, or nothing.
        targeted: Whether rules decide who gets what.
        owner: Role or team that answers for it; empty where none does.
        expires: The last day that it may exist; it ends where the reader of the report is.
        backlog: Where the work of taking it away is planned.
        category: What it is for.
        on: The variants that switch it on; none where it is no switch.
        strategy: How it reaches its users.
        progress: From when on which share of users gets it, in order of time; where there is
            any, it decides.
        sampled: How many users the shares were counted on; 0 where they are those of all.
    """

    key: str
    state: FlagState
    variants: tuple[str, ...]
    default: str | None = None
    named: tuple[str, ...] = ()
    shares: tuple[tuple[str, Fraction], ...] | None = None
    targeted: bool = False
    owner: str = ""
    expires: date | None = None
    backlog: str = ""
    category: FlagCategory = FlagCategory.UNKNOWN
    on: tuple[str, ...] = ("on",)
    strategy: FlagStrategy = FlagStrategy.UNKNOWN
    progress: tuple[tuple[datetime, Fraction], ...] = ()
    sampled: int = 0

    def share_on(self, now: datetime) -> Fraction | None:
        """The share of users that it is on for at `now`; None where its definition cannot tell.

        A flag that is disabled is on for nobody: code gets its own default, as without the flag.
        """
        if self.state is FlagState.DISABLED:
            return Fraction(0)
        if self.state is FlagState.UNKNOWN or not set(self.on) & set(self.variants):
            return None
        if self.progress:
            begun = [share for at, share in self.progress if at.timestamp() <= now.timestamp()]
            return begun[-1] if begun else Fraction(0)
        if self.shares is not None:
            return sum((share for name, share in self.shares if name in self.on), Fraction(0))
        if self.targeted or self.default is None:
            return None
        return Fraction(self.default in self.on)

    def mistake(self) -> str:
        """Why it cannot work as it is defined; empty where it can."""
        for variant in (self.default, *self.named):
            if variant is not None and variant not in self.variants:
                return f"{self.key} serves {variant!r}, which is none of its variants"
        return ""

    def expired(self, now: datetime) -> bool:
        """Whether its last day is over, in the zone of `now`."""
        return self.expires is not None and now.date() > self.expires

    def rollout(self) -> str:
        """Who gets what, in words: `on 25 %, off 75 %`."""
        if self.state is not FlagState.ENABLED:
            return self.state.value
        if self.progress:
            steps = [f"{percent(share)} from {in_utc(at)}" for at, share in self.progress]
            return f"on by time: {listed(steps)}"
        if self.shares is not None:
            return ", ".join(f"{name} {percent(share)}" for name, share in self.shares)
        everybody = self.default if self.default is not None else "the code's default"
        return f"by rules, else {everybody}" if self.targeted else f"{everybody} for everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """The flags of one set.

    Attributes:
        flags: In the order of the file.
        observed: When it was written out.
        commit: The revision it belongs to, where it says so.
    """

    kind: ClassVar[str] = "flags"

    flags: tuple[Flag, ...]
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `12 flags, 9 enabled`."""
        enabled = sum(one.state is FlagState.ENABLED for one in self.flags)
        return f"{count(len(self.flags), 'flags')}, {enabled} enabled"

    def measures(self, about: About) -> tuple[Measure, ...]:
        """How many there are, which are broken or expired, and what is missing on them.

        Where none is defined nothing is known of any: a file that was emptied is no pass.
        """
        judged = self._judged(about)
        if self.flags:
            return judged
        return tuple(
            about.measure(one.name, None, one.unit, State.UNKNOWN, NO_FLAG) for one in judged
        )

    def _judged(self, about: About) -> tuple[Measure, ...]:
        enabled = [one for one in self.flags if one.state is FlagState.ENABLED]
        partial = [one for one in enabled if one.shares or one.targeted or one.progress]
        rollouts = listed([f"{one.key}: {one.rollout()}" for one in partial], "; ")
        return (
            self._total(about),
            about.measure("flags.enabled", len(enabled), "flags"),
            about.measure(
                "flags.partial", len(partial), "flags", reason=f"{rollouts}." if partial else ""
            ),
            *(
                about.measure(f"flags.{category.value}", self._number(category), "flags")
                for category in FlagCategory
                if category is not FlagCategory.UNKNOWN
            ),
            self._broken(about),
            _counted(
                about, "expired", State.FAIL, [one for one in self.flags if one.expired(about.now)]
            ),
            _counted(
                about,
                "state_unknown",
                State.UNKNOWN,
                [one for one in self.flags if one.state is FlagState.UNKNOWN],
            ),
            *self._missing(about),
            self._safety(about),
            self._critical(about),
            self._experimental(about),
        )

    def _total(self, about: About) -> Measure:
        keys = [one.key for one in self.flags]
        twice = [key for key, number in Counter(keys).items() if number > 1]
        state, reason = State.NOT_APPLICABLE, ""
        if twice:
            state, reason = State.UNKNOWN, f"Defined more than once: {listed(twice)}."
        return about.measure("flags.total", len(keys), "flags", state, reason)

    def _number(self, category: FlagCategory) -> int:
        return sum(one.category is category for one in self.flags)

    def _broken(self, about: About) -> Measure:
        mistakes = [mistake for one in self.flags if (mistake := one.mistake())]
        state = State.FAIL if mistakes else State.PASS
        reason = f"{listed(mistakes, '; ')}." if mistakes else ""
        return about.measure("flags.broken", len(mistakes), "flags", state, reason)

    def _safety(self, about: About) -> Measure:
        """An emergency stop, read-only or maintenance that is on for anybody."""
        on, untold = self._by_share(about.now, FlagCategory.SAFETY, lambda share: share > 0)
        state = State.FAIL if on else State.UNKNOWN if untold else State.PASS
        return _named(about, "safety_on", state, "On", on, untold)

    def _critical(self, about: About) -> Measure:
        """What everybody is to have, and not everybody has; what is no switch is had by all."""
        off, untold = self._by_share(about.now, FlagCategory.CRITICAL, lambda share: share == 0)
        less, _ = self._by_share(about.now, FlagCategory.CRITICAL, lambda share: share < 1)
        state = State.FAIL if off else State.UNKNOWN if untold else State.PASS
        if less and state is State.PASS:
            state = State.WARNING
        return _named(about, "critical_off", state, "Not on for everybody", less, untold)

    def _experimental(self, about: About) -> Measure:
        """An experiment that everybody is in is none; one that is not told is staged by rules."""
        full, _ = self._by_share(about.now, FlagCategory.EXPERIMENTAL, lambda share: share == 1)
        state = State.WARNING if full else State.PASS
        return _named(about, "experimental_full", state, "On for everybody", full, [])

    def _by_share(
        self, now: datetime, category: FlagCategory, wrong: Callable[[Fraction], bool]
    ) -> tuple[list[str], list[str]]:
        """The flags of a category whose share is wrong, and those whose share is not told."""
        shares = [
            (one.key, one.share_on(now))
            for one in self.flags
            if one.category is category
            and (one.on or category is FlagCategory.SAFETY or one.state is not FlagState.ENABLED)
        ]
        return (
            [key for key, share in shares if share is not None and wrong(share)],
            [key for key, share in shares if share is None],
        )

    def _missing(self, about: About) -> tuple[Measure, ...]:
        return (
            _counted(
                about, "without_owner", State.WARNING, [one for one in self.flags if not one.owner]
            ),
            _counted(
                about,
                "without_expiry",
                State.WARNING,
                [one for one in self.flags if one.expires is None],
            ),
            _counted(
                about,
                "without_backlog",
                State.WARNING,
                [one for one in self.flags if not one.backlog],
            ),
        )


def _named(
    about: About, name: str, state: State, what: str, found: Sequence[str], untold: Sequence[str]
) -> Measure:
    """How many flags are not as their category wants it, each by name."""
    told = [(what, found), ("Cannot be told whether it is on", untold)]
    reason = " ".join(f"{said}: {listed(keys)}." for said, keys in told if keys)
    doubt = f"{told[1][0]}: {listed(untold)}." if untold else ""
    return about.measure(f"flags.{name}", len(found), "flags", state, reason, doubt=doubt)


def _counted(about: About, name: str, bad: State, found: Sequence[Flag]) -> Measure:
    reason = f"{name.replace('_', ' ').capitalize()}: {listed([one.key for one in found])}."
    state = bad if found else State.PASS
    return about.measure(f"flags.{name}", len(found), "flags", state, reason if found else "")
