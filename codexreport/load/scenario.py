"""Loaded by Locust for a scenario of the project file: users that make its requests.

It runs in Locust's process and imports nothing of ours. The scenario is JSON in a variable that
`codexreport perf` sets; secrets are read from the variables that it names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from locust import HttpUser, constant

SCENARIO = "CODEXREPORT_PERF_SCENARIO"
_REDIRECTION = 3
"""First digit of its status."""

_scenario: dict[str, Any] = json.loads(os.environ[SCENARIO])
_headers = {name: os.environ[variable] for name, variable in _scenario["headers"].items()}


def _task(request: dict[str, Any]) -> Callable[[HttpUser], None]:
    def make(user: HttpUser) -> None:
        with user.client.request(
            request["method"],
            request["path"],
            name=request["name"] or request["path"],
            json=request["body"],
            headers=_headers,
            allow_redirects=False,
            timeout=_scenario["timeout_s"],
            catch_response=True,
        ) as response:
            # Locust fails what is 400 or more. Nothing is followed here, so that a redirection
            # never comes to what was asked for.
            if response.status_code // 100 == _REDIRECTION:
                response.failure(f"HTTP {response.status_code} is a redirection")

    return make


class ScenarioUser(HttpUser):
    """Makes one request after the other."""

    wait_time = constant(_scenario["wait_s"])
    tasks = [  # noqa: RUF012, as Locust has it
        task for request in _scenario["requests"] for task in [_task(request)] * request["weight"]
    ]
