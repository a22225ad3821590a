"""Which promise an alert guards, decided by what it names; and what is wrong with rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.series import Metric, RatioIndicator
from codexreport.slo.alert_rules import AlertingRule, AlertRules, guards, unguarded
from codexreport.slo.objective import Objective, Occurrences
from codexreport.slo.period import RollingPeriod

ABOUT = About(subject="rules.yml", now=datetime(2026, 10, 6, tzinfo=timezone.utc))
OBJECTIVE = Objective(
    name="checkout-availability",
    display_name="availability",
    service="checkout",
    indicator=RatioIndicator(
        name="checkout-availability",
        good=Metric(source="p", spec={}),
        total=Metric(source="p", spec={}),
    ),
    target=Fraction(999, 1000),
    method=Occurrences(),
    period=RollingPeriod(length=timedelta(days=28)),
    min_coverage=Fraction(9, 10),
    min_events=100,
    settle=timedelta(days=1),
)
RULE = AlertingRule(group="g", name="Burning", expr="up == 0", labels=(("severity", "page"),))


def rule(expr="up == 0", annotations=(), **labels):
    told = tuple(sorted({"severity": "page", **labels}.items()))
    return replace(RULE, expr=expr, labels=told, annotations=annotations)


@pytest.mark.parametrize(
    ("alert", "how"),
    [
        (rule(slo="checkout-availability"), "label slo = checkout-availability"),
        (rule(sloth_id="checkout-availability"), "label sloth_id"),
        (rule(sloth_slo="availability", sloth_service="checkout"), "label sloth_slo"),
        (rule(slo="availability", service="checkout"), "label slo = availability"),
        (rule(annotations=(("slo", "checkout-availability"),)), "annotation slo"),
        (rule(expr='burn{slo="checkout-availability"} > 14'), "in its expression"),
        (rule(expr="slo:checkout_availability:burn1h > 14"), "checkout_availability in its"),
    ],
)
def test_an_alert_guards_the_objective_that_it_names(alert, how):
    (found,) = guards([OBJECTIVE], [alert])
    assert found.rules == ("Burning",)
    assert how in found.how


@pytest.mark.parametrize(
    "alert",
    [
        rule(),
        rule(service="checkout"),
        rule(slo="availability"),
        rule(slo="availability", service="search"),
        rule(slo="checkout-latency", service="checkout"),
        rule(expr="slo:checkout_availability_total:burn > 1"),
        rule(expr='burn{slo="checkout-availability-eu"} > 14'),
    ],
)
def test_an_alert_that_names_another_or_only_the_service_guards_nothing(alert):
    (found,) = guards([OBJECTIVE], [alert])
    assert found.rules == ()


def test_alerts_of_the_service_alone_are_mentioned():
    (found,) = guards([OBJECTIVE], [rule(service="checkout")])
    assert found.how == (
        "No alert names checkout-availability in a label, an annotation or its expression."
        " Of its service there are Burning, which name no objective."
    )


def test_an_objective_that_no_alert_guards_is_a_failure():
    measure = unguarded(ABOUT, [OBJECTIVE], [rule()])
    assert (measure.value, measure.state) == (1, State.FAIL)
    assert unguarded(ABOUT, [OBJECTIVE], [rule(slo=OBJECTIVE.name)]).state is State.PASS
    assert unguarded(ABOUT, [OBJECTIVE], []).state is State.FAIL


def measured(*rules, groups=("g",)):
    return {one.name: one for one in AlertRules(rules=rules, groups=groups).measures(ABOUT)}


def test_rules_alone_are_unknown_and_say_what_to_do():
    found = measured(RULE)["alerts.unguarded"]
    assert found.state is State.UNKNOWN
    assert "name the file as a source" in found.reason
    assert measured()["alerts.unguarded"].reason == "It holds no alerting rule."


def test_one_name_with_several_severities_is_no_duplicate():
    assert measured(rule(), rule(severity="ticket"))["alerts.duplicates"].value == 0


def test_what_prometheus_would_not_load_or_not_tell_apart_fails():
    assert measured(RULE, RULE)["alerts.duplicates"].state is State.FAIL
    assert measured(RULE, groups=("g", "g"))["alerts.duplicates"].state is State.FAIL
    assert measured(replace(RULE, expr=" "))["alerts.without_expression"].state is State.FAIL
    found = measured(replace(RULE, labels=()))
    assert found["alerts.without_severity"].state is State.WARNING
    assert worst(one.state for one in found.values()) is State.UNKNOWN
