"""The sections around the figures: business, properties, legal proceedings, shares, market risk and controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .numbers import listing, money, percent, rounded
from .wording import phrases

if TYPE_CHECKING:
    from .page import Page

QUARTERS = ("first quarter", "second quarter", "third quarter", "fourth quarter")
COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
FIRST_SECURITY_SECTION = 2023
SMALLEST_SCALE = 4e8


def write_business(page: Page) -> None:
    """Item 1: what the company does, for whom, against whom and with how many people."""
    words, profile = phrases("business"), page.profile
    page.say("ITEM_1", page.pick("overview", words["overview"]), trade=profile["trade"])
    segments = tuple(profile["segments"])
    page.say(
        "ITEM_1",
        page.pick("segments", words["segments"]),
        [page.claim("segments", segments)],
        list=listing(segments),
        count=COUNTS[len(segments)],
    )
    _listed(page, "products", 4)
    _listed(page, "clients", 2)
    _listed(page, "rivals", 3)
    _workforce(page)
    if page.chance("seasonal", 0.6, 0.1):
        quarter = page.pick("season_quarter", QUARTERS, 0.2)
        page.say("ITEM_1", page.pick("season", words["season"]), [page.claim("season", quarter)], q=quarter)
    else:
        page.say("ITEM_1", page.rng.choice(words["season_flat"]))
    if profile.get("research", True):
        _share(page, "ITEM_1", "research", 0.5, 24)
    _listed(page, "inputs", 3)
    for text in page.rng.sample(words["patents"], 2):
        page.say("ITEM_1", text)


def _listed(page: Page, topic: str, count: int) -> None:
    items = tuple(page.some(topic, page.profile[topic], count))
    page.say("ITEM_1", page.pick(f"{topic}_text", phrases("business")[topic]), [page.claim(topic, items)], list=listing(items))


def _workforce(page: Page) -> None:
    first = page.reference.years[page.company.ticker][0]
    growth = 1.03 ** (page.year - first) * page.rng.uniform(0.97, 1.06)
    people = rounded(page.profile["size"] * growth)
    page.say(
        "ITEM_1",
        page.pick("workforce", phrases("business")["workforce"]),
        [page.claim("workforce", people, "people")],
        n=f"{people:,.0f}",
    )


def _share(page: Page, section: str, topic: str, low: float, high: float) -> None:
    """A percentage of revenue that moves a little every year."""
    base = low + (high - low) * page.pick(f"{topic}_base", [at / 20 for at in range(21)], 0.0)
    value = round(max(low, base * page.rng.uniform(0.9, 1.1)), 1)
    text = percent(value, page.rng)
    page.say(section, page.pick(topic, phrases("business")[topic]), [page.claim(topic, value, "percent")], pct=text)


def write_staff_comments(page: Page) -> None:
    """Item 1B, and Item 1C from the year in which it became compulsory."""
    words = phrases("business")
    page.say("ITEM_1B", page.pick("staff_comments", words["staff_comments"]))
    if page.year >= FIRST_SECURITY_SECTION:
        times = page.pick("board_reviews", ["two times", "three times", "four times", "six times"], 0.2)
        claims = [page.claim("board_reviews", times)]
        page.say("ITEM_1C", page.pick("cyber_governance", words["cyber_governance"]), claims, times=times)
        for text in words["cyber_program"]:
            page.say("ITEM_1C", text)


def write_properties(page: Page) -> None:
    """Item 2: how many sites there are, and whether they are owned."""
    words = phrases("business")
    first = page.reference.years[page.company.ticker][0]
    base = page.pick("site_base", [18, 27, 44, 63, 95, 140, 260, 410, 720], 0.0)
    count = round(base * 1.02 ** (page.year - first) * page.rng.uniform(0.97, 1.05))
    claims = [page.claim("sites", float(count), page.profile["sites"])]
    page.say("ITEM_2", page.pick("sites", words["sites"]), claims, n=f"{count:,}", sites=page.profile["sites"])
    owned = page.chance("owned", 0.5, 0.1)
    texts = words["site_owner"]["owned" if owned else "leased"]
    page.say("ITEM_2", page.rng.choice(texts), [page.claim("owned", owned)])


def write_legal(page: Page) -> None:
    """Item 3: one matter, whether money was set aside for it, and the usual caution."""
    words = phrases("business")
    matter = page.pick("matter", words["matters"], 0.45)
    page.say("ITEM_3", page.pick("legal", words["legal"]), [page.claim("matter", matter)], matter=matter)
    if page.chance("accrual", 0.5, 0.35):
        value = rounded(page.rng.uniform(4e6, 400e6), 2)
        claims = [page.claim("accrued", True), page.claim("accrual", value, "USD")]
        page.say("ITEM_3", page.rng.choice(words["accrual"]["booked"]), claims, v=money(value, page.rng))
    else:
        page.say("ITEM_3", page.rng.choice(words["accrual"]["unbooked"]), [page.claim("accrued", False)])
    for text in page.rng.sample(words["legal_more"], 2):
        page.say("ITEM_3", text)


def write_shares(page: Page) -> None:
    """Item 5: dividends, repurchases and holders of record."""
    words = phrases("business")
    pays = bool(page.profile["pays"]) and page.year >= page.profile["pays"]
    page.say(
        "ITEM_5",
        page.pick("dividend", words["dividend"]["paid" if pays else "unpaid"], 0.4),
        [page.claim("dividend", pays)],
    )
    if page.chance("buyback", 0.65, 0.3):
        value = rounded(page.rng.uniform(0.01, 0.06) * scale(page))
        claims = [page.claim("buyback_done", True), page.claim("buyback", value, "USD")]
        page.say("ITEM_5", page.rng.choice(words["buyback"]["done"]), claims, v=money(value, page.rng))
    else:
        page.say("ITEM_5", page.rng.choice(words["buyback"]["paused"]), [page.claim("buyback_done", False)])
    holders = rounded(page.rng.uniform(900, 90000))
    claims = [page.claim("holders", holders, "holders")]
    page.say("ITEM_5", page.pick("holders", words["holders"]), claims, n=f"{holders:,.0f}")


def write_market_risk(page: Page) -> None:
    """Item 7A: what a move of currencies or interest rates would cost, and whether that is hedged."""
    words = phrases("business")
    for topic, share in (("fx", 0.02), ("rates", 0.03)):
        value = rounded(scale(page) * share * page.rng.uniform(0.3, 1.2))
        claims = [page.claim(topic, value, "USD")]
        page.say("ITEM_7A", page.pick(topic, words[topic]), claims, v=money(value, page.rng))
    hedged = page.chance("hedging", 0.6, 0.25)
    texts = words["hedging"]["active" if hedged else "inactive"]
    page.say("ITEM_7A", page.rng.choice(texts), [page.claim("hedging", hedged)])
    page.say("ITEM_7A", page.rng.choice(words["credit"]))


def write_controls(page: Page) -> None:
    """Item 9A."""
    words = phrases("business")
    page.say("ITEM_9A", page.pick("controls", words["controls"]), [page.claim("controls", True)])
    page.say("ITEM_9A", page.rng.choice(words["controls_more"]))


def write_customers(page: Page) -> None:
    """The part of Item 7 about where revenue comes from."""
    words = phrases("business")
    _share(page, "ITEM_7", "foreign", 8, 62)
    present = page.chance("top_client", 0.45, 0.25)
    if present:
        share = round(page.rng.uniform(10.5, 24.0), 1)
        claims = [page.claim("has_top_client", True), page.claim("top_client", share, "percent")]
        page.say("ITEM_7", page.rng.choice(words["top_client"]["present"]), claims, pct=percent(share, page.rng))
    else:
        page.say("ITEM_7", page.rng.choice(words["top_client"]["absent"]), [page.claim("has_top_client", False)])


def scale(page: Page) -> float:
    """A size in dollars for invented amounts: a tenth of the balance sheet of this year or one near it, not too small."""
    ticker = page.company.ticker
    for distance in range(6):
        for year in (page.year - distance, page.year + distance):
            if fact := page.reference.fact(ticker, year, "total_assets"):
                return max(SMALLEST_SCALE, fact.value / 10)
    return SMALLEST_SCALE
