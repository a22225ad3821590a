"""What earlier publications of a report said otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from codexreport.display.base import Block
from codexreport.display.blocks import Heading, Notes
from codexreport.display.numbers import moment, percent
from codexreport.display.tables import Column, Table
from codexreport.measure import Measure, State, json_number
from codexreport.strict import StrictError, load_json
from codexreport.text import one_line

COMPARED = {"slo.sli": "SLI", "slo.budget_remaining": "Error budget left"}
"""The measures whose changes are told, and what a reader calls them."""

Value = float | str | None
"""A figure as `report.json` holds it: a number, `+Inf` or `-Inf`, None where it was not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One published figure that changed; only what was known is compared.

    Attributes:
        name: The measure.
        subject: What it is measured of.
        old: As it was published.
        new: As it became.
        old_state: The state that was published.
        new_state: The state that it became.
    """

    name: str
    subject: str
    old: Value
    new: Value
    old_state: State
    new_state: State

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Change:
        """A change from what `report.json` holds of it."""
        return cls(
            name=str(kept["name"]),
            subject=str(kept["subject"]),
            old=_value(kept["old"]),
            new=_value(kept["new"]),
            old_state=State(kept["old_state"]),
            new_state=State(kept["new_state"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What changed after one publication.

    Attributes:
        published: The moment of the earlier publication's figures; None where it could not
            be read.
        changes: The figures that changed.
        problem: Why the earlier publication could not be read, a sentence; else empty.
    """

    published: datetime | None = None
    changes: tuple[Change, ...] = ()
    problem: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Revision:
        """A revision from what `report.json` holds of it."""
        problem = str(kept["problem"])
        return cls(
            published=None if problem else _moment(kept["published"]),
            changes=tuple(Change.of(one) for one in kept["changes"]),
            problem=problem,
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "published": self.published.isoformat() if self.published else None,
            "changes": [asdict(one) for one in self.changes],
            "problem": self.problem,
        }


def state_changed(found: Sequence[Revision]) -> bool:
    """Whether a published state is not what it became."""
    return any(one.old_state is not one.new_state for entry in found for one in entry.changes)


def revisions(path: Path, measures: Iterable[Measure]) -> tuple[Revision, ...]:
    """What earlier publications said otherwise, oldest first.

    Args:
        path: The `report.json` of the publication before; it need not be there.
        measures: The figures as they are now.

    Returns:
        Also where the publication before cannot be read: then the last entry says so.
    """
    try:
        return _since(load_json(path.read_bytes().decode()), measures)
    except FileNotFoundError:
        return ()
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
    except (UnicodeDecodeError, StrictError) as error:
        reason = f"it is not JSON ({one_line(str(error))})"
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"it does not describe a report ({one_line(repr(error))})"
    problem = f"The earlier publication could not be read: report.json, {reason}."
    return (Revision(problem=problem),)


def revision_blocks(
    found: Sequence[Revision], names: Mapping[str, str], zone_name: str
) -> list[Block]:
    """The revisions under a heading of their own; nothing where there are none.

    Args:
        found: Oldest first.
        names: What readers call each subject.
        zone_name: Zone that moments are told in.
    """
    if not found:
        return []
    blocks: list[Block] = [Heading(title="Changed since it was published", anchor="changed since")]
    rows = [
        (
            names.get(one.subject, one.subject),
            COMPARED.get(one.name, one.name),
            _figure(one.old, one.new),
            _figure(one.new, one.old),
            moment(entry.published, zone_name) if entry.published else "",
        )
        for entry in found
        for one in entry.changes
    ]
    if rows:
        columns = [
            Column("Objective"),
            Column("Figure"),
            Column("Published", figures=True),
            Column("Became", figures=True),
            Column("Published as of"),
        ]
        caption = "Figures that were published and have changed since"
        blocks.append(Table(caption=caption, columns=columns, rows=rows))
    return [*blocks, Notes([entry.problem for entry in found if entry.problem])]


def _figure(value: Value, beside: Value) -> str:
    """A share, told apart from the one it is compared with."""
    if isinstance(value, str):
        return percent(float(value))
    bound = None if beside is None or isinstance(beside, str) else Fraction(beside)
    return percent(value, bound)


def _since(before: Mapping[str, Any], measures: Iterable[Measure]) -> tuple[Revision, ...]:
    earlier = tuple(Revision.of(one) for one in before["revisions"])
    published = {(one["name"], one["subject"]): one for one in before["measures"]}
    changes = tuple(
        change
        for one in measures
        if one.name in COMPARED and (old := published.get((one.name, one.subject)))
        if (change := _change(old, one)) is not None
    )
    latest = Revision(published=_moment(before["as_of"]), changes=changes)
    return (*earlier, latest) if changes else earlier


def _change(old: Mapping[str, Any], now: Measure) -> Change | None:
    old_state = State(old["state"])
    was = None if old_state is State.UNKNOWN else _value(old["value"])
    became = None if now.state is State.UNKNOWN else json_number(now.value)
    if (was, old_state) == (became, now.state):
        return None
    return Change(
        name=now.name,
        subject=now.subject,
        old=was,
        new=became,
        old_state=old_state,
        new_state=now.state,
    )


def _value(kept: object) -> Value:
    match kept:
        case None | "+Inf" | "-Inf":
            return kept
        case int() | float() if not isinstance(kept, bool):
            return kept
    raise ValueError(f"{kept!r} is no figure")


def _moment(kept: object) -> datetime:
    moment = datetime.fromisoformat(str(kept))
    if moment.tzinfo is None:
        raise ValueError(f"{kept!r} has no time zone")
    return moment
