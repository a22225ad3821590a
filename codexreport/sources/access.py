"""How to get into a server, by references to secrets in the environment."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from codexreport.errors import SourceError


def environment_value(reference: str, environ: Mapping[str, str]) -> str:
    """The value that `env:NAME` refers to.

    Raises:
        SourceError: The variable is not set, empty, or holds what no header can carry.
    """
    name = reference.removeprefix("env:")
    value = environ.get(name, "").strip()
    if not value:
        raise SourceError(
            f"The environment variable {name} is not set.",
            advice=f"Set it to the secret that the source's settings refer to: export {name}=...",
        )
    if not value.isascii() or not value.isprintable():
        raise SourceError(
            f"The environment variable {name} holds characters that no header can carry.",
            advice="Check that it was copied whole and alone.",
        )
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a server lets us in; every value but `plain_headers` is an `env:NAME` reference."""

    token: str | None = None
    username: str | None = None
    password: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    plain_headers: Mapping[str, str] = field(default_factory=dict)

    def secrets(self, environ: Mapping[str, str]) -> list[str]:
        """Every secret that is sent, longest first, to take them out of what a server echoes."""
        references = (self.token, self.username, self.password, *self.headers.values())
        values = {environment_value(one, environ) for one in references if one}
        if self.username and self.password:
            values.add(self._basic(environ))
        return sorted(values, key=lambda value: (-len(value), value))

    def resolve(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The headers to send, secrets included: keep them out of all that is kept or shown."""
        headers = dict(self.plain_headers)
        for name, reference in self.headers.items():
            headers[name] = environment_value(reference, environ)
        if self.token:
            headers["Authorization"] = f"Bearer {environment_value(self.token, environ)}"
        elif self.username and self.password:
            headers["Authorization"] = f"Basic {self._basic(environ)}"
        return headers

    def _basic(self, environ: Mapping[str, str]) -> str:
        pair = (environment_value(one or "", environ) for one in (self.username, self.password))
        return base64.b64encode(":".join(pair).encode()).decode()
