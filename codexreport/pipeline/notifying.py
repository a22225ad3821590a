"""Telling people of a decision, once: by webhook, or by a file for a mail server."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from codexreport import __version__
from codexreport.addresses import http_url
from codexreport.errors import ParameterError, SourceError
from codexreport.evidence.keep import Kind, Record, keep_if
from codexreport.evidence.log import LogContents
from codexreport.files import sha256
from codexreport.measure import State
from codexreport.pipeline.placing import put
from codexreport.project.workspace import Workspace
from codexreport.readiness.decision import Verdict
from codexreport.readiness.telling import News, slack_message
from codexreport.sources.access import Access, environment_value
from codexreport.steps import NOTIFY

if TYPE_CHECKING:
    from codexreport.sources.http import Timing

_TIMEOUT_S = 10
_DEADLINE_S = 30


def tell_once(
    workspace: Workspace,
    phase: str,
    news: News,
    channel: str,
    send: Callable[[], None],
    clock: datetime,
) -> bool:
    """Tell of a decision, unless its channel was told of just that the last time.

    Nobody else can tell meanwhile, and what could not be sent is not noted.

    Args:
        workspace: Where the evidence is.
        phase: Whose evidence it is.
        news: What is told.
        channel: By what, such as `webhook env:SLACK_WEBHOOK`.
        send: Sends it.
        clock: The moment.

    Returns:
        Whether it was sent.

    Raises:
        SourceError: It could not be sent.
        EvidenceError: It was sent, and that could not be kept.
    """
    undecided = news.decision.verdict is Verdict.UNDECIDED  # that is no news to wait for

    def decide(before: LogContents) -> Record | None:
        if last_told(before, news.name, channel) == news.digest:
            return None
        send()
        return Record(
            kind=Kind.ANNOUNCEMENT,
            time=clock,
            step=NOTIFY,
            subject=news.name,
            state=(State.UNKNOWN if undecided else State.PASS).value,
            summary=f"{news.headline}. Told by {channel}.",
            tool=f"codexreport {__version__}",
            details={"channel": channel, "decision_sha256": news.digest},
        )

    return keep_if(workspace.root, phase, decide) is not None


def last_told(contents: LogContents, name: str, channel: str) -> str:
    """The digest of what a channel was last told of a decision; empty where of none."""
    asked = (NOTIFY, name, channel)
    for record in reversed(contents.records):
        if (record.get("step"), record.get("subject"), record.get("channel")) == asked:
            return str(record.get("decision_sha256", ""))
    return ""


def send_webhook(
    news: News,
    reference: str,
    *,
    timing: Timing | None = None,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Send Slack's JSON to the address that a variable holds; it is a secret, and shown nowhere.

    Raises:
        ParameterError: The variable holds no address that may be used.
        SourceError: It could not be sent.
    """
    from codexreport.sources.http import HttpClient, Timing

    url = webhook_address(reference, environ)
    patience = timing or Timing(timeout=_TIMEOUT_S, deadline=_DEADLINE_S)
    try:
        with HttpClient(Access(), patience, environ=environ) as http:
            http.create(url, slack_message(news))
    except SourceError as error:
        said = error.message.replace(url, f"The webhook {reference}")
        raise SourceError(said, advice="Check the address in that variable.") from None


def webhook_address(reference: str, environ: Mapping[str, str]) -> str:
    """The address that a variable holds.

    Raises:
        ParameterError: It is not set, or no https address; only this machine may go without TLS.
    """
    try:
        url = http_url(environment_value(reference, environ))
    except (SourceError, ValueError) as error:
        name = reference.removeprefix("env:")
        raise ParameterError(
            f"The environment variable {name} holds no address of a webhook.",
            advice="Set it to what Slack, or whoever takes the message, gave you.",
        ) from error
    parts = urlsplit(url)
    if parts.scheme != "https" and not _is_here(parts.hostname or ""):
        raise ParameterError(f"The address in {reference.removeprefix('env:')} is not https.")
    return url


def write_email(path: Path, message: bytes, root: Path) -> None:
    """Put a message where a mail server takes it from.

    Args:
        path: Where to.
        message: The email.
        root: The project's folder.

    Raises:
        ParameterError: There is something else, or no such folder.
        EvidenceError: It cannot be written.
    """
    put(path, message, what="email", mark=b"@codexreport.invalid>", root=root)


def email_channel(path: Path) -> str:
    """What the file is called in the evidence: its name, and of its place no more than a hash."""
    return f"email {path.name} ({sha256(str(path.absolute()).encode())[:12]})"


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
