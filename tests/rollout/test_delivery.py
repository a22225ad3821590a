"""The four keys, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.facts import About
from codexreport.measure import State
from codexreport.rollout.delivery import frequency, measure_delivery
from codexreport.rollout.deployments import Deployment, Outcome
from codexreport.rollout.record import Harm, Record, deployed_in
from codexreport.window import Window

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WEEKS = Window.rolling(28 * DAY, NOW, "UTC")


def deployment(number, ago, outcome=Outcome.SUCCEEDED, **more):
    """Started so long ago, ended 10 min later, committed an hour before it started."""
    started = NOW - ago
    whole = {"finished": started + 10 * MINUTE, "committed": started - HOUR, **more}
    return Deployment(
        id=f"d{number}", environment="production", started=started, outcome=outcome, **whole
    )


STEADY = tuple(deployment(number, number * 4 * DAY) for number in range(1, 7))
"""Six in 24 days, each 70 min after its commit."""


def measured(*deployments, **more):
    record = Record(environment="production", deployments=deployments, window=WEEKS, **more)
    about = About(subject="production", now=NOW)
    return {one.name.removeprefix("delivery."): one for one in measure_delivery(record, about)}


def values(*deployments, **more):
    return {name: one.value for name, one in measured(*deployments, **more).items()}


def states(*deployments, **more):
    return {one.state for one in measured(*deployments, **more).values()}


def test_all_went_well():
    """Six in four weeks are 1.5 a week; nothing failed, so there is no time to recover."""
    assert values(*STEADY) == {
        "deployment_frequency": Fraction(3, 2),
        "lead_time.median": 70 * 60,
        "change_failure_rate": 0,
        "recovery_time.median": None,
        "unrecovered": 0,
    }
    assert states(*STEADY) == {State.NOT_APPLICABLE}
    assert measured(*STEADY)["recovery_time.median"].reason == "No deployment failed."


def test_what_failed_is_no_deployment_that_stood_and_has_no_lead_time():
    """d7 failed 3 d ago and d8 stood 2 d ago: recovered 24 h 10 min after d7 began. d9 was rolled
    back 30 min after it began. The median of 1450 and 30 min is 740 min."""
    failed = deployment(7, 3 * DAY, Outcome.FAILED)
    mended = deployment(8, 2 * DAY)
    back = deployment(9, 5 * DAY, Outcome.ROLLED_BACK, finished=NOW - 5 * DAY + 30 * MINUTE)
    found = measured(*STEADY, failed, mended, back)
    assert found["deployment_frequency"].value == Fraction(7, 4)
    assert found["change_failure_rate"].value == Fraction(2, 9)
    assert found["change_failure_rate"].sample_size == 9
    assert found["recovery_time.median"].value == 740 * 60
    assert found["unrecovered"].value == 0


def test_a_deployment_that_an_incident_names_has_failed_though_it_succeeded():
    """It still was deployed, and took until the longest of its incidents was over."""
    harms = tuple(
        Harm(deployment="d1", incident=name, lasted=lasted)
        for name, lasted in (("INC-1", 45 * MINUTE), ("INC-2", HOUR))
    )
    assert values(*STEADY, harms=harms) == {
        "deployment_frequency": Fraction(3, 2),
        "lead_time.median": 70 * 60,
        "change_failure_rate": Fraction(1, 6),
        "recovery_time.median": 3600,
        "unrecovered": 0,
    }


@pytest.mark.parametrize(
    ("deployments", "harm"),
    [
        ((*STEADY, deployment(7, DAY, Outcome.FAILED)), ()),
        ((*STEADY, deployment(7, DAY, Outcome.ROLLED_BACK, finished=None)), ()),
        (STEADY, (Harm(deployment="d1", incident="INC-1", open=True),)),
        (STEADY, (Harm(deployment="d1", incident="INC-1"),)),
    ],
    ids=["nothing after it", "no end of the rollback", "incident open", "incident without times"],
)
def test_a_failure_that_nothing_says_is_over_is_named(deployments, harm):
    found = measured(*deployments, harms=harm)
    assert found["unrecovered"].value == 1
    assert found["recovery_time.median"].state is State.UNKNOWN
    assert "Nothing says when it was over: d" in found["recovery_time.median"].reason


def test_a_deployment_that_did_harm_itself_mends_no_other():
    failed = deployment(7, 3 * DAY, Outcome.FAILED)
    harmful = deployment(8, 2 * DAY)
    harm = Harm(deployment="d8", incident="INC-1", open=True)
    found = measured(*STEADY[1:], failed, harmful, harms=(harm,))
    assert found["unrecovered"].value == 2


def test_without_times_of_commit_the_lead_time_is_not_known():
    bare = [replace(one, committed=None) for one in STEADY]
    found = measured(*bare)["lead_time.median"]
    assert (found.value, found.state) == (None, State.UNKNOWN)
    assert found.reason == ("Not known: no deployment says when what it brought was committed.")
    some = measured(bare[0], *STEADY[1:])["lead_time.median"]
    assert (some.value, some.state) == (70 * 60, State.UNKNOWN)
    assert some.reason == "Without a time of commit: d1."


def test_a_commit_within_the_difference_of_clocks_took_no_time():
    odd = replace(STEADY[0], committed=STEADY[0].started + 2 * MINUTE, finished=None)
    assert values(odd, minimum=1)["lead_time.median"] == 0


def test_too_few_are_said_to_be_too_few_and_the_frequency_is_none_the_less_true():
    found = measured(*STEADY[:2])
    assert found["deployment_frequency"].state is State.NOT_APPLICABLE
    assert found["change_failure_rate"].state is State.UNKNOWN
    assert found["change_failure_rate"].reason == (
        "Too few to say: 2 deployments that ended, and 5 are needed."
    )
    assert measured(*STEADY[:2], minimum=2)["change_failure_rate"].state is not State.UNKNOWN


def test_no_deployment_on_record_is_unknown_and_not_never():
    assert states() == {State.UNKNOWN}
    old = deployment(9, 40 * DAY)
    found = measured(old)["deployment_frequency"]
    assert found.state is State.UNKNOWN
    assert found.reason == "No deployment to production is on record in 28d."


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"finished": NOW - 5 * DAY}, "d1 finished before it started"),
        ({"started": NOW + DAY, "finished": None}, "d1 started in the future"),
        ({"finished": NOW + DAY}, "d1 finished in the future"),
        ({"committed": NOW - 3 * DAY}, "d1 started before what it brought was committed"),
        ({"id": "d2"}, "d2 stands there more than once"),
    ],
)
def test_a_contradiction_makes_every_key_unknown_by_name(changes, reason):
    found = measured(replace(STEADY[0], **changes), *STEADY[1:])
    assert {one.state for one in found.values()} == {State.UNKNOWN}
    assert all(f"Contradictory: {reason}" in one.reason for one in found.values())


def test_a_contradiction_of_long_ago_does_not_matter():
    odd = deployment(9, 60 * DAY, finished=NOW - 61 * DAY)
    assert states(*STEADY, odd) == {State.NOT_APPLICABLE}


def test_a_record_that_cannot_be_relied_on_says_why():
    found = measured(*STEADY, doubt="It is one page of several.")
    assert {one.reason for one in found.values()} == {"It is one page of several."}


def test_without_incidents_it_is_not_known_which_did_harm():
    found = measured(*STEADY, harm_doubt="There are none.")
    unknown = {name for name, one in found.items() if one.state is State.UNKNOWN}
    assert unknown == {"change_failure_rate", "recovery_time.median", "unrecovered"}


@pytest.mark.parametrize(
    ("outcome", "ago", "expected"),
    [
        (Outcome.UNKNOWN, DAY / 2, State.UNKNOWN),
        (Outcome.IN_PROGRESS, 2 * DAY, State.UNKNOWN),
        (Outcome.IN_PROGRESS, DAY / 2, State.NOT_APPLICABLE),
    ],
)
def test_one_that_should_have_ended_and_does_not_say_how_is_named(outcome, ago, expected):
    found = measured(*STEADY, deployment(7, ago, outcome, finished=None))["change_failure_rate"]
    assert found.state is expected
    assert found.value == 0
    if expected is State.UNKNOWN:
        assert found.reason == "How they ended is not known: d7."


histories = st.lists(
    st.builds(
        lambda ago, outcome, ended, said: (ago * HOUR, outcome, ended, said),
        st.integers(1, 28 * 24 - 1),
        st.sampled_from(Outcome),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
).map(
    lambda rows: tuple(
        deployment(
            number,
            ago,
            outcome,
            finished=NOW - ago + 10 * MINUTE if ended else None,
            committed=NOW - ago - HOUR if said else None,
        )
        for number, (ago, outcome, ended, said) in enumerate(rows)
    )
)
harms = st.lists(
    st.builds(
        Harm,
        deployment=st.integers(0, 12).map(lambda number: f"d{number}"),
        incident=st.just("INC-1"),
        open=st.booleans(),
        lasted=st.none() | st.just(HOUR),
    ),
    max_size=3,
).map(tuple)


@given(deployments=histories, cut=st.integers(1, 27))
def test_the_frequency_is_additive_over_spans(deployments, cut):
    """The numbers of two spans that adjoin make that of both; so do rates, weighed by length."""
    middle = NOW - cut * DAY
    first = Window.between(WEEKS.start, middle, "UTC")
    second = Window.between(middle, WEEKS.end, "UTC")
    both = [*deployed_in(deployments, first), *deployed_in(deployments, second)]
    assert sorted(one.id for one in both) == sorted(
        one.id for one in deployed_in(deployments, WEEKS)
    )
    weighed = frequency(deployments, first) * (28 - cut) + frequency(deployments, second) * cut
    assert weighed == frequency(deployments, WEEKS) * 28


@given(deployments=histories, harms=harms)
def test_the_failure_rate_is_a_share(deployments, harms):
    value = values(*deployments, harms=harms)["change_failure_rate"]
    assert value is None or 0 <= value <= 1


@given(
    deployments=histories,
    harms=harms,
    ago=st.integers(1, 27),
    outcome=st.sampled_from(["failed", "rolled back"]),
)
def test_one_more_failure_never_makes_anything_better(deployments, harms, ago, outcome):
    more = deployment(99, ago * DAY, Outcome(outcome), finished=None)
    before, after = (
        values(*which, harms=harms, minimum=1) for which in (deployments, (*deployments, more))
    )
    assert after["change_failure_rate"] >= (before["change_failure_rate"] or 0)
    assert after["deployment_frequency"] == before["deployment_frequency"]
    assert after["unrecovered"] >= before["unrecovered"]


@given(deployments=histories, harms=harms, data=st.data())
def test_saying_less_of_a_deployment_never_makes_anything_known_better(deployments, harms, data):
    """Less is said of one: how or when it ended, or when what it brought was committed."""
    if not deployments:
        return
    number = data.draw(st.integers(0, len(deployments) - 1))
    less = data.draw(st.sampled_from([{"outcome": Outcome.UNKNOWN}, {"committed": None}]))
    silent = [*deployments]
    silent[number] = replace(silent[number], **less)
    full = measured(*deployments, harms=harms, minimum=1)
    part = measured(*silent, harms=harms, minimum=1)
    for name, one in part.items():
        known = one.state is not State.UNKNOWN and one.value is not None
        if known and full[name].state is not State.UNKNOWN:
            better = one.value < (full[name].value or 0)
            assert name == "deployment_frequency" or not better


@given(deployments=histories, harms=harms, data=st.data())
def test_the_order_of_a_record_does_not_matter(deployments, harms, data):
    other = data.draw(st.permutations(deployments))
    assert values(*other, harms=harms) == values(*deployments, harms=harms)
