"""The contract of a reader: one format, recognised by its shape, understood as facts.

A reader lives in `readers/<format>.py` and is registered under the entry point group
`codexreport.readers`. It sees a `Document`, the bytes that were hashed, and nothing else: no
clock, network, environment or other file. `tests/readers/test_contract.py` runs on every
registered reader.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

from codexreport.facts import Facts
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document


class Reader(Protocol):
    """A format."""

    format: ClassVar[str]
    """Its name, as `--as` and `[sources.NAME] type` take it."""
    title: ClassVar[str]
    """What it is, for a list: `JUnit XML test results`."""
    made_by: ClassVar[str]
    """A command that makes such a file: `pytest --junitxml=junit.xml`."""
    containers: ClassVar[frozenset[Container]]
    """The notations it is written in."""

    def recognises(self, document: Document) -> bool:
        """Whether the file has the format's shape. Cheap: looks at the top, not at every row.

        It says no to everything another reader says yes to.

        Raises:
            SourceError: The notation itself is broken.
        """
        ...

    def parse(self, document: Document) -> Facts:
        """Understand the file.

        Raises:
            SourceError: It is not whole, or not what it should be; names file and position.
        """
        ...
