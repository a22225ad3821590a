"""The sample project is what its script makes, small, and tells its stories."""

import importlib.util
import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from codexreport.measure import State
from codexreport.views.slo_weekly import slo_weekly

ROOT = Path(__file__).parents[2] / "data"
SAMPLE = ROOT / "sample"
MADE = ("measurements", "releases", "scans", "evidence")
"""What scripts make; everything else in the sample is written by hand."""


def script(name):
    """A script of `data/` as a module, with those beside it."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where a dataclass looks its own module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made_again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("again") / "sample"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(*MADE))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        script("make_sample").main(folder / "measurements")
        script("make_release").main(folder / "releases")
        script("make_evidence").main(folder)
    return folder


def files_of(sample):
    return sorted(
        path.relative_to(sample)
        for place in MADE
        for path in (sample / place).rglob("*")
        if path.is_file()
    )


def test_the_scripts_make_all_of_it(made_again):
    assert files_of(made_again) == files_of(SAMPLE)


@pytest.mark.parametrize("path", files_of(SAMPLE), ids=str)
def test_the_scripts_make_what_is_shipped(made_again, path):
    """Parquet is compared by content: its bytes change with the library that writes them."""
    if path.suffix == ".parquet":
        assert pq.read_table(made_again / path).equals(pq.read_table(SAMPLE / path))
    else:
        assert (made_again / path).read_bytes() == (SAMPLE / path).read_bytes()


def test_it_is_small_enough_to_be_kept_with_the_code():
    assert sum(p.stat().st_size for p in SAMPLE.rglob("*") if p.is_file()) < 2_200_000


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        return {week.objective.name: week for week in slo_weekly().weeks}


def states(week):
    return {point.label: point.state for point in week.history}


def test_search_burns_slowly_until_it_misses(weeks):
    search = weeks["search-latency"]
    assert search.state is State.FAIL
    slis = [point.sli for point in search.history[-4:]]
    assert slis == sorted(slis, reverse=True)
    assert {"p50", "p95", "p99"} <= {one.name.rpartition("_")[2] for one in search.latency}


def test_the_outage_spends_budget_and_its_week_fails(weeks):
    checkout = weeks["checkout-availability"]
    assert states(checkout)["2026-W38"] is State.FAIL
    assert checkout.state is State.WARNING


def test_the_announced_upgrade_is_taken_out(weeks):
    assert states(weeks["checkout-availability"])["2026-W36"] is State.PASS


def test_a_week_with_a_gap_is_unknown_and_breaks_the_streak(weeks):
    payments = weeks["payments-availability"]
    assert states(payments)["2026-W36"] is State.UNKNOWN
    assert payments.steadiness.streak == 4
    assert any("began anew" in note for note in payments.notes)


def test_a_week_with_almost_no_traffic_is_unknown(weeks):
    wholesale = weeks["wholesale-availability"]
    assert wholesale.state is State.UNKNOWN
    assert "500" in wholesale.reason


def test_some_objective_simply_passes(weeks):
    assert weeks["payments-availability"].state is State.PASS
    assert weeks["checkout-minutes"].state is State.PASS
