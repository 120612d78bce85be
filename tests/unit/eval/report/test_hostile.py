"""Hostile texts in every field of a run: whatever is written of it has the elements that it has with harmless texts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import polars as pl
import pytest

from goldgate.eval.report import html
from goldgate.eval.report.junit import write_junit
from goldgate.eval.report.markdown import LIMIT, evaluation_summary, summary
from goldgate.eval.report.page import render
from goldgate.eval.report.secrets import mask
from goldgate.eval.report.site.badge import badge
from goldgate.eval.report.site.feed import feed
from goldgate.eval.report.site.pages import index_page
from goldgate.eval.report.text import visible
from goldgate.eval.table import read_table

from .hostile import HOSTILE, HUGE, SURROGATES
from .poisoned import huge, poisoned, runs

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.report.model import ReportInput

ACTIVE = frozenset(
    word
    for line in (
        "animate applet area audio base body button dialog embed foreignobject form frame frameset head html iframe image img",
        "input isindex link main map marquee math meta noscript object plaintext portal script select set source style svg",
        "table template textarea title track use video xmp",
    )
    for word in line.split()
)
SPREAD = {"ins", "del", "mark", "div", "h3", "span", "p", "a"}
"""Elements whose number follows from how the texts differ; what is in them does not."""


class Elements(HTMLParser):
    """How often each element stands in a page, all attributes, and the text between."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] += 1
        self.inside = tag
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside not in ("script", "style"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return flat("".join(self.texts))

    @property
    def addresses(self) -> list[str]:
        names = {"href", "src", "action", "formaction", "data", "srcdoc", "poster", "background", "ping"}
        return [value for tag, name, value in self.attributes if name in names and (tag, name) != ("data", "value")]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ReportInput:
    return poisoned(tmp_path_factory.mktemp("poisoned"))


@pytest.fixture(scope="module")
def page(report: ReportInput) -> Elements:
    return Elements(render(report))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def harmless(found: Elements) -> None:
    assert [(tag, name) for tag, name, _ in found.attributes if name.startswith("on") or name == "style"] == []
    assert {urlsplit(address).scheme for address in found.addresses} <= {"", "http", "https", "data"}
    assert {address for address in found.addresses if address.startswith("data")} <= {"data:,"}


def test_the_corpus_is_large_and_holds_no_secret() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) > 140
    assert [text for text in HOSTILE if mask(text) != text] == []
    assert len(HUGE) == 1_000_000


def test_a_page_has_the_elements_that_it_has_with_harmless_texts(page: Elements, tmp_path: Path) -> None:
    other = Elements(render(poisoned(tmp_path, harmless=True)))
    assert set(page.counts) == set(other.counts)
    assert {tag: page.counts[tag] for tag in ACTIVE} == {tag: other.counts[tag] for tag in ACTIVE}
    differ = {tag for tag in page.counts if page.counts[tag] != other.counts[tag]}
    assert differ <= SPREAD
    assert {(tag, name) for tag, name, _ in page.attributes} <= {(tag, name) for tag, name, _ in other.attributes}


def test_no_attribute_runs_or_leads_astray(page: Elements) -> None:
    harmless(page)


def test_every_text_stands_there_as_it_is(page: Elements) -> None:
    """As ids of the cases that the page lists without JavaScript; the others are in its blocks."""
    listed = [text for text in HOSTILE if flat(visible(text)).strip() in page.text]
    assert len(listed) > 60


def test_no_template_is_filled_in(page: Elements) -> None:
    assert "{{7*7}}" in page.text
    assert not re.search(r"\b49#49\b|<class 'str'>|<built-in", page.text)


def test_texts_of_a_million_characters_are_cut_short_outside_the_blocks(tmp_path: Path) -> None:
    found = Elements(render(huge(tmp_path)))
    harmless(found)
    assert found.counts["script"] < 40
    assert max(map(len, found.texts)) < 100_000


def outside_code(markdown: str) -> str:
    assert markdown.count("\n```") % 2 == 0
    kept = re.sub(r"^```.*?^```$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"</?(?:details|summary)>", "", kept)


def test_markdown_has_no_mark_up_of_others(report: ReportInput) -> None:
    assert report.evaluation is not None
    assert report.cases is not None
    text = summary(report)
    alone = evaluation_summary(report.evaluation, read_table(report.cases))
    for found in (text, alone):
        said = outside_code(found)
        assert len(found) < LIMIT
        assert "<" not in said
        assert not re.search(r"(?<!\w)@\w|(?<![\\w])\]\(|\w://", said.replace("[Report](https://", ""))
        assert found.isascii() or not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\ud800-\udfff]", found)
    assert text.count("<details>") == text.count("</details>")


def test_junit_is_xml_with_every_text(report: ReportInput, tmp_path: Path) -> None:
    assert report.evaluation is not None
    assert report.cases is not None
    cases = read_table(report.cases)
    write_junit(report.evaluation, cases, tmp_path / "junit.xml")
    root = ET.parse(tmp_path / "junit.xml").getroot()
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}
    named = {case.attrib["name"] for case in root[1]}
    assert len(named) == cases.height
    assert {name for name in named if len(name) < 1_500} >= {seen(text) for text in HOSTILE if len(text) < 200}


def seen(text: str) -> str:
    """What JUnit shows of a text: as everywhere, with what XML cannot hold by its code and each line break as it is."""
    return re.sub("[\ufffe\uffff]", lambda match: f"[U+{ord(match[0]):04X}]", "\r\n".join(map(visible, text.split("\r\n"))))


def test_secrets_are_masked_wherever_a_run_is_told(tmp_path: Path) -> None:
    report, secret = poisoned(tmp_path, harmless=True), "AKIA" + "IOSFODNN7EXAMPLE"
    assert report.cases is not None
    rows = read_table(report.cases).with_columns(input=pl.lit(f"{secret} in the question"), answer=pl.lit(f"my {secret}"))
    rows.write_parquet(report.cases)
    page = render(report)
    assert secret not in page
    assert page.count("[masked: AWS access key]") > 10
    assert secret not in summary(report)


def test_the_index_of_runs_is_harmless() -> None:
    found = Elements(index_page(runs()))
    harmless(found)
    assert found.counts["script"] == found.counts["style"] == 1
    assert not {tag for tag in ACTIVE if found.counts[tag]} & {
        "img",
        "iframe",
        "object",
        "embed",
        "math",
        "base",
        "video",
        "audio",
    }
    assert found.counts["form"] <= 1


def test_the_feed_is_xml_that_leads_nowhere_else() -> None:
    text = feed(runs(), "https://reports.example/")
    root = ET.fromstring(text)
    tags = {element.tag.partition("}")[2] for element in root.iter()}
    assert {"entry", "title", "summary"} <= tags
    assert not tags & ACTIVE - {"title", "link"}
    links = [element.attrib["href"] for element in root.iter() if element.tag.endswith("link")]
    assert {urlsplit(link).scheme for link in links} <= {"http", "https"}


@pytest.mark.parametrize("text", [*HOSTILE, *SURROGATES])
def test_a_badge_shows_any_text(text: str) -> None:
    run = runs().runs[0]
    told = {"service": text, "commit": text, "verdict": text, "metrics": {text: 0.5}}
    root = ET.fromstring(badge(type(run)(**{**vars(run), **told}), type(run)(**{**vars(run), **told})))
    assert {element.tag.partition("}")[2] for element in root.iter()} <= {"svg", "title", "clipPath", "rect", "g", "text"}
    assert not {name for element in root.iter() for name in element.attrib if name.startswith("on")}


def test_a_page_is_written_with_the_policy_that_admits_one_script(page: Elements) -> None:
    policies = [value for tag, name, value in page.attributes if (tag, name) == ("meta", "content") and "default-src" in value]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")
    assert "unsafe" not in policies[0]
    assert html.policy("", "").startswith("default-src 'none'")
