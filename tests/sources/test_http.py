"""The HTTP client against a server that misbehaves. Time is the test's own: nobody waits."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate

import pytest
from pydantic import BaseModel, ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from codexreport.addresses import EnvReference, PlainUrl
from codexreport.errors import SourceError
from codexreport.sources.access import Access
from codexreport.sources.http import HttpClient, StatusError, Timing, TooLargeError

SECRET = "s3cr3t-t0k3n"


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(clock: Clock, access: Access | None = None, **options: int) -> HttpClient:
    timing = Timing(timeout=5, deadline=60, clock=clock, sleep=clock.sleep, wall=clock)
    return HttpClient(access or Access(), timing, environ={"TOKEN": SECRET}, **options)


def ask(clock: Clock, server: HTTPServer, access: Access | None = None, **options: int) -> bytes:
    with client(clock, access, **options) as http:
        return http.post(server.url_for("/q"), {"query": "up"})


def test_the_form_arrives_and_the_body_comes_back(httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/q", method="POST", data="query=up").respond_with_data(b"\x00fine")
    assert ask(clock, httpserver) == b"\x00fine"
    assert clock.slept == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(httpserver: HTTPServer, clock: Clock, status: int) -> None:
    httpserver.expect_ordered_request("/q").respond_with_data("busy", status=status)
    httpserver.expect_ordered_request("/q").respond_with_data("busy", status=status)
    httpserver.expect_ordered_request("/q").respond_with_data("fine")
    assert ask(clock, httpserver) == b"fine"
    assert clock.slept == [0.5, 1.0]


def test_retry_after_in_seconds_is_kept(httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_ordered_request("/q").respond_with_data(
        status=429, headers={"Retry-After": "17"}
    )
    httpserver.expect_ordered_request("/q").respond_with_data("fine")
    assert ask(clock, httpserver) == b"fine"
    assert clock.slept == [17.0]


def test_retry_after_as_a_date_is_kept(httpserver: HTTPServer, clock: Clock) -> None:
    """The clock stands at 1000 s of Unix time, the date is 21 s later."""
    httpserver.expect_ordered_request("/q").respond_with_data(
        status=503, headers={"Retry-After": formatdate(1_021, usegmt=True)}
    )
    httpserver.expect_ordered_request("/q").respond_with_data("fine")
    assert ask(clock, httpserver) == b"fine"
    assert clock.slept == [21.0]


def test_a_retry_after_that_is_neither_is_ignored(httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_ordered_request("/q").respond_with_data(
        status=503, headers={"Retry-After": "soon"}
    )
    httpserver.expect_ordered_request("/q").respond_with_data("fine")
    assert ask(clock, httpserver) == b"fine"
    assert clock.slept == [0.5]


def test_nobody_sleeps_past_the_deadline(httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/q").respond_with_data(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(StatusError, match=r"answered 429\. Gave up after 1 try\.") as caught:
        ask(clock, httpserver)
    assert clock.slept == []
    assert "raise deadline" in caught.value.advice


def test_the_deadline_bounds_all_tries_together(httpserver: HTTPServer, clock: Clock) -> None:
    """Three waits of 19 s fit into 60 s, a fourth does not."""
    httpserver.expect_request("/q").respond_with_data(status=503, headers={"Retry-After": "19"})
    with pytest.raises(StatusError, match="Gave up after 4 tries"):
        ask(clock, httpserver)
    assert clock.slept == [19.0, 19.0, 19.0]


def test_a_server_that_is_down_is_named(clock: Clock) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}/q"
        with client(clock) as http, pytest.raises(SourceError) as caught:
            http.post(url, {})
    assert caught.value.message == (
        f"{url} gave no answer: connection refused. Gave up after 6 tries."
    )
    assert clock.slept == [0.5, 1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_cannot_pass_is_not_asked_again(
    httpserver: HTTPServer, clock: Clock, status: int
) -> None:
    httpserver.expect_request("/q").respond_with_data(
        "\n\x1b[31mno\x00 \u202eway\nmore", status=status
    )
    with pytest.raises(StatusError, match=rf"answered {status}: \[31mno way\.") as caught:
        ask(clock, httpserver)
    assert caught.value.status == status
    assert clock.slept == []


def test_a_redirect_is_not_followed(httpserver: HTTPServer, clock: Clock) -> None:
    """Credentials would go along, and a form would be lost on the way."""
    httpserver.expect_request("/q").respond_with_data(
        status=302, headers={"Location": "https://login.example/?state=abc"}
    )
    with pytest.raises(StatusError) as caught:
        ask(clock, httpserver, Access(token="env:TOKEN"))
    assert "login.example" in str(caught.value)
    assert "abc" not in str(caught.value)
    assert len(httpserver.log) == 1


def test_a_redirect_to_no_address_is_an_error_like_others(clock: Clock) -> None:
    """No server of ours will send it, so one answers by hand."""
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=(listening,))
        server.start()
        with client(clock) as http, pytest.raises(SourceError, match="cannot be asked"):
            http.get(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        server.join()


@pytest.mark.parametrize("url", ["http://a..b/", f"http://{'a' * 70}.example/"])
def test_a_name_that_no_server_can_have_is_an_error_like_others(clock: Clock, url: str) -> None:
    with client(clock) as http, pytest.raises(SourceError, match="gave no answer"):
        http.get(url)


def test_a_certificate_file_that_is_not_there_is_named(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/authority.pem")
    with client(clock) as http, pytest.raises(SourceError, match=r"/nowhere/authority\.pem"):
        http.get("https://127.0.0.1:9/")


def test_an_answer_larger_than_the_limit_is_not_read_to_its_end(
    httpserver: HTTPServer, clock: Clock
) -> None:
    def endless(_: Request) -> Response:
        def pieces() -> Iterator[bytes]:
            while True:
                yield b"x" * 65_536

        return Response(pieces())

    httpserver.expect_request("/q").respond_with_handler(endless)
    with pytest.raises(TooLargeError, match="more than 1000000 bytes"):
        ask(clock, httpserver, max_bytes=1_000_000)


def test_an_answer_that_breaks_off_is_asked_for_again(httpserver: HTTPServer, clock: Clock) -> None:
    broken = Response(iter([b'{"status": "succ']), headers={"Content-Length": "5000"})
    httpserver.expect_ordered_request("/q").respond_with_response(broken)
    httpserver.expect_ordered_request("/q").respond_with_data("fine")
    assert ask(clock, httpserver) == b"fine"


def test_an_answer_that_drips_past_the_deadline_is_given_up(
    httpserver: HTTPServer, clock: Clock
) -> None:
    def dripping(_: Request) -> Response:
        def pieces() -> Iterator[bytes]:
            while True:
                clock.now += 25
                yield b"x" * 65_536

        return Response(pieces())

    httpserver.expect_request("/q").respond_with_handler(dripping)
    with pytest.raises(SourceError, match=r"did not finish its answer within 60 s"):
        ask(clock, httpserver)


def test_a_server_slower_than_the_timeout_is_given_up(httpserver: HTTPServer, clock: Clock) -> None:
    timing = Timing(timeout=0.05, deadline=0.4, clock=clock, sleep=clock.sleep)
    release = threading.Event()

    def slow(_: Request) -> Response:
        release.wait(30)
        return Response("late")

    httpserver.expect_request("/q").respond_with_handler(slow)
    with HttpClient(Access(), timing) as http, pytest.raises(SourceError, match="took too long"):
        http.get(httpserver.url_for("/q"))
    release.set()


def test_a_bearer_token_is_sent(httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request(
        "/q", headers={"Authorization": f"Bearer {SECRET}", "X-Scope-OrgID": "team"}
    ).respond_with_data("fine")
    access = Access(token="env:TOKEN", plain_headers={"X-Scope-OrgID": "team"})
    assert ask(clock, httpserver, access) == b"fine"


def test_basic_authentication_and_further_headers_are_sent(
    httpserver: HTTPServer, clock: Clock
) -> None:
    pair = base64.b64encode(f"{SECRET}:{SECRET}".encode()).decode()
    httpserver.expect_request(
        "/q", headers={"Authorization": f"Basic {pair}", "X-Key": SECRET}
    ).respond_with_data("fine")
    access = Access(username="env:TOKEN", password="env:TOKEN", headers={"X-Key": "env:TOKEN"})
    assert ask(clock, httpserver, access) == b"fine"


def test_a_netrc_file_is_not_looked_at(
    httpserver: HTTPServer,
    clock: Clock,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("default login someone password else\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    httpserver.expect_request("/q").respond_with_data("fine")
    ask(clock, httpserver)
    assert "Authorization" not in httpserver.log[0][0].headers


def test_a_secret_that_the_server_echoes_does_not_show(
    httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/q").respond_with_data(f"bad token {SECRET}", status=401)
    with pytest.raises(StatusError, match=r"bad token \*\*\*") as caught:
        ask(clock, httpserver, Access(token="env:TOKEN"))
    assert SECRET.encode() not in caught.value.body


def test_a_password_that_the_server_echoes_does_not_show_in_any_form(
    httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/q").respond_with_handler(
        lambda request: Response(f"refused: {request.headers['Authorization']}", status=401)
    )
    with pytest.raises(StatusError, match=r"refused: Basic \*\*\*\."):
        ask(clock, httpserver, Access(username="env:TOKEN", password="env:TOKEN"))


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_a_missing_variable_is_named(clock: Clock, value: str | None) -> None:
    environ = {} if value is None else {"MISSING": value}
    timing = Timing(timeout=1, deadline=1, clock=clock)
    with (
        HttpClient(Access(token="env:MISSING"), timing, environ=environ) as http,
        pytest.raises(SourceError, match="environment variable MISSING is not set"),
    ):
        http.get("http://127.0.0.1:9")


def test_a_value_that_no_header_can_carry_is_refused_without_showing_it(clock: Clock) -> None:
    timing = Timing(timeout=1, deadline=1, clock=clock)
    environ = {"T": "hidden\r\nHost: elsewhere"}
    with (
        HttpClient(Access(token="env:T"), timing, environ=environ) as http,
        pytest.raises(SourceError, match="environment variable T holds") as caught,
    ):
        http.get("http://127.0.0.1:9")
    assert "hidden" not in str(caught.value)


class Model(BaseModel):
    secret: EnvReference | None = None
    url: PlainUrl | None = None


@pytest.mark.parametrize("value", ["s3cr3t", "env:", "env:A B", "$TOKEN", "env:1A"])
def test_a_secret_itself_is_no_setting(value: str) -> None:
    with pytest.raises(ValidationError, match="write env:NAME"):
        Model(secret=value)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://me:s3cr3t@host", "has credentials in it"),
        ("ftp://host", "is not an http or https URL"),
        ("localhost:9090", "is not an http or https URL"),
        ("http://", "is not an http or https URL"),
        ("http://[::1", "is not a URL"),
        ("http://host/?token=s3cr3t", "must end before"),
        ("http://host?", "must end before"),
        ("http://host:99999", "is not a URL"),
        ("http://host:port", "is not a URL"),
        ("http://host\n", "holds a character"),
        ("http://ho st", "holds a character"),
    ],
)
def test_an_address_with_more_than_an_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Model(url=url)
    message = caught.value.errors()[0]["msg"]
    assert reason in message
    assert "s3cr3t" not in message


def test_an_address_loses_its_last_slash() -> None:
    assert Model(url="https://host/prometheus/").url == "https://host/prometheus"
