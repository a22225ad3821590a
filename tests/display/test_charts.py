from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from codexreport.display.axes import place
from codexreport.display.charts import Mark, WeekBar, burn_down, history
from codexreport.display.rates import burn_bars
from codexreport.measure import State

START = datetime(2026, 9, 7, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def down(left, marks=(), **changed):
    """A burn-down with a point a day."""
    points = [((START + at * DAY).timestamp(), one) for at, one in enumerate(left)]
    words = {"title": "Half is left", "alt": "A line.", "zone_name": "Europe/Berlin", "salt": "a"}
    return burn_down(points, marks=marks, **{**words, **changed})


def bars(*weeks, target=Fraction(99, 100), **changed):
    shown = [
        WeekBar(label=f"2026-W{at}", state=state, sli=sli)
        for at, (state, sli) in enumerate(weeks, start=29)
    ]
    words = {"title": "The weeks", "alt": "Bars.", "salt": "b"}
    return history(shown, target, **{**words, **changed})


def rates(*burns, **changed):
    return burn_bars(burns, **{"title": "Burn", "alt": "Bars.", "salt": "c", **changed})


def texts(chart):
    return [one.text for one in ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}text")]


def accent_lines(chart):
    """The lines drawn of what was left, each as its points."""
    paths = ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}path")
    lines = [one.get("d") for one in paths if "stroke: #1f5fbf" in one.get("style", "")]
    return [[tuple(map(float, p)) for p in re.findall(r"([\d.]+) ([\d.]+)", d)] for d in lines]


def every_chart(text="Half is left", salt="a"):
    return [
        down([1, 0.9, None, 0.7], [Mark(label=text, start=START + DAY)], title=text, salt=salt),
        bars(*((one, Fraction(1, 2)) for one in State), title=text, salt=f"{salt}2"),
        rates((text, 0.5), ("6h", None), title=text, salt=f"{salt}3"),
    ]


def test_a_chart_is_the_same_bytes_whatever_the_readers_settings():
    before = [chart.html() for chart in every_chart()]
    with mpl.rc_context({"font.size": 30, "axes.grid": False, "svg.fonttype": "path"}):
        assert [chart.html() for chart in every_chart()] == before
        assert mpl.rcParams["font.size"] == 30


def test_no_two_charts_of_a_page_share_an_id():
    ids = [
        one
        for chart in every_chart() + every_chart(salt="z")
        for one in re.findall(r' id="([^"]*)"', chart.html())
    ]
    assert ids
    assert len(ids) == len(set(ids))


def test_every_reference_leads_to_an_id_of_the_same_chart():
    for chart in every_chart():
        used = set(re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', chart.svg))
        assert {one or other for one, other in used} == set(re.findall(r' id="([^"]*)"', chart.svg))


def test_data_stays_text(hostile):
    for text in hostile:
        chart = down([1, 0.9], [Mark(label=text, start=START)], title=text)
        shown = " ".join(text.split())
        label = next(one for one in texts(chart) if one.startswith(shown[:8]))
        assert label == shown or (label.endswith("…") and shown.startswith(label[:-1].rstrip()))
        picture = chart._repr_mimebundle_()[0]["image/svg+xml"]
        assert "{{" not in picture
        ET.fromstring(picture)  # raises where it is not well-formed


def test_a_chart_is_small_and_carries_its_words():
    for chart in [*every_chart(), down([1 - (at % 7) / 9 for at in range(361)])]:
        assert len(chart.svg) < 25_000
        assert '<svg role="img" aria-label=' in chart.html()
        assert chart._repr_mimebundle_()[1]["image/svg+xml"]["alt"].startswith(chart.title)


def test_the_picture_alone_has_its_whole_title_above():
    title = "A finding that needs rather more words than would fit above a drawing in one line"
    picture = down([1, 0.5], title=title)._repr_mimebundle_()[0]["image/svg+xml"]
    lines = [one.text for one in ET.fromstring(picture)[:2]]
    assert " ".join(lines) == title


def test_a_page_colours_its_charts():
    html = down([1, 0.5]).html()
    assert "var(--cr-accent, #1f5fbf)" in html
    assert "var(" not in down([1, 0.5]).svg


def test_a_gap_is_a_gap():
    """Days 2 to 3 were not observed: the line ends at day 1 and goes on at day 3."""
    before, after = accent_lines(down([1, 0.9, None, None, 0.7, 0.6]))
    assert before[-1][0] < after[0][0]
    assert before[-1][1] == pytest.approx(after[0][1], abs=0.02)  # at the level last known


def test_one_known_day_between_gaps_is_still_drawn():
    assert len(accent_lines(down([1, None, 0.8, None, 0.5]))) == 2


def test_a_budget_of_which_nothing_is_known_has_no_line():
    chart = down([None, None, None])
    assert accent_lines(chart) == []
    assert "not known" in chart.table.markdown()


def test_what_is_left_is_written_at_the_end_of_the_line():
    assert "−20\u00a0%" in texts(down([1, -0.2]))


def test_a_budget_of_zero_that_was_broken_is_drawn_below_zero():
    line = accent_lines(down([1, 1, -math.inf]))[0]
    assert line[-1][1] > line[0][1]  # y grows downwards
    assert "−∞\u00a0%" in texts(down([1, 1, -math.inf]))


def test_labels_of_incidents_at_one_time_stand_on_lines_of_their_own():
    marks = [Mark(label=f"INC-{at}", start=START + DAY * at / 10) for at in range(3)]
    first = START.timestamp() / 86_400
    placed = place(marks, first, first + 28)
    assert [one.line for one in placed] == [0, 1, 2]
    assert not any(one.leftwards for one in placed)


def test_an_incident_outside_the_period_is_not_marked():
    first = START.timestamp() / 86_400
    early = Mark(label="early", start=START - 3 * DAY, end=START - DAY)
    late = Mark(label="late", start=START + 30 * DAY)
    going_on = Mark(label="still", start=START - 3 * DAY)
    assert [one.text for one in place([early, late, going_on], first, first + 28)] == ["still"]


def test_an_unknown_week_is_never_drawn_as_zero():
    unknown = bars((State.UNKNOWN, None), (State.UNKNOWN, Fraction(1)))
    known = bars((State.PASS, Fraction(1)), (State.PASS, Fraction(1)))
    assert texts(unknown).count("?") == 2
    assert "<pattern" in unknown.svg
    assert "?" not in texts(known)
    assert "<pattern" not in known.svg


def test_each_week_shows_its_state_by_shape():
    chart = bars((State.PASS, Fraction(1)), (State.WARNING, Fraction(1)), (State.FAIL, Fraction(0)))
    assert {"✓", "▲"} <= set(texts(chart))
    assert "✕ 100.00\u00a0%" in texts(chart)  # far above what the target allows: in words


def test_a_target_that_allows_nothing_can_be_drawn():
    assert "allowed" in texts(bars((State.PASS, Fraction(1)), target=Fraction(1)))


def test_burn_rates_are_written_beside_their_bars():
    shown = texts(rates(("1h", math.inf), ("6h", None), ("1d", 0.5), limits={"1d": Fraction(14)}))
    assert {"1h\u2003∞", "6h\u2003not known", "1d\u20030.50×", "alert above 14.0×"} <= set(shown)


def height_of(chart, text):
    """Where a text of a chart stands, in points from the top."""
    texts = ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}text")
    place = next(one for one in texts if one.text == text)
    at = place.get("y") or re.search(r"translate\([\d.]+ ([\d.]+)\)", place.get("transform"))[1]
    return float(at)


def dashed_line(chart):
    """How far from the top the line of what is allowed is drawn."""
    paths = ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}path")
    path = next(one for one in paths if "stroke-dasharray" in one.get("style", ""))
    return float(re.search(r"M [\d.]+ ([\d.]+)", path.get("d"))[1])


@pytest.mark.parametrize("missed", [600, 800, 900, 950, 990, 1000])
def test_a_mark_never_stands_on_the_line_of_what_is_allowed(missed):
    """1 % is allowed; a mark is about 9 points high and stands on its baseline."""
    chart = bars((State.PASS, 1 - Fraction(missed, 100_000)))
    baseline, line = height_of(chart, "✓"), dashed_line(chart)
    assert baseline < line or baseline - 9 > line


def test_the_mark_of_a_week_that_is_not_known_stands_off_that_line_too():
    chart = bars((State.UNKNOWN, None))
    baseline, line = height_of(chart, "?"), dashed_line(chart)
    assert baseline < line or baseline - 12 > line


def test_a_year_of_weeks_has_no_more_names_than_fit():
    many = bars(*[(State.PASS, Fraction(1))] * 52)
    named = [one for one in texts(many) if re.fullmatch(r"W\d+", one)]
    assert 8 <= len(named) <= 13
    assert named[-1] == "W80"  # the newest always


def test_a_line_that_is_not_known_ends_without_a_figure():
    assert "90\u00a0%" in texts(down([1, 0.9]))
    assert "90\u00a0%" not in texts(down([1, 0.9], known=False))


def test_a_chart_that_is_too_wide_opens_where_its_axis_is_named():
    for one in (down([1, 0.9]), bars((State.PASS, Fraction(1))), rates(("1h", 0.5))):
        assert 'class="cr-drawing"' in one.html()
