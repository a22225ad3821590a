"""Criteria, measures and gates in a few words."""

from __future__ import annotations

from datetime import datetime, timezone
from fractions import Fraction

import pytest

from codexreport.bounds import parse_bound
from codexreport.measure import Measure, State
from codexreport.readiness.gate import Criterion, Gate

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def now():
    """The moment of every judgement here."""
    return NOW


@pytest.fixture(scope="session")
def criterion():
    """A criterion called as its measure; bounds are texts."""

    def make(measure, *passes, warns=(), **more):
        return Criterion(
            id=more.pop("id", measure),
            title=more.pop("title", measure),
            measure=measure,
            passes=(tuple(map(parse_bound, passes)),) if passes else (),
            warns=(tuple(map(parse_bound, warns)),) if warns else (),
            **more,
        )

    return make


@pytest.fixture(scope="session")
def measure():
    """A measure of the shop."""

    def make(name, value=None, unit="1", state=State.NOT_APPLICABLE, **more):
        return Measure(
            name=name,
            subject=more.pop("subject", "shop"),
            value=value,
            unit=unit,
            state=state,
            **more,
        )

    return make


@pytest.fixture(scope="session")
def gate():
    """A gate that needs 90 points to pass and 75 for a warning."""

    def make(*criteria, name="launch", **more):
        return Gate(name=name, title=name.title(), criteria=criteria, **more)

    return make


@pytest.fixture(scope="session")
def share():
    """An exact fraction."""
    return Fraction
