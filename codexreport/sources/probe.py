"""Asking a service what a smoke check asks: one try, redirections on its own hosts only.

Unlike a source, which is asked again until it answers, a service under test gets no second
chance: what has to be asked twice is not all right.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from codexreport.smoke.check import Check, Exchange
from codexreport.sources.access import Access
from codexreport.sources.certificate import look_at
from codexreport.sources.http import as_it_is, cause_of
from codexreport.text import one_line

MAX_BYTES = 16 * 1024 * 1024
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The environment that is asked.

    Attributes:
        base_url: Its address; what has the same scheme, host and port gets its headers.
        access: How it lets us in.
        allow_hosts: Other hosts that it may redirect to.
    """

    base_url: str
    access: Access
    allow_hosts: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, and by which clock.

    Attributes:
        timeout: Seconds without a byte after which a service is given up.
        deadline: Seconds that all checks may take together.
        clock: Seconds from anywhere, never going back.
    """

    timeout: float
    deadline: float
    clock: Callable[[], float] = time.monotonic


class _RefusedError(Exception):
    """Why there is no answer that could be judged, a sentence."""


class Probe:
    """Asks one environment; a context manager, for its connections.

    Raises:
        SourceError: A secret that the environment's headers refer to is not set.
    """

    def __init__(
        self,
        target: Target,
        patience: Patience,
        *,
        max_bytes: int = MAX_BYTES,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._target = target
        self._patience = patience
        self._max_bytes = max_bytes
        self._environ = environ
        self._headers = target.access.resolve(environ)
        self._give_up_at = patience.clock() + patience.deadline
        self._session = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def ask(self, check: Check) -> Exchange:
        """Ask once, and look at the server's certificate where the check wants that.

        Raises:
            SourceError: A secret that the check's headers refer to is not set.
        """
        own = Access(headers=check.headers)
        headers, secrets = own.resolve(self._environ), self._secrets(own)
        if self._left() <= 0:
            return Exchange(
                asked=False,
                problem=f"It was not asked: the {self._patience.deadline:g} s for all checks "
                "were over.",
            )
        self._session.cookies.clear()  # each check stands for itself
        try:
            exchange = self._followed(check, headers, secrets)
        except _RefusedError as refused:
            return Exchange(problem=_masked(str(refused), secrets))
        if not check.certificate_days:
            return exchange
        ends, problem = look_at(check.url, self._waits(), self._environ)
        return replace(exchange, certificate_ends=ends, certificate_problem=problem)

    def _followed(self, check: Check, headers: Mapping[str, str], secrets: list[str]) -> Exchange:
        """The answer after redirections; one that the check wants is followed no further."""
        url, method, body = check.url, check.method, check.body
        started = self._patience.clock()
        for _ in range(MAX_REDIRECTS + 1):
            response, content = self._once(method, url, self._sent(check.url, url, headers), body)
            status = response.status_code
            if status not in _REDIRECTS or status in check.status:
                return Exchange(
                    seconds=self._patience.clock() - started,
                    status=status,
                    headers=CaseInsensitiveDict(
                        {key: _masked(value, secrets) for key, value in response.headers.items()}
                    ),
                    body=_masked_bytes(content, secrets),
                )
            url = self._next(url, response.headers.get("Location", ""))
            if status not in _KEEPS_METHOD and method not in ("GET", "HEAD"):
                method, body = "GET", None
        raise _RefusedError(f"It redirects more than {MAX_REDIRECTS} times.")

    def _sent(self, first: str, url: str, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers for `url`: the environment's for itself, the check's for where it begins."""
        sent = {**self._headers} if _origin(url) == _origin(self._target.base_url) else {}
        return {**sent, **headers} if _origin(url) == _origin(first) else sent

    def _next(self, url: str, location: str) -> str:
        try:
            following = urljoin(url, location)
            here, there = urlsplit(url), urlsplit(following)
            host = there.hostname
            _origin(following)
        except ValueError as error:
            raise _RefusedError("It redirects to what is no address.") from error
        if not location or there.scheme not in _PORTS or not host or "@" in there.netloc:
            raise _RefusedError("It redirects to what is no address.")
        if here.scheme == "https" and there.scheme == "http":
            raise _RefusedError("It redirects from https to http, which is not followed.")
        if not self._may_go(here, there):
            raise _RefusedError(
                f"It redirects to {one_line(host)}, which is not followed: "
                "allow_hosts does not name it."
            )
        return following

    def _may_go(self, here: SplitResult, there: SplitResult) -> bool:
        """To the same host, and on it from http to https; elsewhere if it is allowed."""
        if there.hostname in {host.lower() for host in self._target.allow_hosts}:
            return True
        raised = (here.scheme, there.scheme) == ("http", "https")
        same_port = _port(here) == _port(there) or (raised and there.port is None)
        return here.hostname == there.hostname and same_port

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: object
    ) -> tuple[requests.Response, bytes]:
        try:
            with self._session.request(
                method,
                url,
                json=body,
                headers=headers,
                timeout=self._waits(),
                stream=True,
                allow_redirects=False,
                auth=as_it_is,
            ) as response:
                return response, self._body(response)
        except requests.exceptions.SSLError as error:
            raise _RefusedError(f"Its TLS certificate is not accepted: {_tls(error)}.") from error
        except (requests.RequestException, HTTPError) as error:
            raise _RefusedError(f"It gave no answer: {cause_of(error)}.") from error
        except (OSError, ValueError) as error:
            raise _RefusedError(f"It cannot be asked: {one_line(str(error))}.") from error

    def _body(self, response: requests.Response) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_content(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > self._max_bytes:
                raise _RefusedError(f"It answered with more than {self._max_bytes} bytes.")
            if self._left() <= 0:
                raise _RefusedError("It did not finish its answer before the deadline.")
        return b"".join(pieces)

    def _left(self) -> float:
        return self._give_up_at - self._patience.clock()

    def _waits(self) -> float:
        return max(0.001, min(self._patience.timeout, self._left()))

    def _secrets(self, own: Access) -> list[str]:
        """Every secret that may be sent, longest first: a service may echo it."""
        values = {*own.secrets(self._environ), *self._target.access.secrets(self._environ)}
        return sorted(values, key=lambda value: (-len(value), value))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, _port(parts)


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)


def _masked(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _masked_bytes(content: bytes, secrets: list[str]) -> bytes:
    for secret in secrets:
        content = content.replace(secret.encode(), b"***")
    return content


def _tls(error: BaseException) -> str:
    """What OpenSSL found wrong with it, such as `certificate has expired`."""
    text = str(error)
    _, found, told = text.partition("certificate verify failed: ")
    return one_line(told.partition("(_ssl")[0]) if found else "the handshake failed"
