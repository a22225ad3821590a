"""What lint says of a notebook itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from codexreport.authoring.linting import lint
from codexreport.authoring.remarks import Remark, verdict
from codexreport.measure import State

WRITTEN = {
    "summary": {"source": "## Summary\n\nOrders failed."},
    "lessons": {"source": "## Lessons\n\nMuch."},
}
OUTPUT = {"output_type": "display_data", "data": {"text/html": "<b>3</b>"}, "metadata": {}}
OURS = {**OUTPUT, "data": {"text/html": '<div class="cr"><p>3</p></div>'}}


@pytest.fixture
def rules(template, now, limit):
    """The rules that a notebook breaks, each with its cell."""

    def of(notebook, now=now, template=template):
        return [(one.rule, one.cell) for one in lint(notebook, template(), now, limit)]

    return of


def test_a_written_notebook_has_nothing_to_mend(changed, rules, now):
    assert rules(changed(**WRITTEN), now=now + timedelta(days=999)) == []


def test_a_new_notebook_has_its_sections_to_write(changed, rules):
    assert rules(changed()) == [("section-empty", "summary"), ("section-empty", "lessons")]


def test_a_section_that_is_gone_and_a_question_that_is_left_are_told_apart(changed, rules):
    asked = {"source": "## Lessons\n\nMuch.\n\n> To answer: What do we know now?"}
    found = rules(changed(summary=None, lessons=asked))
    assert found == [("section-missing", "summary"), ("question-left", "lessons")]


def test_a_draft_may_be_as_old_as_the_policy_allows_and_no_older(changed, rules, now, limit):
    assert ("draft-too-old", "") not in rules(changed(), now=now + limit)
    assert ("draft-too-old", "") in rules(changed(), now=now + limit + timedelta(seconds=1))


def test_where_the_age_of_a_draft_is_not_known_nothing_unwritten_is_allowed(
    new, read, template, now, limit
):
    made = now.isoformat()
    assert made in new
    later = (now + timedelta(minutes=5)).isoformat()
    too_late = (now + timedelta(minutes=5, seconds=1)).isoformat()
    unknown = {"section-empty": State.UNKNOWN, "draft-too-old": State.UNKNOWN}

    def states(text):
        found = lint(read(text), template(), now, limit)
        return {one.rule: one.state for one in found}

    assert states(new.replace(made, later)) == {"section-empty": State.WARNING}
    assert states(new.replace(made, too_late)) == unknown
    assert states(new.replace(made, "2099-01-01T00:00:00+00:00")) == unknown
    assert states(new.replace('"created"', '"made"')) == unknown


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ({"source": "report.timeline( )"}, [("kit-cell-edited", "cr-timeline")]),
        ({"source": "report.timeline("}, [("kit-cell-edited", "cr-timeline")]),
        ({"cell_type": "markdown"}, [("kit-cell-edited", "cr-timeline")]),
        ({"source": "report.timeline()\n"}, []),
        ({"execution_count": 3, "outputs": [OURS]}, []),
        ({"execution_count": None, "outputs": [OURS]}, [("pasted-output", "cr-timeline")]),
        ({"execution_count": 3, "outputs": [OUTPUT]}, [("pasted-output", "cr-timeline")]),
        (None, [("kit-cell-missing", "cr-timeline")]),
    ],
)
def test_cells_of_the_kits_are_there_and_as_the_kit_wrote_them(changed, rules, cell, expected):
    assert rules(changed(**WRITTEN, cr_timeline=cell)) == expected


def test_the_values_of_parameters_are_the_authors_and_their_meaning_is_not(changed, rules):
    other = 'project: str = "../.."  # folder\nincident: str = "INC-7"  # the incident'
    assert rules(changed(**WRITTEN, cr_parameters={"source": other})) == []
    mine = f'{other}\nmine: str = ""  # mine'
    assert rules(changed(**WRITTEN, cr_parameters={"source": mine})) == [
        ("kit-cell-edited", "cr-parameters")
    ]


@pytest.mark.parametrize(
    ("source", "broken"),
    [("1 / 0", False), ("%matplotlib inline\n!ls", False), ("if x:", True), ("a b", True)],
)
def test_an_authors_cell_that_cannot_run_is_named(changed, rules, source, broken):
    own = {"cell_type": "code", "id": "mine", "metadata": {}, "source": source}
    expected = [("broken-cell", "mine")] if broken else []
    assert rules(changed(extra=[own], **WRITTEN)) == expected


def test_an_output_that_no_run_made_is_named_in_an_authors_cell_too(changed, rules, kit):
    own = {**kit("x", "1"), "id": "mine", "outputs": [OUTPUT]}
    assert rules(changed(extra=[own], **WRITTEN)) == [("pasted-output", "mine")]
    assert rules(changed(extra=[{**own, "execution_count": 1}], **WRITTEN)) == []


@pytest.mark.parametrize(
    ("prose", "named"),
    [
        ("Lost:\n\n<table><tr><td>3</td></tr></table>", "<table>"),
        ("It was <b>bad</b>.", "<b>"),
        ("<script>alert(1)</script>", "<script>"),
        ("<!-- more to come -->", "a comment"),
        ("See <https://status.example>, `<b>`, 3 < 4.\n\n    <b>", ""),
    ],
)
def test_html_in_prose_is_a_warning_that_names_it(changed, template, now, limit, prose, named):
    notebook = changed(**{**WRITTEN, "summary": {"source": f"## Summary\n\nLost. {prose}"}})
    found = list(lint(notebook, template(), now, limit))
    assert [(one.rule, one.state, one.cell) for one in found] == (
        [("raw-html", State.WARNING, "summary")] if named else []
    )
    assert all(f"({named})" in one.message for one in found)


@pytest.mark.parametrize(
    ("target", "dead"),
    [
        ("../docs/runbook.md", True),
        ("javascript:alert(1)", True),
        ("/runbook", True),
        ("https://wiki.example/runbook", False),
        ("mailto:ops@example.org", False),
        ("#summary", False),
    ],
)
def test_a_link_that_leads_nowhere_on_the_page_is_a_warning(changed, rules, target, dead):
    prose = {"source": f"## Summary\n\nSee [this]({target}), or `[that](../x)`."}
    expected = [("dead-link", "summary")] if dead else []
    assert rules(changed(**{**WRITTEN, "summary": prose})) == expected


def test_a_section_that_lost_its_heading_is_a_warning(changed, rules):
    assert rules(changed(**{**WRITTEN, "summary": {"source": "Orders failed."}})) == [
        ("section-heading", "summary")
    ]
    for headed in ("# In short\n\nOrders failed.", "In short\n---\n\nOrders failed."):
        assert rules(changed(**{**WRITTEN, "summary": {"source": headed}})) == []


def test_an_unwritten_section_is_a_warning_until_the_draft_is_too_old(
    changed, template, now, limit
):
    def states(at):
        found = lint(changed(), template(), at, limit)
        return {one.rule: one.state for one in found}

    assert states(now + limit) == {"section-empty": State.WARNING}
    later = now + limit + timedelta(seconds=1)
    assert states(later) == {"section-empty": State.FAIL, "draft-too-old": State.FAIL}


def test_a_conflict_within_a_cell_is_named(changed, rules):
    prose = {"source": "## Summary\n\n<<<<<<< local\nA\n=======\nB\n>>>>>>> remote"}
    assert rules(changed(**{**WRITTEN, "summary": prose})) == [("merge-conflict", "summary")]


def test_an_older_template_is_a_warning(changed, rules, template, kit):
    cells = [*(one.value for one in template().cells), kit("more", "1")]
    found = rules(changed(**WRITTEN), template=lambda: template(cells, version=2))
    assert found == [("old-template", "")]


def test_the_verdict_is_the_worst_remark():
    states = [State.WARNING, State.UNKNOWN, State.FAIL, State.ERROR]
    remarks = [Remark(rule="r", state=state, message="m") for state in states]
    assert [verdict(remarks[:n]) for n in range(5)] == [State.PASS, *states]
