"""Steps that the kit keeps itself: what its evidence calls them, and gates and protocols ask for.

Those of two words need no guard: no command can be recorded under such a name.
"""

from __future__ import annotations

BUNDLE = "bundle"
CHECK = "check"
HEALTH = "health"
LOG_UPDATE = "log-update"
MONITOR_SLO = "monitor-slo"
NOTIFY = "notify"
PERF = "perf"
PROTOCOL = "protocol-"
"""What the step of a complete protocol begins with; its name follows."""
RETROS = "schedule retros"
SMOKE = "smoke"

OWN = frozenset({BUNDLE, CHECK, HEALTH, LOG_UPDATE, MONITOR_SLO, NOTIFY, PERF, RETROS})
"""Those that the kit alone keeps. A smoke run is another tool's as well."""


def is_own(step: str) -> bool:
    """Whether a step is the kit's, so that no other command may be recorded as it."""
    return step in OWN or step.startswith(PROTOCOL)
