"""What a source's `path` finds: data files, never the project's own results."""

import os
import socket

import pytest

from codexreport.errors import SourceError
from codexreport.sources import paths


def lay(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def found(root, pattern):
    return [path.relative_to(root).as_posix() for path in paths.find("s", pattern, root)]


def test_files_come_in_the_order_of_their_names(tmp_path):
    lay(tmp_path, "b.csv", "a.csv", "sub/c.csv")
    assert found(tmp_path, "*.csv") == ["a.csv", "b.csv"]
    assert found(tmp_path, "**/*.csv") == ["a.csv", "b.csv", "sub/c.csv"]


def test_what_the_project_wrote_is_never_data(tmp_path):
    lay(
        tmp_path,
        "data/a.parquet",
        ".codexreport/rollups/b.parquet",
        "shop/.codexreport/snapshots/c.parquet",
        "reports/slo_weekly/2026-W40/d.parquet",
        "evidence/phase6/e.parquet",
        "data/reports/f.parquet",
    )
    assert found(tmp_path, "**/*.parquet") == ["data/a.parquet", "data/reports/f.parquet"]
    assert found(tmp_path, f"{tmp_path}/**/*.parquet") == [
        "data/a.parquet",
        "data/reports/f.parquet",
    ]


def test_a_link_into_what_the_project_wrote_is_passed_over(tmp_path):
    lay(tmp_path, "reports/a.csv", "data/b.csv")
    (tmp_path / "data" / "c.csv").symlink_to(tmp_path / "reports" / "a.csv")
    assert found(tmp_path, "data/*.csv") == ["data/b.csv"]


def test_a_path_to_the_projects_own_folder_says_why_nothing_is_read(tmp_path):
    lay(tmp_path, "reports/a.csv")
    with pytest.raises(SourceError, match=r"no file matches 'reports/a\.csv'") as caught:
        paths.find("s", "reports/a.csv", tmp_path)
    assert "never read as data" in caught.value.advice


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(SourceError, match=r"a\.csv is a pipe, not a file"):
        paths.find("s", "*.csv", tmp_path)


def test_a_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's address may not be long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a.csv")
        with pytest.raises(SourceError, match=r"a\.csv is a socket, not a file"):
            paths.find("s", "a.csv", tmp_path)


def test_a_device_is_refused(tmp_path):
    with pytest.raises(SourceError, match="/dev/null is a device, not a file"):
        paths.find("s", "/dev/null", tmp_path)


def test_a_folder_with_the_name_of_a_file_is_refused(tmp_path):
    lay(tmp_path, "a.parquet/part-0.parquet", "b.parquet")
    with pytest.raises(SourceError, match=r"a\.parquet is a folder, not a file"):
        paths.find("s", "*.parquet", tmp_path)


def test_a_link_that_leads_nowhere_is_refused(tmp_path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(SourceError, match="leads nowhere"):
        paths.find("s", "*.csv", tmp_path)


def test_a_path_may_not_lead_out_of_the_project(tmp_path):
    lay(tmp_path, "secret.csv", "project/b.csv")
    (tmp_path / "project" / "a.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(SourceError, match="link out of"):
        paths.find("s", "a.csv", tmp_path / "project")
    with pytest.raises(SourceError, match="leads out of"):
        paths.find("s", "../secret.csv", tmp_path / "project")
