"""A step as gates and protocols judge it; a bundle also by what was run since."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from codexreport.evidence.bundle import bundle
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact
from codexreport.measure import State
from codexreport.pipeline.bundled import step_measure
from codexreport.pipeline.checklist import Gap

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)


def record(folder, kind, step, origin=None):
    path = folder / "gate.json"
    path.write_text("{}")
    made = Artifact.of(path, path.read_bytes(), folder, origin=origin or {"step": step})
    keep(
        folder,
        "phase4",
        Record(
            kind=kind, time=NOW, step=step, state="pass", summary="Done", tool="t", artifacts=[made]
        ),
    )


@pytest.fixture
def bundled(tmp_path):
    """A folder whose evidence was bundled."""
    record(tmp_path, Kind.COMMAND, "deployment")
    bundle(tmp_path, "phase4", None, time=NOW)
    return tmp_path


def found(folder):
    measure = step_measure(folder, "phase4", "bundle", None, NOW)
    return measure.state, measure.gap


@pytest.mark.parametrize(
    ("kind", "step", "origin"),
    [
        (Kind.SIGN_OFF, "sign-off launch", None),
        (Kind.ANNOUNCEMENT, "protocol-launch", None),
        (Kind.RUN, "run launch_readiness", {"judged": "launch"}),
    ],
)
def test_what_is_said_of_a_bundle_takes_no_other_bundle(bundled, kind, step, origin):
    """People approve what was judged of the bundle: else no approval could ever count."""
    record(bundled, kind, step, origin)
    assert found(bundled) == (State.PASS, Gap.NONE)


@pytest.mark.parametrize("kind", [Kind.COMMAND, Kind.RUN, Kind.CHECK, Kind.CHANGE])
def test_what_is_run_after_a_bundle_takes_another(bundled, kind):
    record(bundled, kind, "extra")
    assert found(bundled) == (State.FAIL, Gap.UNFINISHED)
    bundle(bundled, "phase4", None, time=NOW)
    assert found(bundled) == (State.PASS, Gap.NONE)


def test_where_nothing_was_bundled_it_is_known_to_be_absent(tmp_path):
    assert found(tmp_path) == (State.UNKNOWN, Gap.ABSENT)
