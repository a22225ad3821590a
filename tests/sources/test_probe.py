"""Asking a service that misbehaves; one try each."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import datetime, timedelta, timezone

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from codexreport.measure import State
from codexreport.smoke.check import Check
from codexreport.smoke.judging import judge
from codexreport.sources.access import Access
from codexreport.sources.probe import Patience, Probe, Target

SECRET = "s3cr3t-t0k3n"
NOW = datetime.now(timezone.utc)


def ask(url, *, base="", environ=None, allow=(), timeout=5, deadline=60, clock=None, **wanted):
    """The exchange, and what a check makes of it."""
    target = Target(
        base_url=base or url,
        access=Access(headers={"Authorization": "env:TOKEN"}),
        allow_hosts=allow,
    )
    more = {"clock": clock} if clock else {}
    patience = Patience(timeout=timeout, deadline=deadline, **more)
    limit = {"max_bytes": wanted.pop("max_bytes")} if "max_bytes" in wanted else {}
    with Probe(target, patience, environ={"TOKEN": SECRET, **(environ or {})}, **limit) as probe:
        check = Check(name="it", url=url, **wanted)
        exchange = probe.ask(check)
        return exchange, judge(check, exchange, NOW)


def echoed(request: Request) -> Response:
    return Response(request.headers.get("Authorization", "nothing"))


def test_the_answer_comes_back_with_its_headers(httpserver: HTTPServer):
    httpserver.expect_request("/health").respond_with_json({"status": "ok"})
    exchange, result = ask(
        httpserver.url_for("/health"),
        json={"$.status": "ok"},
        answer_headers={"content-type": "json"},
    )
    assert (exchange.status, result.state) == (200, State.PASS)


def test_a_body_is_sent_as_json(httpserver: HTTPServer):
    httpserver.expect_request("/search", method="POST", json={"q": "tea"}).respond_with_data("1")
    assert ask(httpserver.url_for("/search"), method="POST", body={"q": "tea"})[1].state is (
        State.PASS
    )


def test_a_failing_service_gets_no_second_chance(httpserver: HTTPServer):
    httpserver.expect_ordered_request("/").respond_with_data("busy", status=503)
    httpserver.expect_ordered_request("/").respond_with_data("fine")
    assert ask(httpserver.url_for("/"))[1].state is State.FAIL


def test_the_environments_secrets_go_to_it_alone(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_handler(echoed)
    there = httpserver.url_for("/")
    assert ask(there)[0].body == b"***"  # what a service echoes is masked
    assert ask(there, base="https://staging.example")[0].body == b"nothing"


def test_a_redirect_on_the_same_host_is_followed(httpserver: HTTPServer):
    httpserver.expect_request("/old").respond_with_data(status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data("here")
    assert ask(httpserver.url_for("/old"))[0].body == b"here"


def test_a_cookie_lasts_for_a_check_and_no_longer(httpserver: HTTPServer):
    seen = []

    def enter(request: Request) -> Response:
        seen.append(request.cookies.get("session"))
        headers = {"Location": "/in", "Set-Cookie": "session=1; Path=/"}
        return Response(status=302, headers=headers)

    def inside(request: Request) -> Response:
        seen.append(request.cookies.get("session"))
        return Response("in")

    httpserver.expect_request("/").respond_with_handler(enter)
    httpserver.expect_request("/in").respond_with_handler(inside)
    target = Target(base_url=httpserver.url_for(""), access=Access())
    with Probe(target, Patience(timeout=5, deadline=60)) as probe:
        for _ in range(2):
            probe.ask(Check(name="it", url=httpserver.url_for("/")))
    assert seen == [None, "1", None, "1"]


def test_a_wanted_redirect_is_not_followed(httpserver: HTTPServer):
    httpserver.expect_request("/old").respond_with_data(status=302, headers={"Location": "/login"})
    exchange, result = ask(
        httpserver.url_for("/old"), status=(302,), answer_headers={"Location": "/login"}
    )
    assert (exchange.status, result.state) == (302, State.PASS)


@pytest.mark.parametrize(
    "location",
    [
        "http://elsewhere.example/",
        "//elsewhere.example/",
        "http://127.0.0.1:1/",
        "http://user@127.0.0.1/",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_redirect_to_anywhere_else_is_refused(httpserver: HTTPServer, location: str):
    httpserver.expect_request("/").respond_with_data(status=302, headers={"Location": location})
    exchange, result = ask(httpserver.url_for("/"))
    assert result.state is State.FAIL
    assert "redirects to" in exchange.problem


def test_an_allowed_host_gets_no_secret(httpserver: HTTPServer):
    """`localhost` is the same server under another name."""
    httpserver.expect_request("/old").respond_with_data(
        status=307, headers={"Location": f"http://localhost:{httpserver.port}/new"}
    )
    httpserver.expect_request("/new").respond_with_handler(echoed)
    url = f"http://127.0.0.1:{httpserver.port}/old"
    assert "allow_hosts" in ask(url)[0].problem
    assert ask(url, allow=("LOCALHOST",))[0].body == b"nothing"


def test_a_redirect_loop_ends(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_data(status=302, headers={"Location": "/"})
    assert ask(httpserver.url_for("/"))[0].problem == "It redirects more than 5 times."


def test_a_huge_answer_is_cut_off(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_data(b"x" * 100_001)
    exchange, result = ask(httpserver.url_for("/"), max_bytes=100_000)
    assert (result.state, exchange.problem) == (
        State.FAIL,
        "It answered with more than 100000 bytes.",
    )


@pytest.fixture
def rude():
    """A server that does with each connection what a test wants, and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve(behave):
        def run():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                behave(connection)

        threads.append(threading.Thread(target=run, daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield serve
    listener.close()
    for thread in threads:
        thread.join(10)


def test_a_slow_service_is_given_up(rude):
    over = threading.Event()
    url = rude(lambda _: over.wait(10))
    exchange, result = ask(url, timeout=0.05)
    over.set()
    assert (result.state, exchange.problem) == (
        State.FAIL,
        "It gave no answer: it took too long.",
    )


def test_a_broken_connection_is_said(rude):
    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    assert ask(rude(reset))[0].problem == "It gave no answer: connection reset by peer."


def test_nobody_there_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert ask(f"http://127.0.0.1:{port}/")[1].state is State.FAIL


def test_what_was_not_asked_before_the_deadline_is_unknown(httpserver: HTTPServer):
    """The clock says 0 when the run begins and 61 when the check would."""
    ticks = iter([0.0, 61.0])
    exchange, result = ask(httpserver.url_for("/"), clock=lambda: next(ticks))
    assert (result.state, exchange.asked) == (State.UNKNOWN, False)
    assert not httpserver.log


def test_an_answer_that_outlasts_the_deadline_is_a_failure(httpserver: HTTPServer):
    """0 at the beginning, at the check, at the wait and at the start, then past the deadline."""
    httpserver.expect_request("/").respond_with_data("fine")
    ticks = iter([0.0, 0.0, 0.0, 0.0])
    exchange, _ = ask(httpserver.url_for("/"), clock=lambda: next(ticks, 61.0))
    assert exchange.problem == "It did not finish its answer before the deadline."


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def secure(authority, tmp_path):
    """From the days that its certificate is left to a server's address, and whom to trust."""
    servers = []
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)

    def serve(days):
        ends = NOW + timedelta(days=days)
        certificate = authority.issue_cert(
            "127.0.0.1", not_after=ends, not_before=ends - timedelta(days=900)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server = HTTPServer(host="127.0.0.1", ssl_context=context)
        server.expect_request("/").respond_with_data("fine")
        server.start()
        servers.append(server)
        return server.url_for("/")

    yield serve, str(bundle)
    for server in servers:
        server.clear()
        server.stop()


@pytest.mark.parametrize(("days", "state"), [(30, State.PASS), (5, State.FAIL)])
def test_a_certificate_must_last(secure, monkeypatch, days, state):
    serve, bundle = secure
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    environ = {"REQUESTS_CA_BUNDLE": bundle}
    exchange, result = ask(serve(days), environ=environ, certificate_days=14)
    assert exchange.certificate_problem == ""
    assert result.state is state


def test_an_expired_certificate_fails(secure, monkeypatch):
    serve, bundle = secure
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    exchange, result = ask(serve(-1), certificate_days=14)
    assert result.state is State.FAIL
    assert exchange.problem == "Its TLS certificate is not accepted: certificate has expired."


def test_a_certificate_of_nobody_known_fails(secure):
    serve, _ = secure
    assert "Its TLS certificate is not accepted" in ask(serve(30))[0].problem


def test_http_has_no_certificate(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_data("fine")
    _, result = ask(httpserver.url_for("/"), certificate_days=1)
    assert (result.state, result.reason) == (
        State.UNKNOWN,
        "There is no certificate: the address is not https.",
    )
