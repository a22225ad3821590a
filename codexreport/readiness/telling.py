"""A decision as people are told of it: Slack's JSON, and an email."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from codexreport.readiness.decision import Decision
from codexreport.readiness.wording import ways
from codexreport.text import one_line
from codexreport.wording import count

_MOST = 10
_HEADER = 150
_SECTION = 3000
"""What Slack takes in a header and in a section; it refuses a message with more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A decision that people are told of.

    Attributes:
        project: Whose it is.
        release: What it is about; may be empty.
        name: As `codexreport gate NAME` takes it.
        title: What people call it.
        decision: What was decided.
        moment: When, aware.
        link: Where it can be read whole; may be empty.
    """

    project: str
    release: str
    name: str
    title: str
    decision: Decision
    moment: datetime
    link: str = ""

    @property
    def digest(self) -> str:
        """Tells one decision from another: what was decided, and what is in the way.

        Figures and ages change from one minute to the next; they make no news.
        """
        told = {
            "project": self.project,
            "release": self.release,
            "name": self.name,
            "verdict": self.decision.verdict.value,
            "blockers": sorted([one.key, one.state.value] for one in self.decision.blockers),
            "conditions": sorted(one.finding for one in self.decision.conditions),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    @property
    def headline(self) -> str:
        """Such as `Shop 4.2.0, Launch readiness: NO-GO`."""
        whose = " ".join(filter(None, [self.project, self.release]))
        return one_line(f"{whose}, {self.title}: {self.decision.verdict.value}", _HEADER)

    def lines(self) -> list[str]:
        """What follows the headline, as plain text."""
        decision = self.decision
        said = [one_line(decision.reason) + "."]
        said += _part("In the way", [one.told for one in decision.blockers])
        said += _part(
            "Conditions",
            [f"{one.what} Owner: {one.owner or 'nobody yet'}" for one in decision.conditions],
        )
        said += ["", *ways(decision)] if decision.to_go else []
        return [*said, *(["", self.link] if self.link else [])]


def slack_message(news: News) -> dict[str, Any]:
    """What a webhook of Slack, or of one that takes Slack's messages, is sent.

    All of it is plain text: what a finding says is no markup, no link and calls nobody.

    Source: Slack, Formatting text for app surfaces (Escaping text); Block Kit reference.
    """
    body = "\n".join(news.lines())
    shown = body if len(body) <= _SECTION else body[: _SECTION - 1] + "…"
    return {
        "text": _escaped(news.headline),
        "blocks": [
            {"type": "header", "text": _plain(news.headline)},
            {"type": "section", "text": _plain(shown)},
        ],
    }


def email_of(news: News, sender: str, receivers: tuple[str, ...]) -> bytes:
    """A message for a mail server, as RFC 5322 has it; the same news are the same bytes.

    Args:
        news: What is told.
        sender: Whom it is from.
        receivers: Whom it is to.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = news.headline
    message["From"] = sender
    message["To"] = ", ".join(receivers)
    message["Date"] = format_datetime(news.moment)
    message["Message-ID"] = f"<{_message_id(news)}@codexreport.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join([news.headline, "", *news.lines(), ""]))
    return message.as_bytes()


def _message_id(news: News) -> str:
    """By moment and news: the same decision made again is a message of its own.

    Mail programs drop the second message of one id.
    """
    moment = news.moment.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%S.%fZ")
    return f"{moment}.{news.digest[:32]}"


def _part(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    more = len(items) - _MOST
    rest = [f"- and {count(more, 'others')}"] if more > 0 else []
    return ["", f"{title}:", *(f"- {one_line(one)}" for one in items[:_MOST]), *rest]


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    """The three characters that Slack's own markup begins with."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
