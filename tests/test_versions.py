"""Names with numbers in order."""

from __future__ import annotations

import random

import pytest

from codexreport.versions import counted, is_version

IN_ORDER = (
    "1.0-rc2",
    "1.0-rc10",
    "1.0",
    "1.0.1",
    "1.0.10",
    "1.3rc1",
    "1.3",
    "1.3+build.7",
    "4.2.0-rc1",
    "v4.2.0",
    "10.0",
)


def test_versions_stand_as_people_count_them():
    mixed = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(mixed, key=counted) == list(IN_ORDER)


@pytest.mark.parametrize("name", IN_ORDER)
def test_what_has_numbers_with_dots_is_a_version(name):
    assert is_version(name)


@pytest.mark.parametrize("name", ["", "spring", "2026-10-06", "41", "4f2a9c1", "a1.2"])
def test_what_has_none_is_no_version(name):
    assert not is_version(name)


def test_any_two_names_can_be_sorted():
    names = ["", "spring", "2026-W40", "INC-9", "1.0", "~", "٣"]
    assert sorted(names, key=counted)[:2] == ["", "1.0"]
