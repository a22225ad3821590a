from __future__ import annotations

import re
import subprocess
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pypandoc
import pytest

from codexreport.display import escape
from codexreport.display.blocks import (
    Action,
    ActionList,
    Command,
    Figure,
    Group,
    Heading,
    Headline,
    KeyFigures,
)
from codexreport.display.notebook import MachineReport, Style
from codexreport.display.status import SHAPES, StateBadge, word
from codexreport.display.tables import Column, Link, Table, WebLink
from codexreport.measure import State

NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


class Page(HTMLParser):
    """What a browser makes of a fragment: its tags and ids."""

    def __init__(self, fragment):
        super().__init__()
        self.tags, self.ids, self.open = [], [], []
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def pandoc(markdown, writer):
    return subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", writer, "--wrap=none"],
        input=markdown,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def bundle_of(block):
    """The forms a notebook keeps of a block, without their metadata."""
    given = block._repr_mimebundle_()
    return given[0] if isinstance(given, tuple) else given


def test_data_is_never_markup(hostile, all_blocks):
    expected = [shape(block.html()) for block in all_blocks("harmless")]
    for text in (" ".join(hostile), "{{< include /etc/hostname >}}"):
        blocks = all_blocks(text)
        assert [shape(block.html()) for block in blocks] == expected
        assert not [block for block in blocks if "{{" in block.html() + block.markdown()]


def shape(fragment):
    """The tags of a fragment; how many words a drawing has depends on the data."""
    page = Page(fragment)
    assert not page.open
    return [tag for tag in page.tags if tag not in {"g", "text"}]


def test_the_plain_form_has_no_escapes(hostile):
    for text in hostile:
        plain = bundle_of(Headline(state=State.PASS, sentence=text))["text/plain"]
        assert re.sub(" +", " ", text).strip(" ") in plain


def test_every_form_is_the_same_every_time(all_blocks):
    first, second = ([bundle_of(one) for one in all_blocks("x")] for _ in range(2))
    assert first == second


def test_html_stands_in_the_root_that_the_style_sheet_speaks_of(all_blocks):
    for block in all_blocks("x"):
        html = bundle_of(block)["text/html"]
        assert html.startswith('<div class="cr">')
        ET.fromstring(html)  # raises where it is not well-formed


def test_nothing_is_fetched_from_elsewhere(all_blocks):
    for block in all_blocks("x"):
        for form in bundle_of(block).values():
            addresses = set(re.findall(r"https?://[^\"' ]+", form))
            assert addresses <= set(NAMESPACES)


def test_documents_keep_the_text_of_every_block(all_blocks):
    text = "| `cell` *x* $1$ @y"
    for block in all_blocks(text):
        markdown = block.markdown()
        shown = re.sub(r"\s+", " ", pandoc(markdown, "plain"))
        assert shown.count(text) == markdown.count(escape.markdown(text))


def test_states_are_told_apart_without_colour():
    assert len(set(SHAPES.values())) == len({word(one) for one in State}) == len(State)
    for state in State:
        assert word(state) in StateBadge(state).html()
        assert SHAPES[state] in StateBadge(state).html()


def test_the_headline_says_state_sentence_and_moment_first():
    block = Headline(state=State.FAIL, sentence="1 of 2 was missed.", details=["As of Monday"])
    assert block.html() == (
        '<div class="cr-headline cr-headline-fail">'
        '<span class="cr-state cr-state-fail"><span aria-hidden="true">✕</span> Fail</span>'
        '<p class="cr-sentence">1 of 2 was missed.</p>'
        '<ul class="cr-facts"><li>As of Monday</li></ul></div>'
    )
    assert bundle_of(block)["text/plain"] == "**✕ Fail.** 1 of 2 was missed.\n\n- As of Monday"


def test_an_action_without_an_owner_says_so():
    block = ActionList([Action(what="Decide.", owner="", due=date(2026, 10, 12))])
    assert block.html() == (
        '<ol class="cr-actions"><li><p>Decide.</p><p class="cr-owner">No owner is named · by '
        '<time datetime="2026-10-12">Mon 12 Oct 2026</time></p></li></ol>'
    )


def test_no_actions_is_said_in_words():
    assert "Nothing" in ActionList([]).html()


def test_a_link_leads_to_its_heading_whatever_the_name():
    name = 'a "b" #c'
    page = Page(Heading(title="x", anchor=name).html())
    assert f'href="#{page.ids[0]}"' in Link("x", name).html()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://tracker.example/SHOP-318", "SHOP-318"),
        ("https://code.example/shop/issues/12?tab=1#top", "#12"),
        ("https://wiki.example/postmortems/INC%2027/", "INC 27"),
        ("https://wiki.example", "wiki.example"),
    ],
)
def test_a_link_elsewhere_is_named_by_the_end_of_its_address(address, name):
    link = WebLink(address)
    assert f'href="{address}"' in link.html()
    assert f">{name}</a>" in link.html()
    assert link.markdown() == f"[{escape.markdown(name)}]({address})"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "postmortems/INC-31.ipynb", "https://a b", "//tracker"]
)
def test_what_is_no_address_is_no_link(address):
    assert "<a" not in WebLink(address).html()
    assert "](" not in WebLink(address).markdown()


def test_an_address_never_ends_its_link():
    link = WebLink('https://x.example/"><script>)](y)')
    assert "<script>" not in link.html()
    assert "%29%5D%28y%29)" in link.markdown()


def test_key_figures_are_a_list_of_terms():
    assert KeyFigures([Figure(label="SLI", value="99 %", note="target 98 %")]).html() == (
        '<dl class="cr-figures"><div><dt>SLI</dt>'
        "<dd><b>99 %</b><span>target 98 %</span></dd></div></dl>"
    )


def test_a_table_names_its_columns_and_rows():
    table = Table(
        caption="All", columns=[Column("Name"), Column("SLI", figures=True)], rows=[["a", "1 %"]]
    )
    assert table.html() == (
        '<div class="cr-scroll" role="group" tabindex="0" aria-label="All">'
        '<table class="cr-table"><caption><span>All</span></caption>'
        '<thead><tr><th scope="col">Name</th><th scope="col" class="cr-number">SLI</th></tr>'
        "</thead>"
        '<tbody><tr><th scope="row">a</th><td class="cr-number">1 %</td></tr></tbody></table></div>'
    )


def test_a_stacked_table_names_each_figure_beside_it():
    columns = [Column("Name"), Column('"SLI" <1>')]
    html = Table(caption="All", columns=columns, rows=[["a", "1 %"]], stacked=True).html()
    assert '<table class="cr-table cr-stack">' in html
    assert '<td data-label="&quot;SLI&quot; &lt;1&gt;">1 %</td>' in html


def test_a_table_of_the_latest_says_so():
    table = Table(caption="All", columns=[Column("Name")], rows=[["a"]], latest=True)
    assert '<div class="cr-scroll cr-latest" ' in table.html()


def test_a_command_stands_as_it_is_typed():
    block = Command("run --project 'a *b*' <x>")
    assert block.html() == ('<pre class="cr-plain">run --project &#x27;a *b*&#x27; &lt;x&gt;</pre>')
    assert bundle_of(block)["text/plain"] == block.line


def test_a_row_with_a_cell_too_few_is_refused():
    table = Table(caption="x", columns=[Column("a"), Column("b")], rows=[["1"]])
    with pytest.raises((ValueError, IndexError)):
        table.html()


def test_a_table_with_long_cells_stays_a_table_in_documents():
    words = "word " * 60
    table = Table(caption="x", columns=[Column("a"), Column("b")], rows=[[words, words]] * 2)
    shown = pandoc(table.markdown(), "html")
    assert shown.count("<tr") == 3
    assert "<caption>x</caption>" in re.sub(r"</?p>|\n", "", shown)


def test_a_group_shows_its_blocks_in_order():
    first, second = Heading(title="1", anchor="a"), Heading(title="2", anchor="b")
    assert Group([first, second]).html() == first.html() + second.html()


def test_the_report_for_machines_is_one_output():
    bundle = MachineReport({"measures": [1, 2]})._repr_mimebundle_()
    assert bundle == {
        "application/vnd.codexreport.report+json": {"measures": [1, 2]},
        "text/plain": "2 measures, for machines",
    }


def test_the_style_is_nothing_but_a_style():
    html = Style()._repr_mimebundle_()["text/html"]
    assert re.fullmatch(r'<style class="cr-style">[^<]*</style>', html)
    assert ".cr-table:not(#cr) .cr-number:not(#cr) {" in html
