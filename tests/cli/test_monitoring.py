"""The weekly check as cron runs it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.cli.app import run

PROJECT = """\
schema = 1
[project]
name = "Shop"
[slo]
bucket = "1h"
min_events = 100
history_weeks = 6
steady_weeks = 2
[sources.orders]
type = "buckets"
path = "orders.csv"
"""
FIRST = datetime(2026, 8, 31, tzinfo=timezone.utc)  # Monday of W36
WEEK_H = 7 * 24


@pytest.fixture
def orders(tmp_path):
    """Writes weeks of 100 orders an hour; of the last, so many bad ones and so many hours less."""

    def write(weeks, bad=0, lost=0):
        good = [100] * ((weeks - 1) * WEEK_H) + [100 - bad] * (WEEK_H - lost)
        rows = [
            f"{(FIRST + timedelta(hours=hour)).isoformat()},{number},100"
            for hour, number in enumerate(good)
        ]
        (tmp_path / "orders.csv").write_text("start,good,valid\n" + "\n".join(rows) + "\n")

    return write


@pytest.fixture
def check(tmp_path, monkeypatch, capsys, objective):
    """Exit code and document of a check at a moment."""
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "objectives").mkdir()
    (tmp_path / "objectives/checkout.yaml").write_text(objective(target="0.99"))
    monkeypatch.chdir(tmp_path)

    def check_(now, *arguments):
        code = run(["monitor-slo", "--json", "--now", now, *arguments])
        return code, json.loads(capsys.readouterr().out)

    return check_


def records(folder):
    lines = (folder / "evidence/phase6/run.log").read_text().splitlines()
    return [json.loads(line) for line in lines]


TUESDAY = "2026-10-06T09:00Z"


def test_a_week_is_kept_once(check, orders, tmp_path):
    orders(weeks=5)  # W36 to W40
    code, first = check(TUESDAY)
    assert (code, first["week"], first["state"]) == (0, "2026-W40", "pass")
    assert (first["outcome"], first["streak"], first["streak_needed"]) == ("added", 5, 2)
    assert first["steady_state_earliest"] is None
    _, again = check("2026-10-07T09:00Z")
    assert (again["outcome"], again["record"]) == ("unchanged", 1)
    (kept,) = records(tmp_path)
    assert (kept["kind"], kept["subject"], kept["state"]) == ("check", "2026-W40", "pass")
    assert kept["objectives"][0]["sli"] == "1"
    assert len(kept["inputs"]) == 1


def test_a_provisional_week_is_corrected_by_a_record_that_says_so(check, orders, tmp_path):
    orders(weeks=5, lost=2)
    _, monday = check("2026-10-05T07:00Z")  # settle is a day
    assert (monday["provisional"], monday["outcome"]) == (True, "added")
    orders(weeks=5, bad=5)
    code, tuesday = check(TUESDAY)
    assert (code, tuesday["outcome"], tuesday["corrects"]) == (1, "corrected", 1)
    assert tuesday["provisional"] is False
    assert [one["state"] for one in records(tmp_path)] == ["pass", "fail"]


def test_a_final_week_stands_and_the_worse_is_told(check, orders, tmp_path):
    orders(weeks=5)
    check(TUESDAY)
    orders(weeks=5, bad=5)
    code, later = check("2026-10-08T09:00Z")
    assert (code, later["outcome"], later["kept_state"]) == (1, "stands", "pass")
    assert len(records(tmp_path)) == 1


def test_nothing_is_ever_passed_by_a_source_that_is_gone(check, orders, tmp_path):
    orders(weeks=5, bad=5)
    check("2026-10-05T07:00Z")
    (tmp_path / "orders.csv").unlink()
    code, later = check(TUESDAY)
    assert (code, later["state"], later["outcome"]) == (1, "fail", "stands")


def test_an_unknown_week_exits_3_and_can_be_caught_up(check, orders, tmp_path):
    orders(weeks=4)
    code, empty = check(TUESDAY)
    assert (code, empty["state"]) == (3, "unknown")
    assert empty["steady_state_earliest"] == "2026-10-19"  # W41 and W42 both kept
    orders(weeks=5)
    code, later = check("2026-10-09T09:00Z")
    assert (code, later["outcome"]) == (0, "corrected")


def test_weeks_that_were_never_kept_are_named(check, orders):
    orders(weeks=5)
    check(TUESDAY, "--week", "2026-W37")
    _, later = check(TUESDAY)
    assert later["not_kept"] == ["2026-W38", "2026-W39"]


def test_how_to_catch_up_is_told_for_every_week(check, orders, capsys):
    orders(weeks=5)
    check(TUESDAY, "--week", "2026-W37")
    assert run(["monitor-slo", "--now", TUESDAY]) == 0
    kept, never = capsys.readouterr().out.splitlines()[2:]
    assert kept == "Kept, final: codexreport show 2 --phase phase6"
    assert never == (
        "Never kept: 2026-W38, 2026-W39. To catch up: codexreport monitor-slo --week 2026-W38, "
        "and so on for each"
    )
    check(TUESDAY, "--week", "2026-W38")
    run(["monitor-slo", "--now", TUESDAY])
    assert "To catch up: codexreport monitor-slo --week 2026-W39\n" in capsys.readouterr().out


def test_what_a_person_reads(check, orders, capsys):
    orders(weeks=5)
    check(TUESDAY)
    assert run(["monitor-slo", "--now", TUESDAY]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "PASS  2026-W40: The objective was kept. "
        "The tightest budget is that of Checkout takes orders: 100.00\N{NO-BREAK SPACE}% left.",
        "Streak: 5 weeks of 2; that is steady.",
        "Record 1 says the same already; nothing was added.",
    ]
    assert run(["monitor-slo", "--now", TUESDAY, "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_the_streak_of_an_older_week_is_told_as_of_then(check, orders, capsys):
    orders(weeks=5)
    check(TUESDAY)
    assert run(["monitor-slo", "--now", TUESDAY, "--week", "2026-W36"]) == 0
    streak = capsys.readouterr().out.splitlines()[1]
    assert streak == "Streak: 1 week of 2, as of that week; without --week it is told as of now."


def test_a_project_without_objectives_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "codexreport.toml").write_text(
        'schema = 1\n[project]\nname = "Shop"\n[slo]\nobjectives = []\n'
    )
    monkeypatch.chdir(tmp_path)
    assert run(["monitor-slo"]) == 2
    assert "Shop has no objective to check." in capsys.readouterr().err
