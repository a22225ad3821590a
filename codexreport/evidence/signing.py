"""Signatures by SSH keys: made and verified by `ssh-keygen -Y`, never by us.

A passphrase, where a key has one, is asked for by `ssh-keygen` on the terminal, or by an agent.

A signature is a file beside what it signs. It is not put into a DSSE envelope: those hold a bare
signature of the envelope's own encoding, and what reads them does not know the format of SSH.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from codexreport.errors import EvidenceError
from codexreport.text import first_line

NAMESPACE = "codexreport-sign-off"
"""What a signature is for; one made for anything else, such as a commit, is not taken."""
SUFFIX = ".sig"

_NO_SUCH_KEY = ("", "Could not verify signature")
"""What `ssh-keygen` says where the signature is good, but not by a key of this signer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What became of verifying a signature.

    Attributes:
        key: Type and fingerprint of the key that made it; empty where it is not valid.
        problem: Why it is not valid, a sentence; empty where it is.
    """

    key: str = ""
    problem: str = ""


def sign(content: bytes, key: Path) -> bytes:
    """A signature of `content`, as its own file.

    Args:
        content: What is signed.
        key: The private key's file, or the public one of a key that an agent holds.

    Raises:
        EvidenceError: There is no `ssh-keygen`, or it could not sign.
    """
    if not key.is_file():  # ssh-keygen would say so in words of its own, and only then
        raise EvidenceError(
            f"There is no signing key {key}.", advice="Name the file of an SSH key."
        )
    with _file_of(content) as copy:  # given as input, it might be taken for a passphrase
        done = _ssh_keygen(["-Y", "sign", "-n", NAMESPACE, "-f", str(key), str(copy)])
        made = copy.with_name(copy.name + SUFFIX)
        if done.returncode or not made.is_file():
            raise EvidenceError(
                f"ssh-keygen could not sign with {key}: {first_line(done.stderr)}.",
                advice="Check the key's file, its permissions and its passphrase.",
            )
        return made.read_bytes()


def verify(
    content: bytes, signature: bytes, *, signer: str, allowed_signers: Path, moment: datetime
) -> Verified:
    """Whether a signature is one of `content` by a key that the signer may use.

    Args:
        content: What was signed.
        signature: The signature's file.
        signer: Who is said to have signed, as the list of allowed signers names them.
        allowed_signers: That list, as ssh-keygen(1) describes it under ALLOWED SIGNERS.
        moment: When it was signed, for keys that are valid for some time.

    Raises:
        EvidenceError: There is no `ssh-keygen`, or the list cannot be read.
    """
    check_list(allowed_signers)
    with _file_of(signature) as beside:
        about = ["-Y", "verify", "-n", NAMESPACE, "-f", str(allowed_signers), "-I", signer]
        when = moment.astimezone(timezone.utc).strftime("verify-time=%Y%m%d%H%M%S")
        done = _ssh_keygen([*about, "-s", str(beside), "-O", when], content)
    if done.returncode:
        said = first_line(done.stderr)
        why = "no such key is allowed for that name" if said in _NO_SUCH_KEY else said
        return Verified(problem=f"Its signature is not valid for {signer}: {why}.")
    return Verified(key=first_line(done.stdout).rpartition(" with ")[2])


def check_list(allowed_signers: Path) -> None:
    """Refuse a list of allowed signers that is not there.

    Raises:
        EvidenceError: It cannot be read.
    """
    try:
        allowed_signers.read_bytes()
    except OSError as error:
        raise EvidenceError(
            f"{allowed_signers} could not be read: {error.strerror or error}.",
            advice="Name a list of allowed signers: a line each, name and public key.",
        ) from error


@contextmanager
def _file_of(content: bytes) -> Iterator[Path]:
    """A file that holds `content` for as long as the block runs."""
    try:
        with TemporaryDirectory(prefix="codexreport-") as folder:
            path = Path(folder, "content")
            path.write_bytes(content)
            yield path
    except OSError as error:
        raise EvidenceError(
            f"A temporary file could not be written: {error.strerror or error}.",
            advice="Check the free space, or set TMPDIR to another folder.",
        ) from error


def _ssh_keygen(
    arguments: Sequence[str], content: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run it with `content` as its input, in English and UTC."""
    language = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=content,
            capture_output=True,
            check=False,
            env=language,
        )
    except FileNotFoundError as error:
        raise EvidenceError(
            "There is no ssh-keygen, which signatures need.",
            advice="On Debian: apt-get install openssh-client",
        ) from error
    except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
        raise EvidenceError(f"ssh-keygen could not be run: {error}.") from error
