"""Debian's Chromium, driven without a display; every request and every error of a page is kept."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Frame, Locator, Page, Route

CHROMIUM = Path("/usr/bin/chromium-headless-shell")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TRIPWIRE = Path(__file__).with_name("tripwire.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A page with what it asked for, complained of and went to since it was opened."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    @property
    def trips(self) -> list[str]:
        """What ran that should not have, see tripwire.js."""
        found: list[str] = self.page.evaluate("window.allTrips()")
        return found

    @property
    def outside(self) -> list[str]:
        """Requests for anything but files, data and the page's own objects."""
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser,
    path: Path | str,
    *,
    width: int = 1280,
    scheme: str = "light",
    javascript: bool = True,
    policy: bool = True,
    fragment: str = "",
    zone: str = "UTC",
    before: str = "",
) -> Iterator[Watched]:
    """A file, or an address of this machine, in a window of that width, colour scheme and time zone, behind a tripwire.

    No request reaches a network. `before` is a script that runs ahead of the page's own. Without `policy` the page's
    Content-Security-Policy is not heeded, so that only the page's own care holds what is hostile.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=javascript,
        timezone_id=zone,
        bypass_csp=not policy,
    )
    try:
        context.route("http*://**", _local_alone)
        context.add_init_script(TRIPWIRE)
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.set_default_timeout(10_000)
        watched = Watched(page=page)
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("console", lambda message: watched.complaints.append(message.text))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("framenavigated", lambda frame: _visit(watched, frame))
        context.on("page", lambda other: watched.visited.append(other.url))
        page.goto((path if isinstance(path, str) else path.as_uri()) + fragment)
        yield watched
    finally:
        context.close()


def _local_alone(route: Route) -> None:
    if route.request.url.startswith("http://127.0.0.1:"):
        route.continue_()
    else:
        route.abort()


def _visit(watched: Watched, frame: Frame) -> None:
    address = frame.url.partition("#")[0]
    if watched.visited[-1:] != [address]:
        watched.visited.append(address)


def until(page: Page, expression: str, argument: object = None, *, seconds: float = 10) -> None:
    """Wait until an expression holds in the page; asked from outside, which a page's policy against `eval` does not forbid."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression, argument):
        if time.monotonic() > deadline:
            msg = f"it did not come to this within {seconds} s: {expression} ({argument!r})"
            raise TimeoutError(msg)
        page.wait_for_timeout(20)


def settled(page: Page) -> None:
    """Wait until the list of cases stands, and scroll to it."""
    page.wait_for_selector("#list .case:not(.blank)", state="attached")
    page.evaluate("document.getElementById('cases').scrollIntoView({behavior: 'instant'})")
    page.wait_for_selector("#list .case:not(.blank)")


def shown(page: Page, words: str) -> None:
    """Wait until the line beside the filters says this."""
    from playwright.sync_api import expect

    expect(page.locator("#found")).to_have_text(words)


def choose(page: Page, show: str) -> None:
    """Press the chip of an outcome."""
    page.locator(f'.chip[data-show="{show}"]').click()


def ids(page: Page, most: int = 5) -> list[str]:
    """The ids of the first rows of the list that exist, once they have their words."""
    until(page, "document.querySelector('#list .case') && !document.querySelector('#list .blank')")
    found: list[str] = page.evaluate("[...document.querySelectorAll('#list .id')].map((one) => one.textContent)")
    return found[:most]


def unfolded(page: Page, place: int = 0) -> Locator:
    """Open a row of the list; its body."""
    row = page.locator("#list .case").nth(place)
    row.locator("summary").first.click()
    body = row.locator(".body")
    body.wait_for()
    return body
