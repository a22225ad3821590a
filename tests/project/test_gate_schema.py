"""Criteria about what must not last, as they are written."""

from __future__ import annotations

import pytest

from codexreport.errors import ProjectError
from codexreport.project.gates import parse_gate

GATE = """\
schema = 1
name = "launch"
title = "Launch"
[[criteria]]
id = "errors"
title = "Errors do not last"
"""


@pytest.mark.parametrize(
    ("written", "measure", "subject"),
    [
        ('never = "> 1 %"\nfor = "5m"', "slo.sustained", "every objective > 1 % for 5m"),
        (
            'never = ">= 0.5 %"\nin_a_row = 5\nobjective = "search"\nmin_events = 20',
            "slo.sustained",
            "search >= 0.5 % 5 times in a row, of at least 20 events",
        ),
        ('record = "health"\nin_a_row = 5', "evidence.record", "health 5 times in a row"),
        ('record = "health"', "evidence.record", "health"),
    ],
)
def test_what_must_not_last_is_asked_by_its_own_name(written, measure, subject):
    (one,) = parse_gate(GATE + written, "launch.toml").criteria
    assert one.asked == (measure, subject)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('never = "> 1 %"', "never needs exactly one of for and in_a_row"),
        ('never = "> 1 %"\nfor = "5m"\nin_a_row = 5', "never needs exactly one of for and"),
        ('never = "> 1 %"\nfor = "5m"\nmax_age = "1d"', "it has no max_age"),
        ('never = "> 1 %"\nfor = "5m"\nsubject = "search"', "no warning and no subject"),
        ('never = "> 1 %"\nfor = "5m"\nrecord = "health"', "needs exactly one of measure,"),
        ('never = "< 1 %"\nfor = "5m"', "criteria[0].never: write what must not last"),
        ('never = "> +1 %"\nfor = "5m"', "there is no baseline to compare with"),
        ('never = "> 5 ms"\nfor = "5m"', "is no bound for a figure in ratio"),
        ('never = "often"\nfor = "5m"', "'often' is no bound"),
        ('never = "> 1 %"\nfor = "soon"', "criteria[0].for: 'soon' is not a duration"),
        ('never = "> 1 %"\nin_a_row = 0', "criteria[0].in_a_row: must be at least 1"),
        ('never = "> 1 %"\nforr = "5m"', "did you mean 'for'?"),
        ('record = "health"\nfor = "5m"', "for, objective and min_events belong to never"),
        ('measure = "slo.sli"\nobjective = "x"', "for, objective and min_events belong to never"),
        ('measure = "slo.sli"\nin_a_row = 5', "in_a_row belongs to never or record"),
    ],
)
def test_what_contradicts_itself_is_refused_by_key(written, message):
    with pytest.raises(ProjectError) as refused:
        parse_gate(GATE + written, "launch.toml")
    assert message in str(refused.value)
