"""Asking over HTTP: patient within a deadline, and secrets come from the environment only."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Self
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from codexreport.errors import SourceError
from codexreport.sources.access import Access
from codexreport.sources.waiting import asked_wait
from codexreport.text import first_line, one_line

_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
MAX_BYTES = 64 * 1024 * 1024
_WORTH_RETRYING = frozenset({429, 500, 502, 503, 504})
_FORBIDDEN = 403
"""Worth it as well where the server says when: so GitHub answers beyond its limits."""
_REFUSED = frozenset({429, _FORBIDDEN})
"""What says that nothing was done, and may be done later."""
_ADVICE = {
    401: "Check the token, or username and password, in the source's settings.",
    403: "Check that the credentials, and the tenant, may read these data.",
    404: "Check the url in the source's settings.",
    429: "The server limits requests; raise deadline, or ask for less history.",
}


class StatusError(SourceError):
    """The server answered, with a status that is no success."""

    def __init__(self, message: str, *, status: int, body: bytes, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.status = status
        self.body = body


class TooLargeError(SourceError):
    """The server's answer is larger than is held in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long to wait, and by which clock; tests bring their own.

    Attributes:
        timeout: Seconds without a byte after which a try is given up.
        deadline: Seconds one question may take with all its tries.
        clock: Seconds from anywhere, never going back.
        waits: Seconds between its tries.
        sleep: Waits so many seconds.
        wall: Unix seconds, for a `Retry-After` that is a date.
    """

    timeout: float
    deadline: float
    waits: tuple[float, ...] = _WAITS
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Answer:
    """A success.

    Attributes:
        body: Content decoding undone.
        headers: Looked up without regard to case.
    """

    body: bytes
    headers: Mapping[str, str]


class HttpClient:
    """One server's client; a context manager, for its connections."""

    def __init__(
        self,
        access: Access,
        timing: Timing,
        *,
        max_bytes: int = MAX_BYTES,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._access = access
        self._timing = timing
        self._max_bytes = max_bytes
        self._environ = environ
        self._session = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, url: str) -> bytes:
        """The body at `url`; raises as `post` does."""
        return self.fetch(url).body

    def fetch(self, url: str) -> Answer:
        """The whole answer at `url`; raises as `post` does."""
        return self._ask("GET", url, {})

    def post(self, url: str, form: Mapping[str, str]) -> bytes:
        """The body that answers `form`, content decoding undone.

        Raises:
            StatusError: A status that is no success, after retries where they are worth it.
            SourceError: No answer within the deadline, too large an answer, or no secret.
        """
        return self._ask("POST", url, form).body

    def create(self, url: str, document: object) -> bytes:
        """The body that answers a JSON document from which something new is made.

        It is sent again only where the server refused it for now. After a broken connection or
        an error of the server nobody knows whether it was made, so that it fails at once.

        Raises:
            StatusError: A status that is no success.
            SourceError: No answer, too large an answer, or no secret.
        """
        body = json.dumps(document).encode()
        return self._ask("POST", url, body, sent_again=_REFUSED).body

    def replace(self, url: str, content: bytes, media_type: str) -> None:
        """Put `content` at `url`, in the place of what is there.

        Raises:
            StatusError: A status that is no success, after retries where they are worth it.
            SourceError: No answer within the deadline, or no secret.
        """
        self._ask("PUT", url, content, media_type=media_type)

    def _ask(
        self,
        method: str,
        url: str,
        content: Mapping[str, str] | bytes,
        *,
        sent_again: frozenset[int] | None = None,
        media_type: str = "application/json",
    ) -> Answer:
        """`sent_again` are the statuses after which it is tried again; None: all worth it."""
        headers = dict(self._access.resolve(self._environ))
        if isinstance(content, bytes):
            headers["Content-Type"] = media_type
        give_up_at = self._timing.clock() + self._timing.deadline
        for tries, wait in enumerate((*self._timing.waits, None), start=1):
            try:
                return self._once(method, url, content, headers, give_up_at)
            except _TransientError as transient:
                if sent_again is not None and transient.status not in sent_again:
                    raise transient.failure from transient.__cause__
                pause = transient.wait if wait is not None and transient.wait is not None else wait
                if pause is None or self._timing.clock() + pause >= give_up_at:
                    word = "try" if tries == 1 else "tries"
                    transient.failure.message += f" Gave up after {tries} {word}."
                    raise transient.failure from transient.__cause__
                self._timing.sleep(pause)
        raise AssertionError("the last wait is None")

    def _once(
        self,
        method: str,
        url: str,
        content: Mapping[str, str] | bytes,
        headers: Mapping[str, str],
        give_up_at: float,
    ) -> Answer:
        patience = max(0.001, min(self._timing.timeout, give_up_at - self._timing.clock()))
        try:
            with self._session.request(
                method,
                url,
                data=content or None,
                headers=headers,
                timeout=patience,
                stream=True,
                allow_redirects=False,
                auth=as_it_is,
            ) as response:
                body = self._body(url, response, give_up_at)
                return self._checked(url, response, body)
        except requests.exceptions.SSLError as error:
            raise SourceError(
                f"{url} has a TLS certificate that is not accepted.",
                advice="Name its authority's file in REQUESTS_CA_BUNDLE.",
            ) from error
        except (requests.RequestException, HTTPError) as error:
            failure = SourceError(
                f"{url} gave no answer: {cause_of(error)}.",
                advice="Check the url in the source's settings, and that the server is up.",
            )
            raise _TransientError(failure) from error
        except (OSError, ValueError) as error:
            raise SourceError(
                f"{url} cannot be asked: {one_line(str(error))}.",
                advice="Check the url, and REQUESTS_CA_BUNDLE in the environment.",
            ) from error

    def _body(self, url: str, response: requests.Response, give_up_at: float) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_content(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > self._max_bytes:
                raise TooLargeError(
                    f"{url} answered with more than {self._max_bytes} bytes.",
                    advice="Ask for less at once: make chunk shorter in the source's settings.",
                )
            if self._timing.clock() > give_up_at:
                raise SourceError(
                    f"{url} did not finish its answer within {self._timing.deadline:g} s.",
                    advice="Raise deadline in the source's settings.",
                )
        return b"".join(pieces)

    def _checked(self, url: str, response: requests.Response, body: bytes) -> Answer:
        status = response.status_code
        if 200 <= status < 300:  # noqa: PLR2004 - the range of success, RFC 9110
            return Answer(body, response.headers)
        for secret in self._access.secrets(self._environ):
            body = body.replace(secret.encode(), b"***")
        said = first_line(body)
        failure = StatusError(
            f"{url} answered {status}{': ' + said if said else ''}.",
            status=status,
            body=body,
            advice=_advice(status, response.headers.get("Location", "")),
        )
        asked = asked_wait(response.headers, self._timing.wall)
        if status in _WORTH_RETRYING or (status == _FORBIDDEN and asked is not None):
            if asked is not None:
                failure.advice = f"The server asks to wait {asked:.0f} s: {self._again(asked)}."
            raise _TransientError(failure, asked)
        raise failure

    def _again(self, wait: float) -> str:
        """When to ask again, in words."""
        try:
            whole_minute = math.ceil((self._timing.wall() + wait) / 60) * 60
            at = datetime.fromtimestamp(whole_minute, timezone.utc)
        except (ValueError, OverflowError, OSError):
            return "ask again then"
        return f"ask again after {at:%Y-%m-%d %H:%M} UTC, or raise deadline"


class _TransientError(Exception):
    """A failure that another try may mend, and how long the server asked to wait."""

    def __init__(self, failure: SourceError, wait: float | None = None) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.wait = wait
        self.status = failure.status if isinstance(failure, StatusError) else 0


def as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Authentication that adds nothing: else requests would look for a ~/.netrc."""
    return request


def _advice(status: int, location: str) -> str:
    if 300 <= status < 400:  # noqa: PLR2004 - the range of redirection, RFC 9110
        where = f" (it points to {host})" if (host := _host(location)) else ""
        return f"Redirects are not followed; set url to the final address{where}."
    return _ADVICE.get(status, "")


def _host(location: str) -> str | None:
    try:
        return urlsplit(location).hostname if location.isprintable() else None
    except ValueError:
        return None


def cause_of(error: BaseException) -> str:
    """What the operating system said, or the kind of failure; never a whole foreign message."""
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "it took too long"
    seen: list[BaseException] = [error]
    for one in seen:
        if isinstance(one, OSError) and one.strerror:
            return one.strerror.lower()
        reason = getattr(one, "reason", None)
        inner = (one.__cause__, one.__context__, reason, *one.args)
        seen += [each for each in inner if isinstance(each, BaseException) and each not in seen]
    return "the connection broke"
