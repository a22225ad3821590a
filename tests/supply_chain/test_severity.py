"""Every scanner's scale is read as one."""

import pytest

from codexreport.supply_chain.severity import Severity, named, of_vector, scored, worst


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("HIGH", Severity.HIGH),
        ("Medium", Severity.MODERATE),
        ("moderate", Severity.MODERATE),
        ("Negligible", Severity.LOW),
        ("info", Severity.LOW),
        ("none", Severity.NONE),
        ("", Severity.UNKNOWN),
        ("fine", Severity.UNKNOWN),
    ],
)
def test_words(word, severity):
    assert named(word) is severity


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (0, Severity.UNKNOWN),
        (0.1, Severity.LOW),
        (3.9, Severity.LOW),
        (4.0, Severity.MODERATE),
        (6.9, Severity.MODERATE),
        (7.0, Severity.HIGH),
        (8.9, Severity.HIGH),
        (9.0, Severity.CRITICAL),
        (10, Severity.CRITICAL),
        (10.1, Severity.UNKNOWN),
        (-1, Severity.UNKNOWN),
    ],
)
def test_scores_at_the_ends_of_each_band(score, severity):
    assert scored(score) is severity


def test_a_score_of_nothing_is_what_tools_write_where_they_have_none():
    assert scored(0.0) is Severity.UNKNOWN


def test_version_2_has_no_critical():
    assert scored(10, version=2) is Severity.HIGH


@pytest.mark.parametrize(
    ("vector", "severity"),
    [  # base scores by the calculators of FIRST and the NVD: 9.8, 5.3, 9.3, 7.5
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Severity.CRITICAL),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L", Severity.MODERATE),
        (
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
            Severity.CRITICAL,
        ),
        ("(AV:N/AC:L/Au:N/C:P/I:P/A:P)", Severity.HIGH),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", Severity.NONE),
        ("CVSS:3.1/AV:N", Severity.UNKNOWN),
        ("CVSS:5.0/AV:N", Severity.UNKNOWN),
        ("", Severity.UNKNOWN),
    ],
)
def test_vectors(vector, severity):
    assert of_vector(vector) is severity


def test_what_is_known_classifies_what_is_not():
    assert worst([Severity.UNKNOWN, Severity.LOW, Severity.NONE]) is Severity.LOW
    assert worst([Severity.UNKNOWN]) is Severity.UNKNOWN
    assert worst([]) is Severity.UNKNOWN
