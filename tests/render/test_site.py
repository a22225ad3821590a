"""The index of all reports and the links between neighbours."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from codexreport.errors import RenderError
from codexreport.measure import State
from codexreport.render.site import (
    SiteEntry,
    breadcrumbs,
    index_json,
    index_page,
    neighbours,
    newest_first,
)


@pytest.fixture
def entry(report):
    def make(label="2026-W40", day="28", files=("index.html", "report.json"), **changes):
        content = {**report, **changes}
        start = f"2026-09-{day}T00:00:00+02:00"
        content["window"] = {"label": label, "start": start, "zone": "Europe/Berlin"}
        return SiteEntry.of(content, f"{content['report']}/{label}", files)

    return make


@pytest.fixture
def weeks(entry):
    return [entry("2026-W39", "21"), entry("2026-W40", "28"), entry("2026-W38", "14")]


def test_reports_stand_newest_first(weeks):
    assert [entry.label for entry in newest_first(weeks)] == ["2026-W40", "2026-W39", "2026-W38"]


def test_candidates_of_one_day_stand_as_people_count_them(entry):
    names = ["4.2.0-rc10", "4.2.0", "4.2.0-rc2", "INC-9", "INC-34"]
    found = [one.label for one in newest_first([entry(name) for name in names])]
    assert found == ["INC-34", "INC-9", "4.2.0", "4.2.0-rc10", "4.2.0-rc2"]


def test_the_order_given_does_not_matter(weeks):
    assert index_page(weeks) == index_page(weeks[::-1])
    assert index_json(weeks) == index_json(weeks[::-1])


def test_neighbours_are_those_of_the_same_kind(weeks, entry):
    other = entry("2026-W39", "21", report="retro")
    before, after = neighbours([*weeks, other], "slo_weekly", "2026-W39")
    assert (before.label, after.label) == ("2026-W38", "2026-W40")
    assert before.kind == after.kind == "slo_weekly"


def test_the_ends_have_one_neighbour(weeks):
    assert neighbours(weeks, "slo_weekly", "2026-W38")[0] is None
    assert neighbours(weeks, "slo_weekly", "2026-W40")[1] is None
    assert neighbours(weeks, "slo_weekly", "1999-W01") == (None, None)


def test_links_lead_from_a_page_to_its_neighbours(weeks):
    assert breadcrumbs(weeks, "slo_weekly", "2026-W39") == (
        ("All reports", "../../index.html"),
        ("← 2026-W38", "../../slo_weekly/2026-W38/index.html"),
        ("2026-W40 →", "../../slo_weekly/2026-W40/index.html"),
    )


def test_the_newest_page_links_to_its_place_among_all_reports_and_promises_nothing_newer(
    weeks, entry
):
    here = ("All reports", "../../index.html#slo_weekly/2026-W40")
    assert breadcrumbs(weeks, "slo_weekly", "2026-W40") == (
        here,
        ("← 2026-W39", "../../slo_weekly/2026-W39/index.html"),
    )
    assert breadcrumbs([entry()], "slo_weekly", "2026-W40") == (here,)


@pytest.fixture
def span_entry(report):
    """A report of a span that is no week."""

    def make(**changes):
        window = {
            "label": "2026-09-21T0000--2026-09-24T1200",
            "start": "2026-09-21T00:00:00+02:00",
            "end": "2026-09-24T12:00:00+02:00",
            "zone": "Europe/Berlin",
        }
        content = {**report, "window": {**window, **changes}}
        return SiteEntry.of(content, f"slo_weekly/{window['label']}", ("index.html",))

    return make


def test_a_span_without_a_name_is_called_by_its_first_and_last_moment(span_entry, entry, page):
    shown = "Mon 21 Sep 2026, 00:00 CEST to Thu 24 Sep 2026, 12:00 CEST"
    address = "../../slo_weekly/2026-09-21T0000--2026-09-24T1200/index.html"
    links = breadcrumbs([span_entry(), entry()], "slo_weekly", "2026-W40")
    assert links[1:] == ((f"← {shown}", address),)
    assert shown in page(index_page([span_entry()])).text


def test_whole_days_are_called_by_their_first_and_last(span_entry):
    assert (
        span_entry(end="2026-09-24T00:00:00+02:00").window == "Mon 21 Sep 2026 to Wed 23 Sep 2026"
    )


def test_a_span_in_a_zone_that_is_none_is_refused_by_name(span_entry):
    with pytest.raises(RenderError, match="does not describe a report"):
        span_entry(zone="Mars/Base")


def test_the_page_tells_state_in_words_and_links_every_file(entry, page):
    files = ("index.html", "index.pdf", "index.docx", "index.ipynb", "report.json")
    found = page(index_page([entry(files=files, provisional=True)]))
    assert "Warning" in found.text
    assert "Checkout has spent 80 % of its budget." in found.text
    assert "Tue 6 Oct 2026, 09:00 CEST" in found.text
    assert "provisional" in found.text
    folder = "slo_weekly/2026-W40"
    links = {a["href"] for a in found.all("a")}
    assert {f"{folder}/{name}" for name in files if name != "index.ipynb"} <= links


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_word(entry, page, state):
    word = state.value.replace("_", " ").capitalize()
    assert word in page(index_page([entry(state=state.value)])).text


def test_a_hostile_report_is_shown_as_the_characters_it_is(entry, page, hostile_strings):
    made = [
        entry(title=text, project=text, headline=text, label=f"w{number}")
        for number, text in enumerate(hostile_strings)
    ]
    found = page(index_page(made))
    for text in hostile_strings:
        assert found.text.count(text) == 3
    assert len(found.all("script")) == 1


def test_an_address_is_quoted(entry, page):
    found = page(index_page([entry(label='a b"#?')]))
    assert "slo_weekly/a%20b%22%23%3F/index.html" in {a["href"] for a in found.all("a")}


def test_the_only_script_is_the_one_the_policy_names(weeks):
    source = index_page(weeks).decode()
    (script,) = re.findall("<script>(.*?)</script>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in source


def test_an_empty_site_says_so(page):
    found = page(index_page([]))
    assert "There is no report yet." in found.text
    assert found.all("script") == []


def test_machines_get_the_same_list(weeks):
    document = json.loads(index_json(weeks))
    assert document["schema"] == 1
    assert [report["label"] for report in document["reports"]] == [
        "2026-W40",
        "2026-W39",
        "2026-W38",
    ]
    assert document["reports"][0]["page"] == "slo_weekly/2026-W40/index.html"


@pytest.mark.parametrize(
    "damage", [{"state": "great"}, {"as_of": None}, {"window": "2026-W40"}, {"window": {}}]
)
def test_a_report_that_does_not_describe_itself_is_named(report, damage):
    with pytest.raises(RenderError, match=r"slo_weekly/2026-W40/report\.json"):
        SiteEntry.of({**report, **damage}, "slo_weekly/2026-W40", ())


@pytest.mark.parametrize("missing", ["report", "title", "project", "state", "headline", "as_of"])
def test_a_missing_key_is_named(report, missing):
    rest = {key: value for key, value in report.items() if key != missing}
    with pytest.raises(RenderError, match=missing):
        SiteEntry.of(rest, "slo_weekly/2026-W40", ())
