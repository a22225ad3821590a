"""What docs/postmortems.md begins with is a project; the columns it names are those there are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from codexreport.cli.app import run
from codexreport.readers import actions, incidents

PAGE = Path(__file__).parents[2] / "docs" / "postmortems.md"
NOW = ("--now", "2026-11-20T09:00:00+01:00")


def section():
    """The part of the page that begins with nothing."""
    return PAGE.read_text().split("## From an empty folder\n")[1].split("\n## ")[0]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The three files, as they stand on the page."""
    blocks = re.findall(r"```(?:toml|csv)\n(.*?)```", section(), flags=re.DOTALL)
    for name, text in zip(
        ("codexreport.toml", "incidents.csv", "actions.csv"), blocks, strict=True
    ):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_its_project_is_listed_and_gets_a_postmortem(project, capsys):
    listed = {}
    for what in ("incidents", "actions"):
        assert run(["list", what, "--json", *NOW]) == 0
        (listed[what],) = json.loads(capsys.readouterr().out)[what]
    assert listed["incidents"]["services"] == ["checkout", "search"]
    assert (listed["actions"]["state"], listed["actions"]["incident"]) == ("open", "INC-42")
    assert run(["new", "postmortem", "--incident", "INC-42", *NOW]) == 0
    assert (project / "postmortems/INC-42.ipynb").is_file()


@pytest.mark.parametrize(
    ("row", "needed", "known"),
    [
        ("incidents", incidents._COLUMNS, incidents._KEYS),
        ("action items", actions._COLUMNS, actions._COLUMNS | {"closed", "incident", "url"}),
    ],
)
def test_its_columns_are_those_that_are_read(row, needed, known):
    cells = re.search(rf"^\| {row} \|(.*)\|(.*)\|$", section(), flags=re.MULTILINE).groups()
    told = [set(re.findall(r"`(\w+)`", cell)) for cell in cells]
    assert told == [set(needed), set(known - needed)]
