"""The site over all reports: nothing that is there is left out, and nobody's page is rewritten."""

import json
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest

from codexreport.errors import RenderError
from codexreport.pipeline.site import links, publish_index, read_site


def report(label, monday):
    return {
        "report": "slo_weekly",
        "title": "Weekly SLO report",
        "project": "shop",
        "window": {"label": label, "start": f"{monday}T00:00:00+00:00"},
        "as_of": f"{monday}T09:00:00+00:00",
        "provisional": False,
        "state": "pass",
        "headline": "All is well.",
    }


WEEKS = {
    label: report(label, monday)
    for label, monday in (
        ("2026-W39", "2026-09-21"),
        ("2026-W40", "2026-09-28"),
        ("2026-W41", "2026-10-05"),
    )
}


def publish(reports, label, content=None):
    """A report's folder as a run leaves it, with a page that has nothing but its links."""
    folder = reports / "slo_weekly" / label
    folder.mkdir(parents=True, exist_ok=True)
    if content is None:
        content = json.dumps(WEEKS[label]).encode()
        page = "".join(
            f'<a href="{href}">{text}</a>' for text, href in links(reports, folder, WEEKS[label])
        )
        (folder / "index.html").write_text(page)
    (folder / "report.json").write_bytes(content)
    publish_index(reports)


class Page(HTMLParser):
    """The links, ids and text of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.text = [], set(), ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id"))
        if tag == "a":
            self.links.append(found["href"])

    def handle_data(self, data):
        self.text += data


def test_every_link_of_every_page_leads_somewhere(tmp_path):
    for label in WEEKS:
        publish(tmp_path, label)
    for path in [tmp_path / "index.html", *tmp_path.glob("*/*/index.html")]:
        for link in Page(path).links:
            parts = urlsplit(link)
            target = path.parent / unquote(parts.path) if parts.path else path
            assert target.is_file(), (path, link)
            if parts.fragment:
                assert unquote(parts.fragment) in Page(target).ids


def test_a_newer_report_is_reached_from_an_older_page_that_stays_as_it_was(tmp_path):
    """Its bytes are kept as evidence: the index is what changes, at the place it links to."""
    publish(tmp_path, "2026-W39")
    page = tmp_path / "slo_weekly/2026-W39/index.html"
    before = page.read_bytes()
    publish(tmp_path, "2026-W40")
    assert page.read_bytes() == before
    assert Page(page).links[-1] == "../../index.html#slo_weekly/2026-W39"
    assert "slo_weekly/2026-W40/index.html" in Page(tmp_path / "index.html").links


def test_a_page_made_between_two_others_links_both(tmp_path):
    for label in ("2026-W39", "2026-W41", "2026-W40"):
        publish(tmp_path, label)
    folder = tmp_path / "slo_weekly" / "2026-W40"
    assert [text for text, _ in links(tmp_path, folder, WEEKS["2026-W40"])] == [
        "All reports",
        "← 2026-W39",
        "2026-W41 →",
    ]


def test_order_of_making_does_not_show_in_the_index(tmp_path):
    for folder, labels in (("a", list(WEEKS)), ("b", list(WEEKS)[::-1])):
        for label in labels:
            publish(tmp_path / folder, label)
    for name in ("index.html", "index.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not JSON"),
        (b'{"report": "slo_we', "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "does not describe a report"),
        (b"{}", "does not describe a report: KeyError('as_of')"),
        (json.dumps({**WEEKS["2026-W40"], "state": "fine"}).encode(), "'fine'"),
    ],
)
def test_a_report_that_cannot_be_read_is_shown_by_name(tmp_path, content, reason):
    publish(tmp_path, "2026-W39")
    publish(tmp_path, "2026-W40", content)
    shown = Page(tmp_path / "index.html").text
    assert "1 report, 1 unreadable" in shown
    assert "slo_weekly/2026-W40" in shown
    assert "Error" in shown
    (one,) = json.loads((tmp_path / "index.json").read_bytes())["unreadable"]
    assert one["folder"] == "slo_weekly/2026-W40"
    assert reason in one["reason"]
    assert one["reason"] in shown


def test_a_report_that_is_a_folder_is_shown_by_name(tmp_path):
    (tmp_path / "slo_weekly" / "2026-W40" / "report.json").mkdir(parents=True)
    (one,) = read_site(tmp_path).unreadable
    assert "Is a directory" in one.reason


def test_an_unreadable_name_is_text_and_no_markup(tmp_path):
    name = "<img src=x onerror=alert(1)>"
    publish(tmp_path, name, b"{}")
    page = Page(tmp_path / "index.html")
    assert f"slo_weekly/{name}" in page.text


def test_a_mended_report_is_listed_again(tmp_path):
    publish(tmp_path, "2026-W40", b"{")
    publish(tmp_path, "2026-W40")
    site = read_site(tmp_path)
    assert [PurePosixPath(one.folder).name for one in site.entries] == ["2026-W40"]
    assert site.unreadable == ()


def test_a_new_report_that_does_not_describe_itself_is_refused(tmp_path):
    with pytest.raises(RenderError, match="does not describe a report"):
        links(tmp_path, tmp_path / "slo_weekly" / "2026-W40", {"report": "slo_weekly"})
