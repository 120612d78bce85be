"""Item 1A: the risk factors, topic by topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .wording import phrases

if TYPE_CHECKING:
    from .page import Page

TOPICS_PER_REPORT = 8
SECTION = "ITEM_1A"


def topics() -> list[str]:
    """The names of all risk topics."""
    return [name for name, body in phrases("risks").items() if isinstance(body, dict)]


def write_risks(page: Page) -> None:
    """A caution, then for each topic of this report: the detail, the general part, and what is done about it."""
    words = phrases("risks")
    page.say(SECTION, page.rng.choice(words["general"]))
    for topic in page.some("risk_topics", topics(), TOPICS_PER_REPORT, 0.25):
        _topic(page, topic, words[topic])
    page.say(SECTION, page.rng.choice(words["general"]))


def _topic(page: Page, topic: str, body: dict[str, Any]) -> None:
    """One topic. The detail is said a second time, in other words, in one report out of six."""
    detail = page.pick(f"{topic}_detail", body["details"], 0.5)
    claims = [page.claim(topic, detail)]
    lead = page.pick(f"{topic}_lead", range(len(body["lead"])))
    page.say(SECTION, body["lead"][lead], claims, d=detail)
    for text in page.rng.sample(body["more"], 1 + page.rng.randrange(2)):
        page.say(SECTION, text)
    if "limit" in body and page.rng.random() < 0.6:
        measure = page.pick(f"{topic}_measure", body["measures"], 0.5)
        claims_limit = [page.claim(f"{topic}_limit", measure)]
        page.say(SECTION, page.pick(f"{topic}_limit", body["limit"]), claims_limit, m=measure)
    if page.rng.random() < 1 / 6:
        page.say(SECTION, body["lead"][(lead + 1) % len(body["lead"])], claims, d=detail)
