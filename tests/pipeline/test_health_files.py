"""Files are there and whole, or named with what is wrong."""

import pytest

from codexreport.measure import State
from codexreport.pipeline.health_files import configuration, syntax


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.json", b'{"a": 1}', ""),
        ("a.json", b'{"a": 1, "a": 2}', "is not whole: the key 'a' stands twice in one object"),
        ("a.json", b"{", "is not whole: line 1"),
        ("a.toml", b"a = 1", ""),
        ("a.toml", b"a = ", "is not whole: Invalid value"),
        ("a.yaml", b"a: 1", ""),
        ("a.yml", b"a: [", "is not whole: line"),
        ("a.env", b"A=1", ""),
        ("a.env", b" \n", "is empty"),
        ("a.env", b"\xff", "is not UTF-8 text"),
        ("a.py", b"", ""),
        ("a.py", b"assert (1, 'always true')\n", ""),
        ("a.py", b"def f(:\n", "is not whole: line 1: invalid syntax"),
        ("a.py", b"a\x00b", "is not whole:"),
        ("a.py", b"(" * 5000 + b")" * 5000, "is not"),
    ],
)
def test_a_file_is_parsed_by_its_notation(tmp_path, name, content, problem):
    (tmp_path / name).write_bytes(content)
    found = configuration(tmp_path, [name])
    assert found.state is (State.FAIL if problem else State.PASS)
    assert problem in found.reason


def test_nothing_is_run(tmp_path):
    (tmp_path / "a.py").write_text("open('ran', 'w')")
    assert syntax(tmp_path, ["*.py"]).state is State.PASS
    assert not (tmp_path / "ran").exists()


def test_a_pattern_that_matches_nothing_fails_configuration_and_says_nothing_of_syntax(tmp_path):
    (tmp_path / "a.toml").write_text("a = 1")
    assert configuration(tmp_path, ["a.toml", "b.toml"]).reason == "No file matches b.toml."
    assert configuration(tmp_path, ["a.toml", "b.toml"]).state is State.FAIL
    assert syntax(tmp_path, ["a.toml", "**/*.py"]).state is State.UNKNOWN
    assert configuration(tmp_path, []).state is State.UNKNOWN


def test_what_is_unknown_says_the_way_out(tmp_path):
    assert configuration(tmp_path, []).reason == (
        "[health] names no file. Under [health] name some with configuration, or, where there is "
        'none to check, say so: not_applicable.configuration = "REASON".'
    )
    assert 'not_applicable.syntax = "REASON"' in syntax(tmp_path, ["**/*.py"]).reason


def test_what_is_installed_is_not_the_projects_own(tmp_path):
    for folder in (".venv/lib", "venv/site-packages", "src"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.py").write_text("def (" if "src" not in folder else "1")
    assert syntax(tmp_path, ["**/*.py"]).reason == "None of 1 file is broken."


def test_every_broken_file_is_named(tmp_path):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{")
    found = configuration(tmp_path, ["*.json"])
    assert found.value == 2
    assert "a.json is not whole" in found.reason
    assert "b.json is not whole" in found.reason
