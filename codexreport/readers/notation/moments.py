"""Times and days as people and trackers write them; one that does not say when is refused."""

from __future__ import annotations

from datetime import date, datetime, timezone

from codexreport.readers.notation.document import Document
from codexreport.text import one_line

_SHOWN = 40
_NOT_SET = 1
"""The year of Go's zero time, which is how some servers say that there is none."""
_FIRST_YEAR, _LAST_YEAR = 1970, 9998


def moment_of(document: Document, value: object, place: str, *, line: int = 0) -> datetime | None:
    """The time that stands at `place`, in UTC; None where nothing stands there.

    Raises:
        SourceError: It is no time, has neither offset nor zone, or lies before 1970.
    """
    if value is None or value == "":
        return None
    at = document.moment(value.isoformat() if isinstance(value, datetime) else value)
    if at is not None and at.year == _NOT_SET:
        return None
    if at is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise document.error(
            f"{place} is {one_line(str(value), _SHOWN)!r}, expected a time with its offset, "
            "such as 2026-11-10T08:30:00+01:00",
            line=line,
        )
    return at.astimezone(timezone.utc)


def day_of(document: Document, value: object, place: str, *, line: int = 0) -> date | None:
    """The day that stands at `place`; of a time its date as it is written.

    Raises:
        SourceError: It is neither a day nor a time.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value).strip()).date()
    except ValueError as error:
        raise document.error(
            f"{place} is {one_line(str(value), _SHOWN)!r}, expected a day, such as 2026-12-01",
            line=line,
        ) from error
