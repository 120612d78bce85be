"""Items 7 and 8: the figures of the year, and the numbers beside them that look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .business import scale, write_customers
from .numbers import listing, money, percent, quantity, rounded, table
from .wording import phrases

if TYPE_CHECKING:
    from .page import Page
    from .tables import Fact

IN_DISCUSSION = (
    "revenue",
    "gross_profit",
    "operating_margin",
    "net_income",
    "net_margin",
    "return_on_assets",
    "operating_cash_flow",
    "capital_expenditures",
    "free_cash_flow",
)
RESTATED = ("revenue", "net_income", "operating_cash_flow", "total_assets", "total_equity")


@dataclass(frozen=True, kw_only=True)
class Named:
    """How a figure is put in a sentence: its name, was/were, its value."""

    name: str
    be: str
    value: str


def name_of(page: Page, fact: Fact) -> Named:
    """A name for the figure and its value; a loss may take the name of a loss and a plain amount."""
    entry = phrases("metrics")[fact.metric]
    if fact.value < 0 and "loss" in entry and page.rng.random() < 0.6:
        return _named(page.rng.choice(entry["loss"]), quantity(-fact.value, fact.unit, page.rng))
    return _named(page.pick(f"{fact.metric}_name", entry["names"]), quantity(fact.value, fact.unit, page.rng))


def _named(name: str, value: str) -> Named:
    plain, _, plural = name.partition("|")
    return Named(name=plain, be="were" if plural else "was", value=value)


def state(page: Page, section: str, fact: Fact) -> None:
    """One sentence that states `fact`: alone, with the change, or with the figure of the year before."""
    kind = phrases("metrics")[fact.metric]["kind"]
    before = page.reference.fact(fact.ticker, fact.year - 1, fact.metric)
    style = "plain"
    if before and kind in ("flow", "stock") and fact.value > 0 and before.value > 0:
        style = page.rng.choices(["plain", "change", "both"], weights=[50, 36, 14])[0]
    if style == "both" and before:
        _state_both(page, section, fact, before, kind)
    elif style == "change" and before and abs(fact.value / before.value - 1) >= 0.005:
        _state_change(page, section, fact, before, kind)
    else:
        _state_plain(page, section, fact, kind)


def _fact_claim(page: Page, fact: Fact) -> Any:
    return page.claim(fact.metric, fact.value, fact.unit, fact.year)


def _state_plain(page: Page, section: str, fact: Fact, kind: str) -> None:
    words, named = phrases("results"), name_of(page, fact)
    template = page.pick(f"{fact.metric}_{section}_text", words[kind])
    slots = {"name": named.name, "Name": named.name, "be": named.be, "v": named.value, "m": ""}
    if "{m}" in template:
        plain = phrases("metrics")[fact.metric]["names"][0].partition("|")[0]
        slots |= {"name": plain, "Name": plain, "m": table(fact.value)}
    page.say(section, template, [_fact_claim(page, fact)], cause=page.rng.choice(words["causes"]), **slots)


def _state_change(page: Page, section: str, fact: Fact, before: Fact, kind: str) -> None:
    words, named = phrases("results"), name_of(page, fact)
    change = 100 * (fact.value / before.value - 1)
    cause = page.rng.choice(words["causes"])
    page.say(
        section,
        page.rng.choice(words[f"{kind}_change"]),
        [_fact_claim(page, fact)],
        name=named.name,
        Name=named.name,
        be=named.be,
        v=named.value,
        pct=percent(round(abs(change), 1), page.rng),
        up="rose" if change > 0 else "fell",
        higher="higher" if change > 0 else "lower",
        cause=cause,
        Cause_=cause,
        signed=money(fact.value - before.value, page.rng),
    )


def _state_both(page: Page, section: str, fact: Fact, before: Fact, kind: str) -> None:
    named = name_of(page, fact)
    claims = [_fact_claim(page, fact), _fact_claim(page, before)]
    slots = {"name": named.name, "Name": named.name, "be": named.be, "v": named.value}
    page.say(
        section,
        page.rng.choice(phrases("results")[f"{kind}_both"]),
        claims,
        p=quantity(before.value, before.unit, page.rng),
        fy=page.rng.choice([str(page.year), f"fiscal {page.year}"]),
        **slots,
    )


def write_discussion(page: Page) -> None:
    """Item 7: results, what drove them, segments, cash, outlook and estimates."""
    words = phrases("results")
    for text in page.rng.sample(words["overview"], 2):
        page.say("ITEM_7", text)
    facts = [fact for metric in IN_DISCUSSION if (fact := page.reference.fact(page.company.ticker, page.year, metric))]
    earnings = [fact for fact in facts if fact.metric not in ("operating_cash_flow", "capital_expenditures", "free_cash_flow")]
    for fact in earnings:
        state(page, "ITEM_7", fact)
    drivers = tuple(page.some("drivers", words["driver_pool"], 3, 0.7))
    page.say("ITEM_7", page.pick("drivers_text", words["drivers"]), [page.claim("drivers", drivers)], list=listing(drivers))
    _segments(page)
    write_customers(page)
    for fact in facts:
        if fact not in earnings:
            state(page, "ITEM_7", fact)
    _lookalikes(page, facts)
    _liquidity(page)
    _restate(page, "ITEM_7", ("total_assets", "total_equity"), 0.25)
    estimates = page.some("estimates", words["estimate_pool"], 3, 0.3)
    claims = [page.claim("estimates", tuple(estimates))]
    page.say("ITEM_7", page.pick("estimates_text", words["estimates"]), claims, a=estimates[0], b=estimates[1], c=estimates[2])


def _restate(page: Page, section: str, metrics: tuple[str, ...], share: float) -> None:
    for metric in metrics:
        fact = page.reference.fact(page.company.ticker, page.year, metric)
        if fact and page.rng.random() < share:
            kind = phrases("metrics")[fact.metric]["kind"]
            _state_plain(page, section, fact, kind)


def _segments(page: Page) -> None:
    """Invented revenue of the segments, and the profit of one of them."""
    words = phrases("results")
    total = _sales(page)
    left = 1.0
    for segment in page.profile["segments"]:
        share = left * page.rng.uniform(0.3, 0.62)
        left -= share
        value = rounded(total * share)
        claims = [page.claim(f"segment:{segment}", value, "USD")]
        change = page.rng.uniform(-9, 22)
        page.say(
            "ITEM_7",
            page.rng.choice(words["segment"]),
            claims,
            seg=segment,
            v=money(value, page.rng),
            pct=percent(round(abs(change), 1), page.rng),
            higher="higher" if change > 0 else "lower",
            cause=page.rng.choice(words["causes"]),
        )
    segment = page.rng.choice(page.profile["segments"])
    profit = rounded(total * page.rng.uniform(0.02, 0.2))
    claims = [page.claim(f"profit:{segment}", profit, "USD")]
    page.say("ITEM_7", page.rng.choice(words["segment_profit"]), claims, seg=segment, v=money(profit, page.rng))


def _sales(page: Page) -> float:
    fact = page.reference.fact(page.company.ticker, page.year, "revenue")
    return fact.value if fact and fact.value > 0 else 4 * scale(page)


def _lookalikes(page: Page, facts: list[Fact]) -> None:
    """A part of the year, a plan and an adjusted figure: near the real one and not it."""
    words = phrases("results")
    flows = [fact for fact in facts if phrases("metrics")[fact.metric]["kind"] == "flow" and fact.value > 0]
    if not flows:
        return
    factors = {"quarter": (0.22, 0.55), "guidance": (1.02, 1.2), "adjusted": (0.94, 1.06)}
    for topic in page.rng.sample(sorted(factors), 2):
        fact = page.rng.choice(flows)
        named = name_of(page, fact)
        value = rounded(fact.value * page.rng.uniform(*factors[topic]))
        page.say(
            "ITEM_7",
            page.rng.choice(words[topic]),
            name=named.name,
            Name=named.name,
            be=named.be,
            plain=named.name.removeprefix("the ").removeprefix("our "),
            v=money(value, page.rng),
            w=money(rounded(value * 1.08), page.rng),
        )


def _liquidity(page: Page) -> None:
    words = phrases("results")["liquidity"]
    page.say("ITEM_7", page.rng.choice(words["sufficient"]))
    for topic, low, high in (("commitments", 0.05, 0.6), ("facility", 0.05, 0.3)):
        value = rounded(scale(page) * page.rng.uniform(low, high), 2)
        claims = [page.claim(topic, value, "USD")]
        page.say("ITEM_7", page.pick(topic, words[topic]), claims, v=money(value, page.rng))


def write_statements(page: Page) -> None:
    """Item 8: the balance sheet, some figures a second time, policies and notes."""
    words = phrases("results")
    for fact in page.reference.facts_of(page.company.ticker, page.year):
        if fact.metric not in IN_DISCUSSION:
            state(page, "ITEM_8", fact)
    _restate(page, "ITEM_8", RESTATED[:3], 0.35)
    for text in page.rng.sample(words["policies"], 3):
        page.say("ITEM_8", text)
    impaired = page.chance("impairment", 0.3, 0.6)
    value = rounded(scale(page) * page.rng.uniform(0.01, 0.1), 2)
    claims = [page.claim("impaired", impaired)] + ([page.claim("impairment", value, "USD")] if impaired else [])
    page.say(
        "ITEM_8", page.rng.choice(words["impairment"]["charged" if impaired else "none"]), claims, v=money(value, page.rng)
    )
    rent = rounded(scale(page) * page.rng.uniform(0.005, 0.05))
    page.say("ITEM_8", page.pick("leases", words["leases"]), [page.claim("leases", rent, "USD")], v=money(rent, page.rng))
    page.say("ITEM_8", page.rng.choice(words["subsequent"]))
