"""What Markdown holds that a page does not show as it was meant: HTML, links that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*")
_SCHEME = re.compile(r"([^/?#:]*):")
_LEADS_TO = frozenset({"https", "http", "mailto"})


class _Markdown(MarkdownIt):
    """Also a link that would run something is one: it is to be found."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802, as its base has it
        return True


def html_in(markdown: str) -> str:
    """The first piece of HTML, such as `<table>` or `a comment`; empty where there is none."""
    for token in _tokens(markdown):
        if token.type in {"html_block", "html_inline"}:
            tag = _TAG.match(token.content.strip())
            return f"{tag[0]}>" if tag else "a comment"
    return ""


def dead_links(markdown: str) -> tuple[str, ...]:
    """Where its links lead that are none on a page, each once."""
    links = (one for one in _tokens(markdown) if one.type == "link_open")
    targets = (unquote(str(one.attrGet("href"))) for one in links)
    return tuple(dict.fromkeys(one for one in targets if not _followed(one)))


def _followed(target: str) -> bool:
    """Whether it leads to an address, a mailbox or a place on the same page."""
    scheme = _SCHEME.match(target)
    return target.startswith("#") or (scheme is not None and scheme[1].lower() in _LEADS_TO)


def _tokens(markdown: str) -> Iterator[Token]:
    for token in _Markdown("commonmark").enable("table").parse(markdown):
        yield token
        yield from token.children or ()
