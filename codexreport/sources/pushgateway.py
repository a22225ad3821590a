"""A Prometheus Pushgateway: figures are put there, and take the place of those before."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from codexreport.sources.access import Access
from codexreport.sources.http import HttpClient, Timing

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

TIMEOUT_S = 10
DEADLINE_S = 60


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
        access, timing or Timing(timeout=TIMEOUT_S, deadline=DEADLINE_S), environ=environ
    ) as http:

        def handler(
            *, url: str, method: str, headers: Sequence[tuple[str, str]], data: bytes, **_: object
        ) -> Callable[[], None]:
            media_type = dict(headers)["Content-Type"]
            return lambda: http.replace(url, data, media_type) if method == "PUT" else None

        push_to_gateway(
            url, job=job, registry=figures, grouping_key={"project": project}, handler=handler
        )
