"""How long a server asks to be left alone: `Retry-After`, and what is left of a rate limit.

Source: RFC 9110, section 10.2.3; GitHub's REST API, "Rate limits for the REST API"; GitLab's
documentation, "Rate limits" (`RateLimit-*`); Jira's, "Rate limiting".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

_PREFIXES = ("X-RateLimit-", "RateLimit-")


def asked_wait(headers: Mapping[str, str], wall: Callable[[], float]) -> float | None:
    """Seconds until the server wants to be asked again; None where it does not say.

    Args:
        headers: Those of its answer, looked up without regard to case.
        wall: Gives Unix seconds, for a moment that it names.
    """
    told = _retry_after(headers.get("Retry-After", ""), wall)
    if told is not None:
        return told
    for prefix in _PREFIXES:
        if headers.get(prefix + "Remaining", "").strip() == "0":
            reset = _moment(headers.get(prefix + "Reset", "").strip())
            return None if reset is None else max(0.0, reset - wall())
    return None


def _retry_after(text: str, wall: Callable[[], float]) -> float | None:
    """By a number of seconds, or a date."""
    if text.strip().isdecimal():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
    return max(0.0, moment.timestamp() - wall())


def _moment(text: str) -> float | None:
    """Unix seconds, as GitHub and GitLab write it, or a time in ISO 8601, as Jira does."""
    if text.isdecimal():
        return float(text)
    try:
        at = datetime.fromisoformat(text)
        return at.timestamp() if at.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None
