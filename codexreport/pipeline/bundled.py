"""What the last record of a step says; of a bundle also whether nothing was run since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence import chain
from codexreport.evidence.keep import Kind, kind_of, phase_folder
from codexreport.measure import State
from codexreport.pipeline.checklist import Gap, LookedFor, record_measure
from codexreport.steps import BUNDLE
from codexreport.text import listed
from codexreport.wording import count

_SAID = {Kind.BUNDLE, Kind.SIGN_OFF, Kind.ANNOUNCEMENT}


def step_measure(
    workspace: Path,
    phase: str,
    step: str,
    max_age: timedelta | None,
    now: datetime,
    in_a_row: int = 1,
) -> LookedFor:
    """Whether a step is done, as gates and protocols both judge it.

    It is when its last record is green and fresh enough. A bundle also has to hold all that was
    run. What is said of it afterwards is no gap: judgements, sign-offs and announcements.

    Args:
        workspace: As for `record_measure`, as are the others.
        phase: Whose evidence it is.
        step: What it is called.
        max_age: How old the last record may be; None: any age.
        now: The moment of the judgement, aware.
        in_a_row: Runs that must have failed one after the other for a failure.
    """
    found = record_measure(workspace, phase, step, max_age, now, in_a_row)
    if step != BUNDLE or found.state not in {State.PASS, State.WARNING}:
        return found
    later = _since_bundled(workspace, phase)
    if not later:
        return found
    steps = listed(list(dict.fromkeys(str(one.get("step")) for one in later)))
    reason = f"{count(len(later), 'records')} came after the last bundle: {steps}."
    return replace(found, value=0, state=State.FAIL, reason=reason, gap=Gap.UNFINISHED)


def _since_bundled(workspace: Path, phase: str) -> list[dict[str, Any]]:
    """What was run after the last bundle of a phase."""
    try:
        records = chain.whole(phase_folder(workspace, phase)).records
    except EvidenceError:
        return []  # a log that cannot be read was told of already
    last = next(one for one in reversed(records) if one.get("step") == BUNDLE)
    return [one for one in records if one["seq"] > _held(last) and not _is_said(one)]


def _held(bundle: Mapping[str, Any]) -> int:
    """The number of the last record that a bundle holds; of a bundle by another tool, its own."""
    try:
        return int(bundle["bundle"]["head"]["seq"])
    except (KeyError, TypeError, ValueError):
        return int(bundle["seq"])


def _is_said(record: Mapping[str, Any]) -> bool:
    return kind_of(record) in _SAID or _is_judgement(record)


def _is_judgement(record: Mapping[str, Any]) -> bool:
    """Whether it is the report of a decision, made for people to approve what gates say."""
    origins = [one.get("origin") for one in record.get("artifacts", ()) if isinstance(one, Mapping)]
    said = any(isinstance(one, Mapping) and "judged" in one for one in origins)
    return kind_of(record) == Kind.RUN and said
