"""The weekly report as its cells show it, on the sample."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from codexreport.views.slo_weekly import slo_weekly

CAPTION = "Figures that were published and have changed since"


@pytest.fixture
def republished(report_of, tmp_path):
    """The report where an earlier one said otherwise of its first objective's SLI."""

    def make(content=None, **said):
        report = report_of("2026-W40")
        workspace = replace(report.workspace, root=tmp_path)
        path = workspace.report_folder("slo_weekly", "2026-W40") / "report.json"
        path.parent.mkdir(parents=True)
        before = report.to_dict()
        before["measures"] = [{**before["measures"][0], **said}, *before["measures"][1:]]
        path.write_text(json.dumps(before) if content is None else content)
        return replace(report, workspace=workspace)

    return make


def test_a_first_publication_speaks_of_no_revision(report_of):
    report = report_of("2026-W40")
    assert CAPTION not in report.decisions().html() + report.history().html()


def test_a_changed_figure_stands_outside_what_needs_a_decision(republished):
    report = republished(value=0.999)
    assert CAPTION not in report.decisions().html()
    assert CAPTION in report.history().html()
    assert "Checkout takes orders" in report.history().html().split(CAPTION)[-1]


def test_a_changed_state_needs_a_decision(republished):
    report = republished(value=0.9, state="fail")
    assert CAPTION in report.decisions().html()
    assert CAPTION not in report.history().html()


def test_an_earlier_publication_that_cannot_be_read_is_said_on_the_page(republished):
    report = republished(content='{"as_of": ')
    assert "The earlier publication could not be read" in report.history().html()
    assert report.to_dict()["revisions"][0]["problem"]


def test_a_week_is_called_by_its_name_and_another_span_by_its_moments(
    report_of, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    span = slo_weekly(start="2026-09-28", end="2026-10-03T12:00")
    details = span.headline().details
    assert "Mon 28 Sep 2026, 00:00 CEST to Sat 3 Oct 2026, 12:00 CEST" in details
    assert not [one for one in details if "--" in one]
    assert "2026-W40, Mon 28 Sep 2026 to Sun 4 Oct 2026" in report_of("2026-W40").headline().details
