"""Reading a bundle's ZIP file strictly: every byte of it is accounted for, or it is refused.

Readers of ZIP files differ in what they make of odd ones: which of two members of one name they
take, whether they look at the front or at the end. A file that passes here leaves no choice.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO

from codexreport.errors import EvidenceError
from codexreport.evidence import zip_layout
from codexreport.evidence.manifest import is_plain
from codexreport.evidence.zip_layout import CENTRAL, END, Member

_LARGEST_DIRECTORY = 64 * 1024 * 1024
_ENCRYPTED = 1
_MODE_SHIFT = 16
_LONGEST_COMMENT = 0xFFFF
_FIRST = zip_layout.LOCAL_SIGNATURE[:2]
"""What every ZIP file begins with, be it cut off or without a member."""


class ZipError(EvidenceError):
    """A file is not a ZIP file as a bundle is one."""

    exit_code = 1


class NotZipError(ZipError):
    """A file is nothing that a ZIP file could be the rest of."""

    exit_code = 3


def members_of(stream: BinaryIO) -> tuple[Member, ...]:
    """The members of a ZIP file, once nothing but they is in it.

    Their bytes are not read: compare them with size and checksum.

    Args:
        stream: Can be read from any place.

    Raises:
        NotZipError: It neither begins nor ends as one.
        ZipError: Says what is odd first.
    """
    size = stream.seek(0, 2)
    if _at(stream, 0, min(size, 2)) != _FIRST and not _ends(stream, size):
        raise NotZipError("It is no ZIP file.")
    raw, count = _directory(stream, size)
    members = tuple(_entries(raw, count))
    _check_names([member.name for member in members])
    _check_places(stream, members)
    between = size - END.size - len(raw) - members[-1].end
    if between:
        raise ZipError(f"Its last member ends {between} bytes before its central directory.")
    return members


def _directory(stream: BinaryIO, size: int) -> tuple[bytes, int]:
    """The central directory's bytes, and how many entries the end record says there are."""
    if size < END.size:
        raise ZipError(f"It has {size} bytes, too few for a ZIP file.")
    signature, disk, first_disk, here, count, length, begin, comment = END.unpack(
        _at(stream, size - END.size, size)
    )
    if signature != zip_layout.END_SIGNATURE:
        raise ZipError(_no_end(stream, size))
    if comment or disk or first_disk or here != count:
        raise ZipError("Its end record names a comment or further parts; a bundle has neither.")
    if length > _LARGEST_DIRECTORY:
        raise ZipError(f"Its central directory would be {length} bytes long.")
    real = size - END.size - length
    if real != begin:
        raise ZipError(
            f"Its central directory begins at byte {real}, not at byte {begin} as its end record "
            f"says: something was added before it or cut out."
        )
    return _at(stream, real, size - END.size), count


def _ends(stream: BinaryIO, size: int) -> bool:
    """Whether there is an end record, be it the last thing in it or not."""
    return zip_layout.END_SIGNATURE in _tail(stream, size)


def _tail(stream: BinaryIO, size: int) -> bytes:
    return _at(stream, max(0, size - END.size - _LONGEST_COMMENT), size)


def _no_end(stream: BinaryIO, size: int) -> str:
    tail = _tail(stream, size)
    at = tail.rfind(zip_layout.END_SIGNATURE)
    if 0 <= at <= len(tail) - END.size:
        return f"{len(tail) - at - END.size} bytes stand behind its end record."
    return "It does not end as a ZIP file does: it was cut off, or is none."


def _entries(raw: bytes, count: int) -> Iterator[Member]:
    at = 0
    for number in range(1, count + 1):
        fields = CENTRAL.unpack_from(raw.ljust(at + CENTRAL.size, b"\0"), at)
        name_end = at + CENTRAL.size + fields[10]
        if fields[0] != zip_layout.CENTRAL_SIGNATURE or name_end > len(raw):
            raise ZipError(f"Its central directory has no entry {number}; {count} are announced.")
        name = _name(raw[at + CENTRAL.size : name_end], number)
        member = Member(name=name, size=fields[9], crc=fields[7], offset=fields[16])
        if raw[at : name_end + fields[11] + fields[12]] != zip_layout.central_header(member):
            raise ZipError(f"{name!r} in it {_oddity(fields)}.")
        yield member
        at = name_end
    if at != len(raw):
        raise ZipError(f"{len(raw) - at} bytes stand behind the last entry of its directory.")


def _name(raw: bytes, number: int) -> str:
    try:
        name = raw.decode()
    except UnicodeDecodeError as error:
        raise ZipError(f"The name of its member {number} is not UTF-8.") from error
    if name.endswith("/"):
        raise ZipError(f"{name!r} in it is a folder, not a file.")
    if not is_plain(name):
        raise ZipError(f"{name!r} in it is no relative path of printable names.")
    return name


def _oddity(fields: Sequence[int]) -> str:
    """What of a central directory's entry no bundle has."""
    flags, method, attributes = fields[3], fields[4], fields[15]
    mode = attributes >> _MODE_SHIFT
    oddities = (
        (flags & _ENCRYPTED, "is encrypted"),
        (method, "is compressed; a bundle's members are stored"),
        (fields[8] != fields[9], "has two sizes"),
        (fields[11], "has an extra field"),
        (fields[12], "has a comment"),
        (stat.S_ISLNK(mode), "is a symbolic link"),
        (mode and not stat.S_ISREG(mode), "is not a regular file"),
    )
    named = (words for odd, words in oddities if odd)
    return next(named, "has other flags, time, version or permissions than a bundle's members")


def _check_names(names: Sequence[str]) -> None:
    if not names:
        raise ZipError("It has no members.")
    for before, name in pairwise(names):
        if name == before:
            raise ZipError(f"{name!r} is in it twice.")
        if name < before:
            raise ZipError(f"{name!r} stands behind {before!r} in it; its members are not sorted.")
    known = set(names)
    for name in names:
        parts = name.split("/")
        for depth in range(1, len(parts)):
            if (folder := "/".join(parts[:depth])) in known:
                raise ZipError(f"{folder!r} in it is both a file and the folder of {name!r}.")


def _check_places(stream: BinaryIO, members: Sequence[Member]) -> None:
    """Each member has to begin where the one before has ended, with the header it must have."""
    at = 0
    for member in members:
        if member.offset != at:
            raise ZipError(
                f"{member.name!r} in it begins at byte {member.offset}, not at byte {at} where "
                f"what is before it ends."
            )
        if _at(stream, at, member.start) != zip_layout.local_header(member):
            raise ZipError(
                f"The header before {member.name!r} is not the one that the central directory "
                f"makes it have."
            )
        at = member.end


def _at(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(end - start)
