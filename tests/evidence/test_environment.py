import subprocess

import pytest

from codexreport.evidence.environment import revision, snapshot


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        identity = ["-c", "user.name=team", "-c", "user.email=team@example.com"]
        command = ["git", *identity, *arguments]
        return subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "-q")
    (tmp_path / "a").write_text("1")
    git("add", "a")
    git("commit", "-q", "-m", "first")
    return tmp_path, git


def test_only_what_is_on_the_list_is_told():
    environ = {"CI": "true", "GITHUB_RUN_ID": "7", "TZ": "UTC", "USER": "me", "MY_TOKEN": "x"}
    told = snapshot(environ)
    assert set(told) == {
        "os",
        "machine",
        "python",
        "codexreport",
        "CI",
        "GITHUB_RUN_ID",
        "TZ",
    }
    assert told["GITHUB_RUN_ID"] == "7"


def test_the_commit_and_whether_anything_differs_from_it(repository):
    folder, git = repository
    clean = revision(folder)
    assert (clean.commit, clean.dirty) == (git("rev-parse", "HEAD"), False)
    (folder / "a").write_text("2")
    assert revision(folder).dirty


def test_a_file_that_git_does_not_know_is_a_difference_but_the_kits_own_are_not(repository):
    folder, _ = repository
    for name in ("evidence", "reports", ".codexreport"):
        (folder / name).mkdir()
        (folder / name / "x").write_text("x")
    assert not revision(folder).dirty
    (folder / "b").write_text("x")
    assert revision(folder).dirty


def test_no_repository_and_no_commit_are_no_revision(tmp_path):
    assert revision(tmp_path) is None
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert revision(tmp_path) is None


def test_no_git_is_no_revision(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert revision(repository[0]) is None
