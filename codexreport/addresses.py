"""Addresses of servers, names of headers and places of secrets, as people write them down."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

_ENV = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def env_reference(text: str) -> str:
    """Check that a setting says `env:NAME`; raises ValueError, for pydantic."""
    if not _ENV.fullmatch(text):
        raise ValueError("secrets are not written here: put it in a variable, and write env:NAME")
    return text


PUSHGATEWAY = "http://localhost:9091"
"""Where a Pushgateway listens, where nobody says otherwise."""


def http_url(text: str, example: str = "http://localhost:9090") -> str:
    """Check that a setting is an http or https address without credentials; raises ValueError."""
    example = f"write for example {example}"
    try:
        parts = urlsplit(text)
        host, userinfo, _ = parts.hostname, "@" in parts.netloc, parts.port
    except ValueError as error:
        raise ValueError(f"is not a URL; {example}") from error
    if userinfo:
        raise ValueError("has credentials in it; use username and password = env:NAME instead")
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"is not an http or https URL; {example}")
    if not text.isprintable() or " " in text:
        raise ValueError(f"holds a character that no URL has; {example}")
    return text


def is_http_url(text: str) -> bool:
    """Whether it is an http or https address without credentials: one that people can follow."""
    try:
        http_url(text)
    except ValueError:
        return False
    return True


def plain_url(text: str, example: str = "http://localhost:9090") -> str:
    """Check that a setting is an address that paths can be added to; raises ValueError."""
    text = http_url(text, example)
    if "?" in text or "#" in text:
        raise ValueError("must end before ? and #")
    return text.rstrip("/")


def header_name(text: str) -> str:
    """Check that a setting is a header's name; raises ValueError, for pydantic."""
    if not _HEADER.fullmatch(text):
        raise ValueError(f"{text!r} is not a header that can be set here")
    return text


EnvReference = Annotated[str, AfterValidator(env_reference)]
"""A secret's place, `env:NAME`; never the secret itself."""

PushUrl = Annotated[str, AfterValidator(lambda text: plain_url(text, PUSHGATEWAY))]
"""As `PlainUrl`, of a Pushgateway."""

PlainUrl = Annotated[str, AfterValidator(plain_url)]
"""An http or https address without credentials, query or fragment."""
