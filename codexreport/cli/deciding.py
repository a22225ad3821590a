"""`measures` and `gate`: what can be asked, and what is decided."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codexreport.cli.common import (
    JsonOption,
    NowOption,
    OfflineOption,
    ProjectOption,
    QuietOption,
    ReleaseOption,
    SampleOption,
    locate_project,
    print_json,
    print_table,
    progress_bar,
)

if TYPE_CHECKING:
    from datetime import datetime

    from codexreport.pipeline.questions import Question
    from codexreport.project.model import Project
    from codexreport.readiness.decision import Decision


class Shape(StrEnum):
    """How a decision is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"


def measures(
    project: ProjectOption = None,
    release: ReleaseOption = "",
    now: NowOption = "",
    *,
    sample: SampleOption = False,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """List everything that is measured, which is what a gate can ask."""
    from codexreport.pipeline.measures import measure_all
    from codexreport.pipeline.open import moment_of, open_project
    from codexreport.wording import figure

    root, workspace = locate_project(project, sample=sample)
    opened = open_project(root, release=release)
    with progress_bar(quiet=quiet or as_json) as progress:
        found = measure_all(
            opened, workspace, moment_of(now, opened), offline=offline, progress=progress
        ).measures
    if as_json:
        print_json({"measures": [one.to_dict() for one in found]})
    elif not quiet:
        rows = [
            [
                one.name,
                one.subject,
                "" if one.value is None else figure(one.value),
                one.unit,
                one.state.value,
            ]
            for one in found
        ]
        print_table("", ["measure", "of", "value", "unit", "state"], rows)
    return 0


def gate(
    name: Annotated[str, typer.Argument(help="A gate, or a decision of the project's.")],
    project: ProjectOption = None,
    release: ReleaseOption = "",
    now: NowOption = "",
    *,
    sample: SampleOption = False,
    offline: OfflineOption = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what it looks at, and judge nothing.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="CONDITIONAL GO exits with 1.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the figures as a baseline for later ones.")
    ] = False,
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print it as Markdown.")] = False,
    as_junit: Annotated[bool, typer.Option("--junit", help="Print it as JUnit XML.")] = False,
    quiet: QuietOption = False,
) -> int:
    """Decide: GO, CONDITIONAL GO, NO-GO or UNDECIDED, with every finding.

    Exits with 0 for GO and CONDITIONAL GO, 1 for NO-GO, 3 where it is undecided.
    """
    from codexreport.pipeline.decide import answer, keep_judgement
    from codexreport.pipeline.measures import measure_all
    from codexreport.pipeline.open import moment_of, open_project
    from codexreport.pipeline.questions import question
    from codexreport.readiness.decision import EXIT_CODES, Verdict

    root, workspace = locate_project(project, sample=sample)
    opened = open_project(root, release=release)
    asked = question(opened, name)
    if explain:
        _explain(asked, as_json=as_json)
        return 0
    moment = moment_of(now, opened)
    with progress_bar(quiet=quiet or as_json) as progress:
        known = measure_all(opened, workspace, moment, offline=offline, progress=progress)
    given = answer(opened, workspace, asked, known)
    decision = given.decision
    kept = keep_judgement(opened, workspace, asked, given, moment) if keep else None
    shape = _shape(as_json=as_json, as_markdown=as_markdown, as_junit=as_junit)
    _print(asked, decision, shape, quiet=quiet)
    if shape is Shape.TEXT and not quiet:
        _print_about(opened, asked, decision, moment)
        if kept:
            said = kept.relative_to(workspace.root).as_posix()
            typer.echo(f"Kept, for later ones to compare with: {said}")
    _summarise(asked, decision)
    conditional = decision.verdict is Verdict.CONDITIONAL_GO
    return 1 if strict and conditional else EXIT_CODES[decision.verdict]


def _shape(*, as_json: bool, as_markdown: bool, as_junit: bool) -> Shape:
    from codexreport.errors import ParameterError

    asked = [
        shape
        for shape, wanted in (
            (Shape.JSON, as_json),
            (Shape.MARKDOWN, as_markdown),
            (Shape.JUNIT, as_junit),
        )
        if wanted
    ]
    if len(asked) > 1:
        raise ParameterError("Choose one of --json, --markdown and --junit.")
    return asked[0] if asked else Shape.TEXT


def _explain(asked: Question, *, as_json: bool) -> None:
    from codexreport.bounds import shown

    rows = [
        {
            "gate": file.name,
            "criterion": one.id,
            "asks": " of ".join(filter(None, one.asked)),
            "pass": shown(one.pass_) or "its own state",
            "warning": shown(one.warning),
            "weight": float(one.weight),
            "key": one.key,
        }
        for file in asked.files
        for one in file.criteria
    ]
    if as_json:
        print_json({"name": asked.name, "title": asked.title, "criteria": rows})
        return
    print_table(
        asked.title, list(rows[0]) if rows else ["criterion"], [list(r.values()) for r in rows]
    )


def _print(asked: Question, decision: Decision, shape: Shape, *, quiet: bool) -> None:
    from codexreport.readiness import wording
    from codexreport.readiness.decision import Verdict

    if shape is Shape.JSON:
        print_json({"name": asked.name, "title": asked.title, **wording.as_dict(decision)})
    elif shape is Shape.MARKDOWN:
        typer.echo(wording.as_markdown(asked.title, decision))
    elif shape is Shape.JUNIT:
        typer.echo(wording.as_junit(asked.name, decision))
    elif not quiet:
        typer.echo(f"{asked.shown}: {decision.verdict.value}\n{decision.reason}\n")
        _print_findings(decision)
    elif decision.verdict is not Verdict.GO:
        typer.echo(f"{asked.title}: {decision.verdict.value}. {decision.reason}")


def _print_findings(decision: Decision) -> None:
    from codexreport.readiness import wording

    findings = [one for gate in decision.gates for one in gate.findings]
    print_table(
        "",
        ["finding", "state", "key", "why"],
        [
            [
                one.key,
                "waived" if one.waiver else one.state.value,
                "key" if one.criterion.key else "",
                one.reason,
            ]
            for one in findings
        ],
    )
    for one in wording.ways(decision):
        typer.echo(one)
    for waiver, flaw in decision.ignored:
        typer.echo(f"The waiver of {waiver.gate}/{waiver.criterion} counts for nothing: {flaw}")


def _print_about(opened: Project, asked: Question, decision: Decision, moment: datetime) -> None:
    """What to run for what is open; whose decision it is, and of when."""
    from codexreport.moments import moment as shown
    from codexreport.pipeline.next_steps import command_for
    from codexreport.project.releases import PLACEHOLDER

    findings = [one for gate in decision.gates for one in gate.findings if one.open]
    commands = [command_for(opened, asked, one) for one in findings if not one.waiver]
    for command in dict.fromkeys(filter(None, commands)):
        typer.echo(f"Run: {command}")
    release = f", release {opened.release}" if opened.release else ""
    typer.echo(f"Of {opened.name}{release}, as of {shown(moment, opened.timezone)}.")
    if opened.release and not any(PLACEHOLDER in one.written for one in opened.sources.values()):
        typer.echo(
            f"No source's path names {PLACEHOLDER}: its figures are the same for every release."
        )


def _summarise(asked: Question, decision: Decision) -> None:
    """Where GitHub runs us, the decision stands on the run's own page."""
    from codexreport.readiness import wording

    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as page:
            page.write(wording.as_markdown(asked.title, decision) + "\n")


def gates(project: ProjectOption = None, *, as_json: JsonOption = False) -> int:
    """List the gates and decisions that can be asked for."""
    from codexreport.pipeline.open import open_project
    from codexreport.pipeline.questions import names_of

    rows = names_of(open_project(locate_project(project)[0]))
    if as_json:
        print_json({"gates": rows})
    else:
        print_table("", ["name", "kind", "title", "from"], [list(row.values()) for row in rows])
    return 0
