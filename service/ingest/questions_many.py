"""Questions over several years or companies, and those that the corpus cannot answer."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from .asking import Asker, Draft, Key, citable, evidence, possessive, spread
from .numbers import MILLION, table
from .wording import capital, phrases

if TYPE_CHECKING:
    from .corpus import Corpus

DIRECTIONS = 11
PERCENTS = 4
AMOUNTS = 3
EVERY = 3
PEAKS = 3
PAIRS = 10
TRIPLES = 4
GAPS = 3
BOTH = 5
STRANGERS = 6
OTHER_YEARS = 6
OTHER_METRICS = 6
NOTICEABLE = 0.03
LAST_STEP = 5
Run = tuple[str, str, tuple[int, ...]]


def trend(corpus: Corpus) -> list[Draft]:
    """One figure over the years: direction, change, growth in every year, and the peak."""
    asker = Asker(corpus, "trend")
    limits: list[Any] = [(lambda run: run[0], 1), (lambda run: run[1], 4)]
    ends = [run for run in _runs(corpus, whole=False) if _changed(corpus, run)]
    whole = [run for run in _runs(corpus, whole=True) if _changed(corpus, run)]
    drafts = [_direction(asker, run) for run in spread(ends, DIRECTIONS, asker.rng, limits=limits)]
    drafts += [_percent(asker, run) for run in spread(ends, PERCENTS, asker.rng, limits=limits)]
    drafts += [_amount(asker, run) for run in spread(ends, AMOUNTS, asker.rng, limits=limits)]
    for wanted, count in ((True, EVERY // 2), (False, EVERY - EVERY // 2)):
        pool = [run for run in whole if _grows(corpus, run) is wanted]
        drafts += [_every(asker, run) for run in spread(pool, count, asker.rng, limits=limits)]
    drafts += [_peak(asker, run) for run in spread(whole, PEAKS, asker.rng, limits=limits)]
    return drafts


def _runs(corpus: Corpus, *, whole: bool) -> list[Run]:
    """(ticker, metric, years) where the first and last year, or `whole` all of three or four years, can be cited."""
    runs = []
    for fact in corpus.reference.facts:
        if fact.metric not in phrases("questions")["terms"]:
            continue
        for step in range(2, 4 if whole else LAST_STEP):
            years = tuple(range(fact.year, fact.year + step + 1))
            cited = years if whole else (years[0], years[-1])
            values = [_value(corpus, fact.ticker, year, fact.metric) for year in cited]
            if min(values) > 0 and citable(corpus, *[(fact.ticker, year, fact.metric) for year in cited]):
                runs.append((fact.ticker, fact.metric, years))
    return runs


def _value(corpus: Corpus, ticker: str, year: int, metric: str) -> float:
    """The figure, or 0 where there is none."""
    fact = corpus.reference.fact(ticker, year, metric)
    return fact.value if fact else 0.0


def _changed(corpus: Corpus, run: Run) -> bool:
    ticker, metric, years = run
    first, last = _value(corpus, ticker, years[0], metric), _value(corpus, ticker, years[-1], metric)
    return abs(last / first - 1) > NOTICEABLE


def _over(asker: Asker, run: Run, topic: str) -> str:
    ticker, metric, years = run
    name = asker.company(ticker)
    template = asker.wording(f"trend:{topic}", phrases("questions")["trend"][topic])
    term = phrases("questions")["terms"][metric]
    return capital(template.format(co=name, poss=possessive(name), term=term, a=years[0], b=years[-1]))


def _trend(asker: Asker, run: Run, topic: str, expected: dict[str, Any], cited: tuple[int, ...]) -> Draft:
    ticker, metric, _ = run
    keys: list[Key] = [(ticker, year, metric) for year in cited]
    return Draft(
        question=_over(asker, run, topic),
        expected={**expected, "evidence": evidence(asker.corpus, *keys)},
        kind="trend",
        difficulty="medium" if topic == "direction" else "hard",
        company=ticker,
        cluster=ticker,
    )


def _ends(asker: Asker, run: Run) -> tuple[float, float, tuple[int, int]]:
    ticker, metric, years = run
    first, last = (_value(asker.corpus, ticker, year, metric) for year in (years[0], years[-1]))
    return first, last, (years[0], years[-1])


def _direction(asker: Asker, run: Run) -> Draft:
    first, last, cited = _ends(asker, run)
    verbs = ("rose", "increased") if last > first else ("fell", "decreased")
    term = phrases("questions")["terms"][run[1]]
    texts = [
        f"{capital(term)} {verb} from {table(first)} million in {cited[0]} to {table(last)} million in {cited[1]}"
        for verb in verbs
    ]
    return _trend(asker, run, "direction", {"answer": texts[0], "answers": texts[1:]}, cited)


def _percent(asker: Asker, run: Run) -> Draft:
    first, last, cited = _ends(asker, run)
    value = round(100 * (last / first - 1), 1)
    expected = {"answer": f"{value:g}%", "numeric": value, "unit": "%", "tolerance": {"absolute": 0.5, "relative": 0.02}}
    return _trend(asker, run, "percent", expected, cited)


def _amount(asker: Asker, run: Run) -> Draft:
    first, last, cited = _ends(asker, run)
    value = round((last - first) / MILLION, 6)
    expected = {"answer": f"{table(last - first)} million", "numeric": value, "unit": "USD million", "tolerance": 0.02}
    return _trend(asker, run, "amount", expected, cited)


def _grows(corpus: Corpus, run: Run) -> bool:
    ticker, metric, years = run
    return all(b > a for a, b in pairwise(_value(corpus, ticker, year, metric) for year in years))


def _every(asker: Asker, run: Run) -> Draft:
    return _trend(asker, run, "every", {"boolean": _grows(asker.corpus, run)}, run[2])


def _peak(asker: Asker, run: Run) -> Draft:
    ticker, metric, years = run
    best = max(years, key=lambda year: _value(asker.corpus, ticker, year, metric))
    return _trend(asker, run, "peak", {"answer": str(best)}, years)


def cross_company(corpus: Corpus) -> list[Draft]:
    """Two or three companies in one year: which is larger, by how much, and whether both do something."""
    asker = Asker(corpus, "cross_company")
    limits: list[Any] = [(lambda pick: pick[0], 2), (lambda pick: pick[2], 3), (lambda pick: pick[0][0], 2)]
    pairs, triples = _groups(corpus, 2), _groups(corpus, 3)
    drafts = [_which(asker, "which", pick) for pick in spread(pairs, PAIRS, asker.rng, limits=limits)]
    drafts += [_which(asker, "which3", pick) for pick in spread(triples, TRIPLES, asker.rng, limits=limits)]
    drafts += [_gap(asker, pick) for pick in spread(pairs, GAPS, asker.rng, limits=limits)]
    return drafts + _both(asker)


Pick = tuple[tuple[str, ...], int, str]


def _groups(corpus: Corpus, size: int) -> list[Pick]:
    """(tickers, year, metric) whose figures are citable, within a factor of five, and differ noticeably at the top."""
    by_report: dict[tuple[int, str], list[str]] = {}
    for fact in corpus.reference.facts:
        if fact.metric in phrases("questions")["terms"] and fact.value > 0:
            by_report.setdefault((fact.year, fact.metric), []).append(fact.ticker)
    picks = []
    for (year, metric), tickers in sorted(by_report.items()):
        for group in combinations(tickers, size):
            values = sorted(_value(corpus, ticker, year, metric) for ticker in group)
            near = values[-1] < 5 * values[0] and values[-1] > values[-2] * (1 + NOTICEABLE)
            if near and citable(corpus, *[(ticker, year, metric) for ticker in group]):
                picks.append((group, year, metric))
    return picks


def _cross(
    asker: Asker, topic: str, tickers: tuple[str, ...], year: int, expected: dict[str, Any], keys: list[Key], term: str = ""
) -> Draft:
    names = dict(zip("xzw", [asker.company(ticker) for ticker in tickers], strict=False))
    template = asker.wording(f"cross:{topic}", phrases("questions")["cross"][topic])
    return Draft(
        question=capital(template.format(y=year, term=term, **names)),
        expected={**expected, "evidence": evidence(asker.corpus, *keys)},
        kind="cross_company",
        difficulty="medium" if topic == "which" else "hard",
        company="several",
        cluster="-".join(sorted(tickers)),
    )


def _which(asker: Asker, topic: str, pick: Pick) -> Draft:
    group, year, metric = pick
    order = tuple(asker.rng.sample(group, len(group)))
    best = asker.companies[max(group, key=lambda ticker: _value(asker.corpus, ticker, year, metric))]
    names = dict.fromkeys([best.short, *best.aliases, best.name, best.ticker])
    expected = {"answer": best.short, "answers": [name for name in names if name != best.short]}
    keys = [(ticker, year, metric) for ticker in group]
    return _cross(asker, topic, order, year, expected, keys, phrases("questions")["terms"][metric])


def _gap(asker: Asker, pick: Pick) -> Draft:
    group, year, metric = pick
    order = sorted(group, key=lambda ticker: -_value(asker.corpus, ticker, year, metric))
    gap = _value(asker.corpus, order[0], year, metric) - _value(asker.corpus, order[1], year, metric)
    expected = {"answer": f"{table(gap)} million", "numeric": round(gap / MILLION, 6), "unit": "USD million", "tolerance": 0.02}
    keys = [(ticker, year, metric) for ticker in group]
    return _cross(asker, "amount", tuple(order), year, expected, keys, phrases("questions")["terms"][metric])


def _both(asker: Asker) -> list[Draft]:
    """Whether two companies both paid a dividend, or both hedged."""
    corpus, drafts = asker.corpus, []
    for at in range(BOTH):
        topic = ("dividend", "hedging")[at % 2]
        wanted = at % 4 < 2
        year = asker.rng.randrange(2012, 2024)
        yes = [ticker for ticker in sorted(asker.companies) if _said(corpus, ticker, year, topic) is True]
        no = [ticker for ticker in sorted(asker.companies) if _said(corpus, ticker, year, topic) is False]
        pair = asker.rng.sample(yes, 2) if wanted else [asker.rng.choice(yes), asker.rng.choice(no)]
        keys = [(ticker, year, topic) for ticker in pair]
        drafts.append(_cross(asker, f"both_{topic}", tuple(pair), year, {"boolean": wanted}, keys))
    return drafts


def _said(corpus: Corpus, ticker: str, year: int, topic: str) -> bool | None:
    claim = corpus.claim(ticker, year, topic)
    return bool(claim.value) if claim else None


def unanswerable(corpus: Corpus) -> list[Draft]:
    """A company that is not there, a year outside, a figure that nobody reports."""
    asker = Asker(corpus, "unanswerable")
    words = phrases("questions")["absent"]
    questions = []
    for at, who in enumerate(asker.rng.sample(words["names"], STRANGERS)):
        year = asker.rng.randrange(2011, 2024)
        questions.append(("none", words["company"][at % len(words["company"])].format(who=who, y=year)))
    tickers = asker.rng.sample(sorted(asker.companies), OTHER_YEARS + OTHER_METRICS)
    for at, ticker in enumerate(tickers[:OTHER_YEARS]):
        years, name = corpus.reference.years[ticker], asker.company(ticker)
        year = asker.rng.choice([years[0] - 3, years[0] - 6, years[-1] + 3, years[-1] + 6])
        questions.append((ticker, words["year"][at].format(co=name, poss=possessive(name), y=year)))
    for at, ticker in enumerate(tickers[OTHER_YEARS:]):
        year, name = asker.rng.choice(corpus.reference.years[ticker]), asker.company(ticker)
        questions.append((ticker, words["metric"][at].format(co=name, poss=possessive(name), fy=asker.year(year))))
    return [
        Draft(question=capital(text), expected={}, kind="unanswerable", difficulty="medium", company=ticker, cluster=ticker)
        for ticker, text in questions
    ]
