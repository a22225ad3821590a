"""The release that is judged, in paths and phases."""

from __future__ import annotations

import pytest

from codexreport.errors import ParameterError
from codexreport.project.releases import checked, phase_of, placed


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
