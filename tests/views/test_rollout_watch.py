"""The watch of a rollout: what its cells show."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from codexreport.cli.app import run
from codexreport.errors import ParameterError
from codexreport.measure import State
from codexreport.views.rollout_watch import rollout_watch

START = datetime(2026, 10, 7, 8, tzinfo=timezone.utc)
PROJECT = """\
schema = 1
[project]
name = "Shop <b>"
timezone = "Europe/Berlin"
release = "4.2.0"
[slo]
objectives = []
[rollout]
start = 2026-10-07T09:30:00+02:00
strategy = "fast"
flag = "checkout.one-page"
look_back = "10m"
[[rollout.freezes]]
start = 2026-10-10T00:00:00+02:00
end = 2026-10-12T00:00:00+02:00
reason = "Weekend"
[[rollout.triggers]]
name = "errors"
kind = "error_rate"
source = "requests"
total = {}
bad = {where = {status = ">=500"}}
[[rollout.success]]
name = "errors-at-100"
aim = "error_rate"
source = "requests"
total = {}
bad = {where = {status = ">=500"}}
[sources.requests]
type = "events"
path = "requests.csv"
[sources.flags]
type = "flags"
path = "flags.json"
"""


@pytest.fixture
def project(tmp_path):
    """Requests since the step began; from minute 30 on all of them fail."""
    rows = ["timestamp,status"]
    for second in range(-2400, 3600, 10):
        moment = (START + timedelta(seconds=second)).isoformat()
        rows.append(f"{moment},{500 if second >= 1800 else 200}")
    (tmp_path / "requests.csv").write_text("\n".join(rows) + "\n")
    flag = {"key": "checkout.one-page", "enabled": True, "percentage": 10}
    (tmp_path / "flags.json").write_text(json.dumps({"flags": [flag]}))
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    return tmp_path


def report(project, minute, **more):
    now = (START + timedelta(minutes=minute)).isoformat()
    return rollout_watch(project=str(project), now=now, **more)


def test_the_headline_is_the_verdict_with_what_happens_next(project):
    well = report(project, 25)
    assert well.state is State.PASS
    shown = well.headline().markdown()
    assert "GO ON" in shown
    assert "Release 4\\.2\\.0" in shown or "Release 4.2.0" in shown
    assert "Next is 50" in well.decisions().markdown()
    badly = report(project, 40)
    assert badly.state is State.FAIL
    assert "ROLL BACK" in badly.headline().markdown()
    assert "Wed 7 Oct 2026, 10:30 CEST" in badly.headline().sentence


def test_every_cell_is_shown_and_nothing_from_outside_is_markup(project):
    made = report(project, 40)
    cells = [
        made.headline(),
        made.figures(),
        made.decisions(),
        made.plan(),
        made.triggers(),
        made.checkpoints(),
        made.success(),
        made.unknowns(),
        made.appendix(),
    ]
    page = "".join(one.html() for one in cells)
    assert "<b>" not in page.replace("<dd><b>", "")
    assert page.count('role="img" aria-label=') >= 4  # plan, triggers twice, checkpoints
    for said in ("tripped 1 time", "planned", "actual 10", "every 15m", "0 of 25 done"):
        assert said in page, said
    assert all(one.markdown() for one in cells)


def test_what_is_not_known_is_said_by_name(project):
    (project / "flags.json").unlink()
    unknowns = report(project, 25).unknowns().markdown()
    assert "The share of users that have it" in unknowns
    assert "Evidence has no look" in unknowns


def test_where_nothing_is_known_nothing_good_is_said(project):
    """A week later: 10 % have it, the plan is over, and nobody counted a request."""
    late = report(project, 7 * 24 * 60)
    page = "".join(
        one.html() for one in (late.headline(), late.figures(), late.decisions(), late.triggers())
    )
    for untrue in ("everybody has it", "0 of 1", "none of them", "ever tripped", "rollout is over"):
        assert untrue not in page, untrue
    for said in (
        "100\u00a0% planned since Fri 9 Oct 2026, 09:30 CEST",
        "not known: Error rate",
        "not observed",
        "100\u00a0% are planned since Fri 9 Oct 2026, 09:30 CEST, 10\u00a0% have it:",
        "no longer",
    ):
        assert said in page, said


def test_no_trigger_ever_tripped_is_said_where_all_was_seen(project):
    assert "never tripped" in report(project, 25).triggers().html()


def test_without_success_criteria_that_is_what_is_not_known(project):
    text = PROJECT[: PROJECT.index("[[rollout.success]]")] + PROJECT[PROJECT.index("[sources.") :]
    (project / "codexreport.toml").write_text(text)
    unknowns = report(project, 25).unknowns().markdown()
    assert "Whether it is a success" in unknowns
    assert "everything that was asked" not in unknowns


def test_a_moment_that_the_project_pins_is_said_to_be(project):
    now = (START + timedelta(minutes=25)).isoformat()
    text = PROJECT.replace('release = "4.2.0"', f'release = "4.2.0"\nas_of = {now}')
    (project / "codexreport.toml").write_text(text)
    pinned = rollout_watch(project=str(project))
    assert "inned by as_of in codexreport.toml" in pinned.headline().html()
    assert pinned.to_dict()["looked"].endswith(", pinned by as_of in codexreport.toml.")
    asked = rollout_watch(project=str(project), now=now)
    assert "inned by" not in asked.headline().html() + asked.to_dict()["looked"]
    assert "--now" in asked.appendix().html()
    assert "--now" not in pinned.appendix().html()


def test_page_and_json_name_the_moment_that_the_verdict_is_of(project):
    made = report(project, 25)
    headline = made.headline()
    assert headline.said == "GO ON"
    assert headline.sentence.startswith("As of Wed 7 Oct 2026, 10:25 CEST: ")
    data = made.to_dict()
    assert data["headline"].startswith("As of Wed 7 Oct 2026, 10:25 CEST: ")
    assert data["looked"] == "As of Wed 7 Oct 2026, 10:25 CEST."


def test_the_same_bytes_offline(project):
    first = report(project, 40)
    before = [first.plan().html(), first.triggers().html(), first.checkpoints().html()]
    (project / "requests.csv").write_text("timestamp,status\n")
    again = report(project, 40, offline=True)
    assert [again.plan().html(), again.triggers().html(), again.checkpoints().html()] == before
    assert again.to_dict() == first.to_dict()


def test_looks_that_were_kept_are_on_the_chart(project, monkeypatch, rollout_clock):
    monkeypatch.chdir(project)
    for minute in (20, 25):
        rollout_clock(START + timedelta(minutes=minute))
        run(["rollout", "check", "--quiet"])
    (share, *_) = report(project, 40).watch.shares
    assert share == (START + timedelta(minutes=20), Fraction(1, 10))


def test_a_look_at_a_day_that_nobody_looked_on_is_not_on_the_chart(project, monkeypatch):
    monkeypatch.chdir(project)
    run(["rollout", "check", "--quiet", "--now", (START + timedelta(minutes=20)).isoformat()])
    assert [at for at, _ in report(project, 40).watch.shares] == [START + timedelta(minutes=40)]


def test_it_is_published_under_its_release(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    now = (START + timedelta(minutes=40)).isoformat()
    assert run(["run", "rollout_watch", "--now", now, "--renderer", "pandoc"]) == 1
    written = json.loads((project / "reports/rollout_watch/4.2.0/report.json").read_text())
    assert (written["state"], written["verdict"]) == ("fail", "roll back")
    assert written["look"]["triggers"][0]["lasted_s"] == 600


def test_a_project_without_a_rollout_is_refused(project):
    text = PROJECT.partition("[rollout]")[0]
    (project / "codexreport.toml").write_text(text)
    with pytest.raises(ParameterError, match="plans no rollout"):
        report(project, 40)
