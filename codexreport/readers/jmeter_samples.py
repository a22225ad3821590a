"""What both notations of JMeter results share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

from codexreport.readers.notation.document import Document
from codexreport.text import one_line

MILLISECONDS = 1000
TRANSACTION = "Number of samples in transaction"
"""How the message of a transaction controller's own sample begins."""

_YEAR_10000 = 253_402_300_800


def moment_of(document: Document, milliseconds: float) -> datetime:
    """A moment from milliseconds since 1970.

    Raises:
        SourceError: It is none of the years 1970 to 9999.
    """
    if not 0 <= milliseconds < _YEAR_10000 * MILLISECONDS:
        raise document.error(
            f"a sample is dated {milliseconds:.0f}, expected milliseconds since 1970"
        )
    whole, rest = divmod(int(milliseconds), MILLISECONDS)
    return datetime.fromtimestamp(whole, tz=timezone.utc).replace(microsecond=rest * 1000)


def unknown_outcomes(written: Iterable[str]) -> tuple[str, ...]:
    """A sentence on outcomes that are neither true nor false; they count as failed."""
    strange = sorted({one for one in written if one.lower() not in {"true", "false"}})
    if not strange:
        return ()
    return (f"An outcome is {one_line(strange[0], 40)!r}, neither true nor false.",)
