"""Asking a file source the way the pipeline does."""

from datetime import datetime, timedelta, timezone
from fractions import Fraction

from codexreport.errors import SourceError
from codexreport.series import Ask, Metric, RatioIndicator, ThresholdIndicator
from codexreport.sources.base import Place
from codexreport.window import Window

START = datetime(2026, 9, 28, tzinfo=timezone.utc)
START_S = int(START.timestamp())


def ratio(total, *, good=None, bad=None, counter=False):
    """A ratio indicator from the specs of its metrics."""
    return RatioIndicator(
        name="it",
        total=Metric(source="s", spec=total),
        good=None if good is None else Metric(source="s", spec=good),
        bad=None if bad is None else Metric(source="s", spec=bad),
        counter=counter,
    )


def threshold(spec, op, value):
    """A threshold indicator."""
    metric = Metric(source="s", spec=spec)
    return ThresholdIndicator(name="it", metric=metric, op=op, value=Fraction(value))


def ask(source, indicator, root, *, hours=1, bucket_s=300, progress=lambda *_: None):
    """What the source gives for `indicator` over the hours after `START`."""
    window = Window.between(START, START + timedelta(hours=hours), "UTC")
    asked = Ask(
        indicators=(indicator,), span=window, focus=window, bucket=timedelta(seconds=bucket_s)
    )
    place = Place(root=root, cache=root / ".cache", now=START, progress=progress)
    pulled = source.collect(asked, place)[indicator.name]
    if isinstance(pulled, SourceError):
        raise pulled
    return source.read(indicator, asked, pulled)
