"""What no command is to do: fail as if it had decided."""

import os
import subprocess
import sys

BROKEN = """
import sys
from codexreport.cli import app, main
def run(arguments):
    raise LookupError("no such thing\\nand more")
app.run = run
sys.argv = ["codexreport", "gate", "launch"]
main()
"""


def started(*command, **more):
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, **more
    )


def test_a_mistake_of_ours_decides_nothing():
    found = started("-c", BROKEN)
    assert found.returncode == 3
    assert found.stderr == (
        "Error: codexreport itself failed (LookupError: no such thing).\n"
        "Nothing was decided. Set CODEXREPORT_TRACEBACK=1 to see where, and report it.\n"
    )
    told = started("-c", BROKEN, env={**os.environ, "CODEXREPORT_TRACEBACK": "1"})
    assert (told.returncode, "Traceback" in told.stderr) == (3, True)


def test_a_closed_output_changes_no_answer():
    command = f'"{sys.executable}" -c "from codexreport.cli import main; main()" formats >&-'
    assert subprocess.run(["sh", "-c", command], capture_output=True, check=False).returncode == 0


def test_a_shell_that_completes_ends_well():
    asked = {
        "_CODEXREPORT_COMPLETE": "complete_bash",
        "COMP_WORDS": "codexreport ga",
        "COMP_CWORD": "1",
    }
    found = started("-c", "from codexreport.cli import main; main()", env={**os.environ, **asked})
    assert (found.returncode, found.stdout.split()) == (0, ["gates", "gate"])


def test_where_nobody_reads_on_nothing_passed():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", "from codexreport.cli import main; main()", "formats"]
    found = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (found.returncode, found.stderr) == (3, b"")
