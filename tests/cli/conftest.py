"""Typing commands as a user does, and an objective to type them about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codexreport.cli.app import run

Typed = Callable[..., tuple[int, str, str]]

OBJECTIVE = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout
  displayName: Checkout takes orders
spec:
  service: checkout
  indicator:
    metadata: {{name: orders}}
    spec:
      ratioMetric:
        counter: false
        good: {{metricSource: {{metricSourceRef: orders, spec: {{column: good}}}}}}
        total: {{metricSource: {{metricSourceRef: orders, spec: {{column: valid}}}}}}
  timeWindow: [{{duration: 28d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: {target}}}]
"""


@pytest.fixture
def objective() -> Callable[..., str]:
    """An objective over the orders of a checkout, for a `target`."""

    def text(target: str) -> str:
        return OBJECTIVE.format(target=target)

    return text


@pytest.fixture
def typed(capfd: pytest.CaptureFixture[str]) -> Typed:
    """Exit code, standard output and standard error of a command, given by its words."""

    def type_(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run(list(arguments))
        return code, *capfd.readouterr()

    return type_
