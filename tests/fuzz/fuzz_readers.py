"""Coverage-guided fuzzing of every reader: `make fuzz`, or `python tests/fuzz/fuzz_readers.py`.

The first byte of an input chooses the reader, the rest is the file. It starts from the examples
in `tests/fixtures/formats`; anything but facts or a `SourceError` is a finding, as is a figure
that is not finite; it is written to `.fuzz/`. Arguments go to libFuzzer.
"""

import math
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["codexreport"]):
    from codexreport.errors import SourceError
    from codexreport.facts import About
    from codexreport.readers.notation.document import Document
    from codexreport.readers.notation.limits import Limits
    from codexreport.readers.registry import all_readers

    READERS = all_readers()

sys.path.insert(0, str(Path(__file__).parent.parent / "readers"))
from examples import NOW, fixtures

FINDINGS = Path(".fuzz")
LIMITS = Limits(max_bytes=2**20, max_stream_bytes=2**20, max_seconds=20)
ABOUT = About(subject="fuzzed", now=NOW)


def read(data):
    """One input."""
    if not data:
        return
    reader = READERS[data[0] % len(READERS)]
    document = Document("fuzzed", data[1:], limits=LIMITS)
    try:
        if document.container not in reader.containers:
            return
        facts = reader.parse(document)
    except SourceError:
        return
    facts.summary()
    for measure in facts.measures(ABOUT):
        measure.to_dict()
        if measure.value is not None and not math.isfinite(measure.value):
            raise AssertionError(measure)


def seeds(folder):
    """The examples, each behind the byte that chooses its reader."""
    formats = [one.format for one in READERS]
    for path in fixtures():
        choice = bytes([formats.index(path.parent.name)])
        (folder / f"{path.parent.name}-{path.name}").write_bytes(choice + path.read_bytes())


def main():
    FINDINGS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        seeds(Path(folder))
        options = ("-timeout=30", "-rss_limit_mb=4096", f"-artifact_prefix={FINDINGS}/")
        atheris.Setup([*sys.argv, *options, folder], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
