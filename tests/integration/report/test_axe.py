"""What axe-core finds in the pages: nothing, in light and dark, wide and narrow, with all open; and what a phone cuts off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from goldgate.eval.report.page import write
from goldgate.eval.report.site.pages import index_page
from tests.unit.eval.report.sample import sample
from tests.unit.eval.report.site.samples import index, run

from .browser import choose, opened, settled, unfolded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
LOOKS = [("light", 1440), ("dark", 390)]
LARGE = 3_000
ROLLED_BACK: dict[str, Any] = {
    "status": "rolled back",
    "started_at": "2026-11-20T14:05:00Z",
    "seconds": 61.0,
    "cause": "Essential container in task exited\nMemoryError: cannot allocate 2 GB",
    "next": "Give the task more memory and deploy again.",
    "log": ["loading model", "MemoryError"],
    "steps": [{"at": "2026-11-20T14:05:03Z", "after_seconds": 3.0, "text": "new revision registered"}],
    "alarms": [{"after_seconds": 9.0, "name": "5xx", "state": "ALARM"}],
    "checks": [{"after_seconds": 12.0, "name": "canary", "ok": False, "detail": "502"}],
}


def findings(page: Page) -> list[str]:
    """What axe finds that is minor or worse, one line a finding: impact, rule, what it is about."""
    page.wait_for_timeout(150)
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['impact']} {each['id']}: {node['target']} {node['html'][:160]}" for each in violations for node in each["nodes"]
    ]


def reported(folder: Path) -> Path:
    return write(sample(folder), folder / "index.html")


def without_live(folder: Path) -> Path:
    return write(sample(folder, live=False), folder / "index.html")


def failed_release(folder: Path) -> Path:
    return write(replace(sample(folder), release=ROLLED_BACK), folder / "index.html")


def large(folder: Path) -> Path:
    return write(sample(folder, cases=LARGE), folder / "index.html")


def runs(folder: Path) -> Path:
    path = folder / "index.html"
    verdicts = ("pass", "fail", "inconclusive", "stopped", "rolled back")
    listed = [run(number, verdict=verdicts[number % 5]) for number in range(30)]
    path.write_text(index_page(index(*listed, live="r00020")), encoding="utf-8")
    return path


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("made", [reported, without_live, failed_release, large, runs], ids=lambda made: made.__name__)
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, made: Callable[[Path], Path], scheme: str, width: int) -> None:
    with opened(browser, made(tmp_path), scheme=scheme, width=width, policy=False) as watched:
        if made is not runs:
            settled(watched.page)
        assert findings(watched.page) == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing_with_everything_open(browser: Browser, full: Path, scheme: str, width: int) -> None:
    with opened(browser, full, scheme=scheme, width=width, policy=False) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        unfolded(page)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open ||= !one.matches('#list .case'); })")
        page.locator("#filters-button").click()
        assert findings(page) == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing_in_the_help(browser: Browser, report: Path, scheme: str, width: int) -> None:
    with opened(browser, report, scheme=scheme, width=width, policy=False) as watched:
        settled(watched.page)
        watched.page.keyboard.press("?")
        watched.page.locator("#help").wait_for()
        assert findings(watched.page) == []


def test_on_a_phone_no_gate_is_cut_off(browser: Browser, tmp_path: Path) -> None:
    """Not even one whose interval says its level and what it could have seen."""
    report = sample(tmp_path)
    gates = [gate | {"confidence": 0.975, "smallest_effect": 0.1234} for gate in (report.evaluation or {})["gates"]]
    report = replace(report, evaluation=(report.evaluation or {}) | {"gates": gates})
    with opened(browser, write(report, tmp_path / "index.html"), width=390) as watched:
        wide = "[...document.querySelectorAll('#gates .card')].map((card) => card.scrollWidth - card.clientWidth)"
        assert watched.page.locator("#gates").inner_text().count("97.5 %") > 0
        assert watched.page.evaluate(wide) == [0, 0]


def test_axe_does_find_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text("<p style='color:#ccc;background:#fff'>faint</p><button></button>", encoding="utf-8")
    with opened(browser, path, policy=False) as watched:
        found = " ".join(findings(watched.page))
    assert "serious color-contrast" in found
    assert "critical button-name" in found
