"""Real servers, and a real browser, that tests of several rooms use."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

START_WITHIN = 60.0

_HEEDED = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGHUP: signal.SIG_DFL,
    signal.SIGQUIT: signal.SIG_DFL,
    signal.SIGTERM: signal.SIG_DFL,
}

BackfilledPrometheus = Callable[[str], str]
"""From an OpenMetrics text to the address of a Prometheus server that holds its samples."""


def pytest_configure() -> None:
    """Heed the signals that `nohup`, or a shell for what it runs behind, has had ignored."""
    for number, handler in _HEEDED.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def need_commands(*commands: str, package: str) -> None:
    """Skip, or fail on CI, where a command is not installed."""
    missing = [command for command in commands if shutil.which(command) is None]
    if not missing:
        return
    reason = f"{', '.join(missing)} not found; install Debian's package {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def needs() -> Callable[..., None]:
    """Call it with the commands a test needs and the Debian `package` they come from."""
    return need_commands


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests: Playwright cannot run twice in one process."""
    need_commands("chromium", package="chromium")
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=arguments
        ) as browser,
    ):
        yield browser


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_prometheus(folder: Path, config: str, port: int) -> Iterator[str]:
    """Prometheus over the TSDB in `folder`/data, ready, on a loopback port; gives its address."""
    folder.joinpath("prometheus.yml").write_text(config, encoding="utf-8")
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with running(command, f"http://127.0.0.1:{port}", folder / "prometheus.log") as url:
        yield url


@contextmanager
def running(command: list[str], url: str, log: Path) -> Iterator[str]:
    """One of Prometheus' servers until the block ends, once it says that it is ready."""
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_until_ready(server, url, log)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=START_WITHIN)


def wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    give_up_at = time.monotonic() + START_WITHIN
    while time.monotonic() < give_up_at:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    pytest.fail(
        f"{server.args[0]} did not become ready:\n{log.read_text(errors='replace')[-2000:]}"
    )


def backfill(samples: Path, data: Path) -> None:
    """Blocks of two months instead of two hours: one pass over the text instead of hundreds."""
    done = subprocess.run(
        [
            "promtool",
            "tsdb",
            "create-blocks-from",
            "--max-block-duration=1488h",
            "openmetrics",
            str(samples),
            str(data),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"promtool could not backfill:\n{done.stderr[-2000:]}")


@pytest.fixture(scope="session")
def backfilled_prometheus(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BackfilledPrometheus]:
    """Starts a Prometheus server over given samples; it runs until the tests end."""
    need_commands("prometheus", "promtool", package="prometheus")
    with ExitStack() as servers:

        def start(openmetrics: str) -> str:
            folder = tmp_path_factory.mktemp("prometheus")
            folder.joinpath("samples.txt").write_text(openmetrics, encoding="utf-8")
            backfill(folder / "samples.txt", folder / "data")
            return servers.enter_context(running_prometheus(folder, "", free_port()))

        yield start


@pytest.fixture(scope="session")
def self_scraping_prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus server that scrapes itself every second."""
    need_commands("prometheus", package="prometheus")
    port = free_port()
    config = (
        "global: {scrape_interval: 1s}\n"
        "scrape_configs:\n"
        "  - job_name: prometheus\n"
        f"    static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n"
    )
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), config, port) as url:
        yield url


@pytest.fixture
def pushgateway(tmp_path: Path) -> Iterator[str]:
    """The address of a Pushgateway that holds nothing yet."""
    need_commands("prometheus-pushgateway", package="prometheus-pushgateway")
    port = free_port()
    command = [
        "prometheus-pushgateway",
        f"--web.listen-address=127.0.0.1:{port}",
        "--persistence.file=",  # in memory; Debian's default outlives the test
    ]
    with running(command, f"http://127.0.0.1:{port}", tmp_path / "pushgateway.log") as url:
        yield url


@pytest.fixture(scope="session")
def scraping_prometheus(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str, str], str]]:
    """Starts a Prometheus server that scrapes a job at an address every second."""
    need_commands("prometheus", package="prometheus")
    with ExitStack() as servers:

        def start(job: str, target: str) -> str:
            config = (
                "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
                "scrape_configs:\n"
                f"  - job_name: {job}\n"
                f"    static_configs: [{{targets: ['{target}']}}]\n"
            )
            folder = tmp_path_factory.mktemp("prometheus")
            return servers.enter_context(running_prometheus(folder, config, free_port()))

        yield start


@pytest.fixture
def rollout_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock that `codexreport rollout` reads, as days cannot be waited for."""

    class Clock:
        at: datetime

        @classmethod
        def now(cls, zone: tzinfo) -> datetime:
            return cls.at.astimezone(zone)

    def set_to(at: datetime) -> None:
        Clock.at = at
        monkeypatch.setattr("codexreport.cli.rollout.datetime", Clock)

    return set_to
