"""`rollout plan`, `flags` and `check`, as they are typed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from icalendar import Calendar

from codexreport.cli.app import run
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.pipeline.open import open_project, workspace_of
from codexreport.pipeline.rollout_check import checkpoints_of
from codexreport.pipeline.rollout_evidence import records_of
from codexreport.rollout.checkpoints import Mark

PROJECT = """\
schema = 1
[project]
name = "Shop"
timezone = "Europe/Berlin"
[slo]
objectives = []
[rollout]
start = 2026-10-05T09:00:00+02:00
flag = "checkout.one-page"
{more}
[[rollout.freezes]]
start = 2026-10-10T00:00:00+02:00
end = 2026-10-12T00:00:00+02:00
reason = "Nobody is in; at the weekend"
[[rollout.triggers]]
name = "errors"
kind = "error_rate"
source = "requests"
total = {{}}
bad = {{where = {{status = ">=500"}}}}
[sources.requests]
type = "events"
path = "requests.csv"
[sources.flags]
type = "flags"
path = "flags.json"
"""
START = datetime(2026, 10, 7, 8, tzinfo=timezone.utc)
FAILING_FROM = 90


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Two hours of requests on the day of 10 %, and two before; from minute 90 on half fail."""
    rows = ["timestamp,status"]
    for second in range(-7200, 7200, 10):
        bad = second >= FAILING_FROM * 60 and second % 20
        rows.append(f"{(START + timedelta(seconds=second)).isoformat()},{500 if bad else 200}")
    (tmp_path / "requests.csv").write_text("\n".join(rows) + "\n")
    write_flags(tmp_path, 10)
    (tmp_path / "codexreport.toml").write_text(PROJECT.format(more=""))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_flags(folder, percentage, **more):
    flag = {
        "key": "checkout.one-page",
        "enabled": True,
        "percentage": percentage,
        "owner": "Checkout team",
        "expires": "2026-12-01",
        "backlog": "PAY-12",
        **more,
    }
    (folder / "flags.json").write_text(json.dumps({"flags": [flag]}))


@pytest.fixture
def typed(project, capsys):
    """Exit code, standard output and standard error of a command."""

    def type_(*arguments):
        capsys.readouterr()
        return run(["rollout", *arguments]), *capsys.readouterr()

    return type_


def at(minute):
    return "--now", (START + timedelta(minutes=minute)).isoformat()


def log(project):
    path = project / "evidence" / "launch" / "run.log"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def keep_look(project, time, state="pass", **details):
    """A look by `rollout check`, as it was kept at a time."""
    record = Record(
        kind=Kind.CHECK,
        time=time,
        step="rollout check",
        state=state,
        summary="",
        tool="test",
        details=details,
    )
    keep(workspace_of(project).root, "launch", record)


def test_the_plan_is_shown_with_what_holds_now(typed):
    code, out, _ = typed("plan", *at(0))
    assert code == 0
    lines = out.splitlines()
    assert "10\u00a0%" in next(line for line in lines if "now" in line)
    assert "after the freeze: Nobody is in" in out
    document = json.loads(typed("plan", "--json", *at(0))[1])
    assert document["planned_percent"] == 10
    assert document["next"] == {
        "at": "2026-10-08T09:00:00+02:00",
        "percent": 25,
        "delayed_by": None,
    }
    assert [one["percent"] for one in document["steps"]] == [0, 5, 10, 25, 50, 75, 100]


def test_the_calendar_is_the_same_each_time_and_its_events_keep_their_ids(typed, project):
    def calendar():
        assert typed("plan", "--ics", "plan.ics")[0] == 0
        return (project / "plan.ics").read_bytes()

    before = calendar()
    assert calendar() == before
    text = (project / "codexreport.toml").read_text()
    (project / "codexreport.toml").write_text(text.replace("10-05T09", "10-06T09"))
    events = [list(Calendar.from_ical(one).walk("VEVENT")) for one in (before, calendar())]
    assert len(events[0]) == 8
    assert [str(one["uid"]) for one in events[0]] == [str(one["uid"]) for one in events[1]]
    assert events[0][0]["dtstart"].dt != events[1][0]["dtstart"].dt
    assert str(events[0][-1]["description"]) == "Nobody is in; at the weekend"


def test_flags_are_kept_when_they_change_and_only_then(typed, project):
    assert typed("flags")[0] == 0
    assert typed("flags")[0] == 0
    write_flags(project, 25)
    code, out, _ = typed("flags")
    change = "checkout.one-page: users was on 10 %, off 90 %; is on 25 %, off 75 %"
    assert (code, out.splitlines()[-1]) == (0, f"Changed: {change}")
    assert json.loads(typed("flags", "--json")[1])["changes"] == []
    assert [one["summary"] for one in log(project)] == ["1 flag noted.", f"{change}."]


def test_flags_that_cannot_be_read_are_not_known_and_nothing_is_kept(typed, project):
    (project / "flags.json").write_text("{")
    code, out, _ = typed("flags")
    assert code == 3
    assert "flags.json: unknown" in out
    assert log(project) == []


def test_a_safety_flag_that_is_on_fails_by_name(typed, project):
    write_flags(project, 100, key="read-only", category="safety")
    code, out, _ = typed("flags", "--quiet")
    assert (code, out) == (1, "flags.json: fail. On: read-only.\n")


def test_it_goes_on_and_rolls_back_at_the_right_minute(typed):
    assert typed("check", "--quiet", *at(80)) == (0, "", "")
    code, out, _ = typed("check", "--quiet", *at(93))
    assert code == 3
    assert out.startswith("HOLD: Error rate is over its limit, not long enough to trip.")
    code, out, _ = typed("check", *at(95))
    assert code == 1
    assert out.startswith(
        "ROLL BACK: Error rate: It is > 1 % for 5m, since Wed 7 Oct 2026, 11:30 CEST."
    )


def test_an_answer_is_kept_where_it_is_new(typed, project, rollout_clock):
    verdicts = []
    for minute in (80, 81, 82, 93, 94, 95, 96):
        rollout_clock(START + timedelta(minutes=minute))
        answer = json.loads(typed("check", "--json")[1])
        verdicts.append((answer["verdict"], answer["kept"]))
    assert verdicts == [
        ("go on", True),
        ("go on", False),
        ("go on", False),
        ("hold", True),
        ("hold", False),
        ("roll back", True),
        ("roll back", False),
    ]
    assert [one["verdict"] for one in log(project)] == ["go on", "hold", "roll back"]


def test_a_look_at_another_time_is_shown_and_neither_kept_nor_compared_with(
    typed, project, rollout_clock
):
    rollout_clock(START + timedelta(minutes=80))
    code, out, _ = typed("check", *at(60))
    assert code == 0
    assert out.splitlines()[-1] == (
        "As of Wed 7 Oct 2026, 11:00 CEST, as --now asks. "
        "The clock says Wed 7 Oct 2026, 11:20 CEST: it is not kept."
    )
    write_flags(project, 25)
    typed("flags", *at(60))
    assert log(project) == []
    assert json.loads(typed("check", "--json", *at(78))[1])["kept"] is True


def test_a_record_of_another_time_hides_no_look_of_now(typed, project, rollout_clock):
    """The first was kept by an earlier release, at noon of a day that nobody looked on."""
    rollout_clock(START + timedelta(minutes=80))
    assert json.loads(typed("check", "--json")[1])["kept"] is True
    (first,) = log(project)
    (project / "evidence" / "launch" / "run.log").unlink()
    details = {key: first[key] for key in ("verdict", "actual_percent", "planned_percent")}
    keep_look(project, START, **details, triggers=[], as_of="2026-10-01T12:00:00+00:00")
    assert json.loads(typed("check", "--json")[1])["kept"] is True


def pin(project, moment):
    text = PROJECT.format(more="").replace("timezone", f"as_of = {moment.isoformat()}\ntimezone")
    (project / "codexreport.toml").write_text(text)


def test_a_moment_that_is_pinned_far_from_the_clock_is_undecided(typed, project, rollout_clock):
    pin(project, START + timedelta(minutes=80))
    rollout_clock(START + timedelta(days=40))
    code, out, _ = typed("check")
    assert code == 3
    assert out.startswith(
        "UNDECIDED: as_of in codexreport.toml pins this look to Wed 7 Oct 2026, 11:20 CEST, "
        "and the clock says Mon 16 Nov 2026, 09:00 CET: nobody looked at what holds now.\n"
        "Also: Of that moment it says go on: "
    )
    assert out.endswith("ask for it: --now 2026-10-07T09:20:00+00:00.\n")
    assert log(project) == []
    assert typed("check", "--quiet")[0] == 3
    assert typed("check", *at(80))[0] == 0


def test_flags_say_first_that_the_moment_is_pinned_far_from_the_clock(
    typed, project, rollout_clock
):
    pin(project, START + timedelta(minutes=80))
    rollout_clock(START + timedelta(days=40))
    for more in ((), ("--quiet",)):
        _, out, _ = typed("flags", *more)
        assert out.startswith("as_of in codexreport.toml pins this look to Wed 7 Oct 2026, 11:20")
    assert "pins" not in typed("flags", *at(80))[1]


def test_a_moment_that_is_pinned_near_the_clock_is_one_of_now(typed, project, rollout_clock):
    pin(project, START + timedelta(minutes=80))
    rollout_clock(START + timedelta(minutes=87))
    code, out, _ = typed("check")
    assert (code, len(log(project))) == (0, 1)
    assert out.endswith("As of Wed 7 Oct 2026, 11:20 CEST, pinned by as_of in codexreport.toml.\n")
    rollout_clock(START + timedelta(minutes=87, seconds=1))
    assert typed("check")[0] == 3


def test_what_several_triggers_say_is_said_once(typed, project):
    text = PROJECT.format(more="")
    (project / "codexreport.toml").write_text(
        text
        + """
[[rollout.triggers]]
name = "p95"
kind = "p95"
source = "requests"
total = {}
good = {where = {status = "<500"}}
"""
    )
    (project / "requests.csv").write_text("timestamp,status\n")
    _, out, _ = typed("check", *at(80))
    assert out.startswith("UNDECIDED: Error rate, p95: ")
    assert "Also" not in out


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("codexreport.toml", "is there, and no rollout calendar of ours; it is not replaced."),
        (".", ". is a folder."),
        ("../nowhere/plan.ics", "There is no folder ../nowhere."),
        ("loop.ics", "loop.ics"),
    ],
)
def test_a_calendar_replaces_nothing_of_others_and_makes_no_folder_elsewhere(
    typed, project, place, said
):
    (project / "loop.ics").symlink_to("loop.ics")
    before = (project / "codexreport.toml").read_bytes()
    code, out, err = typed("plan", "--ics", place)
    assert (code, out) == (2, "")
    assert said in err
    assert (project / "codexreport.toml").read_bytes() == before
    assert not (project.parent / "nowhere").exists()


def test_a_calendar_that_is_written_is_named(typed, project):
    code, out, _ = typed("plan", "--ics", "calendars/plan.ics")
    assert (code, out.splitlines()[-1]) == (0, "Written: calendars/plan.ics")
    again = json.loads(typed("plan", "--json", "--ics", "calendars/plan.ics")[1])
    assert again["written"] == "calendars/plan.ics"
    assert json.loads(typed("plan", "--json")[1])["written"] is None


def test_more_users_than_planned_are_held(typed, project):
    write_flags(project, 50)
    code, out, _ = typed("check", "--quiet", *at(80))
    assert code == 3
    assert "50\u00a0% of users have it, 10\u00a0% are planned." in out


def test_what_is_not_there_is_undecided_by_name(typed, project):
    (project / "requests.csv").unlink()
    code, out, _ = typed("check", "--quiet", *at(80))
    assert code == 3
    assert out.startswith("UNDECIDED: Error rate: Source requests: no file matches")


def test_a_look_counts_for_the_checkpoint_that_is_near(project):
    """Kept by the clock at 09:02, which is near 09:00; the one of 09:15 saw nothing."""
    opened, workspace = open_project(project), workspace_of(project)
    begun = datetime(2026, 10, 5, 7, tzinfo=timezone.utc)
    for minute, state, as_of in ((2, "pass", 2), (15, "unknown", 15), (30, "pass", 90)):
        looked = (begun + timedelta(minutes=as_of)).isoformat()
        keep_look(project, begun + timedelta(minutes=minute), state, as_of=looked)
    now = begun + timedelta(minutes=40)
    found = checkpoints_of(opened, records_of(workspace, opened), now)
    assert [one.mark for one in found[:4]] == [Mark.DONE, Mark.MISSED, Mark.MISSED, Mark.AHEAD]


def test_its_figures_can_be_asked_by_a_gate(project, capsys):
    run(["measures", "--json", *at(95)])
    found = {
        one["name"]: one
        for one in json.loads(capsys.readouterr().out)["measures"]
        if one["name"].startswith("rollout.")
    }
    assert found["rollout.planned"]["value"] == 0.1
    assert (found["rollout.actual"]["value"], found["rollout.actual"]["state"]) == (0.1, "pass")
    trigger = found["rollout.trigger"]
    assert (trigger["subject"], trigger["value"], trigger["state"]) == ("errors", 300, "fail")
    assert found["rollout.verdict"]["state"] == "fail"
    rollbacks = found["rollout.rollbacks"]
    assert (rollbacks["value"], rollbacks["state"]) == (None, "unknown")
    assert rollbacks["reason"] == "The phase launch has no log: what was rolled back is not known."
    assert found["rollout.checkpoints.total"]["value"] == 55
    assert found["rollout.full_for"]["state"] == "unknown"


def test_a_rollback_that_was_recorded_is_counted_and_a_rehearsal_is_not(typed, project, capsys):
    (project / "codexreport.toml").write_text(
        PROJECT.format(more="").replace("2026-10-05T09:00:00+02:00", "2020-01-01T00:00:00Z")
    )
    run(["record", "rollback", "--phase", "operations", "--", "true", "--dry-run"])
    run(["record", "rollback", "--phase", "operations", "--", "true"])
    capsys.readouterr()
    run(["measures", "--json"])
    (found,) = (
        one
        for one in json.loads(capsys.readouterr().out)["measures"]
        if one["name"] == "rollout.rollbacks"
    )
    assert (found["value"], found["state"]) == (1, "fail")
    assert found["reason"] == "Recorded since the start: operations 2."


def measured(capsys, name, now):
    capsys.readouterr()
    run(["measures", "--json", "--now", now.isoformat()])
    listed = json.loads(capsys.readouterr().out)["measures"]
    return next(one for one in listed if one["name"] == name)


def test_a_rollback_that_was_cut_out_of_the_log_is_not_none(project, capsys):
    for minute, step in enumerate(("checkpoint", "rollback", "checkpoint")):
        record = Record(
            kind=Kind.COMMAND,
            time=START + timedelta(minutes=minute),
            step=step,
            state="pass",
            summary="",
            tool="test",
        )
        keep(workspace_of(project).root, "launch", record)
    now = START + timedelta(minutes=80)
    assert measured(capsys, "rollout.rollbacks", now)["state"] == "fail"
    path = project / "evidence" / "launch" / "run.log"
    first, _, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + last)
    found = measured(capsys, "rollout.rollbacks", now)
    assert (found["value"], found["state"]) == (None, "unknown")
    assert found["reason"].startswith("The log of launch was altered.")


def test_100_percent_is_counted_from_the_looks_that_saw_it(project, capsys):
    """Seen at 100 % at hour 1, at 50 % at hour 2, and at 100 % from hour 3 on."""
    write_flags(project, 100)
    full = datetime(2026, 10, 13, 7, tzinfo=timezone.utc)
    late = full + timedelta(days=5)
    assert measured(capsys, "rollout.full_for", late)["state"] == "unknown"
    for hour, percent in ((1, 100), (2, 50), (3, 100), (4, None), (5, 100)):
        at = full + timedelta(hours=hour)
        keep_look(project, at, as_of=at.isoformat(), actual_percent=percent)
    states = {
        hours: (found["value"], found["state"])
        for hours in (50, 51)
        if (found := measured(capsys, "rollout.full_for", full + timedelta(hours=hours)))
    }
    assert states == {50: (47 * 3600, "unknown"), 51: (48 * 3600, "pass")}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('source = "requests"', 'source = "request"', "there is no source 'request'; did you mean"),
        ('source = "requests"', 'source = "flags"', "which counts no events over time"),
        ('kind = "error_rate"', 'kind = "errors"', "rollout.triggers[0].kind"),
        ("total = {}", "total = {}\nvalue = {}", "write total with good or bad, or value alone"),
        ("total = {}", 'total = {}\nover = "5 ms"', "is no bound for a figure in ratio"),
        ("total = {}", 'total = {}\nover = "+5 %"', "is no figure"),
        ("total = {}", 'total = {}\nfor = "5m"\nin_a_row = 5', "one of for and in_a_row"),
        (
            "flag =",
            'strategy = "custom"\nflag =',
            'strategy = "custom" needs steps, such as steps =',
        ),
        (
            "flag =",
            "steps = [{percent = 100}]\nflag =",
            'with strategy = "custom", and it is "safe"',
        ),
        ("flag =", 'strategy = "slow"\nflag =', "rollout.strategy"),
        ("flag =", 'strategy = "saef"\nflag =', "or 'custom'; did you mean 'safe'?"),
        ("flag =", 'near = "8m"\nflag =', "near must be less than half"),
        ("flag =", "tolerance = 101\nflag =", "write a percentage from 0 to 100"),
        ("end = 2026-10-12", "end = 2026-10-09", "it ends before it starts"),
        ("2026-10-05T09:00:00+02:00", "2026-10-05T09:00:00", "with its offset"),
        ("[[rollout.triggers]]", "[[rollout.trigger]]", "did you mean 'triggers'"),
    ],
)
def test_what_is_refused_names_its_key(typed, project, before, after, said):
    text = PROJECT.format(more="").replace(before, after, 1)
    (project / "codexreport.toml").write_text(text)
    code, out, err = typed("plan")
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([(0, 5), (1, 5), (2, 100)], "more users than the one before; that of day 1 does not"),
        ([(0, 5), (1, 50)], "the last step must reach everybody: percent = 100"),
        ([(1, 5), (0, 100)], "later than the one before; that of day 0 is not"),
        ([(0, 5), (1, 50), (1, 100)], "later than the one before; that of day 1 is not"),
        ([(0, 5), (3, 100.5)], "from 0 to 100, such as 25, in the step of day 3"),
    ],
)
def test_a_plan_of_ones_own_goes_forward_to_everybody(typed, project, steps, said):
    rows = ", ".join(f"{{day = {day}, percent = {percent}}}" for day, percent in steps)
    (project / "codexreport.toml").write_text(
        PROJECT.format(more=f'strategy = "custom"\nsteps = [{rows}]')
    )
    code, _, err = typed("plan")
    assert code == 2
    assert said in err


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'flag = "checkout.one-page"',
            'flag = "checkout.onepage"',
            "The flag checkout.onepage is defined nowhere; did you mean 'checkout.one-page'?",
        ),
        ('{status = ">=500"}', '{statsu = ">=500"}', "did you mean 'status'?"),
    ],
)
def test_a_name_that_is_misspelt_is_told_once_with_the_one_that_was_meant(
    typed, project, before, after, said
):
    (project / "codexreport.toml").write_text(PROJECT.format(more="").replace(before, after))
    code, out, _ = typed("check", *at(80))
    head, *rest = out.splitlines()
    assert code == 3
    assert said in head
    assert not any(line.startswith(("Also", "The flag")) for line in rest)


def test_a_release_that_no_file_is_of_is_refused_and_nothing_kept(typed, project):
    text = PROJECT.format(more="").replace('"flags.json"', '"releases/{release}/flags.json"')
    (project / "codexreport.toml").write_text(text)
    (project / "releases" / "4.2.0").mkdir(parents=True)
    write_flags(project / "releases" / "4.2.0", 10)
    assert typed("check", "--release", "4.2.0", *at(80))[0] == 0
    code, out, err = typed("check", "--release", "4.2.1-typo", *at(80))
    assert (code, out) == (2, "")
    assert "No file is of release 4.2.1-typo; there are files of 4.2.0." in err


def test_a_project_without_a_rollout_says_what_to_add(tmp_path, monkeypatch, capsys):
    (tmp_path / "codexreport.toml").write_text(
        'schema = 1\n[project]\nname = "Shop"\n[slo]\nobjectives = []\n'
    )
    monkeypatch.chdir(tmp_path)
    for command in ("plan", "check"):
        assert run(["rollout", command]) == 2
        assert "plans no rollout" in capsys.readouterr().err
