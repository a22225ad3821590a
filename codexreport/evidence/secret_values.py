"""Which values are secret, by the names of the variables, options and parameters they have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

_NAME = re.compile(
    r"token|secret|passw|passphrase|pgpass|credential|api_?key|access_?key|private_?key"
    r"|(?:^|_)(?:key|auth|authorization|pass|pwd?|pat|dsn|cookie|jwt|bearer|salt|signature)(?:$|_)",
    re.IGNORECASE,
)
_INNOCENT = frozenset({"PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY"})
_REFERENCE = re.compile(r"\benv:([A-Za-z_][A-Za-z0-9_]*)")
_HEADER = re.compile(
    r"([A-Za-z][A-Za-z0-9-]*):\s*(?:(?:bearer|basic|token)\s+)?(\S.*)", re.IGNORECASE
)
_OPTION = re.compile(r"-{0,2}([A-Za-z][A-Za-z0-9_-]*)(?:=(.*))?", re.DOTALL)
_HELD = re.compile(
    r"""(?ix)
    (?:pass\w{0,40}|pwd|secret|token|sig(?:nature)?|key|credentials?|_auth)  # name and value
        [\\"']{0,9}\s{0,9}(?:[:=]|%3A|%3D)
    |--[\w-]{0,40}(?:pass\w{0,40}|pwd|secret|token|key)\s{1,9}\S  # an option of a command
    |\bbearer\s{1,9}\S
    |://[^/\s]{0,500}@|://[^\s/@]{0,100}:[^\s@]{1,500}@  # who logs in, before a host
    |(?:^|[\s"'=])[^\s:/@"']{1,100}:[^\s@]{1,500}@(?!sha\d)[\w.-]{1,253}[(:/]
    |(?:^|\s)[^\s:]{1,253}:(?:\d{1,5}|\*):[^\s:]{1,100}:[^\s:]{1,100}:\S  # a line of .pgpass
    |hooks?\b[^\s"']{0,300}/[^\s"'/]|webhook\w{0,9}/\S|api\.telegram\.org/bot
    |-----BEGIN\ [A-Z\ ]{0,40}PRIVATE\ KEY
    """
)
_ISSUED = re.compile(
    r"(?<![A-Za-z0-9])(?:gh[oprsu]_\w|github_pat_\w|gl(?:pat|oas|[dfr]t|cbt|ptt|imt|agent|soat)-\w|npm_[A-Za-z0-9]{10}|pypi-\w{16}"
    r"|xox[a-z]-\w|xapp-\d|[rs]k_(?:live|test)_\w|sk-[\w-]{16}|whsec_\w|(?:AKIA|ASIA)[A-Z0-9]{12}"
    r"|AIza[\w-]{20}|ya29\.|SG\.[\w-]{10}|hv[bs]\.\w|do[opr]_v1_\w|shp[a-z]{2}_\w|dckr_pat_\w"
    r"|hf_[A-Za-z0-9]{16}|eyJ[\w-]{8,2000}\.)"
)
"""How tokens begin that services issue in a form of their own, so that they are found."""
_LINE = 12
"""Characters from which on a line of a longer secret, such as a key, is one by itself."""


def sounds_secret(name: str) -> bool:
    """Whether a variable, option or parameter of this name holds a secret."""
    return name not in _INNOCENT and bool(_NAME.search(name.replace("-", "_")))


def holds_secret(text: str) -> bool:
    """Whether a value looks as if there was a secret in it, whatever it is called.

    It rather takes one value too many for a secret than one too few.
    """
    return bool(_HELD.search(text) or _ISSUED.search(text))


def of_environment(environ: Mapping[str, str], also: str = "") -> Iterator[tuple[str, str]]:
    """Name and value of every secret in environment variables.

    Args:
        environ: The variables.
        also: Text, such as a project file's, whose `env:NAME` are secret whatever the name.
    """
    named = set(_REFERENCE.findall(also))
    for name, value in environ.items():
        if name in named or sounds_secret(name):
            yield from _parts(name, value)
        yield from _in_address(name, value)


def of_arguments(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and value of every secret that a command line gives in the open."""
    before = ""
    for argument in arguments:
        yield from _in_address("address", argument)
        match = _HEADER.fullmatch(argument) or _OPTION.fullmatch(argument)
        if match and match[2] and sounds_secret(match[1]):
            yield from _parts(match[1], match[2])
        if before and not argument.startswith("-"):
            yield from _parts(before, argument)
        before = argument.lstrip("-") if _awaits_secret(argument) else ""


def _awaits_secret(argument: str) -> bool:
    return argument.startswith("--") and "=" not in argument and sounds_secret(argument[2:])


def _in_address(name: str, text: str) -> Iterator[tuple[str, str]]:
    if "://" not in text:
        return
    try:
        address = urlsplit(text)
        password, query = address.password, parse_qsl(address.query)
    except ValueError:  # no address after all
        return
    if password:
        yield from {(name, password), (name, unquote(password))}
    yield from ((key, value) for key, value in query if sounds_secret(key))


def _parts(name: str, value: str) -> Iterator[tuple[str, str]]:
    """The value, and its lines where it has several: they may be printed one by one."""
    value = value.strip()
    yield name, value
    lines = value.split("\n")
    if len(lines) > 1:
        for line in map(str.strip, lines):
            if len(line) >= _LINE and not line.startswith("-----"):
                yield name, line
