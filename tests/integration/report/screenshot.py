"""Draw the pictures of the documentation from the sample: `python -m tests.integration.report.screenshot [FOLDER]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from goldgate.eval.report.page import write
from tests.unit.eval.report.sample import sample

from .browser import chromium, opened, settled, unfolded
from .png import with_palette

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IMAGES = Path(__file__).parents[3] / "docs" / "images"
WIDTH = 1280


def main(folder: Path = IMAGES) -> None:
    """Write the first screens (light, dark, on a phone), an open case with the filters, slices and plots."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        page = write(sample(Path(scratch)), Path(scratch) / "index.html")
        (folder / "report.png").write_bytes(top(browser, page, height=1240))
        (folder / "report-dark.png").write_bytes(top(browser, page, height=1000, scheme="dark"))
        (folder / "report-phone.png").write_bytes(top(browser, page, width=390, height=1500))
        (folder / "report-case.png").write_bytes(case(browser, page))
        for name, part in {"slices": "#slices", "plots": "#distributions"}.items():
            (folder / f"report-{name}.png").write_bytes(section(browser, page, part, most=900))


def top(browser: Browser, page: Path, *, height: int, width: int = WIDTH, scheme: str = "light") -> bytes:
    """A picture of the top of the page, as a PNG with a palette."""
    with opened(browser, page, width=width, scheme=scheme) as watched:
        settled(watched.page)
        watched.page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
        return _cut(watched.page, 0, height)


def case(browser: Browser, page: Path) -> bytes:
    """The list of cases, its filters and its first regression open."""
    with opened(browser, page, width=WIDTH) as watched:
        settled(watched.page)
        watched.page.locator("#filters-button").click()
        unfolded(watched.page)
        watched.page.evaluate("document.activeElement.blur()")
        return _cut(watched.page, _place(watched.page, "#cases")["y"] - 12, 1000)


def section(browser: Browser, page: Path, part: str, *, most: int) -> bytes:
    """One section of the page, at most so many pixels high."""
    with opened(browser, page, width=WIDTH) as watched:
        settled(watched.page)
        place = _place(watched.page, part)
        return _cut(watched.page, place["y"] - 12, min(most, place["height"] + 24))


def _place(page: Page, part: str) -> dict[str, float]:
    found: dict[str, float] = page.evaluate(
        "(part) => { const box = document.querySelector(part).getBoundingClientRect();"
        " return { y: box.top + scrollY, height: box.height }; }",
        part,
    )
    return found


def _cut(page: Page, y: float, height: float) -> bytes:
    """A stretch of the page, as a PNG with a palette."""
    width = page.viewport_size["width"] if page.viewport_size else WIDTH
    clip = {"x": 0, "y": y, "width": width, "height": height}
    return with_palette(page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
