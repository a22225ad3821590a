"""The machine and its Python, as they are."""

import sys
from fractions import Fraction

import pytest

from codexreport.measure import State
from codexreport.pipeline import health_machine
from codexreport.pipeline.health_machine import Python

HERE = Python(path=sys.executable, version="3.12.1", virtual=True)


def test_the_interpreter_says_what_it_is(tmp_path):
    found = health_machine.look_at_python(tmp_path, "")
    assert found.version == sys.version.split()[0]
    assert found.virtual is (sys.prefix != sys.base_prefix)


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        (None, "no such file or directory"),
        ("#!/bin/sh\necho broken >&2; exit 1\n", "broken"),
        ("#!/bin/sh\necho no json\n", "expecting value"),
    ],
)
def test_an_interpreter_that_does_not_run_is_said_once_and_known_nowhere(tmp_path, script, problem):
    if script:
        (tmp_path / "python").write_text(script)
        (tmp_path / "python").chmod(0o755)
    found = health_machine.look_at_python(tmp_path, "python")
    assert problem in found.problem
    assert health_machine.environment(found, [], {}).state is State.FAIL
    for one in (
        health_machine.version(tmp_path, found, ">=3"),
        health_machine.virtual_environment(found),
        health_machine.dependencies(tmp_path, found),
    ):
        assert one.state is State.UNKNOWN


def test_variables_are_named_and_their_values_are_not():
    environ = {"SET": "s3cr3t", "EMPTY": " "}
    found = health_machine.environment(HERE, ["SET", "EMPTY", "GONE"], environ)
    assert (found.state, found.reason) == (State.FAIL, "Not set: EMPTY, GONE.")
    good = health_machine.environment(HERE, ["SET"], environ)
    assert (good.state, good.reason) == (State.PASS, "Python 3.12.1 runs, SET set.")


@pytest.mark.parametrize(
    ("requires", "state"),
    [(">=3.11", State.PASS), ("<3.12", State.FAIL), ("newest", State.UNKNOWN), ("", State.UNKNOWN)],
)
def test_the_version_is_compared_with_what_is_wanted(tmp_path, requires, state):
    assert health_machine.version(tmp_path, HERE, requires).state is state


def test_without_a_setting_pyproject_says_which_version_is_wanted(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.13"\n')
    assert health_machine.version(tmp_path, HERE, "").state is State.FAIL
    (tmp_path / "pyproject.toml").write_text("[project\n")
    assert health_machine.version(tmp_path, HERE, "").state is State.UNKNOWN


def test_the_systems_own_python_is_a_warning():
    alone = Python(path="python3", version="3.12.1", virtual=False)
    assert health_machine.virtual_environment(alone).state is State.WARNING
    assert health_machine.virtual_environment(HERE).state is State.PASS


@pytest.mark.parametrize(
    ("script", "state", "said"),
    [
        ("exit 0", State.PASS, "What is installed fits together."),
        ("echo 'a 1.0 requires b, which is not installed.'; exit 1", State.FAIL, "requires b"),
        ("echo 'No module named pip' >&2; exit 1", State.UNKNOWN, "No module named pip"),
    ],
)
def test_dependencies_are_what_pip_check_says(tmp_path, script, state, said):
    (tmp_path / "python").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "python").chmod(0o755)
    own = Python(path=str(tmp_path / "python"), version="3.12.1", virtual=True)
    found = health_machine.dependencies(tmp_path, own)
    assert (found.state, said in found.reason) == (state, True)


def test_memory_is_what_is_available_without_swapping(tmp_path):
    """2 of 8 GiB."""
    table = tmp_path / "meminfo"
    table.write_text("MemTotal:  8388608 kB\nMemFree: 1 kB\nMemAvailable: 2097152 kB\n")
    found = health_machine.memory(table)
    assert (found.value, found.formula) == (Fraction(1, 4), "2.0 GiB free / 8.0 GiB")
    table.write_text("MemTotal:  8388608 kB\n")
    assert health_machine.memory(table).state is State.UNKNOWN
    assert health_machine.memory(tmp_path / "none").state is State.UNKNOWN


def test_the_disk_is_that_of_the_project(tmp_path):
    share = health_machine.disk(tmp_path).value
    assert 0 <= share <= 1
    assert health_machine.disk(tmp_path / "none").state is State.UNKNOWN
