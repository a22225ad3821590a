"""One look: readable contrast, nothing from elsewhere, the same bytes every time."""

import re
from datetime import date, datetime, timezone
from fractions import Fraction
from pathlib import Path

import pytest

import codexreport
from codexreport.display.blocks import Action, ActionList, Headline, MachineReport, StateBadge
from codexreport.display.charts import Mark, WeekBar, burn_bars, burn_down, history
from codexreport.display.tables import Column, Link, Table
from codexreport.measure import State

CSS = (Path(codexreport.__file__).parent / "render/theme/report.css").read_text("utf-8")
HOSTILE = '<img src=x onerror="alert(1)">{{< video x >}}'


def palettes():
    """The light and the dark set of colour variables."""
    blocks = re.findall(r":root, \.cr \{([^}]*)\}", CSS)
    light, dark = (dict(re.findall(r"--cr-([\w-]+): (#\w{6})", block)) for block in blocks[:2])
    return {"light": light, "dark": dark}


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "quiet", "accent", "pass", "warning", "fail", "unknown"])
def test_text_stands_out_from_the_paper(theme, ink):
    colours = palettes()[theme]
    assert contrast(colours[ink], colours["paper"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["pass", "warning", "fail", "unknown"])
def test_a_state_stands_out_from_its_tint(theme, state):
    colours = palettes()[theme]
    assert contrast(colours[state], colours[f"{state}-tint"]) >= 4.5
    assert contrast(colours["quiet"], colours[f"{state}-tint"]) >= 4.5


def test_the_style_needs_nothing_from_elsewhere():
    assert not re.search(r"url\(|@import|https?:", CSS)


def test_every_state_has_a_word_and_a_shape_of_its_own():
    shown = {state: StateBadge(state).markdown() for state in State}
    assert len(set(shown.values())) == len(State)


def charts():
    points = [(1_790_000_000 + 3600 * n, None if 20 < n < 30 else 1 - n / 80) for n in range(100)]
    mark = Mark(
        label=HOSTILE,
        start=datetime(2026, 9, 22, tzinfo=timezone.utc),
        end=datetime(2026, 9, 23, tzinfo=timezone.utc),
    )
    weeks = [
        WeekBar(label="2026-W01", state=State.PASS, sli=Fraction(999, 1000)),
        WeekBar(label="2026-W02", state=State.UNKNOWN, sli=None),
        WeekBar(label="2026-W03", state=State.FAIL, sli=Fraction(9, 10)),
    ]
    words = {"title": HOSTILE, "alt": HOSTILE}
    yield burn_down(points, marks=[mark], zone_name="Europe/Berlin", salt="a", **words)
    yield history(weeks, Fraction(99, 100), salt="b", **words)
    yield burn_bars([("1h", 14.4), ("6h", None)], salt="c", **words)


def test_charts_are_the_same_bytes_every_time():
    assert [chart.html() for chart in charts()] == [chart.html() for chart in charts()]


def test_charts_are_small_and_carry_words():
    for chart in charts():
        assert len(chart.svg) < 30_000
        assert 'role="img"' in chart.html()
        _, metadata = chart._repr_mimebundle_()
        assert metadata["image/svg+xml"]["alt"]


def test_charts_need_nothing_from_elsewhere():
    for chart in charts():
        assert not re.search(r"(?:href|src)=\"(?!#)", chart.html())


def test_data_is_never_markup_in_any_block():
    blocks = [
        Headline(state=State.FAIL, sentence=HOSTILE, details=[HOSTILE]),
        ActionList([Action(what=HOSTILE, owner=HOSTILE, due=date(2026, 10, 5))]),
        Table(caption=HOSTILE, columns=[Column(HOSTILE)], rows=[[HOSTILE], [Link(HOSTILE, "x")]]),
        *charts(),
    ]
    for block in blocks:
        assert "<img" not in block.html()
        assert "{{<" not in block.html() + block.markdown()


def test_an_unknown_week_is_never_drawn_as_zero():
    unknown = [WeekBar(label="2026-W02", state=State.UNKNOWN, sli=None)]
    zero = [WeekBar(label="2026-W02", state=State.PASS, sli=Fraction(1))]
    drawn = [
        history(weeks, Fraction(99, 100), title="t", alt="a", salt="s").svg
        for weeks in (unknown, zero)
    ]
    assert ">?</text>" in drawn[0]
    assert ">?</text>" not in drawn[1]


def test_the_machine_report_is_kept_beside_what_people_read():
    bundle = MachineReport({"measures": [1, 2]})._repr_mimebundle_()
    assert bundle["application/vnd.codexreport.report+json"] == {"measures": [1, 2]}
