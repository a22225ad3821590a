"""Alerting rules as a team wrote them: what is wrong with them, and which promise none guards.

A rule guards an objective where it names it: by a label or annotation `slo`, `objective`,
`sloth_id` or `sloth_slo`, with `service` or `sloth_service` beside it, or in its expression.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.slo.objective import Objective
from codexreport.text import listed
from codexreport.wording import count

_NAMING = ("slo", "objective", "sloth_id", "sloth_slo")
_SERVICE = ("service", "sloth_service")
_SEVERITY = "severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingRule:
    """One alerting rule.

    Attributes:
        group: The group that it is evaluated in.
        name: The alert's name.
        expr: The PromQL that it fires on, as text.
        lasting: How long that must hold before it fires (`for`).
        labels: What is attached to the alert.
        annotations: What is said to people.
    """

    group: str
    name: str
    expr: str
    lasting: timedelta = timedelta()
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> str:
        """Its `severity` label; empty where it has none."""
        return dict(self.labels).get(_SEVERITY, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Whether an objective is guarded, and how that was decided.

    Attributes:
        objective: Its name.
        rules: The names of the alerts that guard it.
        how: How that was decided, a sentence.
    """

    objective: str
    rules: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRules:
    """The rules of one file.

    Attributes:
        rules: In the order of the file.
        recording: How many recording rules stand beside them.
        groups: The names of the groups, in order.
        objectives: What was promised, to compare the rules with; a file knows of none.
        observed: Always None: a file of rules does not say when it was written.
        commit: Always empty.
    """

    kind: ClassVar[str] = "alert-rules"

    rules: tuple[AlertingRule, ...]
    recording: int = 0
    groups: tuple[str, ...] = ()
    objectives: tuple[Objective, ...] = ()
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `12 alerting rules in 3 groups, 40 recording rules`."""
        alerting = count(len(self.rules), "alerting rules")
        recording = count(self.recording, "recording rules")
        return f"{alerting} in {count(len(self.groups), 'groups')}, {recording}"

    def measures(self, about: About) -> tuple[Measure, ...]:
        """What is wrong with the rules, and which objectives none of them guards."""
        same = Counter((one.group, one.name, one.labels) for one in self.rules)
        twice = [f"{name} in {group}" for (group, name, _), n in same.items() if n > 1]
        groups = [name for name, n in Counter(self.groups).items() if n > 1]
        empty = [one.name for one in self.rules if not one.expr.strip()]
        silent = [one.name for one in self.rules if not one.severity]
        return (
            about.measure("alerts.rules", len(self.rules), "rules"),
            _counted(about, "duplicates", "Defined twice", State.FAIL, [*twice, *groups]),
            _counted(about, "without_expression", "Without an expression", State.FAIL, empty),
            _counted(about, "without_severity", "Without a severity", State.WARNING, silent),
            unguarded(about, self.objectives, self.rules),
        )


def unguarded(
    about: About, objectives: Sequence[Objective], rules: Sequence[AlertingRule]
) -> Measure:
    """How many objectives no alert guards, judged: one is a failure."""
    found = guards(objectives, rules)
    bare = [one for one in found if not one.rules]
    state, reason = State.PASS, ""
    if not objectives:
        state = State.UNKNOWN
        reason = (
            "There is no objective to compare the rules with: name the file as a source of a"
            " project that has objectives."
        )
    elif bare:
        state = State.FAIL
        reason = f"No alert guards {listed([one.objective for one in bare])}. {bare[0].how}"
    return about.measure(
        "alerts.unguarded",
        len(bare) if objectives else None,
        "objectives",
        state,
        reason if rules else "It holds no alerting rule.",
        formula=f"of {count(len(found), 'objectives')}",
    )


def guards(objectives: Iterable[Objective], rules: Sequence[AlertingRule]) -> tuple[Guard, ...]:
    """For each objective the alerts that guard it; none is what a reader must hear of.

    Args:
        objectives: What was promised.
        rules: What was written, of all files together.
    """
    return tuple(_guard(one, rules) for one in objectives)


def _guard(objective: Objective, rules: Sequence[AlertingRule]) -> Guard:
    decided = {rule.name: how for rule in rules if (how := _why(objective, rule))}
    if decided:
        ways = listed([f"{name} {how}" for name, how in decided.items()], "; ")
        return Guard(objective=objective.name, rules=tuple(decided), how=f"{ways}.")
    near = [rule.name for rule in rules if _service(rule) == objective.service]
    how = f"No alert names {objective.name} in a label, an annotation or its expression."
    if near:
        how += f" Of its service there are {listed(near)}, which name no objective."
    return Guard(objective=objective.name, rules=(), how=how)


def _why(objective: Objective, rule: AlertingRule) -> str:
    """How a rule names an objective, a predicate; empty where it does not."""
    for kind, told in (("label", dict(rule.labels)), ("annotation", dict(rule.annotations))):
        for key in _NAMING:
            if key in told and _means(told[key], _service(rule), objective):
                return f"has the {kind} {key} = {told[key]}"
    for name in dict.fromkeys((objective.name, re.sub(r"\W", "_", objective.name))):
        if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", rule.expr):
            return f"has {name} in its expression"
    return ""


def _means(named: str, service: str, objective: Objective) -> bool:
    """Sloth's own name of an objective is its service's name before its own."""
    if named == objective.name:
        return True
    own = service == objective.service
    return own and (f"{service}-{named}" == objective.name or named == objective.display_name)


def _service(rule: AlertingRule) -> str:
    told: Mapping[str, str] = {**dict(rule.annotations), **dict(rule.labels)}
    return next((told[key] for key in _SERVICE if key in told), "")


def _counted(about: About, name: str, what: str, bad: State, found: Sequence[str]) -> Measure:
    state = bad if found else State.PASS
    reason = f"{what}: {listed(found)}." if found else ""
    return about.measure(f"alerts.{name}", len(found), "rules", state, reason)
