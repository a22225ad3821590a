"""A project file is understood whole, or refused with every mistake at once."""

from fractions import Fraction

import pytest
from pydantic import BaseModel, ConfigDict

from codexreport.errors import ProjectError, SourceError
from codexreport.project.load import load_project
from codexreport.project.workspace import find_project

OBJECTIVES = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout-availability
spec:
  service: checkout
  indicator:
    metadata: {name: checkout-good}
    spec:
      ratioMetric:
        counter: false
        good: {metricSource: {metricSourceRef: shop, spec: {column: good}}}
        total: {metricSource: {metricSourceRef: shop, spec: {column: valid}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
"""

PROJECT = """\
schema = 1

[project]
name = "Shop"
timezone = "Europe/Berlin"

[objectives.checkout-availability]
owner = "Checkout team"
min_coverage = 0.95

[sources.shop]
type = "plain"
path = "shop.csv"

[[corrections]]
objectives = ["checkout-availability"]
start = 2026-09-01T01:00:00+02:00
end = 2026-09-01T02:00:00+02:00
reason = "Database upgrade"
approver = "Operations lead"
"""


class Plain(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: str
    path: str


def settings_model(name):
    if name != "plain":
        raise SourceError(f"There is no source type {name!r}.")
    return Plain


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "objectives").mkdir()
    (tmp_path / "objectives" / "checkout.yaml").write_text(OBJECTIVES)
    return tmp_path


def load(folder, text):
    (folder / "codexreport.toml").write_text(text)
    return load_project(folder, settings_model)


def mistakes(folder, text):
    with pytest.raises(ProjectError) as refused:
        load(folder, text)
    return [str(problem) for problem in refused.value.problems]


def test_what_is_written_is_what_is_read(folder):
    project = load(folder, PROJECT)
    (objective,) = project.objectives
    assert (project.name, project.timezone) == ("Shop", "Europe/Berlin")
    assert objective.owner == "Checkout team"
    assert objective.min_coverage == Fraction(19, 20)
    assert objective.target == Fraction(999, 1000)
    assert project.corrections[0].approver == "Operations lead"
    assert [one.path for one in project.inputs] == ["codexreport.toml", "objectives/checkout.yaml"]


def test_five_mistakes_are_named_at_once_each_by_file_line_and_key(folder):
    text = (
        PROJECT.replace('timezone = "Europe/Berlin"', 'timezone = "Europe/Nowhere"\nnmae = 1')
        .replace("min_coverage = 0.95", "min_coverage = 95")
        .replace('path = "shop.csv"', 'pth = "shop.csv"')
    )
    found = mistakes(folder, text)
    assert found == [
        "codexreport.toml:5: project.timezone: There is no time zone 'Europe/Nowhere'.",
        "codexreport.toml:6: project.nmae: is not a key here; did you mean 'name'?",
        "codexreport.toml:10: objectives.checkout-availability.min_coverage: "
        "write a share between 0 and 1, such as 0.9",
        "codexreport.toml:12: sources.shop.path: is missing",
        "codexreport.toml:14: sources.shop.pth: is not a key here; did you mean 'path'?",
    ]


def test_a_name_that_no_objective_has_is_refused(folder):
    found = mistakes(folder, PROJECT.replace('["checkout-', '["chekout-'))
    assert found == [
        "codexreport.toml:16: corrections[0].objectives: there is no objective "
        "'chekout-availability'; did you mean 'checkout-availability'?"
    ]


def test_a_correction_that_ends_before_it_starts_is_refused(folder):
    found = mistakes(folder, PROJECT.replace("end = 2026-09-01T02", "end = 2026-09-01T00"))
    assert found == ["codexreport.toml:15: corrections[0]: it ends before it starts"]


def test_a_time_without_offset_is_refused(folder):
    found = mistakes(folder, PROJECT.replace("T01:00:00+02:00", "T01:00:00"))
    assert "corrections[0].start" in found[0]
    assert "timezone" in found[0]


def test_broken_toml_is_named_by_its_line(folder):
    found = mistakes(folder, PROJECT.replace('name = "Shop"', "name = Shop"))
    assert found[0].startswith("codexreport.toml:4: is not TOML")


def test_a_pattern_that_matches_nothing_or_leads_outside_is_refused(folder):
    text = PROJECT + '\n[slo]\nobjectives = ["slos/*.yaml", "../x.yaml"]\n'
    found = mistakes(folder, text)
    assert "no file matches 'slos/*.yaml'" in found[0] + found[1]
    assert "leads out of the project's folder" in found[0] + found[1]


def test_an_unknown_source_type_is_refused(folder):
    found = mistakes(folder, PROJECT.replace('type = "plain"', 'type = "plane"'))
    assert any("sources.shop.type: There is no source type 'plane'." in one for one in found)


def test_two_objectives_of_one_name_are_refused(folder):
    (folder / "objectives" / "twin.yaml").write_text(OBJECTIVES)
    found = mistakes(folder, PROJECT)
    assert found == [
        "objectives/twin.yaml: checkout-availability: "
        "the name is taken: see objectives/checkout.yaml"
    ]


def test_a_folder_without_project_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ProjectError, match="codexreport init"):
        load_project(tmp_path, settings_model)


def test_the_nearest_project_upwards_is_found(folder):
    load(folder, PROJECT)
    deep = folder / "a" / "b"
    deep.mkdir(parents=True)
    assert find_project(deep) == folder.resolve()
    assert find_project(folder.parent) is None
