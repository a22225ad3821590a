"""LCOV tracefiles: coverage of C, C++, JavaScript and many others, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from codexreport.quality.coverage import NOTHING, Coverage, FileCoverage, Share, compared, total
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document

_PASSED_OVER = frozenset(
    {"VER", "FN", "FNDA", "FNF", "FNH", "FNL", "FNA", "BRF", "BRH", "MCDC", "MCF", "MCH"}
)
_LINE = re.compile(r"(\d{1,15}),(\d{1,30})(?:,.*)?")
_BRANCH = re.compile(r"(\d{1,15},.+),(-|\d{1,30})")
_NUMBER = re.compile(r"\d{1,15}")


class LcovReader:
    """Coverage as LCOV tracefiles."""

    format: ClassVar[str] = "lcov"
    title: ClassVar[str] = "LCOV coverage"
    made_by: ClassVar[str] = "coverage lcov"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.LCOV})

    def recognises(self, document: Document) -> bool:
        """Nothing else is written in this notation."""
        return document.container is Container.LCOV

    def parse(self, document: Document) -> Coverage:
        """Join the records of each source file, and compare them with their own totals."""
        records = _records(document)
        told = [record.told_lines for record in records if record.told_lines]
        lines, notes = compared(
            total(record.lines for record in records),
            total(told) if len(told) == len(records) else None,
            "lines",
        )
        files = tuple(
            FileCoverage(name=one.name, lines=one.lines, branches=_share(one.branches))
            for one in records
        )
        branches = total(file.branches for file in files)
        return Coverage(lines=lines, branches=branches, files=files, notes=notes)


@dataclass(slots=True)
class _Record:
    """One source file. Several records of one file are joined: several tests went through it."""

    name: str
    hits: dict[int, bool] = field(default_factory=dict)
    branches: dict[str, bool] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    times: int = 0

    @property
    def lines(self) -> Share:
        """By its lines; by its totals where a file holds nothing else."""
        return _share(self.hits) if self.hits else self.told_lines or NOTHING

    @property
    def told_lines(self) -> Share | None:
        """What its totals say; None where they speak of one record of several, or are absent."""
        if self.times != 1 or not self.told.keys() >= {"LF", "LH"}:
            return None
        return Share(covered=self.told["LH"], total=self.told["LF"])


def _share(went_through: Mapping[Any, bool]) -> Share:
    return Share(covered=sum(went_through.values()), total=len(went_through))


def _records(document: Document) -> list[_Record]:
    records: dict[str, _Record] = {}
    current: _Record | None = None
    for number, line in document.counted(enumerate(document.text.split("\n"), 1)):
        written = line.strip()
        key, colon, value = written.partition(":")
        if not written or written.startswith("#") or key == "TN":
            continue
        if key == "SF" and colon and current is None:
            current = records.setdefault(value, _Record(value))
            current.times += 1
        elif current is None:
            raise document.error(f"{key[:40]!r} stands outside of a record (SF)", line=number)
        elif written == "end_of_record":
            current = None
        elif not _take(current, key, value):
            raise document.error(f"{written[:60]!r} is not understood", line=number)
    if current is not None:
        raise document.error(f"ends inside the record of {current.name[:100]!r}")
    return list(records.values())


def _take(record: _Record, key: str, value: str) -> bool:
    """Whether the line was one that may stand there."""
    if key == "DA" and (found := _LINE.fullmatch(value)):
        line = int(found[1])
        record.hits[line] = record.hits.get(line, False) or int(found[2]) > 0
    elif key == "BRDA" and (found := _BRANCH.fullmatch(value)):
        taken = found[2] not in ("-", "0")
        record.branches[found[1]] = record.branches.get(found[1], False) or taken
    elif key in ("LF", "LH") and _NUMBER.fullmatch(value):
        record.told[key] = int(value)
    else:
        return key in _PASSED_OVER
    return True
