"""Hostile ZIP files, each refused by what is odd about it."""

import io
import stat
import struct
import zipfile

import pytest

from codexreport.evidence.zip_layout import Member, directory, local_header
from codexreport.evidence.zip_reading import ZipError, members_of
from codexreport.evidence.zip_writing import write_zip

FILES = {"SHA256SUMS": [b"list"], "a/b": [b"one ", b"two"], "a/ü": [b""]}


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "sound.zip"
    write_zip(path, FILES)
    return path.read_bytes()


def refused(content):
    with pytest.raises(ZipError) as caught:
        members_of(io.BytesIO(content))
    return caught.value.message


def packed(*names, content=b"x"):
    """A ZIP file laid out as a bundle is, but for the names."""
    members, data, at = [], b"", 0
    for name in names:
        member = Member(name=name, size=1, crc=0x8CDC1683, offset=at)
        data += local_header(member) + content
        members.append(member)
        at = member.end
    return data + directory(members)


def by_zipfile(change=None, *, comment=b"", method=zipfile.ZIP_STORED):
    """A ZIP file as Python's own writer makes it, all but one thing as a bundle has it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        info = zipfile.ZipInfo("a")
        info.external_attr = 0o100644 << 16
        info.create_system = 3
        info.compress_type = method
        info.extract_version = 10
        if change:
            change(info)
        archive.writestr(info, b"x" * 100)
        archive.comment = comment
    return stream.getvalue()


def test_what_is_written_is_read_and_python_and_the_layout_agree(sound):
    members = members_of(io.BytesIO(sound))
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        assert archive.testzip() is None
        seen = [(i.filename, i.file_size, i.CRC, i.header_offset) for i in archive.infolist()]
        attributes = {i.external_attr >> 16 for i in archive.infolist()}
        times = {i.date_time for i in archive.infolist()}
        assert archive.read("a/b") == b"one two"
    assert [(m.name, m.size, m.crc, m.offset) for m in members] == seen
    assert attributes == {stat.S_IFREG | 0o644}
    assert times == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("count", [1, 22, 1000, 70_000])
def test_bytes_before_it_are_found(sound, count):
    assert "something was added before it or cut out" in refused(b"x" * count + sound)


@pytest.mark.parametrize("count", [1, 21, 22, 1000])
def test_bytes_behind_it_are_found(sound, count):
    assert refused(sound + b"x" * count) == f"{count} bytes stand behind its end record."


def test_two_bundles_in_one_file_are_found(sound):
    assert "something was added before it" in refused(sound + sound)


def test_a_comment_is_found():
    assert refused(by_zipfile(comment=b"hello")) == "5 bytes stand behind its end record."
    # A comment that is itself an end record, so that another reader takes the first one.
    whole = by_zipfile(comment=struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 0, 0, 0, 0, 0))
    assert "begins at byte" in refused(whole)


def test_bytes_between_two_members_are_found(sound):
    first = Member(name="a", size=1, crc=0, offset=0)
    second = Member(name="b", size=1, crc=0, offset=first.end + 3)
    data = local_header(first) + b"x" + b"gap" + local_header(second) + b"x"
    assert "'b' in it begins at byte" in refused(data + directory([first, second]))


def test_bytes_before_the_central_directory_are_found():
    member = Member(name="a", size=1, crc=0, offset=0)
    tail = bytearray(directory([member]))
    tail[-6:-2] = struct.pack("<L", member.end + 7)
    content = local_header(member) + b"x" + b"between" + bytes(tail)
    assert refused(content) == "Its last member ends 7 bytes before its central directory."


def test_members_that_overlap_are_found():
    """As in a ZIP bomb: two names for one place."""
    one = Member(name="a", size=1, crc=0, offset=0)
    two = Member(name="b", size=1, crc=0, offset=0)
    assert "'b' in it begins at byte 0" in refused(local_header(one) + b"x" + directory([one, two]))


def test_a_member_without_an_entry_in_the_directory_is_found():
    one = Member(name="a", size=1, crc=0, offset=0)
    two = Member(name="b", size=1, crc=0, offset=one.end)
    data = local_header(one) + b"x" + local_header(two) + b"x"
    tail = bytearray(directory([one]))
    tail[-6:-2] = struct.pack("<L", two.end)
    assert "ends 32 bytes before" in refused(data + bytes(tail))


def test_a_name_that_differs_between_the_two_headers_is_found():
    content = packed("a", "b").replace(b"b", b"c", 1)
    assert refused(content).startswith("The header before 'b' is not the one")


@pytest.mark.parametrize("announced", [0, 1, 3, 65535])
def test_another_number_of_entries_than_announced_is_found(announced):
    content = bytearray(packed("a", "b"))
    content[-14:-10] = struct.pack("<HH", announced, announced)
    refused(bytes(content))


def test_further_disks_are_refused():
    content = bytearray(packed("a"))
    content[-18:-16] = b"\1\0"
    assert "further parts" in refused(bytes(content))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/etc/passwd", "no relative path"),
        ("../a", "no relative path"),
        ("a/../../b", "no relative path"),
        ("a/./b", "no relative path"),
        ("a//b", "no relative path"),
        ("a\\b", "no relative path"),
        ("a\0b", "no relative path"),
        ("a\nb", "no relative path"),
        ("a\x1b[2J", "no relative path"),
        ("a\u202eb", "no relative path"),
        ("-", "no relative path"),
        ("", "no relative path"),
        ("a/", "is a folder"),
    ],
)
def test_a_name_that_leads_elsewhere_or_deceives_is_refused(name, said):
    assert said in refused(packed(name))


def test_a_name_that_is_not_utf_8_is_refused():
    assert "is not UTF-8" in refused(packed("a").replace(b"a", b"\xff"))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("a", "a"), "'a' is in it twice"),
        (("b", "a"), "not sorted"),
        (("a", "a/b"), "both a file and the folder"),
        (("a", "a!", "a/b/c"), "'a' in it is both a file and the folder of 'a/b/c'"),
    ],
)
def test_names_that_can_not_all_be_unpacked_are_refused(names, said):
    assert said in refused(packed(*names))


def extra(info):
    info.extra = struct.pack("<HHB", 0x5455, 1, 0)


def mode(bits):
    def change(info):
        info.external_attr = bits << 16

    return change


def other_time(info):
    info.date_time = (2026, 10, 6, 7, 0, 0)


def commented(info):
    info.comment = b"hello"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (extra, "has an extra field"),
        (mode(stat.S_IFLNK | 0o777), "is a symbolic link"),
        (mode(stat.S_IFIFO | 0o644), "is not a regular file"),
        (mode(stat.S_IFDIR | 0o755), "is not a regular file"),
        (mode(stat.S_IFREG | 0o4755), "other flags, time, version or permissions"),
        (other_time, "other flags, time, version or permissions"),
        (commented, "has a comment"),
    ],
)
def test_a_member_with_more_than_name_and_bytes_is_refused(change, said):
    assert said in refused(by_zipfile(change))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_is_refused(method):
    assert "is compressed" in refused(by_zipfile(method=method))


def test_encryption_is_refused():
    content = bytearray(packed("a"))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    assert "is encrypted" in refused(bytes(content))


def test_streamed_members_and_64_bit_ones_are_refused():
    class Unseekable(io.RawIOBase):
        def __init__(self):
            self.content = b""

        def writable(self):
            return True

        def write(self, piece):
            self.content += bytes(piece)
            return len(piece)

    stream = Unseekable()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"x")
    refused(stream.content)
    wide = io.BytesIO()
    with zipfile.ZipFile(wide, "w") as archive, archive.open("a", "w", force_zip64=True) as member:
        member.write(b"x")
    refused(wide.getvalue())


@pytest.mark.parametrize("content", [b"", b"PK", b"hello" * 9, b"PK\5\6" + b"\0" * 18, b"\0" * 22])
def test_what_is_no_zip_file_or_an_empty_one_is_refused(content):
    refused(content)


def test_a_directory_larger_than_the_file_is_refused(sound):
    content = bytearray(sound)
    for length in (0x7FFFFFFF, 0xFFFFFFFF, len(content)):
        content[-10:-6] = struct.pack("<L", length)
        refused(bytes(content))
