"""One output of a cell as Markdown, in the one of its forms that suits the document."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from codexreport.render.base import Format
from codexreport.render.pictures import Picture, png_of, svg_of
from codexreport.render.raw import (
    clean,
    html_block,
    inert,
    markdown_text,
    typst_string,
    verbatim,
)

_PICTURES = ("image/svg+xml", "image/png")
_PREFERRED = {
    Format.HTML: ("text/html", "text/markdown", *_PICTURES, "text/plain"),
    Format.PDF: (*_PICTURES, "text/markdown", "text/plain"),
    Format.DOCX: (*_PICTURES, "text/markdown", "text/plain"),
}
_NO_ALT = "A picture without a description."
_EMBEDDED = re.compile(
    r"!\[(?P<alt>(?:[^\]\\]|\\.)*)\]"
    r"\(data:(?P<mime>image/svg\+xml|image/png);base64,(?P<content>[A-Za-z0-9+/=]+)\)"
)


def as_markdown(output: Mapping[str, Any], form: Format) -> str:
    """What `output` shows in a document of this form; empty where it shows nothing."""
    if output["output_type"] == "stream":
        return verbatim(output["text"], form) if output["name"] == "stdout" else ""
    data = {mime: _text(value) for mime, value in output.get("data", {}).items()}
    match mime := _best(data, form):
        case "image/svg+xml" | "image/png":
            return _picture(Picture.of(mime, data[mime], _alt(output, mime)), form)
        case "text/html":
            return html_block(data[mime])
        case "text/markdown":
            return prose(data[mime], form)
        case "text/plain":
            return verbatim(data[mime], form)
    return ""


def _best(data: Mapping[str, str], form: Format) -> str:
    """The form to show. Markdown that brings its pictures says more than the picture alone."""
    if form is not Format.HTML and _EMBEDDED.search(data.get("text/markdown", "")):
        return "text/markdown"
    return next((mime for mime in _PREFERRED[form] if data.get(mime, "").strip()), "")


def prose(markdown: str, form: Format) -> str:
    """Markdown for a document of this form, made inert; the pictures in it as that form can."""

    def embedded(match: re.Match[str]) -> str:
        alt = re.sub(r"\\(.)", r"\1", match["alt"])
        return _picture(Picture.decoded(match["mime"], match["content"], alt), form)

    return _EMBEDDED.sub(embedded, inert(clean(markdown)))


def _picture(picture: Picture, form: Format) -> str:
    """Markdown that shows it, within a line or alone."""
    alt = markdown_text(picture.alt)
    match form:
        case Format.HTML:
            return f"![{alt}]({picture.data_uri})"
        case Format.PDF:
            source, said = typst_string(svg_of(picture)), typst_string(picture.alt)
            return f"`#picture({source}, alt: {said});`{{=typst}}"
        case Format.DOCX:
            png, width_in = png_of(picture)
            uri = f"data:image/png;base64,{base64.b64encode(png).decode()}"
            return f"![{alt}]({uri}){{width={width_in:.2f}in}}"


def _alt(output: Mapping[str, Any], mime: str) -> str:
    """The text alternative: from the output's metadata, else its plain form."""
    metadata = output.get("metadata", {})
    of_this_form = metadata.get(mime)
    places = (of_this_form if isinstance(of_this_form, Mapping) else {}, metadata)
    alt = next((str(place["alt"]) for place in places if place.get("alt")), "")
    return " ".join(clean(alt or _text(output["data"].get("text/plain", ""))).split()) or _NO_ALT


def _text(value: Any) -> str:
    """A MIME bundle holds text whole or as lines."""
    return "".join(value) if isinstance(value, list) else str(value)
