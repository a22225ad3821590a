"""codexreport: notebook reports for release and operations teams.

In a notebook:

    import codexreport as cr
    report = cr.slo_weekly(**cr.parameters())
    report.headline()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codexreport.execution.guard import parameters
    from codexreport.views.integration_validation import integration_validation
    from codexreport.views.launch_readiness import launch_readiness
    from codexreport.views.operations_readiness import operations_readiness
    from codexreport.views.postmortem import postmortem
    from codexreport.views.retro import retro
    from codexreport.views.rollout_watch import rollout_watch
    from codexreport.views.slo_weekly import slo_weekly
    from codexreport.views.staging import staging
    from codexreport.views.steady_state import steady_state
    from codexreport.views.supply_chain import supply_chain

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "integration_validation",
    "launch_readiness",
    "operations_readiness",
    "parameters",
    "postmortem",
    "retro",
    "rollout_watch",
    "slo_weekly",
    "staging",
    "steady_state",
    "supply_chain",
]

_HOMES = {
    "integration_validation": "codexreport.views.integration_validation",
    "launch_readiness": "codexreport.views.launch_readiness",
    "operations_readiness": "codexreport.views.operations_readiness",
    "parameters": "codexreport.execution.guard",
    "postmortem": "codexreport.views.postmortem",
    "retro": "codexreport.views.retro",
    "rollout_watch": "codexreport.views.rollout_watch",
    "slo_weekly": "codexreport.views.slo_weekly",
    "staging": "codexreport.views.staging",
    "steady_state": "codexreport.views.steady_state",
    "supply_chain": "codexreport.views.supply_chain",
}


def __getattr__(name: str) -> Any:
    """Load what a notebook asks for when it asks, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
