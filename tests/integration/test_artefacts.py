"""Test data, telemetry, spot-checks, plans, recommendations, sign-offs and manifests, judged."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from codexreport.facts import About
from codexreport.integration import plan
from codexreport.integration.data_sets import Cadence, DataSet, TestDataInventory, cadence_of
from codexreport.integration.manifest import Entry
from codexreport.integration.recommendations import Recommendation, Recommendations
from codexreport.integration.sign_off import Approval, SignOffRecord, Word
from codexreport.integration.telemetry import Coverage, Signal, Telemetry
from codexreport.measure import State, worst

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
ABOUT = About(subject="s", now=NOW)
DIGEST = "a" * 64


def state(facts):
    return worst(one.state for one in facts.measures(ABOUT))


def measured(facts):
    return {one.name.removeprefix("integration."): one for one in facts.measures(ABOUT)}


@pytest.mark.parametrize(
    ("written", "days"),
    [("daily", 1), ("Weekly", 7), ("every 2 weeks", 14), ("30 days", 30), ("month", 31)],
)
def test_a_cadence_is_read_as_people_write_it(written, days):
    assert cadence_of(written) == Cadence(days=days)


@pytest.mark.parametrize("written", ["", "when needed", "0 days", "every now and then"])
def test_what_is_no_cadence_is_none(written):
    assert cadence_of(written) is None


def test_fixed_data_is_never_made_anew():
    assert cadence_of("static") == Cadence(days=None)


@pytest.mark.parametrize(
    ("refreshed", "expected"),
    [
        (date(2026, 9, 29), State.PASS),  # 7 days ago, and 7 are the most
        (date(2026, 9, 28), State.FAIL),
        (date(2026, 10, 6), State.PASS),
        (date(2026, 10, 8), State.UNKNOWN),  # has begun nowhere
        (None, State.UNKNOWN),
    ],
)
def test_data_is_overdue_the_day_after_its_cadence(refreshed, expected):
    one = DataSet(
        name="orders", source="export", cadence=Cadence(days=7), refreshed=refreshed, line=3
    )
    assert state(TestDataInventory(sets=(one,))) is expected


def signal(coverage):
    return Signal(service="orders", name="logs", coverage=coverage)


@pytest.mark.parametrize(
    ("coverages", "expected", "share"),
    [
        ([Coverage.COVERED, Coverage.EXEMPT], State.PASS, 1),
        ([Coverage.COVERED, Coverage.MISSING], State.FAIL, 0.5),
        ([Coverage.COVERED, Coverage.UNKNOWN], State.UNKNOWN, 0.5),
        ([Coverage.EXEMPT], State.UNKNOWN, None),
        ([], State.UNKNOWN, None),
    ],
)
def test_telemetry_is_the_share_of_signals_that_apply(coverages, expected, share):
    one = measured(Telemetry(signals=tuple(map(signal, coverages))))["telemetry.coverage"]
    assert (one.state, one.value) == (expected, share)


def test_a_plan_says_who_has_a_scenario_and_when_it_is_accepted():
    scenario = plan.Scenario(name="pay", owner="team", acceptance="")
    incomplete = measured(plan.TestPlan(scenarios=(scenario,)))["plan.incomplete"]
    assert incomplete.state is State.FAIL
    assert "pay has no acceptance criteria" in incomplete.reason


@pytest.mark.parametrize(
    ("owner", "due", "expected"),
    [
        ("team", date(2026, 12, 1), State.PASS),
        ("", date(2026, 12, 1), State.WARNING),
        ("team", None, State.WARNING),
    ],
)
def test_a_recommendation_that_nobody_can_follow_up_warns(owner, due, expected):
    one = Recommendation(text="more suites", owner=owner, due=due, link="SHOP-40")
    assert state(Recommendations(entries=(one,))) is expected


def test_that_nothing_is_recommended_is_unknown():
    assert state(Recommendations(entries=())) is State.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, State.PASS),
        ({"word": Word.REJECTED}, State.FAIL),
        ({"word": Word.OPEN}, State.UNKNOWN),
        ({"role": ""}, State.UNKNOWN),
        ({"scope": ""}, State.UNKNOWN),
        ({"at": None}, State.UNKNOWN),
    ],
)
def test_an_approval_says_who_what_and_when(changes, expected):
    whole = {"role": "engineering", "word": Word.APPROVED, "scope": "1.5", "at": NOW}
    assert state(SignOffRecord(approvals=(Approval(**{**whole, **changes}),))) is expected


@pytest.mark.parametrize(
    ("path", "digest", "flaw"),
    [
        ("a/b.json", DIGEST, ""),
        ("../b.json", DIGEST, "leads out"),
        ("/b.json", DIGEST, "leads out"),
        ("", DIGEST, "leads out"),
        ("b.json", "a" * 63, "has no SHA-256"),
    ],
)
def test_an_entry_of_a_manifest_is_a_file_below_and_its_hash(path, digest, flaw):
    assert flaw in Entry(path=path, sha256=digest).flaw()
    assert bool(flaw) is bool(Entry(path=path, sha256=digest).flaw())
