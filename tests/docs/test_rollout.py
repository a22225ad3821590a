"""What docs/rollout.md shows can be written as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

from codexreport.pipeline.open import open_project
from codexreport.rollout.checkpoints import schedule

PAGE = Path(__file__).parents[2] / "docs" / "rollout.md"
HEAD = """\
schema = 1
[project]
name = "Shop"
timezone = "Europe/Berlin"
[slo]
objectives = []
[sources.metrics]
type = "prometheus"
url = "http://localhost:9090"
"""


def test_its_project_file_is_taken(tmp_path):
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    (plan, *others) = [one for one in blocks if not one.startswith("checkpoints")]
    (checkpoints,) = [one for one in blocks if one.startswith("checkpoints")]
    plan = plan.replace("[rollout]\n", f"[rollout]\n{checkpoints}")
    (tmp_path / "codexreport.toml").write_text("\n".join([HEAD, plan, *others]))
    rollout = open_project(tmp_path).rollout
    assert [one.trigger().shown for one in rollout.triggers] == [
        "Error rate > 1 % for 5m",
        "p95 > 500 ms for 5m",
        "Health check down 5 times in a row",
    ]
    assert len(schedule(rollout.start, rollout.stints)) == 51
    assert [one.criterion().limit.text for one in rollout.success] == ["< 0.1 %", "<= 5 %"]
