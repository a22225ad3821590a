"""Names that count as one person's."""

import pytest

from codexreport.evidence.lookalikes import alike, has_letters

CYRILLIC_E, CYRILLIC_A, GREEK_NU = "\u0435", "\u0430", "\u039d"


@pytest.mark.parametrize(
    "other",
    [
        "release-manager",
        "Release Manager",
        " RELEASE_MANAGER ",
        "release.manager",
        f"r{CYRILLIC_E}lease-manager",
        f"rele{CYRILLIC_A}s{CYRILLIC_E}-manager",
        "reIease-manager",
        "re1ease-manager",
        "re|ease-manager",
        "release-rnanager",
        "release\u2010manager",
        "release\u00a0manager",
        "re\u200blease-manager",
        "\u202erelease-manager",
        "release-ma\u0323nager",
        "\uff52elease-manager",
        "\U0001d42belease-manager",
        "re\u217cease-manager",
    ],
)
def test_another_spelling_of_a_name_is_alike(other):
    assert alike("release-manager", other)
    assert alike(other, "release-manager")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IVY", "lvy"),  # before case is folded
        ("IVY", "ivy"),  # after
        ("0ps", "Ops"),
        ("0ps", "ops"),
        (f"{GREEK_NU}ora", "Nora"),  # whose small letter looks like v
        (f"{GREEK_NU}ora", "\u03bdora"),
        ("\u0421\u0420\u0415", "CPE"),  # all Cyrillic
        ("stra\u00dfe", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
    ],
)
def test_case_and_script_do_not_hide_behind_each_other(one, other):
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("engineering-lead", "product-lead"),
        ("team-2", "team-3"),
        ("nora", "vora"),
        ("qa", "qa-lead"),
        ("\u958b\u767a", "\u904b\u7528"),
        ("\u0939\u0930\u0940", "\u0939\u0930"),  # a vowel sign is no accent
    ],
)
def test_other_names_are_not_alike(one, other):
    assert not alike(one, other)


def test_a_name_needs_something_to_be_told_by():
    assert has_letters("qa")
    assert not any(map(has_letters, ("", " ", "-", "...", "\u200b", "\u0301")))
