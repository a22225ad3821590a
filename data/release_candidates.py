"""The sample's release 4.2.0: its candidates, and what went wrong with each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
SEED = 20_261_006
SIGNED = datetime(2026, 10, 5, 21, 30, tzinfo=ZONE)
"""When the integration of the last two candidates was signed off."""
SERVICES = ("search", "checkout", "payments")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One candidate of the release, and what went wrong with it.

    Attributes:
        name: As it is called everywhere.
        built: When; what is measured is measured after that.
        commit: The revision it was built from.
        broken: Tests that fail, by component.
        covered: Share of the lines that tests went through.
        pace: How long a request takes, as a share of what it took in release 4.1.0.
        failing: Share of the requests under load that fail.
        vulnerabilities: Identifier, package, severity and version that mends it.
        defects: Ticket, severity, status, owner, remediation, title.
        unverified: Interactions that the provider does not keep.
        environment: Versions in the integration environment that are not what was agreed.
        cut: The results of the integration suite end in the middle: its runner was stopped.
        spent: Share of the budget that is gone.
        signed: Whether its integration was signed off.
    """

    name: str
    built: datetime
    commit: str
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    covered: float = 0.84
    pace: float = 1.0
    failing: float = 0.0004
    vulnerabilities: tuple[tuple[str, str, str, str], ...] = ()
    defects: tuple[tuple[str, str, str, str, str, str], ...] = ()
    unverified: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    spent: float = 0.8
    signed: bool = True


OPEN_LOW = ("SHOP-311", "low", "open", "Search team", "Next release", "Umlauts are not folded")
CLOSED = ("SHOP-298", "critical", "closed", "Search team", "SHOP-302", "Index lost on restart")

CANDIDATES = (
    Candidate(
        name="4.2.0-rc1",
        built=datetime(2026, 10, 1, 10, 0, tzinfo=ZONE),
        commit="6f1c2d7a90b34e58c1d2a7f09b3e4c5d6a7f8091",
        broken={
            "search": (
                "test_ranking_of_rare_words",
                "test_index_survives_a_restart",
                "test_synonyms_of_a_brand",
                "test_pages_beyond_the_last",
            ),
            "checkout": ("test_basket_with_a_sold_out_article",),
        },
        covered=0.79,
        pace=1.24,
        failing=0.004,
        vulnerabilities=(("CVE-2026-41007", "fastjson-lite", "CRITICAL", "2.4.1"),),
        defects=(
            ("SHOP-298", "critical", "open", "", "", "Index lost on restart"),
            OPEN_LOW,
        ),
        unverified=("asks for suggestions while typing",),
        environment={"search-index": "8.13.0"},
        signed=False,
    ),
    Candidate(
        name="4.2.0-rc2",
        built=datetime(2026, 10, 2, 15, 0, tzinfo=ZONE),
        commit="91be0a4471d9c5e2f8b6730d1c2e4f5a6b7c8d90",
        covered=0.82,
        defects=(CLOSED, OPEN_LOW),
        cut=True,
        signed=False,
    ),
    Candidate(
        name="4.2.0-rc3",
        built=datetime(2026, 10, 5, 11, 0, tzinfo=ZONE),
        commit="c4d87b21e5f60a9382716fedcba0987654321f0e",
        covered=0.74,
        vulnerabilities=(("CVE-2026-38841", "image-resize", "HIGH", "5.0.2"),),
        defects=(CLOSED, OPEN_LOW),
        spent=0.94,
    ),
    Candidate(
        name="4.2.0",
        built=datetime(2026, 10, 5, 19, 0, tzinfo=ZONE),
        commit="e07a5b9c3d1f24687980abcdef1234567890fedc",
        defects=(CLOSED, ("SHOP-311", "low", "closed", "Search team", "SHOP-315", OPEN_LOW[5])),
    ),
)
BEFORE = Candidate(
    name="4.1.0",
    built=datetime(2026, 9, 8, 10, 0, tzinfo=ZONE),
    commit="0b1d3f5a7c9e2468ace013579bdf2468ace01357",
)

OLD = ("CVE-2026-30112", "template-engine", "HIGH", "3.1.5")
RESIZE = ("CVE-2026-38841", "image-resize", "HIGH", "5.0.2")
SMALL = ("CVE-2026-35507", "date-parser", "MEDIUM", "0.9.3")
PRODUCTION_SCANS = (
    (datetime(2026, 9, 8, 6, 0, tzinfo=ZONE), (OLD, SMALL)),
    (datetime(2026, 9, 15, 6, 0, tzinfo=ZONE), (OLD, SMALL)),
    (datetime(2026, 9, 24, 6, 0, tzinfo=ZONE), (RESIZE, SMALL)),
    (datetime(2026, 10, 1, 6, 0, tzinfo=ZONE), (RESIZE, SMALL)),
    (datetime(2026, 10, 5, 6, 0, tzinfo=ZONE), (RESIZE, SMALL)),
)
"""When production was scanned, and what was found."""

ROLLOUT_SEEN = (
    datetime(2026, 10, 3, 6, 0, tzinfo=ZONE),
    datetime(2026, 10, 6, 9, 0, tzinfo=ZONE),
)
"""From when to when the rollout of express checkout is watched."""
ROLLOUT_TROUBLE = datetime(2026, 10, 5, 3, 10, tzinfo=ZONE)
