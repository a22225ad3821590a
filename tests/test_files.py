import os
import resource
import select
import signal
import subprocess
import sys
import textwrap

import pytest

from codexreport.errors import EvidenceError
from codexreport.files import sha256, sha256_file, write_atomic

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of nothing, as FIPS 180-4's own examples and `sha256sum /dev/null` give it."""


def test_a_hash_is_the_same_from_bytes_and_from_a_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"")
    assert sha256(b"") == sha256_file(path) == EMPTY
    path.write_bytes(b"x" * 3_000_000)  # more than one read
    assert sha256_file(path) == sha256(b"x" * 3_000_000)


def test_a_file_appears_with_its_folders_and_can_be_read_by_others(tmp_path):
    path = tmp_path / "one" / "two" / "page.html"
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_replaced_whole_for_whoever_has_the_old_one_open(tmp_path):
    path = tmp_path / "page.html"
    write_atomic(path, b"old")
    with path.open("rb") as reader:
        write_atomic(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("obstacle", "advice"),
    [
        ("a file is in the folder's place", "Move the file away"),
        ("a folder is there", "permissions"),
    ],
)
def test_what_cannot_be_written_is_an_error_and_leaves_nothing_behind(tmp_path, obstacle, advice):
    """Root may write anywhere, so permission is taken away by what stands in the way."""
    if obstacle == "a folder is there":
        path = tmp_path / "page.html"
        (path / "inside").mkdir(parents=True)
    else:
        (tmp_path / "reports").write_bytes(b"in the way")
        path = tmp_path / "reports" / "page.html"
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EvidenceError, match=r"page\.html could not be written") as caught:
        write_atomic(path, b"new")
    assert advice in caught.value.advice
    assert sorted(tmp_path.rglob("*")) == before


def test_a_full_disk_leaves_the_old_file_whole(tmp_path):
    """A limit on the size of files stops a write half-way, as a full disk does."""
    path = tmp_path / "page.html"
    write_atomic(path, b"old")
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from codexreport.errors import EvidenceError
        from codexreport.files import write_atomic
        try:
            write_atomic(Path(sys.argv[1]), b"x" * 100_000)
        except EvidenceError as error:
            print(error)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert "page.html could not be written" in done.stdout
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


WRITES_ON = """
import sys
from itertools import count
from pathlib import Path
from codexreport.files import write_atomic
folder, again = Path(sys.argv[1]), int(sys.argv[2])
for number in count():
    write_atomic(folder / f"page{number % again}", b"x" * 200_000)
    print("written", flush=True)
"""


@pytest.mark.parametrize(
    ("how", "again"), [(signal.SIGKILL, 10**9), (signal.SIGINT, 10**9), (signal.SIGINT, 2)]
)
def test_a_writer_that_is_stopped_anywhere_leaves_whole_files_only(tmp_path, how, again):
    """Of new files and of replaced ones. Ten writers, each stopped at another point."""
    for delay in range(10):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITES_ON, str(tmp_path), str(again)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert writer.stdout.readline() == b"written\n"
        select.select([], [], [], delay / 3_000)
        writer.send_signal(how)
        writer.communicate()
    litter = [path for path in tmp_path.iterdir() if not path.name.startswith("page")]
    assert not litter or (how == signal.SIGKILL and not knows_nameless_files(tmp_path))
    assert {path.stat().st_size for path in tmp_path.glob("page*")} == {200_000}


def knows_nameless_files(folder):
    """Some file systems of containers and of networks do not."""
    try:
        os.close(os.open(folder, os.O_WRONLY | os.O_TMPFILE))
    except OSError:
        return False
    return True


def test_where_every_file_has_a_name_it_is_written_all_the_same(tmp_path, monkeypatch):
    monkeypatch.delattr("os.O_TMPFILE")
    write_atomic(tmp_path / "page.html", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_bytes() == b"new"
