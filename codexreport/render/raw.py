"""Text of unknown content, written so that no engine can take it for markup.

Each function gives Markdown for one kind of document. Text goes in as a raw
block of that document's own language, where its escaping rules are strict and
known, instead of trusting every corner of Markdown.
"""

from __future__ import annotations

import html
import re

from codexreport.render.base import Format

EXTENSIONS = (
    "-raw_html-raw_tex-tex_math_dollars-citations-smart-autolink_bare_uris"
    "+all_symbols_escapable+auto_identifiers+gfm_auto_identifiers+backtick_code_blocks"
    "+definition_lists+fenced_code_blocks+footnotes+intraword_underscores+link_attributes"
    "+lists_without_preceding_blankline+pipe_tables+raw_attribute+shortcut_reference_links"
    "+space_in_atx_header+startnum+strikeout+table_captions+task_lists"
)
"""Markdown as documents are read: no HTML, no TeX, no citations; characters stay what they are."""

HOLD = "\ufdd0"
"""Stands for nothing; `theme/filter.lua` takes it out once Markdown has been read."""

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07")
_NOT_TEXT = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff{HOLD}]")
_CALLS = re.compile(r"\{(?=\{<|=)")
_TYPST_SPECIAL = re.compile(r'[\\"`{\n\t]')
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def clean(text: str) -> str:
    """`text` without colour codes and characters that no document can hold."""
    return _NOT_TEXT.sub("", _ANSI.sub("", text.replace("\r\n", "\n")))


def inert(markdown: str) -> str:
    """Markdown in which nothing calls an engine: no Quarto shortcode, no raw block."""
    return _CALLS.sub("{" + HOLD, markdown)


def block(language: str, source: str) -> str:
    """A raw block: `source` is in the target's own `language` and goes through unread."""
    return f"```{{={language}}}\n{source}\n```"


def html_block(fragment: str) -> str:
    """An HTML fragment, as it is; only what could end the block early is written differently."""
    return block("html", inert(clean(fragment)).replace("```", "&#96;&#96;&#96;"))


def typst_string(text: str) -> str:
    """A Typst string literal, on one line."""
    escaped = _TYPST_SPECIAL.sub(lambda match: f"\\u{{{ord(match[0]):x}}}", clean(text))
    return f'"{escaped}"'


def markdown_text(text: str) -> str:
    """One line of Markdown that shows `text` character by character."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(clean(text).split()))


def verbatim(text: str, form: Format) -> str:
    """`text` as a block of fixed-width lines."""
    text = clean(text).strip("\n")
    match form:
        case Format.HTML:
            return html_block(f'<pre class="cr-plain">{html.escape(text)}</pre>')
        case Format.PDF:
            return block("typst", f"#raw({typst_string(text)}, block: true)")
        case Format.DOCX:
            return block("openxml", _word_paragraph(text))


def _word_paragraph(text: str) -> str:
    lines = (
        f'<w:t xml:space="preserve">{html.escape(line)}</w:t>'.replace("`", "&#96;")
        for line in inert(text).expandtabs().split("\n")
    )
    return (
        '<w:p><w:r><w:rPr><w:rStyle w:val="VerbatimChar"/></w:rPr>'
        f"{'<w:br/>'.join(lines)}</w:r></w:p>"
    )
