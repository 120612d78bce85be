"""The site of runs as people use it: search, filters, links, and the pages that lead on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from goldgate.eval.report.site.index import PAGE, SHOWN, dumped
from goldgate.eval.report.site.keep import add_run
from tests.unit.eval.report.hostile import HOSTILE
from tests.unit.eval.report.site.samples import index, run
from tests.unit.eval.report.site.test_index import long

from .browser import opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
VERDICTS = ("pass", "fail", "inconclusive", "rolled back")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve runs of two services in two environments, with their reports as empty pages."""
    folder = tmp_path_factory.mktemp("site")
    for number in range(12):
        told = run(
            number,
            service=("finrag", "ranker")[number % 2],
            environment=("production", "staging")[number // 2 % 2],
            verdict=VERDICTS[number % 4],
            author=("Ada Ruiz", "Jun Okafor")[number // 6],
            commit=f"{number:07x}",
            metrics={"retrieval.recall@10": 0.8 + number / 100, "latency.p95_ms": 400.0 - number},
        )
        page = folder / told.href
        page.parent.mkdir(parents=True)
        page.write_text(f"<title>report of {told.run_id}</title>")
        add_run(folder, told, live="r00004" if number == 4 else None)
    return folder


def rows(page: Page) -> list[str]:
    """The commits of the rows that are shown."""
    return [row.locator(".commit code").inner_text() for row in page.locator("#runs tbody tr").all() if row.is_visible()]


def test_filters_and_search_narrow_the_runs_and_are_in_the_address(browser: Browser, site: Path) -> None:
    with opened(browser, site / "index.html") as watched:
        page = watched.page
        assert len(rows(page)) == 12
        page.select_option('select[name="service"]', "ranker")
        page.select_option('select[name="verdict"]', "rolled back")
        assert rows(page) == ["000000b", "0000007", "0000003"]
        page.fill("#search", "ada ROLLED")
        assert rows(page) == ["0000003"]
        assert page.locator("#found").inner_text() == "1 of 12 runs"
        address = page.url
        page.keyboard.press("Escape")
        assert len(rows(page)) == 12
    with opened(browser, site / "index.html", fragment="#" + address.partition("#")[2]) as watched:
        assert rows(watched.page) == ["0000003"]
        assert watched.page.locator("#search").input_value() == "ada ROLLED"


def test_where_nothing_matches_the_page_says_so_and_leads_back(browser: Browser, site: Path) -> None:
    with opened(browser, site / "index.html") as watched:
        page = watched.page
        page.keyboard.press("/")
        page.keyboard.type("no such run")
        assert rows(page) == []
        page.get_by_text("Show all").click()
        assert len(rows(page)) == 12
        assert page.locator("#found").inner_text() == "12 of 12 runs"


def test_an_address_with_unknown_values_shows_all(browser: Browser, site: Path) -> None:
    with opened(browser, site / "index.html", fragment="#service=__proto__&verdict=<b>&runs") as watched:
        assert len(rows(watched.page)) == 12
        assert watched.complaints == []


def test_without_javascript_all_runs_stand_there(browser: Browser, site: Path) -> None:
    with opened(browser, site / "index.html", javascript=False) as watched:
        assert len(rows(watched.page)) == 12
        assert not watched.page.locator("#narrow").is_visible()
        watched.page.locator("#runs tbody a").first.click()
        assert watched.page.title() == "report of r00011"


@pytest.mark.parametrize(("kind", "wanted"), [("latest", "r00008"), ("live", "r00004")])
def test_latest_and_live_lead_to_a_report(browser: Browser, site: Path, kind: str, wanted: str) -> None:
    with opened(browser, site / kind / "finrag" / "production" / "index.html", javascript=False) as watched:
        until_title(watched.page, f"report of {wanted}")
        assert watched.complaints == []


def until_title(page: Page, title: str) -> None:
    page.wait_for_url("**/report/index.html")
    assert page.title() == title


@pytest.mark.parametrize("width", [1440, 760, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_asks_for_nothing(browser: Browser, site: Path, width: int, scheme: str) -> None:
    with opened(browser, site / "index.html", width=width, scheme=scheme) as watched:
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
        assert watched.outside == []
        assert watched.complaints == []


def test_a_badge_is_a_picture_with_words(browser: Browser, site: Path) -> None:
    with opened(browser, site / "badge" / "finrag" / "production.svg") as watched:
        assert watched.page.evaluate("document.documentElement.getAttribute('aria-label')").startswith("finrag production: ")
        width = watched.page.evaluate("document.documentElement.getBBox().width")
        assert 150 < width < 600
        assert watched.complaints == []


def test_times_turn_to_the_readers_zone(browser: Browser, site: Path) -> None:
    with opened(browser, site / "index.html", zone="Asia/Kolkata") as watched:
        page, first = watched.page, watched.page.locator("#runs tbody time").first
        assert first.inner_text() == "1 Nov 2026, 00:11 UTC"
        page.click("#zone")
        assert first.inner_text() == "1 Nov 2026, 05:41 GMT+5:30"


def test_hostile_runs_run_nothing(browser: Browser, tmp_path: Path) -> None:
    found = index()
    for number, poison in enumerate(HOSTILE):
        names = dict.fromkeys(("service", "environment", "author", "verdict", "href", "headline", "commit_subject"), poison)
        found = found.with_run(run(number, **names, metrics={poison: 1.0}))
    (tmp_path / "index.json").write_bytes(dumped(found))
    add_run(tmp_path, run(9_000))
    with opened(browser, tmp_path / "index.html", policy=False) as watched:
        page = watched.page
        expect(page.locator("#runs tbody tr")).to_have_count(len(HOSTILE) + 1)
        page.select_option('select[name="service"]', index=3)
        page.fill("#search", "<script>")
        assert watched.trips == []
        assert watched.outside == []


def test_a_large_site_is_searched_and_leads_to_its_older_runs(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.json").write_bytes(dumped(long(SHOWN + 2 * PAGE - 2)))
    add_run(tmp_path, run(SHOWN + 2 * PAGE - 2, commit="abcdef1"))
    with opened(browser, tmp_path / "index.html") as watched:
        page = watched.page
        page.fill("#search", "abcdef1")
        assert page.locator("#found").inner_text() == f"1 of {SHOWN + PAGE - 1} runs"
        page.locator(".archive a").first.click()
        expect(page.locator("#runs tbody tr")).to_have_count(PAGE)
