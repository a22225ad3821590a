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


def settings_model(table):
    if table["type"] != "plain":
        raise SourceError(f"There is no source type {table['type']!r}.")
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
    assert "must be a date and time with its offset" in found[0]


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


def test_a_source_that_is_refused_itself_is_not_missed_by_the_objectives(folder):
    assert mistakes(folder, PROJECT.replace('path = "shop.csv"', "")) == [
        "codexreport.toml:11: sources.shop.path: is missing"
    ]
    by_type = OBJECTIVES.replace("metricSourceRef: shop", "type: Plain")
    (folder / "objectives" / "checkout.yaml").write_text(by_type)
    for wrong in ('type = "plane"', "", "type = 3"):
        (found,) = mistakes(folder, PROJECT.replace('type = "plain"', wrong))
        assert "sources.shop" in found


def test_names_are_checked_beside_other_mistakes_as_far_as_objectives_could_be_read(folder):
    (folder / "objectives" / "broken.yaml").write_text(
        OBJECTIVES.replace("0.999", "99.9").replace("checkout", "search")
    )
    text = (
        PROJECT.replace('["checkout-availability"]', '["checkout-avail", "search-availability"]')
        .replace("[objectives.checkout-availability]", "[objectives.search-latency]")
        .replace('approver = "Operations lead"', "")
    )
    incident = '[[incidents]]\nid = "I-1"\ntitle = "x"\nstarted = 2026-09-01T00:00:00Z\n'
    found = mistakes(folder, f'{text}\n{incident}services = ["chekout", "checkout"]\n')
    assert found == [
        "codexreport.toml:15: corrections[0].approver: is missing",
        "codexreport.toml:16: corrections[0].objectives: there is no objective 'checkout-avail'; "
        "did you mean 'checkout-availability'?",
        "codexreport.toml:26: incidents[0].services: there is no service 'chekout'; "
        "did you mean 'checkout'?",
        "objectives/broken.yaml:16: spec.objectives[0].target: must lie above 0 and at most at 1",
    ]


def test_a_source_whose_path_leads_outside_is_refused(folder):
    found = mistakes(folder, PROJECT.replace("shop.csv", "../shop.csv"))
    assert found == [
        "codexreport.toml:13: sources.shop.path: '../shop.csv' leads out of the project's folder"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-09-01T01:00:00+02:00", '"soon"', "must be a date and time with its offset"),
        ("2026-09-01T01:00:00+02:00", "2026-09-01", "must be a date and time with its offset"),
        ("2026-09-01T01:00:00+02:00", "true", "must be a date and time with its offset"),
        ('"Shop"', "3", "project.name: must be text"),
        ('"Shop"', '""', "project.name: must not be empty"),
        ("[sources.shop]", '[sources."the shop"]', "must be letters, digits"),
        ('["checkout-availability"]', '"x"', "corrections[0].objectives: must be a list"),
        ("schema = 1", "schema = 2", "schema: must be 1"),
        ("[project]", "slo.min_events = 1.5\n[project]", "slo.min_events: must be a whole number"),
        ("[project]", "slo.history_weeks = 0\n[project]", "slo.history_weeks: must be at least 1"),
        ("[project]", "slo = 3\n[project]", "slo: must be"),
    ],
)
def test_mistakes_are_told_in_our_words(folder, old, new, said):
    found = mistakes(folder, PROJECT.replace(old, new, 1))
    assert any(said in one for one in found)
    assert not any("Input" in one or "String" in one or "valid" in one for one in found)


def test_two_objectives_of_one_name_are_refused(folder):
    (folder / "objectives" / "twin.yaml").write_text(OBJECTIVES)
    found = mistakes(folder, PROJECT)
    assert found == [
        "objectives/twin.yaml:10: checkout-availability: "
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


def test_a_project_that_is_about_other_things_needs_no_objectives(tmp_path):
    text = 'schema = 1\n[project]\nname = "Tiny"\n'
    assert load(tmp_path, text).objectives == ()
    assert mistakes(tmp_path, f"{text}[slo]\nmin_events = 1\n") == [
        "codexreport.toml:4: slo.objectives[0]: no file matches 'objectives/*.yaml'"
    ]


def test_what_a_file_begins_with_is_said(tmp_path):
    assert mistakes(tmp_path, '[project]\nname = "Tiny"\n') == [
        "codexreport.toml: schema: is missing; write schema = 1 as the first line of the file"
    ]
