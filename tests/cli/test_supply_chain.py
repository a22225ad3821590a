"""Ages of vulnerabilities are known as long as every scan is: one that is gone passes nothing."""

import json
import re

import pytest

from codexreport.cli.app import run
from codexreport.views.supply_chain import supply_chain

PROJECT = """
schema = 1
[project]
name = "Shop"
as_of = 2026-10-06T09:00:00Z
[sources.shop]
type = "trivy"
path = "shop.json"
max_age = "7d"
[sources.worker]
type = "trivy"
path = "worker.json"
max_age = "7d"
"""


def trivy(ran="2026-10-05T04:00:00Z", severity="HIGH"):
    """A complete scan that finds one vulnerability."""
    found = {"VulnerabilityID": "CVE-2026-1", "PkgName": "zlib", "InstalledVersion": "1"}
    target = {"Target": "shop", "Class": "lang-pkgs", "Type": "pip", "Packages": [{"Name": "zlib"}]}
    return {
        "SchemaVersion": 2,
        "CreatedAt": ran,
        "ArtifactName": "shop",
        "ArtifactType": "filesystem",
        "Results": [{**target, "Vulnerabilities": [{**found, "Severity": severity}]}],
    }


@pytest.fixture
def project(tmp_path, monkeypatch, capsys):
    """A project of two scans, both noted in the age ledger a day ago."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    for name in ("shop", "worker"):
        (tmp_path / f"{name}.json").write_text(json.dumps(trivy()))
    run(["check", "--ledger"])
    capsys.readouterr()
    return tmp_path


def remove(path):
    path.unlink()


def cut(path):
    path.write_text(path.read_text()[:-20])


def age(path):
    path.write_text(json.dumps(trivy(ran="2026-09-01T04:00:00Z")))


def test_with_every_scan_the_ages_are_known(project, capsys):
    assert run(["gate", "vulnerability-sla"]) == 0
    assert "GO" in capsys.readouterr().out


@pytest.mark.parametrize("spoil", [remove, cut, age])
@pytest.mark.parametrize("name", ["shop", "worker"])
def test_a_scan_that_does_not_count_makes_the_ages_unknown_and_is_named(
    project, capsys, name, spoil
):
    spoil(project / f"{name}.json")
    assert run(["gate", "vulnerability-sla"]) == 3
    said = capsys.readouterr().out
    assert "UNDECIDED" in said
    assert f"Not every scan counts. {name}.json: " in said
    run(["check", "--ledger", "--json"])
    files = json.loads(capsys.readouterr().out)["files"]
    assert files[-1]["file"] == "vulnerabilities.jsonl"
    assert files[-1]["state"] != "pass"


@pytest.mark.parametrize("spoil", [remove, age])
def test_what_is_overdue_stays_so_where_its_scan_is_gone(project, capsys, spoil):
    spoil(project / "shop.json")
    assert run(["gate", "vulnerability-sla", "--now", "2026-10-30T09:00:00Z"]) == 1
    assert "high severity open for more than 14 days" in capsys.readouterr().out


@pytest.mark.parametrize("spoil", [remove, age])
def test_the_page_names_a_scan_that_does_not_count(project, spoil):
    spoil(project / "shop.json")
    spoil(project / "worker.json")
    report = supply_chain(project=str(project))
    for block in (report.scans(), report.unknowns()):
        shown = re.sub(r"<[^>]+>", " ", block.html())
        assert "shop.json" in shown
        assert "worker.json" in shown
        assert "nothing in the project" not in shown
        assert "Nothing: everything" not in shown
