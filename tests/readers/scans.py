"""Reading small scans in tests."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from examples import FORMATS

from codexreport.facts import About
from codexreport.measure import worst
from codexreport.readers.notation.document import Document
from codexreport.readers.registry import reader

ABOUT = About(subject="scan.json", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))


def read(format_, value):
    """The facts of `value`: bytes, text, or what JSON can hold."""
    text = value if isinstance(value, str | bytes) else json.dumps(value)
    body = text if isinstance(text, bytes) else text.encode()
    return reader(format_).parse(Document("scan.json", body))


def example(format_, name):
    """An example as JSON, to change."""
    return json.loads((FORMATS / format_ / name).read_text(encoding="utf-8"))


def judged(facts):
    """The state of the whole file, and its measures by the last part of their names."""
    measures = facts.measures(ABOUT)
    short = {one.name.removeprefix("supply_chain."): one for one in measures}
    return worst(one.state for one in measures), short


def only(facts):
    """The one finding."""
    [one] = facts.findings
    return one
