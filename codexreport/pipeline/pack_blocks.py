"""What a project already says, as the generated parts of the documents that people complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from codexreport.authoring.table_rows import table
from codexreport.bounds import shown
from codexreport.pipeline.gather import whereabouts
from codexreport.pipeline.update_logs import Log, log_of
from codexreport.project.model import Project
from codexreport.slo.alerts import WORKBOOK_RULES
from codexreport.slo.objective import Objective
from codexreport.slo.period import RollingPeriod
from codexreport.window import format_duration
from codexreport.wording import count, exact_percent

_NOBODY = "TODO: name a team"
ALERT_RULES = "alert-rules"


def blocks(project: Project) -> Mapping[str, str]:
    """Every generated part, Markdown by its name in the templates."""
    return {name: make(project) for name, make in _BLOCKS.items()}


def cadence(project: Project, log: Log) -> str:
    """What the head of a log of updates says."""
    _, longest = log_of(project.updates, log)
    return (
        f"Written in after each maintenance window, at least every {count(longest.days, 'days')}: "
        f"`codexreport log-update {log.value} --package NAME --from OLD --to NEW`."
    )


def _project(project: Project) -> str:
    rows = [
        ("Project", project.name),
        ("Owner", project.owner or _NOBODY),
        ("Services", ", ".join(_services(project)) or "TODO: name them in objectives"),
        ("Time zone", project.timezone),
    ]
    return table(["", ""], rows)


def _services(project: Project) -> list[str]:
    return sorted({one.service for one in project.objectives if one.service})


def _services_table(project: Project) -> str:
    rows = []
    for service in _services(project):
        own = [one for one in project.objectives if one.service == service]
        owners = sorted({one.owner for one in own if one.owner})
        rows.append((service, ", ".join(owners) or _NOBODY, ", ".join(one.name for one in own)))
    return table(["Service", "Owner", "Objectives"], rows) if rows else _none("service")


def _sources(project: Project) -> str:
    rows = [(one.name, one.type, whereabouts(one)) for one in project.sources.values()]
    return table(["Source", "Type", "From"], rows) if rows else _none("source")


def _objectives(project: Project) -> str:
    rows = [
        (
            one.display_name or one.name,
            one.service,
            exact_percent(one.target),
            str(one.period),
            one.owner or _NOBODY,
            one.indicator.source,
            one.file,
        )
        for one in project.objectives
    ]
    header = ["Objective", "Service", "Target", "Period", "Owner", "Source", "Stated in"]
    return table(header, rows) if rows else _none("objective")


def _error_budgets(project: Project) -> str:
    rows = [
        (one.display_name or one.name, exact_percent(1 - one.target), str(one.period), _outage(one))
        for one in project.objectives
    ]
    header = ["Objective", "May fail", "Of", "As an outage"]
    return table(header, rows) if rows else _none("objective")


def _outage(one: Objective) -> str:
    """How long everything may fail at once, to the second, at even traffic."""
    if not isinstance(one.period, RollingPeriod):
        return "as long as that share of its days"
    seconds = one.period.length // timedelta(seconds=1) * (1 - one.target)
    return format_duration(timedelta(seconds=int(seconds)))


def _performance_budgets(project: Project) -> str:
    rows = [
        (
            budget.endpoint or f"all of {budget.source}",
            limit.statistic,
            shown(limit.passes),
            budget.owner or _NOBODY,
        )
        for budget in project.budgets
        for limit in budget.limits
    ]
    if not rows:
        return "TODO: The project has none; write [[budgets]] in `codexreport.toml`."
    return table(["Endpoint", "Statistic", "Has to be", "Owner"], rows)


def _alerts(project: Project) -> str:
    rules = [(one.severity, str(one).partition(": ")[2]) for one in WORKBOOK_RULES]
    files = [one for one in project.sources.values() if one.type == ALERT_RULES]
    where = ", ".join(f"`{whereabouts(one)}`" for one in files)
    said = f"The rules are in {where}; `codexreport check` says which objective none guards."
    none = f"TODO: No source of type {ALERT_RULES} says where the rules are."
    return f"{table(['Severity', 'When this much burns'], rules)}\n\n{said if files else none}"


def _smoke(project: Project) -> str:
    environments = [
        (name, one.base_url, f"`codexreport smoke --env {name}`")
        for name, one in project.smoke.environments.items()
    ]
    if not environments:
        return "TODO: The project asks nothing; write [smoke] in `codexreport.toml`."
    rows = [(name, url) for name, url, _ in environments]
    commands = "\n".join(f"- {command}" for _, _, command in environments)
    checks = [(one.name, one.method, one.path or one.url) for one in project.smoke.checks]
    asked = f"\n\n{table(['Check', 'Method', 'Asks'], checks)}" if checks else ""
    return f"{table(['Environment', 'Address'], rows)}\n\n{commands}{asked}"


def _owners(project: Project) -> str:
    named = sorted({one.owner for one in project.objectives if one.owner})
    rows = [
        (owner, ", ".join(one.name for one in project.objectives if one.owner == owner))
        for owner in named
    ]
    return table(["Team", "Acts on"], rows) if rows else _none("owner")


def _unowned(project: Project) -> str:
    bare = [one.name for one in project.objectives if not one.owner]
    return f"TODO: {', '.join(bare)}." if bare else "None: every objective has a team."


def _severity(project: Project) -> str:
    asked = project.steady_state
    return (
        f"An incident of severity {asked.postmortem_severity.value} or worse, or of none, gets a "
        f"postmortem within {count(asked.postmortem_within.days, 'days')}."
    )


def _none(what: str) -> str:
    return f"TODO: The project names no {what}."


_BLOCKS: Mapping[str, Callable[[Project], str]] = {
    "project": _project,
    "services": _services_table,
    "sources": _sources,
    "objectives": _objectives,
    "error-budgets": _error_budgets,
    "performance-budgets": _performance_budgets,
    "alerts": _alerts,
    "smoke": _smoke,
    "owners": _owners,
    "unowned": _unowned,
    "severity": _severity,
}
