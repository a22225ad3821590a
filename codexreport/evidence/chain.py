"""The chain of a log: whether every line still names the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence.log import FIRST, LogContents, bytes_of, encoded, lines_of, parse
from codexreport.files import sha256


class AlteredLogError(EvidenceError):
    """A log is not what was written to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What the lines of a log say of each other.

    Attributes:
        contents: Its records.
        hashes: SHA-256 of each line.
        problems: What is wrong, a sentence each.
        bound_from: Number of the first line that the hash of the last one stands for.
    """

    contents: LogContents
    hashes: tuple[str, ...]
    problems: tuple[str, ...]
    bound_from: int


def chain_of(content: bytes) -> Chain:
    """Follow the chain through the bytes of a log."""
    contents, lines = parse(content), lines_of(content)
    hashes = tuple(map(sha256, lines))
    records = dict(_by_line(contents))
    problems: list[str] = []
    bound_from, newest = 1, FIRST
    for number, line in enumerate(lines, start=1):
        record = records.get(number)
        if record is None:
            continue
        before = hashes[number - 2] if number > 1 else FIRST
        problems += _wrong(number, line, record, before)
        if number > 1 and number - 1 not in records:
            if "previous_record" not in record:
                bound_from = number - 1
            elif record["previous_record"] != newest:
                problems.append(
                    f"The chain of run.log is broken at line {number}: it does not name the "
                    f"record before the line that was cut off."
                )
        newest = hashes[number - 1]
    if lines and len(lines) not in records:
        bound_from = len(lines)
    return Chain(contents=contents, hashes=hashes, problems=tuple(problems), bound_from=bound_from)


def whole(folder: Path) -> LogContents:
    """All records of a log whose chain holds: only such a log is added to, or decides anything.

    Raises:
        AlteredLogError: The chain is broken.
        EvidenceError: The log cannot be read.
    """
    chain = chain_of(bytes_of(folder))
    if chain.problems:
        raise AlteredLogError(
            f"The log of {folder.name} was altered. {chain.problems[0]}",
            advice=f"codexreport verify {folder} says all that is wrong. Restore the log from where"
            " it is kept safe, or move the folder away: a new one will be begun.",
        )
    return chain.contents


def _by_line(contents: LogContents) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each record with the number of the line that it is."""
    torn = set(contents.torn)
    numbers = (n for n in range(1, contents.head.seq + 1) if n not in torn)
    return zip(numbers, contents.records, strict=True)


def _wrong(number: int, line: bytes, record: dict[str, Any], before: str) -> Iterator[str]:
    """What one record says falsely of itself and of the line before it."""
    if record.get("previous") != before:
        yield (
            f"The chain of run.log is broken at line {number}: it does not name the SHA-256 of "
            f"the line before it."
        )
    if type(record.get("seq")) is not int or record["seq"] != number:
        yield f"Line {number} of run.log says that it is number {record.get('seq')!r}."
    if not _is_canonical(line, record):
        yield f"Line {number} of run.log is not written as records are."


def _is_canonical(line: bytes, record: dict[str, Any]) -> bool:
    """Whether a record can be read in one way only: no key twice, nothing beyond JSON."""
    try:
        return encoded(record) == line
    except (EvidenceError, RecursionError):
        return False
