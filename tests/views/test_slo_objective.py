"""One objective's part of the page: what is not known is never shown as a fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from fractions import Fraction

import pytest

from codexreport.display.blocks import Details, KeyFigures
from codexreport.display.drawing import Chart
from codexreport.display.tables import Table
from codexreport.measure import Measure
from codexreport.views.slo_objective import objective_blocks
from codexreport.views.slo_overview import history_table, objectives_table

HOURS = 168
KEPT, MISSED = (1000, 1000), (900, 1000)
FOUR_WEEKS = [KEPT] * HOURS * 4


def plain(text):
    return text.replace("\xa0", " ")


def blocks(week):
    return objective_blocks(week, [], "UTC")


def tiles(week):
    """Label of each key figure: its value and its note."""
    (figures,) = [one for one in blocks(week) if isinstance(one, KeyFigures)]
    return {one.label: (plain(one.value), plain(one.note)) for one in figures.figures}


def charts(week):
    return [one for one in blocks(week) if isinstance(one, Chart)]


def work(week):
    """Name of each measure: its value as the page shows it."""
    (details,) = [one for one in blocks(week) if isinstance(one, Details)]
    table = next(one for one in details.blocks if isinstance(one, Table))
    return {row[0]: plain(row[1]) for row in table.rows}


@pytest.fixture
def barely_seen(judged):
    """18 of the week's 168 hours were seen, and nothing before it: 10.7 %; all was good."""
    return judged([KEPT] * 17 + [None] * 150 + [KEPT])


def test_an_sli_of_too_little_coverage_is_not_known_with_what_was_seen_as_a_note(barely_seen):
    value, note = tiles(barely_seen)["SLI this week"]
    assert value == "not known"
    assert note == "100.00 % of the 10.7 % observed; target 99 %"


def test_an_sli_of_too_few_events_is_not_known_with_what_was_seen_as_a_note(judged):
    value, note = tiles(judged([*[KEPT] * HOURS * 3, *[(0, 0)] * 167, (2, 2)]))["SLI this week"]
    assert (value, note) == ("not known", "100.00 % of 2 events; target 99 %")


def test_an_sli_of_nothing_is_not_known_without_a_figure(judged):
    value, note = tiles(judged([*[KEPT] * HOURS * 3, *[None] * HOURS]))["SLI this week"]
    assert (value, note) == ("not known", "target 99 %")


def test_nothing_that_is_not_known_is_a_figure_in_the_overview(barely_seen):
    row = objectives_table([barely_seen]).rows[0]
    assert [row[at] for at in (2, 4, 5)] == ["not known", "not known", "not known"]


def test_a_burn_down_that_is_not_known_draws_no_figure_beside_its_line(barely_seen, judged):
    told, untold = charts(judged(FOUR_WEEKS))[0], charts(barely_seen)[0]
    assert told.title.endswith("is 100\xa0%")
    assert ">100\xa0%</text>" in told.svg
    assert untold.title.endswith("is not known")
    assert ">100\xa0%</text>" not in untold.svg
    assert "by the little observed" in untold.html()


def test_a_week_of_the_history_that_is_not_known_has_no_figure(judged):
    half = [None] * (HOURS // 2) + [KEPT] * (HOURS // 2)
    week = judged([*half, *[KEPT] * HOURS])
    rows = {label: plain(sli) for label, sli, _ in charts(week)[1].table.rows}
    assert (rows["2026-W39"], rows["2026-W40"]) == ("not known", "100.00 %")
    assert tiles(week)["Week before"] == ("not known", "the change is not known")


def test_a_burn_that_is_not_known_is_told_in_sentences(judged):
    week = judged([*[KEPT] * HOURS * 3, *[None] * HOURS])
    assert tiles(week)["Budget lasts"] == ("not known", "the last day's burn is not known")
    assert charts(week)[-1].title == (
        "How fast the budget burned at the end of the window is not known"
    )


def test_a_burn_that_is_known_in_part_says_so(judged):
    week = judged([*[KEPT] * (HOURS * 4 - 1), None])
    assert charts(week)[-1].title.endswith("the even pace, as far as is known")


def test_a_target_that_allows_nothing_has_no_pace(judged):
    """The objective of 100 % is missed by one bad event in the last hour."""
    week = judged([*FOUR_WEEKS[:-1], (999, 1000)], target=Fraction(1))
    assert charts(week)[-1].title == (
        "At the end of the window something was bad, and the target allows nothing"
    )


def test_a_streak_that_fills_the_history_may_be_longer(judged):
    assert tiles(judged(FOUR_WEEKS))["Streak"] == (
        "4 weeks or more",
        "passed in a row; 2 are steady state",
    )
    assert plain(objectives_table([judged(FOUR_WEEKS)]).rows[0][6]) == "≥ 4 weeks"


def test_a_streak_that_began_within_the_history_is_told_as_it_is(judged):
    week = judged(
        [*[MISSED] * HOURS * 3, *[KEPT] * HOURS], period=judged(FOUR_WEEKS).objective.period
    )
    assert tiles(week)["Streak"][0] == "1 week"
    assert objectives_table([week]).rows[0][6] == "1 week"


@pytest.mark.parametrize("month", [10, 11])
def test_how_long_the_budget_lasts_is_told_as_a_day(judged, month):
    """1 % bad in the last day alone: burn 1, of 6 720 allowed 240 are gone; 27 d from 5 Oct."""
    counts = [KEPT] * (HOURS * 4 - 24) + [(990, 1000)] * 24
    week = judged(counts, as_of=datetime(2026, month, 20, tzinfo=timezone.utc))
    assert tiles(week)["Budget lasts"] == ("until 1 Nov 2026", "at the last day's burn of 1.00×")


def test_a_budget_that_lasts_beyond_any_plan_is_given_no_day(judged):
    """One bad event of 24 000 in the last day: burn 1/240, so 28 d x 240 and less is left."""
    week = judged([*FOUR_WEEKS[:-1], (999, 1000)])
    assert tiles(week)["Budget lasts"][0] == "over 10 years"
    assert tiles(judged(FOUR_WEEKS))["Budget lasts"][0] == "without end"


def test_a_budget_that_is_gone_is_spent(judged):
    assert tiles(judged([MISSED] * HOURS * 4))["Budget lasts"][0] == "spent"


def test_the_work_is_shown_as_a_reader_reads_figures(judged):
    counts = [KEPT] * (HOURS * 4 - 24) + [(990, 1000)] * 24
    shown = work(judged(counts))
    assert shown["slo.sli"] == "99.86 %"  # 240 bad of 168 000
    assert shown["slo.good"].replace("\u202f", " ") == "167 760 events"
    assert shown["slo.burn_rate_1d"] == "1.00×"
    assert shown["slo.time_to_exhaustion"] == "27 d"
    assert shown["slo.sli_change"] == "−0.143 pp"
    assert shown["slo.streak"] == "4 weeks or more"


def test_the_work_says_infinity_in_words(judged):
    shown = work(judged([*FOUR_WEEKS[:-1], (999, 1000)], target=Fraction(1)))
    assert shown["slo.burn_rate_1d"] == "infinity"
    assert shown["slo.budget_remaining"] == "minus infinity"
    assert work(judged(FOUR_WEEKS))["slo.time_to_exhaustion"] == "without end"


def test_the_work_shows_no_figure_of_what_is_not_known(barely_seen):
    assert work(barely_seen)["slo.sli"] == "not known"
    assert barely_seen.sli.value == 1  # the machine's data has it, with its state


def test_nobody_claims_that_an_alert_was_sent(judged):
    """Two bad hours of 1 000: burn 100 for an hour, above the 13.44 of the page."""
    week = judged([*FOUR_WEEKS[:-5], (0, 1000), (0, 1000), *[KEPT] * 3])
    html = "".join(one.html() for one in blocks(week))
    assert "would have fired" in html
    assert "It fired" not in html
    assert ">fired<" not in html


def test_another_span_is_called_by_its_first_day(weeks_of):
    week = weeks_of("2026-W40")[0]
    last = week.history[-1]
    span = replace(last, window=replace(last.window, label="2026-09-28T0000--2026-10-05T0000"))
    table = history_table([replace(week, history=(*week.history[:-1], span))])
    assert [one.title for one in table.columns][-2:] == ["W39", "28 Sep"]


def test_every_measure_has_a_readable_value(weeks_of):
    """None of them shows the name of its unit alone, or a raw fraction."""
    for week in weeks_of("2026-W40"):
        assert all(isinstance(one, Measure) for one in week.measures())
        assert not [value for value in work(week).values() if "/" in value or value == "inf"]
