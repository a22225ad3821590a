"""The protocols' pages: every command in them exists, with every option that they give it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from codexreport.cli.app import app

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("protocols.md", "launch-week.md", "smoke.md", "publishing.md")
SCRIPTS = (
    "generate_observability_pack.py",
    "run_staging_smoke.sh",
    "monitor_slo.py",
    "schedule_retros.py",
    "deploy_backend.sh",
    "rollback_backend.sh",
    "collect_perf.py",
    "validate_workflow_integration.py",
    "update_task_state.py",
    "validate_protocol_steps.py",
    "validate_environment.py",
    "run_contract_tests.py",
    "generate_artifact_manifest.py",
)


def commands():
    """Every command line of the kit that these pages and the shipped protocols name."""
    for name in PAGES:
        text = (DOCS / name).read_text(encoding="utf-8")
        for line in re.findall(r"^codexreport [^\n#|]+|`codexreport [^`]+`", text, re.MULTILINE):
            yield name, line.strip("`").strip()
    for path in (DOCS.parent / "codexreport" / "protocols").glob("*.toml"):
        for line in re.findall(r'^do = "(codexreport [^"]+)"', path.read_text(), re.MULTILINE):
            for one in line.split(", then "):
                yield path.name, one


@pytest.mark.parametrize(("place", "line"), sorted(set(commands())))
def test_every_command_exists_with_its_options(place, line):
    words = shlex.split(line)[1:]
    words = words[: words.index("--")] if "--" in words else words
    found = typer.main.get_command(app)
    while hasattr(found, "commands"):
        assert words, line
        assert words[0] in found.commands, f"{place}: {line}"
        found = found.commands[words.pop(0)]
    known = {option for parameter in found.params for option in parameter.opts}
    used = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert used <= known, f"{place}: {line}"


def test_every_script_of_the_protocols_has_its_command():
    text = (DOCS / "protocols.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| `codexreport [^`]+` \|$", text, re.MULTILINE)
    named = {row.split()[0] for row in rows}
    assert set(SCRIPTS) <= named
