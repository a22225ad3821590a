import subprocess
from datetime import datetime, timezone

import pytest

from codexreport.evidence.keep import Kind, Record
from codexreport.evidence.manifest import Artifact

TIME = datetime(2026, 10, 6, 7, tzinfo=timezone.utc)


@pytest.fixture
def run(tmp_path):
    """A run that made one page; writes the page, too."""

    def make(content=b"page", path="reports/a/index.html", state="pass"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        origin = {"inputs": ["a" * 64], "renderer": "Pandoc 3.9"}
        return Record(
            kind=Kind.RUN,
            time=TIME,
            step="run slo_weekly",
            subject="2026-W40",
            state=state,
            summary="All 6 objectives were met.",
            tool="codexreport 0.1.0",
            artifacts=[Artifact.of(file, content, tmp_path, origin)],
        )

    return make


@pytest.fixture
def ssh_key(tmp_path_factory, needs):
    """Makes an SSH key; gives its file, beside which the public one is."""
    needs("ssh-keygen", package="openssh-client")

    def make(passphrase=""):
        key = tmp_path_factory.mktemp("keys") / "key"
        kind = ["ssh-keygen", "-q", "-t", "ed25519", "-C", "test"]
        subprocess.run([*kind, "-N", passphrase, "-f", str(key)], check=True)
        return key

    return make


@pytest.fixture
def allowed_signers(tmp_path_factory):
    """Writes a list of allowed signers: names, with options, and the key of each."""

    def write(**keys):
        lines = [f"{names} {key.with_suffix('.pub').read_text()}" for names, key in keys.items()]
        path = tmp_path_factory.mktemp("signers") / "allowed_signers"
        path.write_text("".join(lines))
        return path

    return write
