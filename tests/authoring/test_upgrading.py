"""New template code for old notebooks, and every word of the author's in place."""

from __future__ import annotations

import json

import nbformat
import pytest

from codexreport.authoring.linting import lint
from codexreport.authoring.templates import values_of
from codexreport.authoring.upgrading import upgrade
from codexreport.errors import AuthoringError

OWN = {"cell_type": "code", "id": "mine", "metadata": {"x": [1]}, "source": "1 + 1"}


def author_cells(notebook):
    return [one.text for one in notebook.cells if not one.is_kit]


@pytest.fixture
def newer(template, kit, section):
    """The template's next version: one cell renewed, one gone, one new, one new section."""
    _, _, summary, _, lessons = (one.value for one in template().cells)
    cells = [
        kit("parameters", '# renamed\nincident: str = ""  # which\nnow: str = ""  # when'),
        kit("load", "import codexreport as cr\n\nreport = cr.postmortem()"),
        summary,
        kit("similar", "report.similar()"),
        section("impact", "Impact", since=2),
        lessons,
    ]
    return template(cells, version=2)


def test_a_notebook_of_the_same_template_is_left_byte_for_byte(new, read, template):
    result = upgrade(read(new), template())
    assert (result.text, result.changes) == (new, ())


def test_cells_of_the_kits_are_renewed_by_id_and_the_authors_are_not_touched(changed, read, newer):
    own = {**OWN, "execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout"}]}
    old = changed(
        extra=[own],
        summary={
            "source": ["## Summary\n", "\n", "Orders failed. \u2028 é\n"],
            "attachments": {"a.png": {"image/png": "QQ=="}},
            "metadata": {"collapsed": True, "tags": ["author", "late"]},
        },
    )
    result = upgrade(old, newer)
    after = read(result.text)
    assert [one.id for one in after.cells] == [
        "cr-parameters",
        "cr-load",
        "summary",
        "cr-similar",
        "impact",
        "lessons",
        "mine",
    ]
    kept = [text for text in author_cells(after) if "Impact" not in text]
    assert kept == author_cells(old)
    assert after.cells[1].source == "import codexreport as cr\n\nreport = cr.postmortem()"
    assert result.changes == (
        "The template's version is 2 now, not 1.",
        "Renewed cr-parameters.",
        "Renewed cr-load.",
        "Removed cr-timeline.",
        "Added cr-similar.",
        "Added impact.",
    )


def test_parameters_keep_their_values(new, read, newer):
    source = read(upgrade(read(new), newer).text).cells[0].source
    assert source == '# renamed\nincident: str = "INC-42"  # which\nnow: str = ""  # when'


def test_when_it_was_made_and_what_else_stands_in_its_metadata_stays(new, read, newer, now):
    document = json.loads(new)
    document["metadata"]["other"] = {"kept": [1, 2]}
    after = read(upgrade(read(document), newer).text)
    assert after.metadata["other"] == {"kept": [1, 2]}
    assert after.ours["created"] == now.isoformat()
    assert after.version == 2


def test_what_was_changed_in_a_cell_of_the_kits_is_kept_below_it_and_not_run(
    changed, read, template
):
    old = changed(cr_timeline={"source": ["report.timeline()\n", "print('Mine')"]})
    result = upgrade(old, template())
    after = read(result.text)
    ids = [one.id for one in after.cells]
    kept = after.cells[ids.index("cr-timeline") + 1]
    assert (kept.id, kept.kind) == ("kept-cr-timeline", "raw")
    assert kept.source == "report.timeline()\nprint('Mine')"
    assert result.changes == (
        "Renewed cr-timeline; what had been changed in it is kept as a raw cell.",
    )
    again = changed(extra=[kept.value], cr_timeline={"source": "print('Another')"})
    assert "kept-cr-timeline-2" in [one.id for one in read(upgrade(again, template()).text).cells]


def test_a_section_that_somebody_took_away_does_not_come_back(changed, read, template):
    result = upgrade(changed(lessons=None), template())
    assert result.changes == ()


def test_the_order_that_the_author_gave_the_cells_stays(new, read, newer, now):
    document = json.loads(new)
    document["cells"].reverse()
    ids = [one.id for one in read(upgrade(read(document), newer).text).cells]
    assert [one for one in ids if one in {"lessons", "summary"}] == ["lessons", "summary"]
    assert ids.index("cr-similar") == ids.index("summary") + 1


def test_a_hand_made_old_one_is_brought_up_to_date(read, newer, kit, section):
    """Written as an editor without a stamp would: no fingerprints, four spaces, no order."""
    cells = [kit("load", "import codexreport"), section("summary", "Summary"), OWN]
    cells[2] = {**OWN, "outputs": [], "execution_count": None}
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"codexreport": {"template": "postmortem"}},
        "cells": cells,
    }
    old = read(json.dumps(document, indent=4))
    after = read(upgrade(old, newer).text)
    texts = author_cells(after)
    assert all(text in texts for text in author_cells(old))
    assert "kept-cr-load" in [one.id for one in after.cells]
    nbformat.validate(nbformat.reads(after.text, 4))
    assert upgrade(after, newer).changes == ()


def test_after_an_upgrade_lint_has_nothing_to_say_of_the_kits_cells(
    changed, read, newer, now, limit
):
    old = changed(cr_load=None, cr_timeline={"source": "broken("})
    after = read(upgrade(old, newer).text)
    rules = {one.rule for one in lint(after, newer, now, limit)}
    assert rules == {"section-empty"}


def test_one_of_a_newer_kit_is_refused(read, template, newer, now):
    ahead = newer.notebook({}, now)
    with pytest.raises(AuthoringError, match="was made by a newer codexreport"):
        upgrade(read(ahead), template())


def test_a_conflict_within_a_cell_is_refused_by_its_name(changed, template):
    old = changed(summary={"source": "<<<<<<< local\nA\n=======\nB\n>>>>>>> remote"})
    with pytest.raises(AuthoringError, match="not settled in the cell summary"):
        upgrade(old, template())


@pytest.mark.parametrize(
    "line", ['incident = "INC-7"', 'incident: str="INC-7"', 'incident: str = "INC-7"']
)
def test_a_parameter_keeps_its_value_when_its_line_was_damaged(changed, template, read, line):
    damaged = changed(cr_parameters={"source": f'project: str = ""  # folder\n{line}'})
    assert values_of(read(upgrade(damaged, template()).text))["incident"] == "INC-7"
