"""`publish` and `notify`: figures to a Pushgateway, a decision to people."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codexreport.cli.common import (
    NowOption,
    OfflineOption,
    ProjectOption,
    QuietOption,
    ReleaseOption,
    locate_project,
    progress_bar,
)

if TYPE_CHECKING:
    from codexreport.pipeline.publishing import Figures
    from codexreport.project.model import Project
    from codexreport.readiness.telling import News

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Print what would be sent, and send nothing.")
]


def publish(
    pushgateway: Annotated[
        str,
        typer.Option(metavar="URL", help="The Pushgateway. Default: as [publish] says."),
    ] = "",
    decision: Annotated[
        list[str] | None,
        typer.Option("--decision", metavar="NAME", help="Publish this as well; may be repeated."),
    ] = None,
    project: ProjectOption = None,
    release: ReleaseOption = "",
    now: NowOption = "",
    *,
    dry_run: DryRunOption = False,
    offline: OfflineOption = False,
    quiet: QuietOption = False,
) -> int:
    """Push SLO and test figures, their states, and decisions to a Prometheus Pushgateway.

    What is published stands under [publish]. A figure that is not known is published as unknown,
    and has no value. Credentials come from the environment, and are sent to the Pushgateway that
    the project names, and to no other.
    """
    from codexreport.pipeline.decide import answer
    from codexreport.pipeline.measures import measure_all
    from codexreport.pipeline.open import moment_of, open_project
    from codexreport.pipeline.publishing import Figures, as_text, chosen
    from codexreport.pipeline.questions import question

    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    url = "" if dry_run else _address(opened, pushgateway)
    names = [*(opened.publish.decisions or sorted(opened.decisions)), *(decision or [])]
    asked = [question(opened, name) for name in dict.fromkeys(names)]
    moment = moment_of(now, opened)
    with progress_bar(quiet=quiet) as progress:
        known = measure_all(opened, workspace, moment, offline=offline, progress=progress)
    figures = Figures(
        project=opened.name,
        release=opened.release,
        now=moment,
        measures=chosen(known.measures, opened.publish.measures),
        decisions={one.name: answer(opened, workspace, one, known).decision for one in asked},
    )
    if dry_run:
        sys.stdout.write(as_text(figures))
        return 0
    _push(opened, url, figures)
    if not quiet:
        typer.echo(f"Pushed to {url}, job {opened.publish.job}.")
    return 0


def notify(
    decision: Annotated[str, typer.Argument(help="A gate, or a decision of the project's.")],
    webhook: Annotated[
        str,
        typer.Option(metavar="env:NAME", help="Variable with a webhook that takes Slack's JSON."),
    ] = "",
    email_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an email here, for a mail server.")
    ] = None,
    project: ProjectOption = None,
    release: ReleaseOption = "",
    now: NowOption = "",
    *,
    dry_run: DryRunOption = False,
    offline: OfflineOption = False,
    quiet: QuietOption = False,
) -> int:
    """Tell people of a decision, by webhook or by an email in a file.

    Each is told once: again only when the verdict, or what is in its way, has changed. What was
    told is kept as the step notify.
    """
    from codexreport.errors import ParameterError
    from codexreport.pipeline import notifying
    from codexreport.pipeline.open import open_project
    from codexreport.project.releases import phase_of
    from codexreport.readiness.telling import email_of

    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    reference = _reference(webhook) if webhook else (opened.notify.webhook or "")
    if not reference and email_file is None:
        raise ParameterError(
            "Nothing says how to tell people.",
            advice="Add --webhook env:NAME or --email-file FILE, or write [notify] webhook.",
        )
    if reference and not dry_run:
        notifying.webhook_address(reference, os.environ)  # refused before anything is asked
    sender = _sender(opened) if email_file else ""
    news = _news(opened, root, decision, now, offline=offline, quiet=quiet)
    message = email_of(news, sender, opened.notify.email_to) if email_file else b""
    if dry_run:
        _preview(news, message, by_webhook=bool(reference))
        return 0
    ways = []
    if reference:
        ways.append((f"webhook {reference}", lambda: notifying.send_webhook(news, reference)))
    if email_file:
        path = email_file
        channel = notifying.email_channel(path)
        ways.append((channel, lambda: notifying.write_email(path, message, root)))
    phase = phase_of(opened.readiness.phase, opened.release)
    for channel, send in ways:
        clock = datetime.now(timezone.utc)
        sent = notifying.tell_once(workspace, phase, news, channel, send, clock)
        if not quiet:
            typer.echo(f"{news.headline}. {'Told' if sent else 'Told before'} by {channel}.")
    return 0


def _address(opened: Project, given: str) -> str:
    from codexreport.addresses import PUSHGATEWAY, plain_url
    from codexreport.errors import ParameterError

    if not given and opened.publish.pushgateway is None:
        raise ParameterError(
            "Nothing says where to push to.",
            advice="Add --pushgateway URL, write [publish] pushgateway, or look with --dry-run.",
        )
    try:
        return plain_url(given, PUSHGATEWAY) if given else str(opened.publish.pushgateway)
    except ValueError as error:
        raise ParameterError(f"--pushgateway {error}.") from error


def _push(opened: Project, url: str, figures: Figures) -> None:
    from codexreport.sources.access import Access
    from codexreport.sources.pushgateway import push

    table = opened.publish
    own = url == table.pushgateway
    access = Access(
        token=table.token if own else None,
        username=table.username if own else None,
        password=table.password if own else None,
    )
    push(url, figures, job=table.job, project=opened.name, access=access)


def _sender(opened: Project) -> str:
    """Whom an email is from; refused where it would be from nobody, or to nobody."""
    from codexreport.errors import ParameterError

    told = opened.notify
    if told.email_from and told.email_to:
        return told.email_from
    missing = [key for key in ("email_from", "email_to") if not getattr(told, key)]
    raise ParameterError(
        "Nothing says whom the email is from and whom it is to.",
        advice=f"Write [notify] {' and '.join(missing)} in codexreport.toml.",
    )


def _reference(text: str) -> str:
    from codexreport.addresses import env_reference
    from codexreport.errors import ParameterError

    try:
        return env_reference(text)
    except ValueError as error:
        raise ParameterError(
            "--webhook takes no address, which is a secret.",
            advice="Put it into an environment variable, and write --webhook env:NAME.",
        ) from error


def _news(opened: Project, root: Path, name: str, now: str, *, offline: bool, quiet: bool) -> News:
    from codexreport.pipeline.decide import answer
    from codexreport.pipeline.measures import measure_all
    from codexreport.pipeline.open import moment_of, workspace_of
    from codexreport.pipeline.questions import question
    from codexreport.readiness.telling import News

    asked, moment, workspace = question(opened, name), moment_of(now, opened), workspace_of(root)
    with progress_bar(quiet=quiet) as progress:
        known = measure_all(opened, workspace, moment, offline=offline, progress=progress)
    return News(
        project=opened.name,
        release=opened.release,
        name=asked.name,
        title=asked.title,
        decision=answer(opened, workspace, asked, known).decision,
        moment=moment,
        link=opened.notify.link,
    )


def _preview(news: News, message: bytes, *, by_webhook: bool) -> None:
    from codexreport.cli.common import print_json
    from codexreport.readiness.telling import slack_message

    if by_webhook:
        print_json(slack_message(news))
    if message:
        sys.stdout.write(message.decode().replace("\r\n", "\n"))
