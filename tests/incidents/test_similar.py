"""Which incidents resemble one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from codexreport.incidents.incident import Incident
from codexreport.incidents.similar import similar

START = datetime(2026, 10, 1, 9, tzinfo=timezone.utc)


def incident(id_, title, *services, days=0):
    return Incident(
        id=id_, title=title, open=False, services=services, started=START + timedelta(days=days)
    )


ONE = incident("INC-42", "Orders failed after a schema change", "checkout")


def test_those_of_the_same_service_or_words_are_alike_and_the_most_alike_comes_first():
    words = incident("INC-1", "Schema change took search down", "search", days=-9)
    service = incident("INC-2", "Slow pages", "checkout", days=-8)
    both = incident("INC-3", "Orders failed for one card", "checkout", "payments", days=-7)
    other = incident("INC-4", "Disk was full", "search", days=-6)
    found = similar(ONE, [words, service, both, other, ONE])
    # Two for a service, one for a word: INC-3 has 2 + 2, INC-2 has 2, INC-1 has 2 and is older.
    assert [one.incident.id for one in found] == ["INC-3", "INC-2", "INC-1"]
    assert (found[0].services, found[0].words) == (("checkout",), ("failed", "orders"))


def test_only_those_before_it_are_found():
    assert similar(ONE, [incident("INC-9", ONE.title, "checkout", days=1)]) == ()


def test_words_of_every_title_say_nothing():
    assert similar(ONE, [incident("INC-1", "Error after a", "search", days=-1)]) == ()


def test_no_more_are_found_than_asked_for():
    others = [incident(f"INC-{n}", "Slow", "checkout", days=-n) for n in range(1, 9)]
    assert [one.incident.id for one in similar(ONE, others, most=2)] == ["INC-1", "INC-2"]


def test_one_whose_beginning_is_not_known_resembles_none():
    nameless = Incident(id="INC-42", title=ONE.title, open=False, services=("checkout",))
    assert similar(nameless, [incident("INC-1", ONE.title, "checkout", days=-1)]) == ()
