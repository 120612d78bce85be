"""Debian's Chromium, driven without a display; every request and every error of a page is kept."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A page with what it asked for and complained of since it was opened."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


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
    browser: Browser, path: Path, *, width: int = 1280, scheme: str = "light", javascript: bool = True
) -> Iterator[Watched]:
    """A file opened in a window of that width and colour scheme; hostile text trips `window.tripped`."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=javascript,
    )
    try:
        page = context.new_page()
        page.set_default_timeout(10_000)
        watched = Watched(page=page)
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("console", lambda message: watched.complaints.append(message.text))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.goto(path.as_uri())
        yield watched
    finally:
        context.close()


def settled(page: Page) -> None:
    """Wait until the list of cases stands, and scroll to it."""
    page.wait_for_selector("#list .chunk", state="attached")
    page.evaluate("document.getElementById('cases').scrollIntoView({behavior: 'instant'})")
    page.wait_for_selector("#list .case")
