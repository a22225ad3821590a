"""What only a notebook takes: the look for an editor, and the report as data for machines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

MACHINE_MIME = "application/vnd.codexreport.report+json"
_OWN_CLASS = re.compile(r"\.cr(?:-[a-z]+)*\b(?![\w-])")


class Style:
    """The look, for a notebook opened in JupyterLab or VS Code; pages bring their own."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        del include, exclude
        css = resources.files("codexreport").joinpath("render/theme/report.css").read_text("utf-8")
        return {"text/html": f'<style class="cr-style">{_insistent(css)}</style>', "text/plain": ""}


def _insistent(css: str) -> str:
    """The style sheet, stronger than what an editor says of tables and lists in its outputs.

    `:not(#cr)` holds for every element of ours, and weighs as much as an id.
    """
    return _OWN_CLASS.sub(r"\g<0>:not(#cr)", css)


@dataclass(frozen=True, slots=True)
class MachineReport:
    """The report as data: what becomes `report.json`."""

    report: Mapping[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        del include, exclude
        count = len(self.report.get("measures", ()))
        return {MACHINE_MIME: dict(self.report), "text/plain": f"{count} measures, for machines"}
