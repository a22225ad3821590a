"""How a report is made again: the command on the page is one that the program takes."""

from __future__ import annotations

import shlex
from datetime import datetime, timezone

import pytest
from typer.main import get_command

from codexreport.cli.app import app
from codexreport.display import escape
from codexreport.views.appendix import asked, command, made_with
from codexreport.views.slo_weekly import slo_weekly
from codexreport.window import Window, instant, zone

AS_OF = datetime(2026, 10, 6, 7, 0, tzinfo=timezone.utc)
WEEK = Window.iso_week("2026-W40", "Europe/Berlin")
SPAN = Window.between(
    datetime(2026, 9, 28, tzinfo=timezone.utc),
    datetime(2026, 10, 3, 12, tzinfo=timezone.utc),
    "Europe/Berlin",
)


def parsed(line):
    """What the command line makes of it."""
    program, verb, *rest = shlex.split(line)
    assert program == "codexreport"
    return get_command(app).commands[verb].make_context(verb, rest).params


def test_a_week_is_asked_for_by_its_name():
    given = parsed(command("slo_weekly", project="", window=WEEK, as_of=AS_OF))
    assert given["notebook"] == "slo_weekly"
    assert (given["week"], given["start"], given["end"]) == ("2026-W40", "", "")
    assert given["project"] is None
    assert given["offline"] is True
    assert instant(given["now"], zone("UTC")) == AS_OF


def test_any_other_span_is_asked_for_from_and_to():
    given = parsed(command("slo_weekly", project=".", window=SPAN, as_of=AS_OF))
    there = zone("Asia/Tokyo")  # the times carry their offset, so no zone matters
    again = Window.between(
        instant(given["start"], there), instant(given["end"], there), "Europe/Berlin"
    )
    assert again == SPAN
    assert given["week"] == ""


def test_a_whole_week_that_was_asked_for_from_and_to_is_asked_for_in_that_way_again():
    span = Window.between(WEEK.start, WEEK.end, "Europe/Berlin")
    assert set(asked(span)) == {"start", "end"}


@pytest.mark.parametrize("folder", [".", "../shop", "my shop", "a'b; rm -rf $HOME"])
def test_the_project_is_named_as_it_was_given(folder):
    given = parsed(command("slo_weekly", project=folder, window=WEEK, as_of=AS_OF))
    assert str(given["project"]) == folder


def test_the_reader_is_told_where_the_command_belongs():
    assert made_with(".").endswith("in the project's folder:")
    assert made_with("").endswith("in the folder it was made in:")


def test_the_command_on_the_page_stands_alone_and_makes_the_same_report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = slo_weekly(start="2026-09-28", end="2026-10-03T12:00")
    blocks = report.appendix().blocks
    line = next(one.line for one in blocks if type(one).__name__ == "Command")
    assert f'<pre class="cr-plain">{line}</pre>' in report.appendix().html()
    assert f"\n\n{escape.markdown(line)}\n\n" in report.appendix().markdown()
    given = parsed(line)
    same = slo_weekly(start=given["start"], end=given["end"], now=given["now"], offline=True)
    assert same.to_dict() == report.to_dict()
    rows = {row[0] for one in blocks if hasattr(one, "rows") for row in one.rows}
    assert rows == {"project", "start", "end"}
