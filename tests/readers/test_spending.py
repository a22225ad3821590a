"""Budgets as teams write them: columns, units and exact amounts."""

from __future__ import annotations

from datetime import datetime, timezone
from fractions import Fraction

import pytest

from codexreport.errors import SourceError
from codexreport.readers.notation.document import Document
from codexreport.readers.spending import SpendingReader
from codexreport.spending.items import Kind


def document(text):
    return Document("budget.csv", text.encode())


def read(text):
    return SpendingReader().parse(document(text))


def amount(written):
    return read(f"item;unit;budget;actual\na;EUR;{written};0\n").items[0].budget


@pytest.mark.parametrize(
    "text",
    [
        "item,kind,unit,budget,actual,owner\nSHOP-1,time,hours,8,4.5,web\n",
        "Ticket;Units;Estimate;Logged;Team\nSHOP-1;h;8;4.5;web\n",
        "WORK_ITEM\tUnit\tPlanned\tSpent\tResponsible\tType\nSHOP-1\tPerson-hours\t8\t4.5\tweb\tstory\n",
    ],
)
def test_columns_are_known_by_the_names_that_teams_use(text):
    assert SpendingReader().recognises(document(text))
    (one,) = read(text).items
    assert (one.name, one.kind, one.unit, one.owner) == ("SHOP-1", Kind.TIME, "hours", "web")
    assert (one.budget, one.actual) == (8, Fraction(9, 2))


@pytest.mark.parametrize(
    ("unit", "kind", "meant"),
    [("eur", Kind.COST, "EUR"), ("USD", Kind.COST, "USD"), ("Days", Kind.TIME, "days")],
)
def test_the_unit_tells_money_from_time(unit, kind, meant):
    (one,) = read(f"item,unit,budget,actual\na,{unit},1,1\n").items
    assert (one.kind, one.unit) == (kind, meant)


@pytest.mark.parametrize(
    ("written", "value"), [("0", 0), ("1200", 1200), ("0.125", Fraction(1, 8))]
)
def test_an_amount_is_exact(written, value):
    assert amount(written) == value


@pytest.mark.parametrize(
    "written",
    [
        "-1",
        "1,5",
        "1 200",
        "1'200",
        "1,200",
        "1.200.000",
        "1e3",
        "EUR 5",
        "5€",
        ".5",
        "5.",
        "٣",
        "NaN",
    ],
)
def test_anything_but_a_plain_decimal_is_refused_by_its_line(written):
    with pytest.raises(SourceError, match=r"budget\.csv:2: budget is ['\"].*, expected a number"):
        amount(written)


def test_a_point_before_three_digits_is_refused_as_perhaps_thousands():
    with pytest.raises(SourceError, match=r"budget\.csv:2: budget is '1\.200', which may be"):
        amount("1.200")
    assert amount("1.2000") == Fraction(6, 5)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,EUR,1,1,\nb,EUR,1,1,\na,EUR,2,1,\n", "budget.csv:4: a stands on line 2 already"),
        (",EUR,1,1,\n", "budget.csv:2: the item has no name"),
        (
            "a,parsecs,1,1,\n",
            "budget.csv:2: the unit is 'parsecs', expected a currency such as EUR",
        ),
        ("a,,1,1,\n", "budget.csv:2: the unit is '', expected a currency"),
        ("a,EUR,1,1,time\n", "budget.csv:2: the kind is 'time', expected cost: the unit is EUR"),
    ],
)
def test_what_cannot_be_is_refused_by_its_line(rows, said):
    with pytest.raises(SourceError) as refused:
        read(f"item,unit,budget,actual,kind\n{rows}")
    assert said in refused.value.message


def test_the_same_item_in_another_period_unit_or_kind_is_another_line():
    rows = "a,EUR,1,1,2026-08\na,EUR,1,1,2026-09\na,hours,1,1,2026-08\n"
    assert len(read(f"item,unit,budget,actual,period\n{rows}").items) == 3


def test_a_file_is_as_old_as_its_oldest_line_and_a_day_begins_first_in_the_east():
    rows = "a,EUR,1,1,2026-10-05\nb,EUR,1,1,2026-10-03\n"
    assert read(f"item,unit,budget,actual,as_of\n{rows}").observed == datetime(
        2026, 10, 2, 10, tzinfo=timezone.utc
    )
    assert read(f"item,unit,budget,actual,as_of\n{rows}c,EUR,1,1,\n").observed is None


def test_a_file_without_budgets_is_refused():
    with pytest.raises(SourceError, match="has no column of budget, budgeted, planned"):
        read("item,unit,actual\na,EUR,1\n")
