"""Package URLs, as far as telling packages apart needs them.

Source: the package-url specification, `pkg:type/namespace/name@version?qualifiers#subpath`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_TOGETHER = {"npm": "/", "golang": "/", "composer": "/", "github": "/", "swift": "/", "maven": ":"}
"""Ecosystems whose scanners name a package with its namespace, and the mark between the two."""

_ECOSYSTEMS = {"pip": "pypi", "python": "pypi", "go": "golang", "crates.io": "cargo"}

_CASELESS = frozenset({"composer", "github", "nuget"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Purl:
    """A package, perhaps of one version.

    Attributes:
        ecosystem: The type, such as `pypi`.
        package: The name as scanners write it: `@scope/name`, `group:artifact`, `curl`.
        version: Empty where it names none.
    """

    ecosystem: str
    package: str
    version: str


def parse_purl(text: str) -> Purl | None:
    """Read `text`; None where it is no package URL."""
    match = re.fullmatch(
        r"pkg:/*([A-Za-z][\w.+-]*)/+([^?#]+?)(?:\?[^#]*)?(?:#.*)?", text, re.DOTALL
    )
    if match is None:
        return None
    path, _, version = match[2].rpartition("@") if "@" in match[2][1:] else (match[2], "", "")
    *namespace, name = (unquote(part) for part in path.strip("/").split("/"))
    mark = _TOGETHER.get(match[1].lower(), "")
    package = mark.join(["/".join(namespace), name]) if mark and namespace else name
    return Purl(ecosystem=match[1].lower(), package=package, version=unquote(version))


def ecosystem_named(word: str) -> str:
    """The package URL type of what a tool calls an ecosystem, such as `PyPI` or `crates.io`."""
    word = word.strip().lower().partition(":")[0]
    return _ECOSYSTEMS.get(word, word)


def same_package(name: str, ecosystem: str = "") -> str:
    """What every spelling of one package's name has in common, by its ecosystem's own rules."""
    name = name.strip()
    if ecosystem == "pypi":  # PEP 503
        return re.sub(r"[-_.]+", "-", name).lower()
    return name.lower() if ecosystem in _CASELESS else name
