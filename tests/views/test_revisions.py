"""What was published before and changed since: told, never guessed, never passed over."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from fractions import Fraction
from html import unescape

import pytest

from codexreport.measure import Measure, State
from codexreport.views.revisions import revision_blocks, revisions, state_changed

AS_OF = "2026-10-06T09:00:00+02:00"


def sli(value, state=State.PASS):
    return Measure(name="slo.sli", subject="shop", value=value, unit="ratio", state=state)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "report.json"


@pytest.fixture
def publish(path):
    """Write a report as a run does, and give what it holds of revisions."""

    def write(*measures, as_of=AS_OF):
        found = revisions(path, measures)
        kept = {
            "as_of": as_of,
            "measures": [one.to_dict() for one in measures],
            "revisions": [one.to_dict() for one in found],
        }
        path.write_text(json.dumps(kept))
        return found

    return write


def shown(found):
    blocks = revision_blocks(found, {"shop": "The shop"}, "Europe/Berlin")
    return "".join(one.html() for one in blocks).replace("\xa0", " ")


def test_a_first_publication_has_none(publish):
    assert publish(sli(Fraction(9, 10))) == ()
    assert revision_blocks((), {}, "UTC") == []


def test_the_same_figures_again_are_no_revision(publish):
    publish(sli(Fraction(1, 3)))
    assert publish(sli(Fraction(1, 3))) == ()


def test_a_figure_that_changed_is_told_old_and_new_under_a_heading_of_its_own(publish):
    publish(sli(Fraction(8, 10), State.FAIL))
    found = publish(sli(Fraction(9, 10)))
    (change,) = found[0].changes
    assert (change.old, change.new) == (0.8, 0.9)
    assert (change.old_state, change.new_state) == (State.FAIL, State.PASS)
    html = shown(found)
    assert "<h3" in html
    for text in ("The shop", "SLI", "80.00 %", "90.00 %", "Tue 6 Oct 2026, 09:00 CEST"):
        assert text in html


def test_figures_that_differ_a_little_are_not_shown_as_the_same(publish):
    publish(sli(Fraction(99951, 100_000)))
    assert "99.951 %" in shown(publish(sli(Fraction(99952, 100_000))))


def test_earlier_revisions_stay(publish):
    for value in (7, 8, 9, 9):
        found = publish(sli(Fraction(value, 10)))
    assert [[one.old for one in entry.changes] for entry in found] == [[0.7], [0.8]]


def test_what_was_not_known_is_compared_as_not_known(publish):
    """100 % of next to nothing was never published as a fact."""
    publish(sli(Fraction(1), State.UNKNOWN))
    (entry,) = publish(sli(Fraction(9, 10)))
    assert entry.changes[0].old is None
    assert "not known" in shown([entry])
    assert "100" not in shown([entry])


def test_two_figures_that_are_not_known_are_no_change(publish):
    publish(sli(Fraction(1), State.UNKNOWN))
    assert publish(sli(Fraction(1, 2), State.UNKNOWN)) == ()


def test_a_state_that_changed_is_told_though_the_figure_is_the_same(publish):
    """The target was moved."""
    publish(sli(Fraction(9, 10)))
    found = publish(sli(Fraction(9, 10), State.FAIL))
    assert state_changed(found)


def test_a_figure_that_changed_without_its_state_is_no_change_of_state(publish):
    publish(sli(Fraction(9, 10)))
    found = publish(sli(Fraction(91, 100)))
    assert found
    assert not state_changed(found)


def test_other_measures_are_not_compared(publish):
    publish(replace(sli(Fraction(1)), name="slo.good"))
    assert publish(replace(sli(Fraction(2)), name="slo.good")) == ()


def test_a_budget_without_bound_is_compared_too(publish):
    left = replace(sli(Fraction(1)), name="slo.budget_remaining")
    publish(left)
    found = publish(replace(left, value=float("-inf"), state=State.FAIL))
    assert found[0].changes[0].new == "-Inf"
    assert "−∞ %" in shown(found)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"revisions": 3, "measures": [], "as_of": "x"}',
        b'{"revisions": [], "measures": [], "as_of": "yesterday"}',
        b'{"revisions": [], "measures": [], "as_of": "2026-10-06T09:00:00"}',
        b'{"revisions": [{}], "measures": [], "as_of": "2026-10-06T09:00:00Z"}',
        b'{"revisions": [], "measures": [3], "as_of": "2026-10-06T09:00:00Z"}',
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b'{"revisions": [], "as_of": "2026-10-06T09:00:00Z", "measures": '
        b'[{"name": "slo.sli", "subject": "shop", "state": "pass", "value": ["x"]}]}',
        b'{"revisions": [], "as_of": "2026-10-06T09:00:00Z", "measures": '
        b'[{"name": "slo.sli", "subject": "shop", "state": "great", "value": 1}]}',
    ],
)
def test_an_earlier_publication_that_cannot_be_read_is_said_not_passed_over(path, content):
    path.write_bytes(content)
    (entry,) = revisions(path, [sli(Fraction(1, 2))])
    assert entry.problem.startswith("The earlier publication could not be read: report.json, ")
    assert entry.problem in unescape(shown([entry]))


def test_a_folder_in_its_place_is_said_without_naming_the_machines_paths(path):
    path.mkdir()
    (entry,) = revisions(path, [])
    assert entry.problem == (
        "The earlier publication could not be read: report.json, Is a directory."
    )


def test_that_it_could_not_be_read_is_kept_for_later_readers(publish, path):
    path.write_text("{")
    publish(sli(Fraction(8, 10)))
    first, second = publish(sli(Fraction(9, 10)))
    assert first.problem
    assert (second.published, second.changes[0].old) == (
        datetime(2026, 10, 6, 7, tzinfo=timezone.utc),
        0.8,
    )
