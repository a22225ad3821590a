"""Earlier figures to compare with: what a gate was judged on before, run by run.

`decisions/<name>.jsonl` in the evidence of a phase holds one line a judgement, oldest first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.measure import Measure, State
from codexreport.readiness.baseline import Baseline, Baselines, Before
from codexreport.readiness.decision import Verdict
from codexreport.strict import StrictError, load_json
from codexreport.versions import counted, is_version
from codexreport.window import recorded_moment, zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One judgement that was kept.

    Attributes:
        time: When, ISO 8601.
        release: What was judged, as people call it; empty where nobody said.
        verdict: What was decided.
        figures: Each known figure by its measure's name and subject, exact.
    """

    time: str
    release: str
    verdict: str
    figures: dict[tuple[str, str], Fraction]

    def before(self, zone_name: str) -> Before:
        """What it is told by, its day as in a time zone."""
        at = recorded_moment(self.time)
        return Before(
            release=self.release, day=at.astimezone(zone(zone_name)).date() if at else None
        )


def line_of(measures: Iterable[Measure], *, time: str, release: str, verdict: str) -> str:
    """One judgement as a line; only what was known can be compared with later."""
    known = {
        (one.name, one.subject): str(Fraction(one.value))
        for one in measures
        if one.value is not None and one.state is not State.UNKNOWN
    }
    record = {
        "schema": 1,
        "time": time,
        "release": release,
        "verdict": verdict,
        "figures": [[name, subject, known[name, subject]] for name, subject in sorted(known)],
    }
    return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"


def read_earlier(path: Path) -> list[Earlier]:
    """Every judgement that was kept, oldest first; none where there is no file.

    Raises:
        EvidenceError: The file cannot be read, or a line is not what was written.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path} cannot be read: {error}.") from error
    lines = text.split("\n")
    return [_earlier(line, f"{path}:{n}") for n, line in enumerate(lines, 1) if line]


def baselines(
    earlier: Sequence[Earlier], wanted: str, release: str = "", zone_name: str = "UTC"
) -> Baselines:
    """The figures to compare with: never those of a NO-GO, nor of the release that is judged.

    Args:
        earlier: What was kept, oldest first.
        wanted: `last`, `last N` (the mean of as many; fewer give none), or a release's name.
        release: Which one is judged; empty where nobody says.
        zone_name: IANA zone that days are told in.
    """
    sound = [
        one
        for one in earlier
        if one.verdict != Verdict.NO_GO.value and not (release and one.release == release)
    ]
    word, _, number = wanted.partition(" ")
    if word != "last":
        chosen = [one for one in sound if one.release == wanted][-1:]
    else:
        size = int(number or 1)
        nearest = _nearest_last(sound, release)
        chosen = nearest[-size:] if len(nearest) >= size else []
    if not chosen:
        return {}
    shared = set.intersection(*(set(one.figures) for one in chosen))
    of = tuple(one.before(zone_name) for one in chosen)
    return {
        key: Baseline(value=sum((one.figures[key] for one in chosen), Fraction(0)) / len(of), of=of)
        for key in shared
    }


def _nearest_last(kept: Sequence[Earlier], release: str) -> list[Earlier]:
    """What comes before a release: lower versions by their order, before them others by time.

    So 1.0.1, which mends 1.0, is not compared with a 1.3 that was judged meanwhile.
    """
    if not is_version(release):
        return list(kept)
    others = [one for one in kept if not is_version(one.release)]
    versions = [one for one in kept if is_version(one.release)]
    lower = [one for one in versions if counted(one.release) < counted(release)]
    return [*others, *sorted(lower, key=lambda one: counted(one.release))]


def _earlier(line: str, place: str) -> Earlier:
    try:
        record: Any = load_json(line)
        return Earlier(
            time=str(record["time"]),
            release=str(record["release"]),
            verdict=str(record["verdict"]),
            figures={
                (str(name), str(subject)): Fraction(value)
                for name, subject, value in record["figures"]
            },
        )
    except (StrictError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise EvidenceError(
            f"{place} is no judgement that was kept here.",
            advice="Move the file away and keep it as it is; a new one will be begun.",
        ) from error
