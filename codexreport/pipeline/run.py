"""From a notebook's name to a published report: check, execute, render, keep."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from codexreport import __version__
from codexreport.errors import EvidenceError, RenderError
from codexreport.evidence import statements
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact, name_in
from codexreport.evidence.secrets import assert_no_secret
from codexreport.execution.notebooks import read_notebook
from codexreport.execution.parameters import Parameters
from codexreport.execution.run import execute
from codexreport.files import sha256, write_atomic
from codexreport.measure import State
from codexreport.pipeline.authored_runs import notebook_to_run, refuse_unwritten
from codexreport.pipeline.open import is_sample, variables_of
from codexreport.pipeline.site import links, publish_index
from codexreport.project.model import Project
from codexreport.project.workspace import PHASE, Workspace
from codexreport.readiness.judged import encoded
from codexreport.render.base import Document, Format, Renderer
from codexreport.render.registry import choose
from codexreport.render.stage import machine_report

OnStep = Callable[[str, int, int], None]

OUTPUTS = frozenset(
    {
        *(f"index.{form}" for form in Format),
        *("index.ipynb", "report.json", "report.intoto.json", "decision.intoto.json"),
    }
)
"""The names a publication gives the files of its folder; beside them, those of `_JUDGED`."""

_JUDGED = "judged."
"""How the name of a file begins that holds what a gate's approval is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A finished report.

    Attributes:
        report: What `report.json` holds.
        folder: Where its files are.
        files: Their names, the page first.
        renderer: Which renderer made the page, with its version.
    """

    report: Mapping[str, Any]
    folder: Path
    files: tuple[str, ...]
    renderer: str

    @property
    def state(self) -> State:
        """What the report as a whole says."""
        return State(self.report["state"])


def run_notebook(
    name: str,
    project: Project,
    workspace: Workspace,
    given: Mapping[str, object],
    *,
    formats: Sequence[Format] = (Format.HTML,),
    renderer: str | None = None,
    on_step: OnStep = lambda _what, _done, _of: None,
) -> Published:
    """Execute a notebook on a project and publish what it shows.

    Args:
        name: The notebook, such as `slo_weekly`, or the path of its file.
        project: Its folder is where the notebook runs.
        workspace: Where the report and its evidence go.
        given: Parameters by name; text is converted as the notebook declares it.
        formats: What to render; the HTML page is always made.
        renderer: By name; None takes Quarto where it is found, else the embedded one.
        on_step: Called as cells finish.

    Raises:
        ParameterError: A parameter is unknown or of the wrong type.
        AuthoringError: A merge conflict in it is not settled; nothing is published.
        ExecutionError: A cell failed; nothing is published.
        RenderError: The page could not be made; nothing is published.
        EvidenceError: Something could not be written.
    """
    engine = choose(renderer)
    path = notebook_to_run(name, project, given)
    notebook = read_notebook(path)
    sample = is_sample(project.root)
    place = {"project": "" if sample else "."}
    parameters = Parameters.read(notebook, str(path)).check({**place, **given})
    executed = execute(
        path,
        parameters,
        cwd=workspace.root if sample else project.root,
        on_cell=on_step,
        secrets=[value for _, value in _secrets(project)],
    )
    about = str(given.get("incident", ""))
    refuse_unwritten(executed, project, name=path.name, path=path, asked=about)
    return publish(executed, project, workspace, formats=formats, engine=engine)


def publish(
    executed: NotebookNode,
    project: Project,
    workspace: Workspace,
    *,
    formats: Sequence[Format],
    engine: Renderer,
) -> Published:
    """Render an executed notebook, write its files, record them.

    Everything is rendered before anything is written, so a failure leaves the old report whole.

    What an earlier publication made and this one does not, such as a PDF, is removed: it would
    stand beside a page that says something else.

    Raises:
        RenderError: It holds no report, or the renderer refused.
        EvidenceError: Something could not be written, or would have given a secret away.
    """
    report = machine_report(executed)
    if report is None:
        raise RenderError(
            "The notebook holds no report.",
            advice="Its last cell must show `report.data()`; was it executed?",
        )
    kind, label = report["report"], report["window"]["label"]
    folder = workspace.report_folder(kind, label)
    document = Document(
        notebook=executed,
        title=report["title"],
        subtitle=f"{report['project']} · {label}",
        breadcrumbs=links(workspace.reports, folder, report),
    )
    wanted = dict.fromkeys((Format.HTML, *formats))
    files = {f"index.{form}": engine.render(document, form) for form in wanted}
    files["report.json"] = canonical_json(report)
    files["index.ipynb"] = nbformat.writes(executed).encode()
    judged = {f"{_JUDGED}{gate}.json": gate for gate in sorted(report.get("judged", ()))}
    files |= {name: encoded(report["judged"][gate]) for name, gate in judged.items()}
    subject = {name_in(workspace.root, folder / "report.json"): sha256(files["report.json"])}
    files["report.intoto.json"] = statements.encoded(statements.test_result(report, subject))
    files["decision.intoto.json"] = statements.encoded(statements.decision(report, subject))
    assert_no_secret(files, _secrets(project))
    removed = _without_stale(folder, files)
    for name, content in files.items():
        write_atomic(folder / name, content)
    publish_index(workspace.reports)
    _keep(workspace, folder, files, report, engine, removed, judged)
    return Published(report=report, folder=folder, files=tuple(files), renderer=engine.version)


def _without_stale(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Remove what is not made this time; it goes first, lest a crash leave old beside new."""
    made = OUTPUTS | {path.name for path in folder.glob(f"{_JUDGED}*.json")}
    stale = [folder / name for name in sorted(made - files.keys())]
    removed = [path for path in stale if path.is_file()]
    for path in removed:
        try:
            path.unlink()
        except OSError as error:
            raise EvidenceError(
                f"{path} is of an earlier publication and could not be removed: {error.strerror}.",
                advice="Check the folder's permissions; nothing was written.",
            ) from error
    return removed


def canonical_json(document: object) -> bytes:
    """JSON that is the same bytes for the same content, and readable."""
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def _keep(
    workspace: Workspace,
    folder: Path,
    files: Mapping[str, bytes],
    report: Mapping[str, Any],
    engine: Renderer,
    removed: Sequence[Path],
    judged: Mapping[str, str],
) -> None:
    inputs = sorted({origin["sha256"] for origin in report["inputs"]})
    origin = {"report": report["report"], "renderer": engine.version, "inputs": inputs}
    artifacts = [
        Artifact.of(
            folder / name,
            content,
            workspace.root,
            origin={"judged": judged[name], "inputs": inputs} if name in judged else origin,
        )
        for name, content in files.items()
    ]
    gone = [name_in(workspace.root, path.parent) + f"/{path.name}" for path in removed]
    record = Record(
        kind=Kind.RUN,
        time=datetime.now(timezone.utc),
        step=f"run {report['report']}",
        subject=report["window"]["label"],
        state=report["state"],
        summary=report["headline"],
        tool=f"codexreport {__version__}",
        artifacts=artifacts,
        details={"as_of": report["as_of"], **({"removed": gone} if gone else {})},
    )
    phase = report.get("phase", PHASE)
    keep(workspace.root, phase, record)
    to_approve = [one for one in artifacts if "judged" in one.origin]
    for other in report.get("approved_in", ()):
        if other != phase:
            keep(workspace.root, other, replace(record, artifacts=to_approve, details={}))


def _secrets(project: Project) -> Iterator[tuple[str, str]]:
    """Name and value of every environment variable that the project's settings refer to."""
    for config in project.sources.values():
        for variable in variables_of(config):
            if secret := os.environ.get(variable):
                yield variable, secret
