"""Lighthouse: scores by its own bands, and Lighthouse CI's assertions at their level."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from examples import FORMATS, NOW

from codexreport.errors import SourceError
from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.readers.lighthouse import LighthouseReader
from codexreport.readers.notation.document import Document

GOOD = json.loads((FORMATS / "lighthouse" / "pass-good-scores.json").read_bytes())
ASSERTION = {
    "name": "maxNumericValue",
    "expected": 2500,
    "actual": 2400,
    "values": [2400],
    "operator": "<=",
    "passed": True,
    "auditId": "interactive",
    "level": "error",
    "url": "https://user:secret@shop.example/cart?token=hidden#top",
}


def read(value):
    return LighthouseReader().parse(Document("lh.json", json.dumps(value).encode()))


def state_of(run):
    return worst(one.state for one in run.measures(About(subject="lh.json", now=NOW)))


def with_score(score):
    return GOOD | {"categories": {"performance": {"score": score}}}


@pytest.mark.parametrize(
    ("score", "state"),
    [
        (1, State.PASS),
        (0.9, State.PASS),
        (0.8999, State.WARNING),
        (0.5, State.WARNING),
        (0.4999, State.FAIL),
        (0, State.FAIL),
        (None, State.UNKNOWN),
    ],
)
def test_a_score_is_judged_by_the_bands_of_lighthouse(score, state):
    assert state_of(read(with_score(score))) is state


def test_a_score_is_not_shown_as_the_band_it_does_not_reach():
    assert "89.99 of 100" in read(with_score(0.8999)).thresholds[0].reason


def test_a_report_without_categories_is_unknown():
    assert state_of(read(GOOD | {"categories": {}})) is State.UNKNOWN


def test_times_of_the_page_become_seconds_and_shifts_stay_as_they_are():
    figures = {one.name: (one.value, one.unit) for one in read(GOOD).figures}
    assert figures["page.first_contentful_paint"] == (Fraction("1.2045"), "seconds")
    assert figures["page.cumulative_layout_shift"] == (Fraction("0.02"), "1")


def test_it_is_of_the_moment_it_was_fetched():
    assert read(GOOD).observed.isoformat() == "2026-10-01T10:00:00+00:00"


def test_a_page_that_did_not_load_is_unknown_whatever_its_scores():
    error = {"code": "NO_FCP", "message": "The page did not paint any content."}
    run = read(GOOD | {"runtimeError": error})
    assert state_of(run) is State.UNKNOWN
    assert run.doubts == ("Lighthouse stopped with NO_FCP: The page did not paint any content.",)


def test_warnings_of_the_run_are_a_warning():
    run = read(GOOD | {"runWarnings": ["The page loaded too slowly to finish in time."]})
    assert state_of(run) is State.WARNING


@pytest.mark.parametrize("score", [-0.1, 1.1, "1", True, [1]])
def test_a_score_that_is_none_is_refused(score):
    with pytest.raises(SourceError, match=r"categories\.performance"):
        read(with_score(score))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.PASS),
        ({"passed": False, "actual": 2600}, State.FAIL),
        ({"passed": False, "actual": 2600, "level": "warn"}, State.WARNING),
        ({"passed": False, "level": "off"}, State.FAIL),
        ({"passed": True, "actual": 2600}, State.FAIL),
        ({"passed": True, "actual": None}, State.UNKNOWN),
        ({"passed": True, "operator": "~"}, State.UNKNOWN),
        ({"passed": None, "actual": 2600}, State.FAIL),
    ],
)
def test_an_assertion_is_judged_at_its_level_and_by_its_figures(changes, state):
    assert read([ASSERTION | changes]).thresholds[0].state is state


def test_an_address_is_shown_without_user_query_and_fragment():
    (threshold,) = read([ASSERTION]).thresholds
    assert threshold.of == "interactive of https://shop.example/cart"
    assert "secret" not in repr(threshold)
    assert "hidden" not in repr(threshold)


def test_an_empty_list_of_assertions_says_nothing():
    """Only failed assertions are listed, unless asked for; none at all may be no assertion."""
    run = read([])
    assert state_of(run) is State.UNKNOWN
    assert "includePassedAssertions" in run.doubts[0]


def test_of_a_manifest_the_representative_runs_count():
    rows = [
        {"url": "https://a/", "isRepresentativeRun": False, "summary": {"performance": 0.2}},
        {"url": "https://a/", "isRepresentativeRun": True, "summary": {"performance": 0.95}},
    ]
    assert state_of(read(rows)) is State.PASS
    assert state_of(read(rows[:1])) is State.UNKNOWN


@pytest.mark.parametrize("value", [{"lighthouseVersion": "12"}, {"audits": {}}, [], [1], [{}], 3])
def test_what_only_resembles_it_is_not_recognised(value):
    document = Document("lh.json", json.dumps(value).encode())
    assert not LighthouseReader().recognises(document)
