from __future__ import annotations

from dataclasses import replace

import pytest

from goldgate.eval.report.site.links import LATEST, LIVE, below, leading_page

from ..hostile import HOSTILE
from .samples import RUN


def test_the_page_moves_on_and_has_the_link_in_words() -> None:
    page = leading_page(LATEST, RUN)
    target = f"../../../{RUN.href}"
    assert f'http-equiv="refresh" content="0; url={target}"' in page
    assert f'<a href="{target}">the report of run {RUN.run_id}</a>' in page
    assert "The newest run" in page
    assert "The run whose image is live" in leading_page(LIVE, RUN)
    assert 'href="../../../index.html"' in page
    assert "script-src &#39;none&#39;" in page


@pytest.mark.parametrize("href", ["https://reports.example.org/r/index.html", "/r/index.html"])
def test_an_address_of_its_own_stays(href: str) -> None:
    assert f"url={href}" in leading_page(LATEST, replace(RUN, href=href))


@pytest.mark.parametrize("poison", [*HOSTILE, ""])
def test_what_is_no_address_is_not_followed(poison: str) -> None:
    page = leading_page(LATEST, replace(RUN, href=poison, run_id=poison, service=poison, environment=poison))
    assert "url=javascript" not in page
    assert "<script" not in page
    assert "<img" not in page


def test_without_a_report_the_page_says_so() -> None:
    page = leading_page(LIVE, replace(RUN, href="javascript:alert(1)"))
    assert "refresh" not in page
    assert f"run {RUN.run_id} has no report" in page


@pytest.mark.parametrize("poison", [*HOSTILE, "..", ".", "", "a/b", "a b", "ü"])
def test_every_name_is_one_part_of_a_path(poison: str) -> None:
    path = below((poison, "production"))
    first, second = path.split("/")
    assert second == "production"
    assert first.strip(".")
    assert all(char.isascii() and (char.isalnum() or char in "._-") for char in first)


def test_two_names_are_two_places() -> None:
    assert below(("a b", "x")) != below(("a-b", "x")) != below(("a/b", "x"))
    assert below(("fin-rag", "local")) == "fin-rag/local"
