"""Reading a file of objectives, whichever of the known formats it is written in."""

from __future__ import annotations

from collections.abc import Mapping

from codexreport.errors import Problem, ProjectError
from codexreport.slo.documents import read_documents
from codexreport.slo.objective import ObjectiveDefaults, ParsedObjectives
from codexreport.slo.openslo import parse_openslo
from codexreport.slo.sloth import parse_sloth


def parse_objectives(
    text: str, *, file: str, sources: Mapping[str, str], defaults: ObjectiveDefaults
) -> ParsedObjectives:
    """Read OpenSLO v1 or Sloth `prometheus/v1`, told apart by their keys, not by file name.

    Args:
        text: YAML, one document or several.
        file: The file's name, for messages.
        sources: The project's sources, name to type.
        defaults: What holds where the file says nothing.

    Raises:
        ProjectError: With every mistake in the file.
    """
    documents = read_documents(text, file)
    if not documents:
        raise ProjectError([Problem(file, 0, "", "holds no document")])
    line, first = documents[0]
    keys = set(first) if isinstance(first, dict) else set()
    if {"apiVersion", "kind"} & keys:
        return parse_openslo(text, file=file, sources=sources, defaults=defaults)
    if {"version", "slos"} & keys:
        return parse_sloth(text, file=file, sources=sources, defaults=defaults)
    raise ProjectError(
        [
            Problem(
                file, line, "", "is neither OpenSLO (apiVersion, kind) nor Sloth (version, slos)"
            )
        ],
        advice="Write objectives as OpenSLO v1: https://github.com/OpenSLO/OpenSLO.",
    )
