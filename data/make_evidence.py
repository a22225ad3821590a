"""Make the evidence of the sample's release: what was run, and who approved, for each candidate.

    python data/make_evidence.py [FOLDER]

It stands beside what `make_release.py` makes, which it is about, in `sample/evidence/`.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from release_candidates import CANDIDATES, ZONE, Candidate

from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact
from codexreport.evidence.signing_off import Order, sign_off
from codexreport.files import sha256
from codexreport.measure import State
from codexreport.pipeline.decide import Answer, answer
from codexreport.pipeline.measures import measure_all
from codexreport.pipeline.open import moment_of, open_project
from codexreport.pipeline.questions import question
from codexreport.project.releases import phase_of
from codexreport.project.workspace import Workspace
from codexreport.readers.notation.document import Document
from codexreport.readers.trivy import TrivyReader
from codexreport.readiness.judged import encoded
from codexreport.supply_chain.ledger import Ledger, update
from codexreport.supply_chain.ledger_text import FILE_NAME, write_ledger

TOOL = "shop 2.3"
SCANNED = datetime(2026, 10, 5, 6, 30, tzinfo=ZONE)
"""When the last scan of production was noted."""
ROLLOUT_BEGAN = datetime(2026, 10, 3, 8, 0, tzinfo=ZONE)
SLEPT = {20, 21}
"""Hours into the rollout at which nobody looked."""
NIGHT = datetime(2026, 10, 5, 20, 30, tzinfo=ZONE)
"""When the last two candidates were brought to staging and tried there."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that was run for a candidate.

    Attributes:
        name: What a gate calls it.
        command: What was typed.
        says: What came out at the end.
        ok: Whether it went well.
        at: When, by the candidate's age; None: on the last evening.
    """

    name: str
    command: str
    says: str
    ok: bool = True
    at: timedelta | None = None


ENVIRONMENT = Step(
    name="environment",
    command="shop compare --env integration",
    says="5 components compared with the baseline.",
    at=timedelta(hours=3),
)
SMOKE = Step(
    name="smoke",
    command="shop smoke --env staging",
    says="12 checks, 12 passed, slowest 143 ms.",
)
ROLLBACK = Step(
    name="rollback-rehearsal",
    command="shop rollback --env staging --dry-run",
    says="Back on 4.1.4 in 9 min 40 s; no migration to undo.",
)
DEPLOYMENT = Step(
    name="deployment",
    command="shop deploy --to staging",
    says="Deployed to staging in 7 min.",
)
HEALTH = Step(
    name="health",
    command="shop health --env staging",
    says="5 checks, 5 passed.",
)
PERF = Step(
    name="perf",
    command="shop load --scenario smoke",
    says="3 400 requests in five minutes.",
)
BUNDLE = Step(
    name="bundle",
    command="shop pack-evidence",
    says="Integration evidence packed.",
)
LAST_STEPS = (ENVIRONMENT, DEPLOYMENT, SMOKE, HEALTH, PERF, ROLLBACK, BUNDLE)
PACKED = timedelta(hours=4)
"""After the night's work began, everything is packed again, approvals and all."""
STEPS = {
    "4.2.0-rc1": (
        ENVIRONMENT,
        Step(
            name="smoke",
            command=SMOKE.command,
            says="12 checks, 10 passed, 2 failed: search, suggestions.",
            ok=False,
            at=timedelta(hours=4),
        ),
    ),
    "4.2.0-rc2": (
        ENVIRONMENT,
        Step(
            name="smoke",
            command=SMOKE.command,
            says=SMOKE.says,
            at=timedelta(hours=5),
        ),
    ),
    "4.2.0-rc3": LAST_STEPS,
    "4.2.0": LAST_STEPS,
}
ALL = {
    "integration": (("integration-4-sign-off", "engineering"),),
    "operations": (
        ("operations-readiness", "sre"),
        ("operations-quality", "engineering"),
        ("operations-quality", "sre"),
    ),
    "launch": (("launch", "engineering"), ("launch", "sre")),
}
"""The gates of each decision, and who approves them."""
APPROVALS = {"4.2.0-rc3": ALL, "4.2.0": ALL}
SIGNERS = {"engineering": "Engineering lead", "sre": "Duty lead of Shop operations"}


def main(folder: Path) -> None:
    """Write the evidence of every candidate below `folder`, anew."""
    shutil.rmtree(folder / "evidence", ignore_errors=True)
    keep_ages(folder)
    keep_checkpoints(folder)
    for candidate in CANDIDATES:
        phase = phase_of("release-{release}", candidate.name)
        at = candidate.built
        for number, step in enumerate(STEPS[candidate.name]):
            evening = NIGHT + timedelta(minutes=20 * number)
            at = candidate.built + step.at if step.at else evening
            record(folder, phase, candidate, step, at)
        if candidate.name in APPROVALS:
            judge_and_approve(folder, phase, candidate)
            record(folder, phase, candidate, BUNDLE, NIGHT + PACKED)


def judge_and_approve(folder: Path, phase: str, candidate: Candidate) -> None:
    """Keep what each decision says, and who approved it, one after the other."""
    project = open_project(folder, release=candidate.name)
    with TemporaryDirectory() as cache:
        workspace = Workspace(Path(cache), brought=folder)
        measured = measure_all(project, workspace, moment_of("", project))
        for number, (decision, approvals) in enumerate(APPROVALS[candidate.name].items()):
            at = NIGHT + timedelta(hours=2, minutes=30 * number)
            given = answer(project, workspace, question(project, decision), measured)
            keep_judged(folder, phase, decision, given, at)
            for later, (gate, role) in enumerate(approvals, 1):
                sign_off(
                    folder,
                    Order(gate=gate, phase=phase, name=SIGNERS[role], role=role),
                    moment=at + timedelta(minutes=5 * later),
                    environ={},
                )


def keep_judged(folder: Path, phase: str, decision: str, given: Answer, at: datetime) -> None:
    """What each gate of a decision said, for people to approve."""
    artifacts = []
    for gate, content in given.judged.items():
        path = folder / "evidence" / phase / "judged" / f"judged.{gate}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(content))
        origin = {"judged": gate}
        artifacts.append(Artifact.of(path, encoded(content), folder, origin=origin))
    verdict = given.decision.verdict.value
    keep(
        folder,
        phase,
        Record(
            kind=Kind.RUN,
            time=at,
            step=f"judge {decision}",
            state=State.UNKNOWN.value,
            summary=f"{verdict}: {given.decision.reason}",
            tool=TOOL,
            artifacts=artifacts,
        ),
    )


def keep_ages(folder: Path) -> None:
    """Since when each vulnerability of production is there, as `check --ledger` keeps it."""
    ledger, inputs = Ledger(), []
    for path in sorted((folder / "scans").glob("*.json")):
        content = path.read_bytes()
        found = TrivyReader().parse(Document(path.name, content))
        ledger = update(ledger, found, found.observed or NIGHT, target="production")
        inputs.append(sha256(content))
    kept = folder / "evidence" / "phase6" / FILE_NAME
    kept.parent.mkdir(parents=True)
    text = write_ledger(ledger).encode()
    kept.write_bytes(text)
    keep(
        folder,
        "phase6",
        Record(
            kind=Kind.CHECK,
            time=SCANNED,
            step="check",
            subject=FILE_NAME,
            state=State.PASS.value,
            summary="2 open findings, 0 overdue, 1 closed.",
            tool=TOOL,
            artifacts=[Artifact.of(kept, text, folder, origin={"inputs": sorted(inputs)})],
            details={"as_of": SCANNED.isoformat()},
        ),
    )


def keep_checkpoints(folder: Path) -> None:
    """That somebody looked while express checkout was rolled out, but for two hours at night."""
    hours = [*(n / 4 for n in range(25)), *range(7, 31), *range(33, 49, 3)]
    for hour in hours:
        if hour in SLEPT:
            continue
        at = ROLLOUT_BEGAN + timedelta(hours=hour, minutes=1)
        keep(
            folder,
            "launch",
            Record(
                kind=Kind.COMMAND,
                time=at,
                step="checkpoint",
                subject="checkout.express",
                state=State.PASS.value,
                summary="Dashboards looked at, nothing unusual",
                tool=TOOL,
                details={"command": ["shop", "dashboards"], "exit_code": 0},
            ),
        )


def record(folder: Path, phase: str, candidate: Candidate, step: Step, at: datetime) -> None:
    """Keep one step, with what it printed."""
    log = folder / "evidence" / phase / "logs" / f"{step.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    content = f"$ {step.command} {candidate.name}\n{step.says}\n".encode()
    log.write_bytes(content)
    keep(
        folder,
        phase,
        Record(
            kind=Kind.COMMAND,
            time=at,
            step=step.name,
            subject=candidate.name,
            state=(State.PASS if step.ok else State.FAIL).value,
            summary=step.says.rstrip("."),
            tool=TOOL,
            artifacts=[Artifact.of(log, content, folder, origin={"step": step.name})],
            details={
                "command": [*step.command.split(), candidate.name],
                "exit_code": 0 if step.ok else 1,
                "commit": candidate.commit,
            },
        ),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "sample")
