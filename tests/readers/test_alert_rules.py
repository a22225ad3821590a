"""Alerting rules as Prometheus loads them."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest
from examples import FORMATS, fixtures

from codexreport.errors import SourceError
from codexreport.readers.alert_rules import AlertRulesReader
from codexreport.readers.notation.document import Document


def document(text):
    return Document("rules.yml", text.encode())


def rules(rest):
    text = f"groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n{rest}"
    return AlertRulesReader().parse(document(text)).rules


def test_alerting_rules_are_read_and_recording_rules_counted():
    found = AlertRulesReader().parse(
        Document(
            "rules.yml",
            (FORMATS / "alert-rules/unknown-nothing-to-compare-with.yml").read_bytes(),
        )
    )
    first, second = found.rules
    assert (first.group, first.name, first.severity) == (
        "checkout-slo",
        "CheckoutBurnsItsBudget",
        "page",
    )
    assert first.lasting == timedelta(minutes=2)
    assert dict(first.annotations)["summary"].startswith("Checkout burns its budget {{ $value")
    assert second.lasting == timedelta(minutes=90)
    assert found.recording == 1


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("5m", timedelta(minutes=5)),
        ("1h30m", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("1y", timedelta(days=365)),
        ("500ms", timedelta(milliseconds=500)),
        ("0s", timedelta()),
        ("0", timedelta()),
    ],
)
def test_durations_are_prometheus_own(written, length):
    assert rules(f"    for: {written}\n")[0].lasting == length


@pytest.mark.parametrize("written", ["5", "5 m", "-5m", "1M", "30m1h", "[]", "999999999y"])
def test_what_is_no_duration_to_prometheus_is_refused(written):
    with pytest.raises(SourceError, match=r"groups\[0\]\.rules\[0\]\.for is"):
        rules(f"    for: {written}\n")


def test_a_label_that_yaml_takes_for_a_number_is_text():
    assert dict(rules("    labels: {severity: 1}\n")[0].labels) == {"severity": "1"}


def test_a_rule_that_alerts_and_records_is_refused():
    with pytest.raises(SourceError, match="must have either alert or record"):
        rules("    record: b\n")


@pytest.mark.prometheus
def test_the_examples_are_what_promtool_says_of_them(needs):
    """Prometheus' own checker loads those that are not refused, but for the Operator's resource."""
    needs("promtool", package="prometheus")
    judged = {
        path.name: subprocess.run(
            ["promtool", "check", "rules", "--lint=duplicate-rules", "--lint-fatal", path],
            capture_output=True,
            check=False,
        ).returncode
        for path in fixtures("alert-rules")
        if "operator" not in path.name
    }
    passed = {name for name, code in judged.items() if code == 0}
    assert passed == {name for name in judged if name.startswith("unknown")}
