"""What a page says to type next: the kit's own command for a step of its own, and never refused."""

from __future__ import annotations

import shlex
from datetime import datetime, timezone

import pytest

from codexreport import steps
from codexreport.pipeline.next_steps import command_for
from codexreport.pipeline.open import open_project
from codexreport.pipeline.questions import gate_of, question
from codexreport.readiness.score import evaluate_gate

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
PROJECT = """\
schema = 1
[project]
name = "Shop"
release = "4.2.0"
phase = "release-{release}"
[readiness]
gates = ["gates/*.toml"]
[sources.unit]
type = "junit"
path = "runs/{release}/junit.xml"
[sources.orders]
type = "buckets"
path = "orders.csv"
[smoke]
command = ["true"]
[smoke.environments.staging]
base_url = "http://127.0.0.1:1"
[smoke.environments.production]
base_url = "http://127.0.0.1:1"
[perf.scenarios.load]
target = "http://127.0.0.1:1"
users = 1
duration = "1s"
max_requests = 1
[[perf.scenarios.load.requests]]
path = "/"
"""
HERE = "--phase release-4-2-0"
BLANKS = {"COMMAND": "true", "DAY": "2026-10-05", "NAME": "lead", "env:NAME": "env:WEBHOOK"}


@pytest.fixture
def shop(tmp_path, monkeypatch, objective):
    """A project of which a former release left files, and this one has none yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEBHOOK", "http://127.0.0.1:1/hook")
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "runs/4.1.0").mkdir(parents=True)
    (tmp_path / "gates").mkdir()
    (tmp_path / "objectives").mkdir()
    (tmp_path / "objectives/checkout.yaml").write_text(objective(target="0.99"))
    (tmp_path / "orders.csv").write_text("start,good,valid\n2026-10-05T00:00:00Z,9,10\n")
    return tmp_path


def suggested(shop, criterion):
    """What is said of a gate of one criterion, of which nothing is known."""
    (shop / "gates/ship.toml").write_text(
        'schema = 1\nname = "ship"\ntitle = "Ship"\nroles = ["engineering"]\n'
        f'[[criteria]]\nid = "one"\ntitle = "One"\n{criterion}\n'
    )
    project = open_project(shop)
    asked = question(project, "ship")
    (file,) = asked.files
    (finding,) = evaluate_gate(gate_of(project, file), (), now=NOW).findings
    return command_for(project, asked, finding)


# perf measures, by a load generator of its own: what it takes is known from its own tests
@pytest.mark.parametrize(
    ("asked", "command"),
    [
        ('record = "bundle"', f"bundle {HERE}"),
        ('record = "health"', "health --release 4.2.0"),
        ('record = "monitor-slo"\nphase = "phase6"', "monitor-slo"),
        ('record = "notify"', "notify ship --webhook env:NAME --release 4.2.0"),
        ('record = "perf"', f"perf --scenario load {HERE} --release 4.2.0"),
        ('record = "schedule retros"\nphase = "phase6"', "schedule retros --from DAY"),
        ('record = "smoke"', f"smoke --env staging {HERE} --release 4.2.0"),
        ('record = "smoke-production"', f"smoke --env production {HERE} --release 4.2.0"),
        ('record = "smoke-canary"', f"record smoke-canary {HERE} -- COMMAND"),
        ('record = "rollback"', f"record rollback {HERE} -- COMMAND"),
        ('approval = "engineering"', "sign-off ship --role engineering --as NAME --release 4.2.0"),
    ],
)
def test_what_is_suggested_keeps_the_step_and_is_not_refused(shop, typed, asked, command):
    typed("record", "deployment", "--", "true")  # there is something to bundle
    assert suggested(shop, asked) == f"codexreport {command}"
    words = [BLANKS.get(word, word) for word in shlex.split(command)]
    if words[0] == "perf":
        return
    if words[0] == "notify":
        words.append("--dry-run")
    code, _, err = typed(*words)
    assert code != 2, err


@pytest.mark.parametrize(
    "asked",
    [
        'record = "check"',
        'record = "log-update"',
        'record = "protocol-launch"',
        'record = "run slo_weekly"',
        'record = "health"\nphase = "elsewhere"',
        'record = "monitor-slo"\nphase = "elsewhere"',
        'record = "notify"\nphase = "elsewhere"',
        'record = "schedule retros"\nphase = "elsewhere"',
        'file = "notes.md"',
    ],
)
def test_nothing_is_suggested_that_would_not_be_seen(shop, asked):
    assert suggested(shop, asked) == ""


def test_of_what_the_project_does_not_run_nothing_of_the_kits_is_suggested(shop):
    head, _, _ = PROJECT.partition("[sources.orders]")
    (shop / "codexreport.toml").write_text(head)
    (shop / "objectives/checkout.yaml").unlink()
    assert suggested(shop, 'record = "perf"') == ""
    assert suggested(shop, 'record = "monitor-slo"\nphase = "phase6"') == ""
    assert suggested(shop, 'record = "smoke"') == f"codexreport record smoke {HERE} -- COMMAND"


def test_every_step_of_the_kit_has_a_suggestion_or_none(shop):
    for step in steps.OWN:
        assert "record" not in suggested(shop, f'record = "{step}"').split()
