"""Which sign-offs of a gate count, which do not, and why. Pure: everything it needs is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from codexreport.evidence.lookalikes import alike
from codexreport.evidence.sign_off import Signature, SignOff, Word
from codexreport.measure import State, worst
from codexreport.moments import in_utc
from codexreport.readers.freshness import CLOCK_SKEW
from codexreport.text import listed, one_line
from codexreport.window import recorded_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What sign-offs are held against.

    Attributes:
        roles: Who has to sign off.
        current: Hex SHA-256 of each file as it is now, by path; what is missing here is gone.
        authors: Whose work it is: their own approval does not count.
        must_cover: Files that every approval has to be about, such as the gate's decision.
        must_hold: Hex SHA-256 of content that every approval has to be about, in whatever file.
        signed_only: Only what is validly signed counts.
        now: The moment of the judgement, aware: an approval dated after it does not count; None:
            any time does.
    """

    roles: Sequence[str]
    current: Mapping[str, str]
    authors: Collection[str] = ()
    must_cover: Collection[str] = ()
    must_hold: Collection[str] = ()
    signed_only: bool = False
    now: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether one sign-off counts.

    Attributes:
        sign_off: Which.
        flaw: Why it does not, a sentence; empty where it counts.
        outdated: It is about something else than what is there now.
    """

    sign_off: SignOff
    flaw: str
    outdated: bool = False

    @property
    def counts(self) -> bool:
        """Whether it does."""
        return not self.flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleState:
    """What a required role has said.

    Attributes:
        role: Which.
        state: Pass where approved, fail where rejected, else unknown.
        reason: Who approved or rejected, or why nothing counts; a sentence.
        detail: Which files that is about, a sentence; empty where it is about none.
    """

    role: str
    state: State
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """What the sign-offs of a gate come to.

    Attributes:
        roles: Each required role, in the order asked for.
        verdicts: Each sign-off, oldest first.
    """

    roles: tuple[RoleState, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def state(self) -> State:
        """Pass only where every required role approved; unknown where no role is required."""
        return worst(one.state for one in self.roles)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "state": self.state.value,
            "roles": [
                {"role": one.role, "state": one.state.value, "reason": one.reason}
                for one in self.roles
            ],
            "sign_offs": [
                {**one.sign_off.to_dict(), "counts": one.counts, "flaw": one.flaw}
                for one in self.verdicts
            ],
        }


def evaluate(sign_offs: Sequence[SignOff], demands: Demands) -> Approvals:
    """What the sign-offs of one gate come to.

    An approval counts once, in one role, for what is still as it was approved; a later rejection
    by the same person takes it back. A rejection needs less: it stands until the decision it is
    about has changed, or until the same person approves in the same role.

    Args:
        sign_offs: All of the gate, oldest first.
        demands: What they are held against.
    """
    counted: list[SignOff] = []
    verdicts: list[Verdict] = []
    for number, one in enumerate(sign_offs):
        later = sign_offs[number + 1 :]
        if one.word is Word.REJECT:
            flaw = _flaw_of_rejection(one, later, demands)
        else:
            flaw = _flaw(one, demands) or _taken_back(one, later) or _twice(one, counted)
            counted += [] if flaw else [one]
        outdated = bool(flaw) and flaw == _of_something_else(one, demands)
        verdicts.append(Verdict(sign_off=one, flaw=flaw, outdated=outdated))
    roles = dict.fromkeys(demands.roles)
    return Approvals(
        roles=tuple(_role_state(role, verdicts) for role in roles), verdicts=tuple(verdicts)
    )


def changed(subjects: Mapping[str, str], current: Mapping[str, str]) -> str:
    """Which files are not what was signed off, a sentence; empty where all are.

    Args:
        subjects: Hex SHA-256 by path, as signed off.
        current: The same as it is now; what is missing is gone.
    """
    gone = sorted(path for path in subjects if path not in current)
    other = sorted(path for path in subjects if current.get(path, subjects[path]) != subjects[path])
    told = [f"Changed since: {listed(other)}."] if other else []
    return " ".join([*told, *([f"Gone since: {listed(gone)}."] if gone else [])])


def _flaw(one: SignOff, demands: Demands) -> str:
    """Why an approval does not count by itself, whatever else was signed off."""
    return (
        _unknown_role(one, demands)
        or one.problem
        or _to_come(one, demands)
        or _unsigned(one, demands)
        or ("" if one.subjects else "It is about no file.")
        or _of_something_else(one, demands)
        or _by_author(one, demands)
    )


def _flaw_of_rejection(one: SignOff, later: Sequence[SignOff], demands: Demands) -> str:
    return (
        _unknown_role(one, demands)
        or _outdated(one, demands)
        or next(
            (
                f"{one.name} approves it in record {next_.record}."
                for next_ in later
                if next_.word is Word.APPROVE
                and (next_.name, next_.role) == (one.name, one.role)
                and not _flaw(next_, demands)
            ),
            "",
        )
    )


def _unknown_role(one: SignOff, demands: Demands) -> str:
    if one.role in demands.roles:
        return ""
    if not demands.roles:
        return "No role is asked for this gate."
    return f"{one.role} is not asked for; {listed(demands.roles)} are."


def _to_come(one: SignOff, demands: Demands) -> str:
    if demands.now is None:
        return ""
    at = recorded_moment(one.time)
    if at is None:
        return "It has no time that could be right."
    in_time = at <= demands.now + CLOCK_SKEW
    return "" if in_time else f"It is dated {in_utc(at)}, after {in_utc(demands.now)}."


def _unsigned(one: SignOff, demands: Demands) -> str:
    if one.signature is Signature.VALID or not demands.signed_only:
        return ""
    return "It is not signed." if one.signature is Signature.NONE else "Its signature is unchecked."


def _of_something_else(one: SignOff, demands: Demands) -> str:
    return (
        changed(one.subjects, demands.current)
        or _not_covered(one, demands)
        or _of_another_judgement(one, demands)
    )


def _not_covered(one: SignOff, demands: Demands) -> str:
    missing = sorted(path for path in demands.must_cover if path not in one.subjects)
    return f"It is not about {listed(missing)}." if missing else ""


def _of_another_judgement(one: SignOff, demands: Demands) -> str:
    if set(demands.must_hold) <= set(one.subjects.values()):
        return ""
    return "What is judged now is not what it is about."


def _outdated(rejection: SignOff, demands: Demands) -> str:
    """Why a rejection is of something else than what is there now.

    Where nothing has to be covered it takes all of its files to change: no rejection ends because
    one of them was made again, or is gone. What is still judged so, or cannot be read, stands.
    """
    if rejection.problem:
        return ""
    if missing := _not_covered(rejection, demands):
        return missing
    about = {path: rejection.subjects[path] for path in demands.must_cover} or rejection.subjects
    if set(about.values()) & set(demands.must_hold):
        return ""
    if any(demands.current.get(path, digest) == digest for path, digest in about.items()):
        return ""
    return changed(about, demands.current)


def _by_author(one: SignOff, demands: Demands) -> str:
    for author in sorted(demands.authors):
        if alike(one.name, author):
            return f"It is by the author: {_compared(one.name, author)}."
    return ""


def _taken_back(one: SignOff, later: Sequence[SignOff]) -> str:
    for next_ in later:
        if next_.word is Word.REJECT and alike(next_.name, one.name):
            who = _compared(next_.name, one.name)
            return f"Taken back by the rejection in record {next_.record}: {who}."
    return ""


def _twice(one: SignOff, counted: Sequence[SignOff]) -> str:
    for other in counted:
        if alike(one.name, other.name):
            who = _compared(one.name, other.name)
            if one.role == other.role:
                return f"Record {other.record} counts already: {who}."
            return (
                f"Record {other.record} counts already, as {other.role}: {who}. "
                "One person counts in one role."
            )
    return ""


def _compared(name: str, other: str) -> str:
    """Two names that count as one person's; what is not plain text is told by its code."""
    return name if name == other else f"{name!a} looks like {other!a}"


def _role_state(role: str, verdicts: Sequence[Verdict]) -> RoleState:
    its = [one for one in verdicts if one.sign_off.role == role]
    for word, state in ((Word.REJECT, State.FAIL), (Word.APPROVE, State.PASS)):
        standing = [one.sign_off for one in its if one.counts and one.sign_off.word is word]
        if standing:
            last = standing[-1]
            said = "Rejected" if word is Word.REJECT else "Approved"
            why = f": {one_line(last.comment)}" if last.comment else ""
            return RoleState(role=role, state=state, reason=f"{said} by {last.name}{why}.")
    refused = [one for one in its if one.sign_off.word is Word.APPROVE]
    if refused and refused[-1].outdated:
        why = f"What {refused[-1].sign_off.name} approved has changed or is gone; sign off again."
        return RoleState(role=role, state=State.UNKNOWN, reason=why, detail=refused[-1].flaw)
    if refused:
        why = f"The approval by {refused[-1].sign_off.name} does not count. {refused[-1].flaw}"
        return RoleState(role=role, state=State.UNKNOWN, reason=why)
    return RoleState(role=role, state=State.UNKNOWN, reason=f"Nobody has signed off as {role} yet.")
