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
    from codexreport.views.slo_weekly import slo_weekly

__version__ = "0.1.0"
__all__ = ["__version__", "parameters", "slo_weekly"]

_HOMES = {
    "parameters": "codexreport.execution.guard",
    "slo_weekly": "codexreport.views.slo_weekly",
}


def __getattr__(name: str) -> Any:
    """Load what a notebook asks for when it asks, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
