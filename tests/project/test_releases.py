"""The release that is judged, in paths and phases."""

from __future__ import annotations

import pytest

from codexreport.errors import ParameterError
from codexreport.project.releases import checked, phase_of, placed, with_files


@pytest.mark.parametrize("name", ["4.2.0", "4.2.0-rc1", "2026.10+7", "v1_beta"])
def test_what_can_name_a_release(name):
    assert checked(name) == name


@pytest.mark.parametrize("name", ["", "..", "../etc", "a/b", "-rc1", "a b", "x" * 81, "a\n", "é"])
def test_what_could_lead_elsewhere_names_no_release(name):
    with pytest.raises(ParameterError, match="cannot name a release"):
        checked(name)


def test_the_release_stands_in_a_path():
    assert placed("results/{release}/*.xml", "4.2.0-rc1") == "results/4.2.0-rc1/*.xml"


def test_a_path_without_a_place_for_it_stays():
    assert placed("results/*.xml", "") == "results/*.xml"


def test_a_path_that_asks_for_a_release_needs_one():
    with pytest.raises(ParameterError, match="none is named"):
        placed("results/{release}/*.xml", "")


def test_a_phase_takes_the_release_as_phases_are_named():
    assert phase_of("launch-{release}", "4.2.0-RC1") == "launch-4-2-0-rc1"


def test_the_releases_that_have_files_are_known_by_their_places(tmp_path):
    for place in ("runs/4.1.0/unit.xml", "runs/4.2.0/unit.xml", "load-4.3.0.csv", "runs/.old/x"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    patterns = ("runs/{release}/*.xml", "load-{release}.csv", "gone/{release}.csv", "plain.csv")
    assert with_files(tmp_path, patterns) == ("4.1.0", "4.2.0", "4.3.0")
    assert with_files(tmp_path, ("*/{release}/unit.xml", "load-{release}*")) == ()


@pytest.mark.parametrize(
    ("release", "version"),
    [("4.2.0-rc3", "4.2.0"), ("4.2.0+build.7", "4.2.0"), ("4.2.0-rc3+b-1", "4.2.0"), ("7", "7")],
)
def test_a_version_is_what_a_candidate_is_one_of(release, version):
    assert placed("CHANGELOG.md#{version}", release) == f"CHANGELOG.md#{version}"
    with pytest.raises(ParameterError, match="asks for a release"):
        placed("CHANGELOG.md#{version}", "")
