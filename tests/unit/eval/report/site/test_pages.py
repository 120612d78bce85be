from __future__ import annotations

import re
from dataclasses import replace

import pytest

from goldgate.eval.report.site.index import PAGE, SHOWN
from goldgate.eval.report.site.pages import archive_page, index_page

from ..hostile import HOSTILE
from .samples import RUN, index, run
from .test_index import long


def rows(page: str) -> list[str]:
    return re.findall(r"<tr class.*?</tr>", page, re.DOTALL)


def test_a_row_tells_when_what_who_and_why_and_leads_to_the_report() -> None:
    (row,) = rows(index_page(index(RUN)))
    assert f'<a href="{RUN.href}"><time datetime="2026-11-20T14:02:12Z">20 Nov 2026, 14:02 UTC</time></a>' in row
    for text in ("finrag", "production", "9f31c2e", RUN.commit_subject, RUN.author, "✕</span> Blocked", RUN.headline):
        assert text in row
    assert re.search(r"p95 latency</dt><dd><b>398 ms</b><svg", row)


def test_a_word_of_its_own_is_a_failure_with_that_word() -> None:
    (row,) = rows(index_page(index(replace(RUN, verdict="rolled back"))))
    assert "✕</span> Rolled back" in row
    assert row.startswith('<tr class="fail"')


def test_the_first_page_says_where_each_service_stands_and_what_is_live() -> None:
    page = index_page(index(run(1), run(2), run(3, environment="staging"), live="r00001"))
    standings = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert len(standings) == 2
    assert "r00002/finrag" in standings[0]
    assert "r00001/finrag" in standings[0]
    assert "Nothing of these runs is live." in standings[1]
    assert [">live<" in row for row in rows(page)] == [False, False, True]


def test_a_line_is_drawn_over_runs_of_the_same_service_and_environment_only() -> None:
    metrics = ({"answer.f1": value} for value in (0.1, 0.9, 0.2))
    first, other, last = (run(at, metrics=told) for at, told in enumerate(metrics))
    (row, *_) = rows(index_page(index(first, replace(other, service="ranker"), last)))
    assert "f1 over 2 runs: from 0.100 to 0.200, between 0.100 and 0.200" in row


def test_the_first_page_stays_short_and_leads_to_the_older_ones() -> None:
    found = long(SHOWN + PAGE)
    page = index_page(found)
    assert len(rows(page)) == SHOWN
    assert "750 runs" in page
    assert re.search(r'<a href="runs-0001.html">.*</a> <span class="note">250 runs</span>', page)


def test_an_archive_page_is_the_same_whatever_came_after_it() -> None:
    before = long(SHOWN + PAGE)
    page = archive_page(before, 1)
    assert len(rows(page)) == PAGE
    assert archive_page(before.with_run(run(SHOWN + PAGE)).with_live(RUN.place, "r00003"), 1) == page
    assert "r00249" in rows(page)[0]
    assert 'href="index.html"' in page
    assert "runs-0000.html" not in page


def test_filters_offer_what_there_is_to_choose() -> None:
    page = index_page(index(run(1), run(2, service="ranker"), run(3, verdict="fail")))
    assert '<select name="service"' in page
    assert '<option value="fail">✕ Blocked</option>' in page
    assert '<select name="environment"' not in page
    assert 'id="narrow" role="search" hidden' in page


def test_a_run_without_figures_says_so_and_thousands_are_told_apart() -> None:
    assert "none: not evaluated" in rows(index_page(index(run(1, metrics={}))))[0]
    page = index_page(index(run(1, metrics={"tokens.input": 1204567.0})))
    assert "<b>1,204,567</b>" in page


def test_nothing_is_fetched_and_only_the_own_script_runs() -> None:
    page = index_page(index(RUN))
    assert "default-src &#39;none&#39;" in page
    assert page.count("<script>") == 1
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert not re.search(r"<[^>]* (style|on\w+)=", page)


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_runs_are_text(poison: str) -> None:
    told = replace(RUN, service=poison, environment=poison, headline=poison, commit_subject=poison, author=poison, href=poison,
                   verdict=poison, commit=poison, metrics={poison: 1.0})  # fmt: skip
    page = index_page(index(told))
    assert page.count("<script") == 1
    assert "<img" not in page
    assert page.lower().count('href="javascript:') == 0
    assert set(re.findall(r"<svg class=\"([^\"]*)\"", page)) == {"spark fail"}
    assert len(re.findall(r"<svg", page)) == 2
