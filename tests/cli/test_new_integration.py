"""`new integration`: artefacts to fill in, and what a gate says of them."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from codexreport.cli.app import run
from codexreport.execution.notebooks import sample_project
from codexreport.measure import State
from codexreport.pipeline.check import check_file
from codexreport.pipeline.integration_templates import ARTEFACTS, FOLDER, write_templates
from codexreport.pipeline.measures import measure_all
from codexreport.pipeline.open import moment_of, open_project
from codexreport.project.workspace import Workspace

PROJECT = """\
schema = 1
[project]
name = "Shop | <b>"
as_of = 2026-10-06T09:00:00Z
[slo]
objectives = []
[sources.flags]
type = "flags"
path = "flags.json"
"""


@pytest.fixture
def project(tmp_path):
    """A project of one flag."""
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "flags.json").write_text('{"flags": [{"key": "orders.v2", "enabled": true}]}')
    return tmp_path


@pytest.fixture
def made(project, capsys):
    """That project with every artefact, and what the command said."""
    assert run(["new", "integration", "--project", str(project), "--json"]) == 0
    return project, json.loads(capsys.readouterr().out)


def now(project):
    return moment_of("", open_project(project))


def test_every_artefact_is_written_and_named(made):
    project, said = made
    assert said["written"] == [f"{FOLDER}/{name}" for name in ARTEFACTS]
    assert all((project / name).is_file() for name in said["written"])


@pytest.mark.parametrize("name", ARTEFACTS)
def test_a_fresh_artefact_is_read_and_never_passed(made, name):
    project, _ = made
    one = check_file(project / FOLDER / name, now(project))
    assert one.format == ARTEFACTS[name], one.reason
    assert one.state in {State.UNKNOWN, State.FAIL}
    assert name == "defect-log.csv" or "Still to be filled in" in one.reason


def test_flags_and_the_projects_name_are_filled_in(made):
    project, _ = made
    matrix = json.loads((project / FOLDER / "integration-scope-matrix.json").read_text())
    assert matrix["project"] == "Shop | <b>"
    assert "orders.v2" in [one["name"] for one in matrix["items"]]
    plan = (project / FOLDER / "integration-test-plan.md").read_text()
    assert "Shop \\| \\<b\\>" in plan


def test_the_services_of_objectives_are_filled_in(tmp_path):
    root = tmp_path / "shop"
    shutil.copytree(sample_project(), root)
    write_templates(open_project(root), now(root))
    matrix = json.loads((root / FOLDER / "integration-scope-matrix.json").read_text())
    names = [one["name"] for one in matrix["services"]]
    assert {"checkout", "payments", "search"} <= set(names)
    readiness = (root / FOLDER / "observability-readiness.md").read_text()
    assert all(f"| {name} |" in readiness for name in names)


def test_what_is_there_stays_as_it_is(made, capsys):
    project, _ = made
    path = project / FOLDER / "regression-summary.md"
    path.write_text("ours")
    (project / FOLDER / "defect-log.csv").unlink()
    assert run(["new", "integration", "--project", str(project)]) == 0
    out = capsys.readouterr().out
    assert path.read_text() == "ours"
    assert f"Kept as it is: {FOLDER}/regression-summary.md" in out
    assert f"Written: {FOLDER}/defect-log.csv" in out


def test_the_sources_it_names_make_every_artefact_measured(made):
    project, said = made
    with (project / "codexreport.toml").open("a") as file:
        file.write(said["sources"])
    opened = open_project(project)
    assert write_templates(opened, now(project)).sources == ""
    known = measure_all(opened, Workspace(project), now(project)).measures
    names = {one.name for one in known}
    for needed in (
        "integration.scope.unreconciled",
        "integration.environment.parity",
        "integration.sign_off.rejected",
        "quality.contracts.unmitigated",
    ):
        assert needed in names
    unread = [one.subject for one in known if one.name == "source.read"]
    assert unread == ["bundles/integration-evidence-manifest.json"]  # nothing was bundled yet


def test_no_gate_of_the_protocol_passes_on_templates(made):
    project, said = made
    with (project / "codexreport.toml").open("a") as file:
        file.write(said["sources"])
    for number in ("1-scope", "2-contracts", "3-execution", "4-sign-off"):
        assert run(["gate", f"integration-{number}", "--project", str(project), "-q"]) in {1, 3}


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"log", State.PASS), (b"changed", State.FAIL), (None, State.FAIL)],
)
def test_a_manifest_is_compared_with_the_files_beside_it(project, content, expected):
    folder = project / FOLDER
    folder.mkdir(parents=True)
    entry = {"path": "run.txt", "sha256": hashlib.sha256(b"log").hexdigest()}
    (folder / "m.json").write_text(json.dumps({"schema": 1, "files": [entry]}))
    if content is not None:
        (folder / "run.txt").write_bytes(content)
    with (project / "codexreport.toml").open("a") as file:
        file.write(f'[sources.m]\ntype = "evidence-manifest"\npath = "{FOLDER}/m.json"\n')
    known = measure_all(open_project(project), Workspace(project), now(project)).measures
    (one,) = [one for one in known if one.name == "integration.manifest.altered"]
    assert one.state is expected
