"""Draw the pictures of the documentation from the sample: `python -m tests.integration.report.screenshot [FOLDER]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from goldgate.eval.report.page import write
from tests.unit.eval.report.sample import sample

from .browser import chromium, opened, settled
from .png import with_palette

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = Path(__file__).parents[3] / "docs" / "images"
WIDTH = 1280


def main(folder: Path = IMAGES) -> None:
    """Write report.png (the first screens, light), report-dark.png and report-phone.png."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        page = write(sample(Path(scratch)), Path(scratch) / "index.html")
        (folder / "report.png").write_bytes(shot(browser, page, height=1760))
        (folder / "report-dark.png").write_bytes(shot(browser, page, height=1000, scheme="dark"))
        (folder / "report-phone.png").write_bytes(shot(browser, page, width=390, height=1500))


def shot(browser: Browser, page: Path, *, height: int, width: int = WIDTH, scheme: str = "light") -> bytes:
    """A picture of the top of the page with its first regression open, as a PNG with a palette."""
    with opened(browser, page, width=width, scheme=scheme) as watched:
        settled(watched.page)
        watched.page.locator("#list summary").first.click()
        watched.page.wait_for_selector("#list .body")
        watched.page.evaluate("document.activeElement.blur(); window.scrollTo({top: 0, behavior: 'instant'})")
        clip = {"x": 0, "y": 0, "width": width, "height": height}
        return with_palette(watched.page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
