"""The figures at the head of a rollout's watch: where it stands, and what is not known of it."""

from __future__ import annotations

from collections.abc import Sequence

from codexreport.display.blocks import Figure
from codexreport.display.numbers import UNKNOWN, duration, moment
from codexreport.measure import State
from codexreport.pipeline.rollout_check import Checked
from codexreport.pipeline.rollout_watch import RolloutWatch
from codexreport.rollout.triggers import Watched
from codexreport.text import listed
from codexreport.wording import percent


def share_figure(found: Checked) -> Figure:
    """How many users have it, and how many are to."""
    share, plan = found.actual.share, found.plan
    since = "" if plan.next_step(found.as_of) else f" since {moment(plan.full_at, plan.zone_name)}"
    return Figure(
        label="Users that have it",
        value=UNKNOWN if share is None else percent(share),
        note=f"{percent(plan.planned(found.as_of))} planned{since}",
    )


def step_figure(found: Checked) -> Figure:
    """What the plan has next."""
    step = found.plan.next_step(found.as_of)
    if step is None:
        return Figure(label="Next step", value="none", note="the plan has no other")
    return Figure(
        label="Next step", value=percent(step.share), note=moment(step.at, found.plan.zone_name)
    )


def tripped_figure(triggers: Sequence[Watched]) -> Figure:
    """How many triggers are tripped, by name, and of which that is not known."""
    tripped = [one.trigger.signal.title for one in triggers if one.now is State.FAIL]
    unknown = [one.trigger.signal.title for one in triggers if one.now is State.UNKNOWN]
    notes = [listed(tripped)] if tripped else []
    if unknown:
        notes.append(f"{UNKNOWN}: {listed(unknown)}")
    known = bool(tripped) or (bool(triggers) and not unknown)
    return Figure(
        label="Triggers tripped now",
        value=f"{len(tripped)} of {len(triggers)}" if known else UNKNOWN,
        note="; ".join(notes) or ("none of them" if triggers else "the project names none"),
    )


def span_figure(watch: RolloutWatch) -> Figure:
    """For how long it is still watched, and until when."""
    over = moment(watch.over, watch.now.plan.zone_name)
    left = int((watch.over - watch.now.as_of).total_seconds())
    if left <= 0:
        return Figure(label="Still watched for", value="no longer", note=f"it ended on {over}")
    return Figure(label="Still watched for", value=duration(left), note=f"until {over}")
