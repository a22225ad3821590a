"""The frame around every HTML page: one file, nothing fetched, the same under every engine."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from string import Template

from codexreport import __version__

_ID = re.compile(r"\b[A-Z]+-\d+\b")
"""A ticket's id, which is read as one word."""


@cache
def theme(name: str) -> str:
    """A file of the theme, as text."""
    return files("codexreport.render").joinpath("theme", name).read_text(encoding="utf-8")


def made_by(engine: str = "") -> str:
    """The last line of every document: what made it."""
    return f"Made with codexreport {__version__}{engine and ', '}{engine}."


def html_page(
    body: str,
    *,
    title: str,
    engine: str = "",
    subtitle: str = "",
    language: str = "en",
    breadcrumbs: Sequence[tuple[str, str]] = (),
    script: str = "",
) -> str:
    """A whole page around `body`.

    Args:
        body: HTML, taken as it is.
        title: Plain text.
        engine: Name and version of what made the body, if an engine did.
        subtitle: Plain text.
        language: BCP 47 tag.
        breadcrumbs: Links above the title: plain text and a relative address.
        script: The only script the page's security policy will let run; the page works without.
    """
    under = f'<p class="cr-subtitle" dir="auto">{html.escape(subtitle)}</p>' if subtitle else ""
    return Template(theme("template.html")).substitute(
        language=html.escape(language),
        title=html.escape(title),
        heading=_ID.sub(r'<span class="cr-short">\g<0></span>', html.escape(title)),
        subtitle=under,
        navigation=_navigation(breadcrumbs),
        style=f"{theme('report.css')}{theme('page.css')}".strip(),
        body=body.strip(),
        footer=html.escape(made_by(engine)),
        generator=html.escape(made_by(engine)),
        script=f"<script>{script}</script>" if script else "",
        script_source=f"; script-src {_source(script)}" if script else "",
    )


def _navigation(links: Sequence[tuple[str, str]]) -> str:
    if not links:
        return ""
    items = "".join(
        f'<li><a href="{html.escape(address)}">{html.escape(text)}</a></li>'
        for text, address in links
    )
    return f'<nav class="cr-crumbs" aria-label="Reports"><ol>{items}</ol></nav>'


def _source(script: str) -> str:
    """A script's name in a Content-Security-Policy: its SHA-256 in base 64."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
