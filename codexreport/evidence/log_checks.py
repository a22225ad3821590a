"""What a log tells of itself: chain, schemas, lines that were cut off, and its published head."""

from __future__ import annotations

from collections.abc import Iterator

from codexreport.evidence import manifest
from codexreport.evidence.chain import Chain
from codexreport.evidence.findings import Finding, Meaning, broken


def log_findings(chain: Chain, head: str) -> Iterator[Finding]:
    """All that can be said of a log without looking at any other file.

    Args:
        chain: The log's.
        head: Its hash as it was published, hex; empty if none is known.
    """
    yield from broken(chain.problems)
    yield from _schemas(chain)
    for number in chain.contents.torn:
        text = f"Line {number} of run.log was cut off while being written, or is none of its own."
        yield Finding(Meaning.NOTE, text)
    if chain.bound_from > 1:
        text = (
            f"The log's head stands for its lines from {chain.bound_from} on: nothing behind that "
            f"line, which was cut off, names what is before it."
        )
        yield Finding(Meaning.NOTE, text)
    if head:
        yield _anchor(chain, head)


def _schemas(chain: Chain) -> Iterator[Finding]:
    for record in chain.contents.records:
        schema = record.get("schema", 1)
        if schema not in manifest.RECORD_SCHEMAS:
            text = (
                f"Record {record.get('seq', '?')} has schema {schema!r}, which this version of "
                f"codexreport does not know."
            )
            yield Finding(Meaning.UNKNOWN, text)


def _anchor(chain: Chain, head: str) -> Finding:
    last = chain.contents.head
    if head in chain.hashes[:-1]:
        number = chain.hashes.index(head) + 1
        return Finding(
            Meaning.BROKEN,
            f"The published head is that of line {number} of run.log, which now has {last.seq}.",
        )
    if head != last.sha256:
        return Finding(
            Meaning.BROKEN,
            f"The log ends with a line of SHA-256 {last.sha256}, not with the published head.",
        )
    if chain.bound_from > 1:
        return Finding(
            Meaning.NOTE, "The published head is the log's, but does not stand for all of it."
        )
    return Finding(
        Meaning.ANCHOR, "The published head is the hash of the log's last line, and so of all."
    )
