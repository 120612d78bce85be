"""Questions about one report: a figure, a detail, a list, yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .asking import Asker, Draft, Key, citable, evidence, spread
from .numbers import MILLION, money, rounded, table
from .risks import topics
from .wording import phrases

if TYPE_CHECKING:
    from .corpus import Claim, Corpus

FACT_QUESTIONS = 46
TEXT_QUESTIONS = 20
DETAIL_QUESTIONS = 36
MEASURE_QUESTIONS = 13
OTHER_SPANS = 9
LIST_QUESTIONS = 24
YES_NO_QUESTIONS = 28
EASY = frozenset({"total_assets", "total_equity", "operating_cash_flow", "revenue", "net_income", "dividend", "segments"})
TOLERANCE = 0.01
PLAIN_SHARE = (65, 35)


def numeric(corpus: Corpus) -> list[Draft]:
    """Figures that are KPI facts, and figures that only a sentence states."""
    asker = Asker(corpus, "numeric")
    facts = [(f.ticker, f.year, f.metric) for f in corpus.reference.facts if citable(corpus, (f.ticker, f.year, f.metric))]
    chosen = spread(facts, FACT_QUESTIONS, asker.rng, limits=[(_ticker, 3), (_topic, 6), (lambda key: key[:2], 1)])
    families = _text_only(corpus)
    texts = [key for key in corpus.topics() if _family(key) in families and citable(corpus, key)]
    chosen += spread(texts, TEXT_QUESTIONS, asker.rng, limits=[(_ticker, 2), (_family, 2), (lambda key: key[:2], 1)])
    return [_numeric(asker, key) for key in chosen]


def _ticker(key: Key) -> str:
    return key[0]


def _topic(key: Key) -> str:
    return key[2]


def _family(key: Key) -> str:
    return key[2].partition(":")[0]


def _text_only(corpus: Corpus) -> set[str]:
    """The topics of figures that are no KPI facts."""
    return set(phrases("questions")["numeric"]) - {fact.metric for fact in corpus.reference.facts}


def _numeric(asker: Asker, key: Key) -> Draft:
    ticker, year, topic = key
    claim = _claim(asker.corpus, key)
    family, _, segment = topic.partition(":")
    question = asker.ask("numeric", family, ticker, year, seg=segment, unit=claim.unit)
    difficulty = "easy" if topic in EASY else "hard" if family in _text_only(asker.corpus) else "medium"
    expected = {**figure(float(claim.value), claim.unit), "evidence": evidence(asker.corpus, key)}  # type: ignore[arg-type]
    return Draft(question=question, expected=expected, kind="numeric", difficulty=difficulty, company=ticker, cluster=ticker)


def figure(value: float, unit: str) -> dict[str, Any]:
    """A figure as it is expected: text, number, unit and tolerance."""
    if unit == "USD":
        shown, number, name = f"{table(value)} million", round(value / MILLION, 6), "USD million"
    elif unit == "percent":
        shown, number, name = f"{value:g}%", value, "%"
    elif unit == "ratio":
        shown, number, name = f"{value:.2f}", value, "ratio"
    else:
        shown, number, name = f"{value:,.0f}", value, unit
    return {"answer": shown, "numeric": number, "unit": name, "tolerance": TOLERANCE}


def _claim(corpus: Corpus, key: Key) -> Claim:
    claim = corpus.claim(*key)
    if claim is None:
        raise KeyError(key)
    return claim


def span(corpus: Corpus) -> list[Draft]:
    """Details of risk factors, what is done about them, and other details."""
    asker = Asker(corpus, "span")
    names = topics()
    details = [key for key in corpus.topics() if key[2] in names and citable(corpus, key)]
    chosen = spread(details, DETAIL_QUESTIONS, asker.rng, limits=[(_ticker, 2), (_topic, 3), (lambda key: key[:2], 1)])
    measures = [key for key in corpus.topics() if key[2].removesuffix("_limit") in names and key[2].endswith("_limit")]
    chosen += spread(measures, MEASURE_QUESTIONS, asker.rng, limits=[(_ticker, 1), (_topic, 2)])
    others = [key for key in corpus.topics() if key[2] in phrases("questions")["span"]]
    chosen += spread(others, OTHER_SPANS, asker.rng, limits=[(_ticker, 1), (_topic, 4)])
    return [_span(asker, key) for key in chosen]


def _span(asker: Asker, key: Key) -> Draft:
    ticker, year, topic = key
    difficulty = "medium"
    if topic in phrases("questions")["span"]:
        question = asker.ask("span", topic, ticker, year)
    else:
        form = "ask_limit" if topic.endswith("_limit") else asker.rng.choices(["ask", "ask_plain"], weights=PLAIN_SHARE)[0]
        difficulty = "hard" if form == "ask_plain" else difficulty
        template = asker.wording(f"risk:{topic}:{form}", phrases("risks")[topic.removesuffix("_limit")][form])
        question = template.format(co=asker.company(ticker), fy=asker.year(year))
    expected = {"answer": str(_claim(asker.corpus, key).value), "evidence": evidence(asker.corpus, key)}
    return Draft(question=question, expected=expected, kind="span", difficulty=difficulty, company=ticker, cluster=ticker)


def lists(corpus: Corpus) -> list[Draft]:
    """Several items of one sentence."""
    asker = Asker(corpus, "list")
    known = phrases("questions")["list"]
    keys = [key for key in corpus.topics() if key[2] in known]
    chosen = spread(keys, LIST_QUESTIONS, asker.rng, limits=[(_ticker, 2), (_topic, 5)])
    drafts = []
    for key in chosen:
        ticker, year, topic = key
        items = _claim(asker.corpus, key).value
        expected = {"items": list(items) if isinstance(items, tuple) else [items], "evidence": evidence(corpus, key)}
        difficulty = "easy" if topic in EASY else "hard" if topic in ("drivers", "estimates") else "medium"
        question = asker.ask("list", topic, ticker, year)
        drafts.append(
            Draft(question=question, expected=expected, kind="list", difficulty=difficulty, company=ticker, cluster=ticker)
        )
    return drafts


def boolean(corpus: Corpus) -> list[Draft]:
    """Yes or no, about as many of the one as of the other."""
    asker = Asker(corpus, "boolean")
    known = set(phrases("questions")["boolean"]) - {"over"}
    keys = [key for key in corpus.topics() if key[2] in known and key[2] != "controls" and citable(corpus, key)]
    half = (YES_NO_QUESTIONS - 5) // 2
    drafts = []
    for wanted, count in ((True, half), (False, half + 1)):
        pool = [key for key in keys if _claim(corpus, key).value is wanted]
        chosen = spread(pool, count, asker.rng, limits=[(_ticker, 1), (_topic, 3)])
        drafts += [_yes_no(asker, key, wanted, asker.ask("boolean", key[2], key[0], key[1])) for key in chosen]
    keys = [key for key in corpus.topics() if key[2] == "controls"]
    ticker, year, topic = asker.rng.choice(keys)
    drafts.append(_yes_no(asker, (ticker, year, topic), True, asker.ask("boolean", topic, ticker, year)))
    return drafts + _thresholds(asker, YES_NO_QUESTIONS - len(drafts))


def _yes_no(asker: Asker, key: Key, value: bool, question: str) -> Draft:
    expected = {"boolean": value, "evidence": evidence(asker.corpus, key)}
    difficulty = "easy" if key[2] in EASY else "medium"
    return Draft(question=question, expected=expected, kind="boolean", difficulty=difficulty, company=key[0], cluster=key[0])


def _thresholds(asker: Asker, count: int) -> list[Draft]:
    terms = phrases("questions")["terms"]
    facts = [
        (fact.ticker, fact.year, fact.metric)
        for fact in asker.corpus.reference.facts
        if fact.metric in terms and fact.value > 0 and citable(asker.corpus, (fact.ticker, fact.year, fact.metric))
    ]
    drafts = []
    for at, key in enumerate(spread(facts, count, asker.rng, limits=[(_ticker, 1), (_topic, 1)])):
        claim = _claim(asker.corpus, key)
        over = at % 2 == 0
        limit = rounded(float(claim.value) * (0.8 if over else 1.25), 2)  # type: ignore[arg-type]
        question = asker.ask("boolean", "over", key[0], key[1], term=terms[key[2]], v=money(limit, asker.rng))
        drafts.append(_yes_no(asker, key, over, question))
    return drafts
