"""Whether the evidence of a phase was bundled, and nothing was run for it since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence import chain
from codexreport.evidence.keep import Kind, kind_of, phase_folder
from codexreport.measure import Measure, State
from codexreport.pipeline.checklist import record_measure
from codexreport.text import listed
from codexreport.wording import count

STEP = "bundle"
MEASURE = "evidence.bundle"


def bundle_measure(
    workspace: Path, phase: str, max_age: timedelta | None, now: datetime
) -> Measure:
    """Whether the last bundle of a phase is green, fresh enough and holds all that was run.

    What is said of it afterwards is no gap: sign-offs and announcements.

    Args:
        workspace: The folder that `evidence` is in.
        phase: Whose evidence it is.
        max_age: How old the last bundle may be; None: any age.
        now: The moment of the judgement, aware.
    """
    found = record_measure(workspace, phase, STEP, max_age, now)
    if found.state not in {State.PASS, State.WARNING}:
        return found
    try:
        records = chain.whole(phase_folder(workspace, phase)).records
    except EvidenceError:
        return found  # a log that cannot be read was told of already
    last = next(one for one in reversed(records) if one.get("step") == STEP)
    later = [one for one in records if one["seq"] > _held(last) and not _is_said(one)]
    if not later:
        return found
    steps = listed(list(dict.fromkeys(str(one.get("step")) for one in later)))
    reason = f"{count(len(later), 'records')} came after the last bundle: {steps}."
    return replace(found, name=MEASURE, value=0, state=State.FAIL, reason=reason)


def _held(bundle: Mapping[str, Any]) -> int:
    """The number of the last record that a bundle holds; of a bundle by another tool, its own."""
    try:
        return int(bundle["bundle"]["head"]["seq"])
    except (KeyError, TypeError, ValueError):
        return int(bundle["seq"])


def _is_said(record: Mapping[str, Any]) -> bool:
    return record.get("step") == STEP or kind_of(record) in {Kind.SIGN_OFF, Kind.ANNOUNCEMENT}
