"""Loaded by Locust beside any scenario: writes down every request, and ends at the last allowed.

It runs in Locust's process and imports nothing of ours. What it needs stands in variables that
`codexreport perf` sets.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import gevent
from locust import events
from locust.env import Environment

SAMPLES = "CODEXREPORT_PERF_SAMPLES"
MAX_REQUESTS = "CODEXREPORT_PERF_MAX_REQUESTS"
_CAUSE = 1000
"""Characters that are kept of why a request failed."""


def listen(environment: Environment, **_: Any) -> None:
    """Open the file, and hear of every request."""
    most = int(os.environ[MAX_REQUESTS])
    stream = Path(os.environ[SAMPLES]).open("w", encoding="utf-8")  # noqa: SIM115, closed by quit
    seen = 0

    def note(
        request_type: str,
        name: str,
        response_time: float | None,
        exception: BaseException | None = None,
        start_time: float = 0,
        **_: Any,
    ) -> None:
        nonlocal seen
        seen += 1
        cause = None if exception is None else f"{type(exception).__name__}: {exception}"[:_CAUSE]
        row = [f"{request_type} {name}", response_time, cause, start_time]
        stream.write(json.dumps(row) + "\n")
        if seen == most and environment.runner:
            gevent.spawn(environment.runner.quit)

    def end(**_: Any) -> None:
        stream.write(json.dumps(["end"]) + "\n")
        stream.close()

    environment.events.request.add_listener(note)
    environment.events.quit.add_listener(end)


events.init.add_listener(listen)
