"""Strings that no block may take for markup, and one block of each kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from codexreport.display.blocks import (
    Action,
    ActionList,
    Command,
    Details,
    Figure,
    Heading,
    Headline,
    KeyFigures,
    Notes,
    Paragraph,
)
from codexreport.display.charts import Mark, WeekBar, burn_down, history
from codexreport.display.rates import burn_bars
from codexreport.display.status import StateBadge, StateMark
from codexreport.display.tables import Code, Column, Link, Table
from codexreport.measure import State

START = datetime(2026, 9, 7, tzinfo=timezone.utc)
HOSTILE = [
    "<script>alert('x')</script>",
    "{{< include /etc/hostname >}}",
    "{{<pagebreak>}} {{% x %}}",
    "$x^2$ costs $5 and $6",
    "@cite [@cite] [^1] [link](https://example.org)",
    "`code` ``` ~~~ ::: {.x}",
    "| a | b | -- ... 'quoted' \"quoted\"",
    "# heading",
    "- item",
    "1. one",
    "+ plus",
    "> quote",
    "![x](y){width=1} <https://example.org>",
    '<img src=x onerror="alert(1)">',
    "*strong* _em_ ~sub~ ^sup^ :smile: &amp; &lt;",
    r"back\slash \input{/etc/hostname}",
    "  spaces  within  ",
    "1\u202f234\u00a0%",
    "日本語 café 🚀",
]


@pytest.fixture
def hostile():
    return HOSTILE


@pytest.fixture
def all_blocks():
    """Gives one block of each kind, with a text wherever data can stand."""
    return blocks_of


def blocks_of(text):
    day, half = timedelta(days=1), Fraction(1, 2)
    table = Table(
        caption=text,
        columns=[Column(text), Column("State"), Column("W29"), Column(text, figures=True)],
        rows=[[Link(text, text), StateBadge(state), StateMark(state), text] for state in State],
    )
    marks = [Mark(label=text, start=START + day, end=START + day), Mark(label=text, start=START)]
    return [
        *(Headline(state=state, sentence=text, details=[text, text]) for state in State),
        KeyFigures([Figure(label=text, value=text, note=text)] * 4),
        ActionList([Action(what=text, owner=text, due=date(2026, 10, 12))]),
        ActionList([]),
        table,
        replace(table, stacked=True),
        replace(table, latest=True),
        Command(text),
        Heading(title=text, anchor=text, state=State.PASS, subtitle=text),
        Paragraph(text),
        Notes([text]),
        Details(text, [Table(caption="x", columns=[Column("x")], rows=[[Code(text)]])]),
        burn_down(
            [((START + at * day).timestamp(), 1 - at / 20 if at % 9 else None) for at in range(28)],
            title=text,
            alt=text,
            marks=marks,
            zone_name="Europe/Berlin",
            salt=f"{text} 1",
        ),
        history(
            [WeekBar(label=f"2026-W{at}", state=one, sli=half) for at, one in enumerate(State, 29)],
            half,
            title=text,
            alt=text,
            salt=f"{text} 2",
        ),
        burn_bars(
            [(text, 0.5), ("6h", None)], title=text, alt=text, salt=f"{text} 3", limits={text: 14.4}
        ),
    ]
