"""When flags changed, as far as somebody looked: the trail that `rollout flags` leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from codexreport.evidence import log
from codexreport.evidence.keep import phase_folder, phases
from codexreport.pipeline.rollout_flags import STEP
from codexreport.project.workspace import Workspace
from codexreport.rollout.flag_changes import Change
from codexreport.window import recorded_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagChanged:
    """A flag that was found changed.

    Attributes:
        at: When it was found; it had changed since the look before.
        change: What of it.
    """

    at: datetime
    change: Change


def flags_changed(workspace: Workspace, first: datetime, last: datetime) -> tuple[FlagChanged, ...]:
    """What was found changed from `first` to `last`, both included, in order of time.

    Raises:
        EvidenceError: The evidence cannot be read.
    """
    found = [
        FlagChanged(at=at, change=change)
        for phase in phases(workspace.recorded)
        for record in log.read(phase_folder(workspace.recorded, phase)).records
        if record.get("step") == STEP
        and (at := recorded_moment(record.get("as_of"))) is not None
        and first.timestamp() <= at.timestamp() <= last.timestamp()
        for change in map(_change, _objects(record.get("changes")))
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.change.key, one.change.field)))


def _objects(written: object) -> list[dict[str, object]]:
    return [one for one in written if isinstance(one, dict)] if isinstance(written, list) else []


def _change(written: dict[str, object]) -> Change:
    key, field, before, after = (
        str(written.get(name, "")) for name in ("key", "field", "before", "after")
    )
    return Change(key=key, field=field, before=before, after=after)
