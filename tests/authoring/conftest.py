"""A small template, and notebooks made of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.authoring.cells import AuthoredNotebook
from codexreport.authoring.templates import Template

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
PARAMETERS = 'project: str = ""  # folder\nincident: str = ""  # the incident'


def kit_cell(name, source, kind="code", tags=()):
    cell = {
        "cell_type": kind,
        "id": f"cr-{name}",
        "metadata": {"tags": ["codexreport", *tags]},
        "source": source.splitlines(keepends=True),
    }
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


def section_cell(name, title, question="What happened?", since=1):
    return {
        "cell_type": "markdown",
        "id": name,
        "metadata": {"codexreport": {"since": since}, "tags": ["author"]},
        "source": f"## {title}\n\n> To answer: {question}".splitlines(keepends=True),
    }


KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELLS = (
    kit_cell("parameters", PARAMETERS, tags=["parameters"]),
    kit_cell("load", "import codexreport as cr"),
    section_cell("summary", "Summary"),
    kit_cell("timeline", "report.timeline()"),
    section_cell("lessons", "Lessons", "What do we\n> know now?"),
)


@pytest.fixture
def kit():
    """Makes a cell of the kit's."""
    return kit_cell


@pytest.fixture
def section():
    """Makes a cell that asks the author for a section."""
    return section_cell


@pytest.fixture
def now():
    """When the notebooks are made."""
    return NOW


@pytest.fixture
def limit():
    """How old a draft may become."""
    return timedelta(days=14)


@pytest.fixture
def template():
    """Makes the template, or another version of it."""

    def make(cells=CELLS, version=1):
        ours = {"template": "postmortem", "version": version}
        document = {
            "cells": list(cells),
            "metadata": {"codexreport": ours, "kernelspec": KERNEL},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return Template.of(AuthoredNotebook.read(json.dumps(document).encode(), "t.ipynb"))

    return make


@pytest.fixture
def new(template):
    """The text of a notebook made of the template."""
    return template().notebook({"project": "..", "incident": "INC-42"}, NOW)


@pytest.fixture
def read():
    """A notebook from its text, or from what its JSON says."""

    def make(content):
        text = content if isinstance(content, str) else json.dumps(content)
        return AuthoredNotebook.read(text.encode(), "INC-42.ipynb")

    return make


@pytest.fixture
def changed(new, read):
    """The new notebook with other cells, each a change of the old by id; None takes it away."""

    def make(extra=(), **changes):
        document = json.loads(new)
        cells = [
            {**one, **(changes.get(name) or {})}
            for one in document["cells"]
            if changes.get(name := one["id"].replace("-", "_"), {}) is not None
        ]
        return read({**document, "cells": [*cells, *extra]})

    return make
