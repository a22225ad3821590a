"""The OpenMetrics and Prometheus text formats: samples with their times, of the metrics wanted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from codexreport.errors import SourceError
from codexreport.sources.increase import CounterSamples, Floats

_SAMPLE = re.compile(
    r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
    r"(?:\{(?P<labels>(?:[^\"}]|\"(?:[^\"\\]|\\.)*\")*)\})?"
    r"[ \t]+(?P<value>\S+)"
    r"(?:[ \t]+(?P<time>[0-9.eE+-]+))?"
    r"(?P<exemplar>[ \t]+\#.*)?[ \t]*"
)
_LABEL = re.compile(r"\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*\"((?:[^\"\\]|\\.)*)\"\s*(?:,|$)")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "\\": "\\", '"': '"'}
_MILLISECONDS = 100_000_000_000
"""A Prometheus export gives times in milliseconds; in seconds they would be 3,000 years ahead."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One series of a file."""

    labels: Mapping[str, str]
    times: Floats
    values: Floats

    def as_counter(self) -> CounterSamples:
        """The same for counting."""
        return CounterSamples(labels=self.labels, times=self.times, values=self.values)


def parse(text: str, name: str, wanted: Collection[str]) -> dict[str, list[Series]]:
    """Read the samples of the metrics `wanted`, in order of time.

    Args:
        text: The whole export.
        name: What messages call it.
        wanted: Metric names, as they stand in the samples.

    Returns:
        Series by metric name.

    Raises:
        SourceError: A line is none of the format, a sample has no time, or the export is cut off.
    """
    ended = text.rstrip().endswith("# EOF")
    if "\n# EOF" in text and not ended:
        raise SourceError(f"{name}: something follows the line # EOF.")
    if not ended and "# TYPE" not in text:
        raise SourceError(f"{name} is neither OpenMetrics nor Prometheus text.")
    if not ended and not text.endswith("\n"):
        raise SourceError(f"{name} is cut off: its last line has no end.")
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _SAMPLE.fullmatch(line)
        if match is None:
            raise SourceError(f"{name}, line {number}: {line[:60]!r} is not a sample.")
        if match["name"] in wanted:
            sample = _sample(match, f"{name}, line {number}")
            found.setdefault((match["name"], match["labels"] or ""), []).append(sample)
    result: dict[str, list[Series]] = {}
    for (metric, labels), samples in found.items():
        result.setdefault(metric, []).append(_series(metric, labels, samples, name))
    return result


def _sample(match: re.Match[str], place: str) -> tuple[float, float]:
    if match["time"] is None:
        raise SourceError(
            f"{place}: the sample has no time.",
            advice="Export with timestamps; a single scrape tells nothing of a week.",
        )
    try:
        return float(match["time"]), float(match["value"])
    except ValueError as error:
        raise SourceError(f"{place}: {match[0][:60]!r} holds no number.") from error


def _series(metric: str, labels: str, samples: list[tuple[float, float]], name: str) -> Series:
    data = np.array(samples, dtype=np.float64)
    times = np.where(data[:, 0] >= _MILLISECONDS, data[:, 0] / 1000, data[:, 0])
    order = np.argsort(times, kind="stable")
    times, values = times[order], data[order, 1]
    if np.any(np.diff(times) == 0):
        raise SourceError(f"{name}: {metric}{{{labels}}} has two samples of the same time.")
    return Series(_labels(labels, f"{name}: {metric}"), times, values)


def _labels(text: str, place: str) -> dict[str, str]:
    labels: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _LABEL.match(text, position)
        if match is None:
            raise SourceError(f"{place}{{{text[:60]}}} has broken labels.")
        labels[match[1]] = _ESCAPE.sub(lambda one: _ESCAPES.get(one[1], one[0]), match[2])
        position = match.end()
    return labels
