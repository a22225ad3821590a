"""Running an engine."""

from __future__ import annotations

import fcntl
import sys

import pytest

from codexreport.errors import RenderError
from codexreport.render.process import run


def python(code):
    return [sys.executable, "-c", code]


def test_input_goes_in_and_output_comes_back():
    echo = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"
    assert run(python(echo), feed=b"abc", timeout_s=60) == b"cba"


def test_only_the_environment_given_is_seen(monkeypatch):
    monkeypatch.setenv("SHOP_TOKEN", "hunter2")
    seen = run(
        python("import os; print(sorted(os.environ))"), environment={"A": "1"}, timeout_s=60
    ).decode()
    assert "'A'" in seen
    assert "SHOP_TOKEN" not in seen


def test_the_last_words_of_a_failure_are_kept():
    with pytest.raises(RenderError, match=r"exit code 3:\nline 8\n(.*\n)*line 19$"):
        run(python("import sys; [print('line', i) for i in range(20)]; sys.exit(3)"), timeout_s=60)


def test_a_program_that_cannot_start_is_named():
    with pytest.raises(RenderError, match="/nowhere/pandoc could not be started"):
        run(["/nowhere/pandoc"], timeout_s=1)


ENGINE = """
import subprocess, sys
engine_of_the_engine = '''
import fcntl, sys, time
with open(sys.argv[1], "w") as held:
    fcntl.flock(held, fcntl.LOCK_EX)
    print("started", file=held, flush=True)
    time.sleep(60)
    print("survived", file=held, flush=True)
'''
subprocess.run([sys.executable, "-c", engine_of_the_engine, sys.argv[1]])
"""


def test_what_takes_too_long_is_ended_with_all_it_started(tmp_path):
    held = tmp_path / "held"
    with pytest.raises(RenderError, match="took longer than 3 s"):
        run([*python(ENGINE), held], timeout_s=3)
    with held.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # is had when the process that held it has ended
        assert file.read() == "started\n"
