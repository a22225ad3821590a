"""What is on disk, in which order, and what is left where a disk or a folder takes nothing."""

import ctypes
import os
import resource
import sys
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import log
from codexreport.evidence.keep import derived_files, keep
from codexreport.evidence.recording import Order, record_command
from codexreport.files import write_atomic


@pytest.fixture
def events(monkeypatch):
    """What the operating system is asked to do, as it is asked: each call goes on to it.

    Files are known by their inodes, which they keep when they are renamed.
    """
    seen = []
    fsync, link, rename, write = os.fsync, os.link, os.replace, os.write

    def spied_fsync(descriptor):
        seen.append(("sync", os.fstat(descriptor).st_ino))
        fsync(descriptor)

    def spied_link(source, target, *, src_dir_fd):
        seen.append(("name", os.fstat(src_dir_fd).st_ino, Path(target).name))
        link(source, target, src_dir_fd=src_dir_fd)

    def spied_replace(source, target):
        seen.append(("name", inode(source), Path(target).name))
        rename(source, target)

    def spied_write(descriptor, content):
        seen.append(("write", os.fstat(descriptor).st_ino))
        return write(descriptor, content)

    monkeypatch.setattr(os, "fsync", spied_fsync)
    monkeypatch.setattr(os, "link", spied_link)
    monkeypatch.setattr(os, "replace", spied_replace)
    monkeypatch.setattr(os, "write", spied_write)
    return seen


def inode(path):
    return Path(path).stat().st_ino


def synced(path, events):
    return ("sync", inode(path)) in events


def record(workspace, *command, stdout=1):
    return record_command(
        workspace,
        Order(step="step", phase="phase6", command=command),
        environ={},
        clock=lambda: datetime.now(timezone.utc),
        stdout=stdout,
    )


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def unprivileged():
    """Root obeys the permissions of folders once it has no capabilities in effect."""
    if os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    granted = (ctypes.c_uint32 * 6)()  # twice effective, permitted, inheritable
    assert libc.capget(header, granted) == 0
    reduced = (ctypes.c_uint32 * 6)(0, granted[1], granted[2], 0, granted[4], granted[5])
    assert libc.capset(header, reduced) == 0
    yield
    assert libc.capset(header, granted) == 0


@pytest.fixture
def disk_full(monkeypatch):
    """Files can grow to a number of bytes and no further."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_is_on_disk_before_it_takes_its_name_and_its_name_after(tmp_path, events):
    for content in (b"new", b"in the place of another"):
        write_atomic(tmp_path / "a", content)
        file = inode(tmp_path / "a")
        assert events[0] == ("sync", file)
        assert events[-2:] == [("name", file, "a"), ("sync", inode(tmp_path))]
        events.clear()


def test_the_log_is_on_disk_before_anything_is_made_from_it(tmp_path, run, events):
    keep(tmp_path, "phase6", run())
    folder = tmp_path / "evidence" / "phase6"
    line = inode(folder / "run.log")
    assert events[:2] == [("write", line), ("sync", line)]
    made = list(derived_files("phase6", log.read(folder)))
    places = [events.index(("name", inode(folder / name), name)) for name in made]
    assert places == sorted(places)
    first = events.index(("sync", inode(folder / made[0])))
    assert all(synced(new, events[2:first]) for new in (folder, folder.parent, tmp_path))
    for name, at in zip(made, places, strict=True):
        assert synced(folder / name, events[:at])
        assert events[at + 1] == ("sync", inode(folder))


def test_output_is_on_disk_before_the_log_names_it(tmp_path, events, capfd):
    done = record(tmp_path, "echo", "output")
    folder = tmp_path / "evidence" / "phase6"
    line = events.index(("write", inode(folder / "run.log")))
    kept = tmp_path / done.record["artifacts"][0]["path"]
    assert all(synced(one, events[:line]) for one in (kept, folder / "logs", folder))
    assert capfd.readouterr().out == "output\n"


def test_a_log_that_cannot_grow_leaves_all_evidence_as_it_was(tmp_path, run, disk_full):
    keep(tmp_path, "phase6", run())
    before = contents(tmp_path)
    disk_full(len(before[tmp_path / "evidence/phase6/run.log"]) + 10)
    with pytest.raises(EvidenceError, match=r"run\.log could not be written") as caught:
        keep(tmp_path, "phase6", run())
    assert "\n" not in caught.value.message
    assert contents(tmp_path) == before


def test_a_manifest_that_cannot_be_written_stays_and_is_made_with_the_next_record(
    tmp_path, run, disk_full
):
    """A manifest is longer than its log: the disk takes the one and not the other."""
    folder = tmp_path / "evidence" / "phase6"
    first = run()
    many = [replace(first.artifacts[0], path=f"{number}.html") for number in range(200)]
    keep(tmp_path, "phase6", replace(first, artifacts=many))
    before = contents(tmp_path)
    disk_full(len(before[folder / "run.log"]) + 2000)
    assert len(before[folder / "manifest.json"]) > len(before[folder / "run.log"]) + 2000
    with pytest.raises(EvidenceError, match=r"manifest\.json could not be written"):
        keep(tmp_path, "phase6", first)
    now = contents(tmp_path)
    assert {path.name for path in now if now[path] != before.get(path)} == {"run.log"}
    disk_full(resource.RLIM_INFINITY)
    keep(tmp_path, "phase6", first)
    for name, content in derived_files("phase6", log.read(folder)).items():
        assert (folder / name).read_bytes() == content


def test_output_that_does_not_fit_is_shown_all_the_same_and_told_of(tmp_path, disk_full):
    reading, writing = os.pipe()
    disk_full(30_000)
    done = record(tmp_path, sys.executable, "-c", "print('x' * 50_000)", stdout=writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as shown:
        assert len(shown.read()) == 50_001
    assert (done.exit_code, done.state) == (0, "unknown")
    assert "Its output could not be kept whole: File too large." in done.record["problems"]
    artifact = done.record["artifacts"][0]
    assert artifact["size"] == (tmp_path / artifact["path"]).stat().st_size > 10_000


def test_a_command_whose_record_does_not_fit_is_told_with_its_exit_code(
    tmp_path, run, disk_full, capfd
):
    keep(tmp_path, "phase6", run())
    folder = tmp_path / "evidence" / "phase6"
    before = contents(tmp_path)
    disk_full(len(before[folder / "run.log"]) + 10)
    with pytest.raises(EvidenceError, match="had ended with exit code 7") as caught:
        record(tmp_path, "sh", "-c", "exit 7")
    assert "\n" not in caught.value.message
    assert {
        path: content for path, content in contents(tmp_path).items() if path in before
    } == before


@pytest.mark.parametrize("closed", ["", "evidence/phase6", "evidence/phase6/logs"])
def test_a_folder_that_takes_nothing_is_told_before_the_command_is_run(
    tmp_path, closed, unprivileged, capfd
):
    workspace = tmp_path / "workspace"
    folder = workspace / closed
    if closed:
        workspace.mkdir()
        record(workspace, "true")
    else:
        folder.mkdir()
    before = contents(workspace)
    folder.chmod(0o555)
    try:
        with pytest.raises(EvidenceError, match="could not be written: Permission denied") as told:
            record(workspace, "touch", str(tmp_path / "ran"))
    finally:
        folder.chmod(0o755)
    assert "\n" not in told.value.message
    assert contents(workspace) == before
    assert not (tmp_path / "ran").exists()
