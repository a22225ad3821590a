"""An endpoint in the files of a performance source, and the one run to compare it with."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from codexreport.measure import Origin
from codexreport.performance.run import Run
from codexreport.performance.values import Group
from codexreport.pipeline.check import Checked
from codexreport.wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An endpoint in one file of a source, or why there is none.

    Attributes:
        file: Its name.
        group: What was measured of it.
        problem: Why that cannot be judged, a sentence.
        doubt: Why it cannot pass, and nothing be compared with it, a sentence.
        origins: The bytes.
    """

    file: str = ""
    group: Group | None = None
    problem: str = ""
    doubt: str = ""
    origins: tuple[Origin, ...] = ()


def runs_of(source: str, endpoint: str, results: Sequence[Checked]) -> list[Found]:
    """The endpoint in each file of a source.

    Where any file has it, or could not be read, one without it has a problem: a run that lost an
    endpoint, or calls it something else, must not go unseen.
    """
    files = [one for one in results if one.source == source]
    if not files:
        return [Found(problem=f"The source {source} gave no file of a performance run.")]
    found = [_found(one, endpoint) for one in files]
    if not any(found):
        return [_absent(f"No file of {source} has", endpoint, files)]
    return [
        one or replace(_absent(f"{file.name}: It does not have", endpoint, [file]), file=file.name)
        for one, file in zip(found, files, strict=True)
    ]


def baseline_of(source: str, judged: Found, endpoint: str, results: Sequence[Checked]) -> Found:
    """The one run to compare with, or why there is none: a doubt is enough for that."""
    found = runs_of(source, endpoint, results)
    origins = tuple(at for one in found for at in one.origins)
    problem = next((one.problem or one.doubt for one in found if one.problem or one.doubt), "")
    if len(found) > 1:
        files = ", ".join(one.file for one in found)
        problem = problem or f"The baseline {source} has several such runs: {files}."
        return Found(problem=problem, origins=origins)
    if {one.sha256 for one in origins} & {one.sha256 for one in judged.origins}:
        problem = problem or "The baseline is the very file that is judged."
    return replace(found[0], problem=problem)


def _found(file: Checked, endpoint: str) -> Found | None:
    """None where the file was understood, and does not have the endpoint."""
    origins = (file.origin,) if file.origin else ()
    run = file.facts
    if not isinstance(run, Run):
        why = file.reason if run is None else f"It holds {run.kind}, no performance run."
        return Found(file=file.name, problem=f"{file.name}: {why}", origins=origins)
    named = [one for one in run.groups if one.name == endpoint] if endpoint else [run.total]
    if not named:
        return None
    twins = f"It has {len(named)} endpoints of that name." if len(named) > 1 else ""
    why = file.unfit or twins
    return Found(
        file=file.name,
        group=named[0],
        problem=f"{file.name}: {why}" if why else "",
        doubt=f"{file.name}: {' '.join(run.doubts)}" if run.doubts else "",
        origins=origins,
    )


def _absent(said: str, endpoint: str, files: Sequence[Checked]) -> Found:
    """That these files do not have the endpoint, and which they have instead."""
    runs = [one.facts for one in files if isinstance(one.facts, Run)]
    names = sorted({group.name for run in runs for group in run.groups})
    near = difflib.get_close_matches(endpoint, names, n=3) or names[:3]
    hint = f"; there are {', '.join(near)}" if near else "; none is named"
    more = sum(run.more_groups for run in runs)
    hidden = f", and {count(more, 'smaller groups')}, not kept apart" if more else ""
    origins = tuple(one.origin for one in files if one.origin)
    return Found(problem=f"{said} an endpoint {endpoint!r}{hint}{hidden}.", origins=origins)
