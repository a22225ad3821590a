import subprocess

from codexreport.evidence.keep import keep
from codexreport.evidence.log import Head, LogContents
from codexreport.evidence.manifest import manifest_of
from codexreport.evidence.validation import validation_markdown

RECORD = {"seq": 1, "time": "2026-10-06", "step": "run", "state": "fail", "summary": "One missed."}


def written(*records, torn=()):
    contents = LogContents(records=records, torn=torn, head=Head(seq=9, sha256="0" * 64))
    return validation_markdown("phase6", manifest_of("phase6", contents), contents)


def command_of(text):
    """The command a person would copy out of the summary."""
    return text.split("```sh\n")[1].split("\n```")[0]


def test_a_person_reads_what_was_run_what_it_made_and_from_what(tmp_path, run):
    keep(tmp_path, "phase6", run(state="warning"))
    text = (tmp_path / "evidence/phase6/validation.md").read_text()
    assert "Last record: **warning**, All 6 objectives were met." in text
    assert "| 1 | 2026-10-06T07:00:00.000Z | run | run slo\\_weekly | 2026-W40 | warning |" in text
    assert (
        "| reports/a/index.html | 4 | 2026-10-06T07:00:00.000Z | 1 | inputs: aaaaaaaaaaaa;" in text
    )


def test_the_check_it_tells_of_finds_nothing_and_then_a_change(tmp_path, run):
    """Run as it is printed."""
    keep(tmp_path, "phase6", run())
    keep(tmp_path, "phase6", run(path="reports/a b.html"))
    command = command_of((tmp_path / "evidence/phase6/validation.md").read_text())
    check = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(check, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == "reports/a b.html: OK\nreports/a/index.html: OK\n"
    (tmp_path / "reports/a/index.html").write_bytes(b"pagf")
    done = subprocess.run(check, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert "reports/a/index.html: FAILED" in done.stdout


def test_data_is_never_markup():
    hostile = "a | b\n# c <script>`x`</script> [d](javascript:e) **f** &lt;"
    text = written({**RECORD, "summary": hostile})
    row = next(line for line in text.splitlines() if line.startswith("| 1 "))
    assert row.replace("\\|", "").count("|") == 9  # eight cells
    assert "\n# c" not in text
    assert "\\<script\\>\\`x\\`" in row
    assert "\\[d\\](javascript:e) \\*\\*f\\*\\* \\&lt;" in row


def test_only_the_newest_records_are_listed_and_the_rest_are_counted():
    text = written(*({**RECORD, "seq": number} for number in range(1, 31)))
    assert "| 30 |" in text
    assert "| 10 |" not in text
    assert "10 earlier records are in `run.log`." in text


def test_torn_lines_are_told_of():
    assert "cut off while being written: 2, 5." in written(RECORD, torn=(2, 5))


def test_nothing_kept_yet_is_no_error():
    assert written().startswith("# Evidence of phase6\n")
