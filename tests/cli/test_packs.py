"""Documents made from what a project says, completed by people, and brought up to date."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from importlib.resources import files

import pytest

from codexreport.cli.app import run
from codexreport.measure import State
from codexreport.pipeline.checklist import section_measure

PROJECT = """\
schema = 1
[project]
name = "Shop <!-- codexreport:end project -->"
owner = "Shop | operations"
[sources.orders]
type = "buckets"
path = "orders.csv"
"""
NOW = datetime(2026, 10, 6, tzinfo=timezone.utc)


@pytest.fixture
def project(tmp_path, monkeypatch, objective):
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "objectives").mkdir()
    (tmp_path / "objectives/checkout.yaml").write_text(objective(target="0.999"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def make(project, capsys):
    """What became of each document."""

    def make_(pack):
        assert run(["new", pack, "--json"]) == 0
        documents = json.loads(capsys.readouterr().out)["documents"]
        return {one["file"]: one["came"] for one in documents}

    return make_


def test_the_packs_hold_what_the_protocols_ask_for(make):
    assert list(make("observability")) == [
        "docs/Observability_Spec.md",
        "docs/SLO_SLI.md",
        "CHANGELOG.md",
        "docs/Staging_Smoke_Playbook.md",
    ]
    assert list(make("operations")) == [
        "docs/runbook.md",
        "docs/escalation.md",
        "docs/Incident_Readiness_Checklist.md",
        "docs/Postmortem_Template.md",
        "docs/Retro_Template.md",
        "docs/Dependency_Update_Log.md",
        "docs/Security_Update_Log.md",
    ]


@pytest.mark.parametrize("pack", ["observability", "operations"])
def test_again_changes_nothing(make, project, pack):
    assert set(make(pack).values()) == {"made"}
    before = {path: path.read_bytes() for path in project.rglob("*.md")}
    assert set(make(pack).values()) == {"unchanged"}
    assert {path: path.read_bytes() for path in project.rglob("*.md")} == before


def test_objectives_and_their_budgets_are_filled_in(make, project):
    make("observability")
    text = (project / "docs/SLO_SLI.md").read_text()
    # 0.1 % of 28 days is 2419.2 s.
    assert "| Checkout takes orders | 0.1 % | rolling 28d | 40m19s |" in text
    assert "| Owner | Shop \\| operations |" in text


def test_what_people_wrote_survives_and_what_the_project_says_is_renewed(make, project, objective):
    make("observability")
    path = project / "docs/SLO_SLI.md"
    written = path.read_text().replace("TODO: For each objective, say", "Our shoppers are")
    path.write_bytes(written.replace("\n", "\r\n").encode() + b"A last word, without an end")
    before = path.read_bytes()
    (project / "objectives/checkout.yaml").write_text(objective(target="0.99"))
    assert make("observability")["docs/SLO_SLI.md"] == "updated"
    after = path.read_bytes()
    changed = [
        old
        for old, new in zip(before.split(b"\r\n"), after.split(b"\r\n"), strict=True)
        if old != new
    ]
    assert changed
    assert all(b"Checkout takes orders" in old or b"codexreport:end" in old for old in changed)
    assert after.endswith(b"\r\nA last word, without an end")


def test_a_document_of_ones_own_is_left_alone(make, project):
    (project / "CHANGELOG.md").write_bytes(b"# Mine\r\n\xef\xbb\xbf")
    assert make("observability")["CHANGELOG.md"] == "unchanged"
    assert (project / "CHANGELOG.md").read_bytes() == b"# Mine\r\n\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<!-- codexreport:begin sources -->\n", "", "ends sources, which did not begin"),
        ("begin sources", "begin source", "names no block of this file"),
        ("| orders |", "| orders, which are ours |", "somebody wrote inside the block sources"),
        ("## Sources", "<<<<<<< HEAD", "is the mark of a merge conflict"),
    ],
)
def test_a_damaged_document_is_refused_and_nothing_is_written(
    make, project, capsys, old, new, said
):
    make("observability")
    path = project / "docs/Observability_Spec.md"
    path.write_text(path.read_text().replace(old, new))
    (project / "docs/SLO_SLI.md").unlink()
    before = path.read_bytes()
    assert run(["new", "observability"]) == 2
    assert f"docs/Observability_Spec.md:{_line(before, new)}" in (err := capsys.readouterr().err)
    assert said in err
    assert path.read_bytes() == before
    assert not (project / "docs/SLO_SLI.md").exists()


def _line(content, mark):
    """Where a message has to point to; only its beginning where the mark is gone."""
    lines = content.decode().split("\n")
    hits = [n for n, line in enumerate(lines, start=1) if mark and mark in line]
    return hits[0] if hits and mark.startswith(("begin", "<")) else ""


def test_a_link_out_of_the_project_is_not_followed(make, project, tmp_path_factory, capsys):
    outside = tmp_path_factory.mktemp("outside") / "spec.md"
    (project / "docs").mkdir()
    (project / "docs/Observability_Spec.md").symlink_to(outside)
    assert run(["new", "observability"]) == 2
    assert "leads out of the project's folder" in capsys.readouterr().err
    assert not outside.exists()


@pytest.mark.parametrize(
    "asked",
    [
        "docs/Observability_Spec.md#Coverage",
        "docs/runbook.md#Escalation",
        "docs/runbook.md#Rollback",
    ],
)
def test_what_people_have_to_write_counts_as_not_filled_until_they_did(make, project, asked):
    make("observability")
    make("operations")
    assert section_measure(project, asked, None, NOW).state is State.FAIL
    path = project / asked.partition("#")[0]
    path.write_text(path.read_text().replace("TODO: ", ""))
    assert section_measure(project, asked, None, NOW).state is State.PASS


def test_the_logs_are_where_log_update_writes(make, project, capsys):
    make("operations")
    assert run(["log-update", "security", "--package", "zlib", "--to", "1.3"]) == 0
    capsys.readouterr()
    text = (project / "docs/Security_Update_Log.md").read_text()
    assert text.count("| Date | Package |") == 1
    assert make("operations")["docs/Security_Update_Log.md"] == "unchanged"


def test_every_template_is_of_a_pack_and_asks_people_something():
    folder = files("codexreport").joinpath("templates")
    pages = [one for one in folder.iterdir() if one.name.endswith(".md")]
    plain = {"Dependency_Update_Log.md", "Security_Update_Log.md", "Retro_Placeholder.md"}
    assert len(pages) == 12
    assert all("TODO" in one.read_text() for one in pages if one.name not in plain)
