"""Write the reference pages and the help text from the code: `python docs/make_reference.py`.

`tests/docs` checks that what is committed is what this writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from typer.testing import CliRunner

from codexreport.cli.app import app
from codexreport.project.authoring_schema import AuthoringTable
from codexreport.project.delivery_schema import DeliveryTable, IncidentTargetsTable
from codexreport.project.gate_schema import CriterionTable, GateFile
from codexreport.project.health_schema import HealthBoundsTable, HealthTable
from codexreport.project.notify_schema import NotifyTable
from codexreport.project.operations_schema import ActionsTable, SteadyStateTable, UpdatesTable
from codexreport.project.perf_schema import PerfRequestTable, PerfScenarioTable, PerfTable
from codexreport.project.performance_schema import BudgetTable
from codexreport.project.protocol_schema import ProtocolTable, StepTable
from codexreport.project.publish_schema import PublishTable
from codexreport.project.readiness_schema import DecisionTable, ReadinessTable, WaiverTable
from codexreport.project.rollout_schema import (
    CheckpointsTable,
    FreezeTable,
    RolloutStepTable,
    RolloutTable,
)
from codexreport.project.schema import (
    CorrectionTable,
    GateTable,
    IncidentTable,
    ObjectiveTable,
    ProjectTable,
    SloTable,
    VulnerabilitiesTable,
)
from codexreport.project.signal_schema import SuccessTable, TriggerTable
from codexreport.project.smoke_schema import (
    SmokeCheckTable,
    SmokeEnvironmentTable,
    SmokeTable,
)
from codexreport.readers.notation.limits import Limits
from codexreport.readers.registry import all_readers
from codexreport.readers.settings import FileSettings
from codexreport.sources.openfeature import DeclaredFlag, OpenFeatureSettings
from codexreport.sources.registry import names, source_type
from codexreport.sources.trackers import TRACKERS
from codexreport.window import format_duration

TABLES = (
    ProjectTable,
    SloTable,
    ObjectiveTable,
    CorrectionTable,
    IncidentTable,
    VulnerabilitiesTable,
    DeliveryTable,
    IncidentTargetsTable,
    GateTable,
    ReadinessTable,
    DecisionTable,
    WaiverTable,
    BudgetTable,
    ActionsTable,
    UpdatesTable,
    SteadyStateTable,
    AuthoringTable,
    RolloutTable,
    RolloutStepTable,
    FreezeTable,
    TriggerTable,
    CheckpointsTable,
    SuccessTable,
    SmokeTable,
    SmokeEnvironmentTable,
    SmokeCheckTable,
    HealthTable,
    HealthBoundsTable,
    PerfTable,
    PerfScenarioTable,
    PerfRequestTable,
    PublishTable,
    NotifyTable,
    ProtocolTable,
    StepTable,
)
HERE = Path(__file__).parent
GENERATED = "<!-- Made by docs/make_reference.py from the code; edit there. -->\n"


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated file and its text."""
    yield HERE.parent / "codexreport" / "cli" / "help.txt", help_text([])
    yield HERE / "reference" / "commands.md", commands_page()
    yield HERE / "reference" / "project-file.md", project_page()
    yield HERE / "reference" / "formats.md", formats_page()
    yield HERE / "reference" / "gate-file.md", gate_page()


def help_text(arguments: list[str]) -> str:
    """What `codexreport ARGUMENTS --help` prints at 80 columns."""
    runner = CliRunner()
    result = runner.invoke(
        app, [*arguments, "--help"], prog_name="codexreport", env={"COLUMNS": "80"}, color=False
    )
    return result.stdout


def commands_page() -> str:
    """The reference of all commands."""
    text = f"# Commands\n\n{GENERATED}\n```text\n{help_text([])}```\n"
    for words in _commands():
        text += f"\n## codexreport {' '.join(words)}\n\n```text\n{help_text(words)}```\n"
    return text


def _commands() -> Iterator[list[str]]:
    """What is typed for each command: those of the top, then each group with its own."""
    for command in app.registered_commands:
        yield [str(command.name)]
    for group in app.registered_groups:
        inner = group.typer_instance
        if inner is not None:
            yield [str(inner.info.name)]
            yield from ([str(inner.info.name), str(one.name)] for one in inner.registered_commands)


def project_page() -> str:
    """The reference of `codexreport.toml`."""
    text = f"# The project file, `codexreport.toml`\n\n{GENERATED}\n`schema = 1` comes first.\n"
    for model in TABLES:
        text += _section(model)
    for name in names():
        text += _section(
            source_type(name).Settings, heading=f'`[sources.NAME]` with `type = "{name}"`'
        )
    text += "\n## `[sources.NAME]` with a format as its `type`\n\n"
    text += "Files that a tool left behind; see [the formats](formats.md).\n"
    for name, settings in {**TRACKERS, "openfeature": OpenFeatureSettings}.items():
        text += _section(settings, heading=f'`[sources.NAME]` with `type = "{name}"`, no `path`')
    text += _section(DeclaredFlag)
    return text


def gate_page() -> str:
    """The reference of a gate's file."""
    text = f"# A gate's file\n\n{GENERATED}\n`schema = 1` comes first; see [gates](../gates.md).\n"
    text += _section(GateFile, heading="At the top")
    return text + _section(CriterionTable)


def formats_page() -> str:
    """The reference of the formats that are read, and of the limits on a file."""
    text = f"# Formats\n\n{GENERATED}\nA format is told by a file's shape, never by its name.\n\n"
    text += "| format | what it is | written in | made by |\n|---|---|---|---|\n"
    for one in all_readers():
        notations = ", ".join(sorted(container.value for container in one.containers))
        made_by = one.made_by.replace("|", "\\|")
        text += f"| `{one.format}` | {one.title} | {notations} | `{made_by}` |\n"
    text += _section(FileSettings, heading="`[sources.NAME]` with a format as its `type`")
    return text + _section(Limits, heading="`[sources.NAME.limits]`, and `check --limit KEY=N`")


def _section(model: type[BaseModel], heading: str = "") -> str:
    summary = " ".join((model.__doc__ or "").split("\n\n")[0].split())
    title, _, rest = summary.partition(": ")
    lines = [f"\n## {heading or title}\n", f"{summary if heading else rest}\n"]
    lines += ["| key | default | meaning |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        if name == "type":
            continue
        default = "required" if field.is_required() else _default(field.get_default())
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        lines.append(f"| `{field.alias or name}` | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def _default(value: object) -> str:
    if value is None or value is PydanticUndefined or value in ("", (), {}):
        return ""
    if isinstance(value, BaseModel):  # its meaning tells it
        return ""
    if isinstance(value, timedelta):
        value = format_duration(value)
    elif isinstance(value, Fraction):
        value = float(value)
    elif isinstance(value, tuple):
        value = list(value)
    return "`" + re.sub(r"'", '"', f"{value!r}") + "`"


if __name__ == "__main__":
    for path, text in pages():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
