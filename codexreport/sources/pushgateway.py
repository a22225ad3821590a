"""A Prometheus Pushgateway: figures are put there, and take the place of those before."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from codexreport.errors import SourceError
from codexreport.sources.access import Access
from codexreport.sources.http import HttpClient, StatusError, Timing
from codexreport.text import first_line

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

TIMEOUT_S = 10
DEADLINE_S = 60
WAITS_S = (0.5, 1.0)
"""Between tries: it is pushed to from jobs that are not to wait for long."""
_NOT_LET_IN = frozenset({401, 403})


def push(
    url: str,
    figures: Collector,
    *,
    job: str,
    project: str,
    access: Access,
    timing: Timing | None = None,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Replace the figures of a job and project by these.

    Args:
        url: The Pushgateway's address.
        figures: What is put there.
        job: First label of the group.
        project: Its second.
        access: How the Pushgateway lets us in.
        timing: How long to wait, and by which clock.
        environ: Where secrets are.

    Raises:
        SourceError: The Pushgateway refused them, or gave no answer.
    """
    from prometheus_client import push_to_gateway

    with HttpClient(
        access,
        timing or Timing(timeout=TIMEOUT_S, deadline=DEADLINE_S, waits=WAITS_S),
        environ=environ,
    ) as http:

        def handler(
            *, url: str, method: str, headers: Sequence[tuple[str, str]], data: bytes, **_: object
        ) -> Callable[[], None]:
            media_type = dict(headers)["Content-Type"]
            return lambda: http.replace(url, data, media_type) if method == "PUT" else None

        group = {"project": project}
        try:
            push_to_gateway(url, job=job, registry=figures, grouping_key=group, handler=handler)
        except StatusError as error:
            raise _refused(url, error) from error
        except SourceError as error:
            raise _without_answer(url, error) from error


def _refused(url: str, error: StatusError) -> SourceError:
    """What it said, unless that is a page: then it is hardly a Pushgateway."""
    said = first_line(error.body)
    if error.status in _NOT_LET_IN:
        advice = "Check token, or username and password, under [publish]; they are sent to the "
        advice += "address that stands there, and to no other."
    else:
        advice = "Check that it is a Pushgateway, which listens on port 9091 unless told otherwise."
    shown = f": {said}" if said and not said.startswith("<") else ""
    return SourceError(f"{url} answered {error.status}{shown}.", advice=advice)


def _without_answer(url: str, error: SourceError) -> SourceError:
    """As it was said of the group's address, of which nobody knows, of the one that is known."""
    _, _, why = error.message.partition(" gave no answer")
    if not why:
        return error
    return SourceError(
        f"{url} gave no answer{why}",
        advice="Check the address, by --pushgateway or under [publish], and that it is up.",
    )
