"""The browser and the pages that the tests look at, each made once."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.report.page import write
from tests.unit.eval.report.sample import sample

from .browser import CHROMIUM, chromium
from .rich import rich

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, of a module alone: as long as it is driven, an event loop runs in this thread."""
    if not CHROMIUM.is_file():
        pytest.skip("Chromium is not installed: apt-get install chromium-headless-shell")
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 240 invented cases."""
    folder = tmp_path_factory.mktemp("report")
    return write(sample(folder), folder / "index.html")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of texts that try to run."""
    folder = tmp_path_factory.mktemp("hostile")
    return write(sample(folder, cases=40, hostile=True), folder / "index.html")


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with repeats, judges' notes, class probabilities, a long answer and many values of a tag."""
    folder = tmp_path_factory.mktemp("full")
    return write(rich(folder), folder / "index.html")


@pytest.fixture
def served() -> Iterator[Callable[[Path], str]]:
    """Serve a folder over HTTP; returns its address."""
    servers = []

    def serve(folder: Path) -> str:
        handler = partial(_Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Keep measured figures with the test's result, and print them (`pytest -rP` shows them)."""

    def keep(cases: int, **measured: float) -> None:
        for name, value in measured.items():
            record_property(name, value)
        print(f"{cases:,} cases:", ", ".join(f"{name} {value:,.2f}" for name, value in measured.items()))  # noqa: T201

    return keep


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing of requests."""
