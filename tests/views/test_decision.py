"""The pages of decisions: the four answers of the sample, and that the gate says the same."""

from __future__ import annotations

import json
from functools import cache

import pytest

from codexreport.cli.app import run
from codexreport.readiness.wording import as_dict
from codexreport.views.integration_validation import integration_validation
from codexreport.views.launch_readiness import launch_readiness
from codexreport.views.operations_readiness import operations_readiness
from codexreport.views.staging import staging

ANSWERS = {
    "4.2.0-rc1": ("NO-GO", "fail", 1),
    "4.2.0-rc2": ("UNDECIDED", "unknown", 3),
    "4.2.0-rc3": ("CONDITIONAL GO", "warning", 0),
    "4.2.0": ("GO", "pass", 0),
}


NO_BLOCKS = {"make", "figures", "measures", "to_dict", "frame", "data", "style", "not_known"} | {
    "unknown_findings",
    "unknown_figures",
    "owner_of",
}


@pytest.fixture(scope="session")
def report_of(tmp_path_factory):
    """The sample's decision about a release, made once."""
    workspace = tmp_path_factory.mktemp("decisions")

    @cache
    def make(release, kind=launch_readiness):
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(workspace)
            return kind(release=release)

    return make


@pytest.mark.parametrize("release", ANSWERS)
def test_each_candidate_of_the_sample_has_its_answer(report_of, release):
    report = report_of(release)
    verdict, state, _ = ANSWERS[release]
    told = report.to_dict()
    assert (told["verdict"], told["state"]) == (verdict, state)
    assert verdict in report.headline().html()


@pytest.mark.parametrize("release", ANSWERS)
def test_the_gate_says_what_the_page_says_to_the_last_digit(
    report_of, release, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    code = run(["gate", "launch", "--sample", "--release", release, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == ANSWERS[release][2]
    assert told == report_of(release).to_dict()["decision"]


@pytest.mark.parametrize("kind", [integration_validation, staging, operations_readiness])
@pytest.mark.parametrize("release", ANSWERS)
def test_every_part_of_every_page_can_be_shown(report_of, kind, release):
    report = report_of(release, kind)
    parts = [
        getattr(report, name)()
        for name in dir(type(report))
        if not name.startswith("_")
        and name not in NO_BLOCKS
        and callable(getattr(type(report), name))
    ]
    assert len(parts) > 8
    assert all(part.html() and part.markdown() for part in parts)


def test_what_is_in_the_way_has_an_owner_and_a_day(report_of):
    for one in report_of("4.2.0-rc1").to_dict()["decisions"]:
        assert one["owner"]
        assert one["due"] == "2026-10-13"


def test_conditions_name_the_waiver_its_approver_and_its_end(report_of):
    page = report_of("4.2.0-rc3").decisions().html()
    assert "Waived: “No high vulnerability is open”." in page
    assert "Accepted until Tue 13 Oct 2026 by Head of operations" in page


def test_the_shortest_way_names_only_what_is_not_listed_above(report_of):
    page = report_of("4.2.0-rc1").decisions().html()
    assert "The shortest way to CONDITIONAL GO: all 7 above would have to pass." in page
    assert "all 7 above, and “" in page


def test_what_is_not_known_stands_in_sight(report_of):
    page = report_of("4.2.0-rc2").unknowns().html()
    assert "No staging test failed" in page
    assert "is not XML that is read" in page
    assert "smoke was last run 3 days ago, longer than the 1 day allowed" in page


def test_a_failure_of_every_component_takes_from_the_confidence(report_of):
    tests = report_of("4.2.0-rc1").tests().html()
    assert "all components" in tests
    assert "346 of 351" in tests


def test_each_figure_leads_to_its_inputs(report_of):
    told = report_of("4.2.0").to_dict()
    hashes = {one["sha256"] for one in told["inputs"]}
    judged = [
        finding["measure"]
        for gate in told["decision"]["gates"]
        for finding in gate["findings"]
        if finding["measure"] and not finding["measure"]["name"].startswith("evidence.")
    ]
    assert all(set(one["inputs"]) <= hashes for one in judged)
    assert sum(bool(one["inputs"]) for one in judged) > 15


def test_the_same_inputs_give_the_same_page(report_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    again = launch_readiness(release="4.2.0-rc1")
    assert again.to_dict() == report_of("4.2.0-rc1").to_dict()
    assert again.gates().html() == report_of("4.2.0-rc1").gates().html()


def test_the_report_says_how_to_make_it_again(report_of):
    page = report_of("4.2.0-rc1").appendix().html()
    assert "codexreport run launch_readiness --sample --release 4.2.0-rc1" in page
    assert "--offline --now 2026-10-06T09:00:00+02:00" in page


def test_the_figures_in_json_are_those_of_the_decision(report_of):
    report = report_of("4.2.0-rc3")
    told = report.to_dict()["decision"]
    assert {key: told[key] for key in as_dict(report.decision)} == as_dict(report.decision)


def test_what_is_to_be_done_says_the_command_where_one_is_known(report_of):
    actions = {one["what"]: one["run"] for one in report_of("4.2.0-rc2").to_dict()["decisions"]}
    approve = "codexreport sign-off launch --role engineering --as NAME --release 4.2.0-rc2"
    key = "Nobody has signed off as engineering yet. Not known: “Engineering approved”."
    assert actions[key] == approve
    assert f"Run: <code>{approve}</code>" in report_of("4.2.0-rc2").decisions().html()
    (rollback,) = [run for what, run in actions.items() if "“Going back was rehearsed”" in what]
    assert rollback == "codexreport record rollback-rehearsal --phase release-4-2-0-rc2 -- COMMAND"
    (broken,) = [run for what, run in actions.items() if "“No staging test failed”" in what]
    assert broken == ""


def test_of_one_figure_there_is_one_judgement_on_the_page(report_of):
    """98.58 % misses the gate's 99 % and keeps its 98.5 %; by itself it would fail."""
    report = report_of("4.2.0-rc1")
    (finding,) = [
        one for gate in report.decision.gates for one in gate.findings if one.key == "launch/tests"
    ]
    assert finding.state.value == "warning"
    row = report.tests().markdown().split("| all components |")[1].split("\n")[0]
    assert "Warning" in row
    assert "Fail" not in row


def test_what_a_gate_asks_comes_first_and_the_rest_is_folded(report_of):
    report = report_of("4.2.0-rc1")
    first, rest = report.unknowns().html().split("<details>")
    assert "Going back was rehearsed" in first
    assert "wholesale-availability: " in rest
    assert "slo." not in rest
    assert "No bundle was made" not in first
    subjects = {one.subject for one in report.unknown_figures() if one.name.startswith("evidence.")}
    assert subjects <= set(report.phases)


def test_what_is_there_or_not_has_no_figure_and_a_name(report_of):
    page = report_of("4.2.0-rc1").approvals().markdown()
    assert "engineering for launch" in page
    assert "Figure" not in page


def test_a_waived_finding_counts_as_waived_and_not_as_failed(report_of):
    page = report_of("4.2.0-rc3").gates().html()
    assert "1 warned, 16 passed, 1 not applicable, 1 waived" in page
