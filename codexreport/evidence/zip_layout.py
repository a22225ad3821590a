"""The one way in which a bundle is laid out as a ZIP file, byte by byte.

Members are stored, one behind the other, then the central directory and the end record, as in
section 4.3 of PKWARE's APPNOTE; nothing is between, before or after them. All that could differ
from one machine to another is fixed: time, permissions, versions, flags. So the names, sizes and
checksums of the members say every other byte, and a reader can compare instead of interpret.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

MOST_BYTES = 0xFFFF_FFFE
MOST_MEMBERS = 0xFFFE
LONGEST_NAME = 0xFFFF
"""What a ZIP file can say without the extensions that are not used here."""

LOCAL = struct.Struct("<4sHHHHHLLLHH")
CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
END = struct.Struct("<4sHHHHLLH")
LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
END_SIGNATURE = b"PK\x05\x06"

_NEEDED = 10
_MADE_BY = 3 << 8 | 20
_UTF_8 = 0x800
_STORED = 0
_TIME, _DATE = 0, 1 << 5 | 1
_REGULAR_0644 = 0o100644 << 16
"""Version 1.0 to read; made on Unix by version 2.0; 1980-01-01 00:00:00, the first moment of a
ZIP file; a regular file that its owner may write and everyone may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file in a ZIP file.

    Attributes:
        name: Relative path with forward slashes.
        size: In bytes.
        crc: CRC-32 of its bytes.
        offset: Where its local header begins.
    """

    name: str
    size: int
    crc: int
    offset: int

    @property
    def start(self) -> int:
        """Where its bytes begin."""
        return self.offset + LOCAL.size + len(self.name.encode())

    @property
    def end(self) -> int:
        """Where they have ended."""
        return self.start + self.size


def local_header(member: Member) -> bytes:
    """What stands before a member's bytes."""
    name = member.name.encode()
    return LOCAL.pack(LOCAL_SIGNATURE, *_common(member), len(name), 0) + name


def central_header(member: Member) -> bytes:
    """A member's entry in the central directory."""
    name = member.name.encode()
    rest = (len(name), 0, 0, 0, 0, _REGULAR_0644, member.offset)
    return CENTRAL.pack(CENTRAL_SIGNATURE, _MADE_BY, *_common(member), *rest) + name


def directory(members: Sequence[Member]) -> bytes:
    """The central directory and the end record, with which the file ends."""
    entries = b"".join(map(central_header, members))
    begin = members[-1].end if members else 0
    count = len(members)
    return entries + END.pack(END_SIGNATURE, 0, 0, count, count, len(entries), begin, 0)


def _common(member: Member) -> tuple[int, ...]:
    """What both headers say: how to read it, when it was made, checksum and size."""
    flags = 0 if member.name.isascii() else _UTF_8
    return (_NEEDED, flags, _STORED, _TIME, _DATE, member.crc, member.size, member.size)
