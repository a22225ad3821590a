"""The templates that ship with the kit."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta, timezone

import nbformat
import pytest

from codexreport.authoring.cells import AuthoredNotebook
from codexreport.authoring.linting import lint
from codexreport.authoring.sections import QUESTION
from codexreport.authoring.templates import Template, fingerprint
from codexreport.execution.notebooks import shipped_notebooks
from codexreport.execution.parameters import Parameters
from codexreport.files import sha256

KINDS = ("postmortem", "retro")
KNOWN = {
    ("postmortem", 1): "cd7d13a24d403575",
    ("postmortem", 2): "9d2ca0bdbdb8c67c",
    ("retro", 1): "09d29b980e0f9531",
    ("retro", 2): "e7f78e189ad9c1b9",
}
"""What each version of a template computes with. Whoever changes a cell of the kit's counts the
template's version up, writes it here, and gives new sections the `since` of that version."""


@pytest.fixture(params=KINDS)
def shipped(request):
    path = shipped_notebooks()[request.param]
    return Template.of(AuthoredNotebook.read(path.read_bytes(), path.name))


def test_a_changed_template_has_a_new_version(shipped):
    prints = "".join(fingerprint(one) for one in shipped.cells)
    assert KNOWN[shipped.kind, shipped.version] == sha256(prints.encode())[:16]


def test_every_cell_says_whose_it_is(shipped):
    for cell in shipped.cells:
        assert ("codexreport" in cell.tags, "author" in cell.tags) == (cell.is_kit, not cell.is_kit)


def test_every_section_asks_a_question(shipped):
    for cell in shipped.cells:
        if not cell.is_kit:
            assert QUESTION in cell.source
            assert cell.source.endswith(("?", "there."))


def test_the_cells_compute_without_the_command(shipped):
    code = [one for one in shipped.cells if one.kind == "code"]
    assert [one.id for one in code][:2] == ["cr-parameters", "cr-load"]
    assert code[1].source.startswith("import codexreport as cr\n")
    for one in code:
        assert len(ast.parse(one.source).body) <= 6


def test_its_parameters_are_typed(shipped):
    path = shipped_notebooks()[shipped.kind]
    names = [one.name for one in Parameters.read(nbformat.read(path, 4), path.name)]
    assert names[0] == "project"
    assert names[-2:] == ["now", "offline"]


def test_a_new_one_lacks_nothing_but_its_prose(shipped):
    now = datetime(2026, 10, 6, tzinfo=timezone.utc)
    text = shipped.notebook({"project": ".."}, now)
    new = AuthoredNotebook.read(text.encode(), "new.ipynb")
    rules = {one.rule for one in lint(new, shipped, now, timedelta(days=14))}
    assert rules == {"section-empty"}
