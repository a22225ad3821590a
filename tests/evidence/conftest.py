from datetime import datetime, timezone

import pytest

from codexreport.evidence.keep import Kind, Record
from codexreport.evidence.manifest import Artifact

TIME = datetime(2026, 10, 6, 7, tzinfo=timezone.utc)


@pytest.fixture
def run(tmp_path):
    """A run that made one page; writes the page, too."""

    def make(content=b"page", path="reports/a/index.html", state="pass"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        origin = {"inputs": ["a" * 64], "renderer": "Pandoc 3.9"}
        return Record(
            kind=Kind.RUN,
            time=TIME,
            step="run slo_weekly",
            subject="2026-W40",
            state=state,
            summary="All 6 objectives were met.",
            tool="codexreport 0.1.0",
            artifacts=[Artifact.of(file, content, tmp_path, origin)],
        )

    return make
