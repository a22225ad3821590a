"""What every renderer promises; runs on each that is registered and found."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
import zlib

import nbformat
import pytest
from nbformat.v4 import new_output

from codexreport.errors import RenderError
from codexreport.render.base import Document, Format
from codexreport.render.pandoc import PandocRenderer

FORMS = list(Format)
FETCHING = {"src", "srcset", "data", "poster", "action", "background", "code", "archive"}
FOOTER = re.compile(r"Made with codexreport .*\n+\f")


def squeezed(text):
    """Only the characters: no white space, no direction marks, which a line may add or lose."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


def test_the_page_needs_nothing_from_elsewhere(renderer, document, page):
    found = page(renderer.render(document, Format.HTML))
    for tag, attributes in found.elements:
        for name in FETCHING & attributes.keys():
            assert attributes[name].startswith("data:"), f"<{tag} {name}={attributes[name]!r}>"
        assert not (tag == "link" and attributes.get("href")), attributes
        assert tag not in {"iframe", "object", "embed", "base"}
    for style in [*found.styles, *(a.get("style", "") for _, a in found.elements)]:
        assert "@import" not in style
        assert not re.search(r"url\(\s*['\"]?(?!data:|#)", style)


def test_the_page_states_a_policy_that_lets_nothing_be_fetched(renderer, document, page):
    metas = page(renderer.render(document, Format.HTML)).all("meta")
    policy = next(m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "img-src data:" in policy


def test_no_script_runs_in_a_report(renderer, document, page):
    assert page(renderer.render(document, Format.HTML)).all("script") == []


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JavaScript:alert(1)", "java&#9;script:alert(1)", "data:text/html,x"],
)
def test_a_link_in_prose_that_would_run_something_is_text(renderer, document, page, target):
    prose = f"[run](<{target}>) [web](https://example.com/a:b) [mail](mailto:a@b.c) [up](#at-x)"
    document.notebook.cells.append(nbformat.v4.new_markdown_cell(prose))
    links = page(renderer.render(document, Format.HTML)).all("a")
    found = [one["href"] for one in links]
    assert not [one for one in found if "alert" in one or one.startswith("data")]
    assert {"https://example.com/a:b", "mailto:a@b.c", "#at-x"} <= set(found)


def test_prose_has_no_say_in_the_look_and_nothing_to_run(renderer, document, page):
    given = '{#cr onclick="alert(1)" style="position:fixed" class="cr-headline" width=3in}'
    prose = f"[a](https://example.com/x){given} ![b](data:image/png;base64,QUJD){given}"
    document.notebook.cells.append(nbformat.v4.new_markdown_cell(prose))
    found = page(renderer.render(document, Format.HTML))
    (link,) = [one for one in found.all("a") if one["href"] == "https://example.com/x"]
    (image,) = [one for one in found.all("img") if one.get("alt") == "b"]
    assert link.keys() == {"href"}
    assert image.keys() <= {"src", "alt", "style"}
    assert "position" not in str(link) + str(image)


def test_the_page_has_a_language_a_title_one_main_heading_and_its_links(renderer, document, page):
    found = page(renderer.render(document, Format.HTML))
    assert found.all("html")[0]["lang"] == "en"
    assert found.source.count("<h1") == 1
    assert "<title>Weekly SLO report</title>" in found.source
    assert "shop · 2026-W40" in found.text
    assert "../../index.html" in [a.get("href") for a in found.all("a")]
    assert len(found.all("main")) == 1


@pytest.mark.parametrize("form", FORMS)
def test_readers_see_results_only(renderer, document, form, text_of):
    text = text_of(renderer.render(document, form), form)
    assert "What we promised" in text
    assert "checkout" in text
    for unseen in ("secret_source", "PARAMETER", "DIAGNOSTIC", "STYLE", "MACHINE", "papermill"):
        assert unseen not in text


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_is_shown_as_the_characters_it_is(
    renderer, hostile, hostile_strings, form, text_of
):
    content = renderer.render(Document(notebook=hostile, title="Report"), form)
    shown = squeezed(FOOTER.sub("", text_of(content, form)))
    for text in hostile_strings:
        assert shown.count(squeezed(text)) >= 4, text  # prose, table, plain, print


@pytest.mark.parametrize("form", FORMS)
def test_a_hostile_title_and_subtitle_are_shown_as_the_characters_they_are(
    renderer, executed, hostile_strings, form, text_of
):
    short = [text for text in hostile_strings if len(text) < 100]
    for title, subtitle in zip(short[::2], short[1::2], strict=False):
        document = Document(notebook=executed, title=title, subtitle=subtitle)
        shown = squeezed(text_of(renderer.render(document, form), form))
        assert squeezed(title) in shown
        assert squeezed(subtitle) in shown


def test_hostile_breadcrumbs_stay_links(renderer, executed, page):
    crumb = ('<b>"W40"</b>', "../a%22b/index.html")
    document = Document(notebook=executed, title="Report", breadcrumbs=(crumb,))
    found = page(renderer.render(document, Format.HTML))
    assert crumb[0] in found.text
    assert crumb[1] in [a.get("href") for a in found.all("a")]


@pytest.mark.parametrize("form", FORMS)
def test_no_file_named_in_the_notebook_is_read(renderer, cells, form, text_of, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>CANARY</text></svg>')
    notebook = cells(
        f"![]({secret}) {{{{< include {secret} >}}}} [x]({secret})",
        f"{{{{< include {secret} >}}}}",
        f'\\input{{{secret}}} `#read("{secret}")`{{=typst}}',
        f'```{{=typst}}\n#read("{secret}")\n```',
        f"```{{.python include={secret}}}\n```\n\n<img src={secret}><object data={secret}>",
        new_output("display_data", {"text/markdown": f"![picture]({secret})\n\n#read({secret})"}),
        new_output("display_data", {"text/html": f'<p>HTML</p><img alt="" src="{secret}">'}),
    )
    content = renderer.render(Document(notebook=notebook, title="Report"), form)
    assert "CANARY" not in text_of(content, form)
    for part in _parts(content, form):
        assert b"CANARY" not in part
        assert b"Q0FOQVJZ" not in part  # in base 64
        assert b"%3Ctext%3E" not in part


def test_nothing_in_the_notebook_gives_the_engine_orders(renderer, cells, page, tmp_path):
    """Front matter, diagrams and headings are text, wherever they stand."""
    (tmp_path / "loud.lua").write_text("return {{Str = function() return pandoc.Str('LOUD') end}}")
    orders = f"---\ntitle: Other\nfilters: [{tmp_path / 'loud.lua'}]\n---"
    notebook = cells(
        f"{orders}\n\nFirst.",
        f"Second.\n\n{orders}\n\n~~~\n{orders}\n~~~\n\nThird.",
        "```{mermaid}\ngraph LR; a-->b\n```\n\n```{ojs}\n1 + 1\n```\n\n```{python}\n1 + 1\n```",
        new_output("display_data", {"text/markdown": f"{orders}\n\nFourth."}),
    )
    found = page(renderer.render(Document(notebook=notebook, title="Report"), Format.HTML))
    assert "LOUD" not in found.text
    for text in ("First.", "Second.", "Third.", "Fourth.", "graph LR; a-->b", "title: Other"):
        assert text in found.text
    assert "<title>Report</title>" in found.source


@pytest.mark.parametrize("form", FORMS)
def test_every_engine_gives_the_same_document(renderer, executed, cells, form, page):
    wide = "| a | b |\n|---|--:|\n| " + "long " * 20 + "| `2` |\n"
    executed.cells += cells(
        f"## Actions\n\n1. *Do*[^1]\n\n[^1]: Soon.\n\n{wide}",
        "### More\n\n```python\n1 + 1\n```\n\n> - [x] done",
    ).cells
    document = Document(notebook=executed, title="Report", subtitle="shop")
    ours, theirs = renderer.render(document, form), PandocRenderer.find().render(document, form)
    assert _structure(ours, form, page) == _structure(theirs, form, page)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_notebook_gives_the_same_bytes(renderer, document, form):
    assert renderer.render(document, form) == renderer.render(document, form)


RENDER = """
import hashlib, sys, nbformat
from codexreport.render.base import Document, Format
from codexreport.render.pandoc import PandocRenderer
from codexreport.render.registry import choose
notebook = nbformat.read(sys.argv[1], as_version=4)
for form in Format:
    content = choose(sys.argv[2]).render(Document(notebook=notebook, title="Report"), form)
    print(form, hashlib.sha256(content).hexdigest())
"""


def test_the_bytes_do_not_depend_on_zone_locale_or_hash_seed(renderer, executed, tmp_path):
    path = tmp_path / "executed.ipynb"
    nbformat.write(executed, path)
    executed = nbformat.read(path, as_version=4)
    document = Document(notebook=executed, title="Report")
    here = [
        f"{form} {hashlib.sha256(renderer.render(document, form)).hexdigest()}" for form in Format
    ]
    away = {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    there = subprocess.run(
        [sys.executable, "-c", RENDER, path, renderer.name],
        env={**os.environ, **away},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert there == here


@pytest.mark.parametrize("form", FORMS)
def test_a_failed_notebook_is_never_a_report(renderer, failed, form):
    with pytest.raises(RenderError, match="Cell 9 of the notebook failed: KeyError: 'week'"):
        renderer.render(Document(notebook=failed, title="Report"), form)


def test_each_form_is_the_kind_of_file_it_says(renderer, document):
    made = {form: renderer.render(document, form) for form in FORMS}
    assert made[Format.HTML].lower().startswith(b"<!doctype html>")
    assert made[Format.PDF].startswith(b"%PDF-")
    assert zipfile.is_zipfile(io.BytesIO(made[Format.DOCX]))
    assert all(len(content) < 500_000 for content in made.values())


def test_every_picture_says_what_it_shows(renderer, document, page):
    alts = {"Budget falls to 20 % on Friday.", "Two grey pixels."}
    found = page(renderer.render(document, Format.HTML))
    assert {image.get("alt") for image in found.all("img")} == alts
    pdf = b"".join(_parts(renderer.render(document, Format.PDF), Format.PDF))
    word = b"".join(_parts(renderer.render(document, Format.DOCX), Format.DOCX))
    for alt in alts:
        assert f"/Alt({alt})".encode() in pdf
        assert f'descr="{alt}"'.encode() in word


def test_the_document_names_what_made_it(renderer, document, text_of):
    for form in (Format.HTML, Format.PDF):
        assert renderer.version in text_of(renderer.render(document, form), form)


def test_the_pdf_carries_title_language_and_structure(renderer, document):
    pdf = b"".join(_parts(renderer.render(document, Format.PDF), Format.PDF))
    assert b"/Title(Weekly SLO report)" in pdf or b"Weekly SLO report" in pdf
    assert b"/Lang(en)" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"/CreationDate(D:20261006070000" in pdf  # the report's as_of, in UTC


def test_prose_formatting_survives(renderer, cells, page):
    notebook = cells("## Actions\n\n- **Scale** the pool\n- [Runbook](https://example.org/r)\n")
    found = page(renderer.render(Document(notebook=notebook, title="Report"), Format.HTML))
    assert {"h2", "ul", "strong"} <= {tag for tag, _ in found.elements}
    assert "https://example.org/r" in [a.get("href") for a in found.all("a")]


def test_a_heading_in_the_text_is_never_as_large_as_the_title(renderer, cells, page):
    notebook = cells("## Impact\n", "# Trigger\n\nA node went away.\n")
    found = page(renderer.render(Document(notebook=notebook, title="INC-34: Lost"), Format.HTML))
    assert [tag for tag, _ in found.elements if tag in {"h1", "h2"}] == ["h1", "h2", "h2"]


def test_a_footnote_stands_at_the_end_of_its_section(renderer, cells):
    notebook = cells("## Impact\n\nMany.[^1]\n\n[^1]: By the logs.\n", "## Appendix\n")
    made = renderer.render(Document(notebook=notebook, title="Report"), Format.HTML).decode()
    assert made.index("By the logs.") < made.index("Appendix")


def _structure(content, form, page):
    """What a document consists of, apart from the name of what made it."""
    match form:
        case Format.HTML:
            found = page(re.search(b"<style.*</main>", content, re.DOTALL)[0])
            return found.elements, found.styles, found.text.split()
        case Format.PDF:
            return re.findall(rb"/S\s*/(\w+)", b"".join(_parts(content, form)))
        case Format.DOCX:
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                return parts.read("word/document.xml")


def _parts(content, form):
    """The insides of a file, unpacked."""
    if form is Format.DOCX:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return [parts.read(name) for name in parts.namelist()]
    if form is Format.PDF:
        return [content, *(_inflated(body) for body in content.split(b"stream\n")[1::2])]
    return [content]


def _inflated(body):
    try:
        return zlib.decompressobj().decompress(body)
    except zlib.error:
        return body
