"""What a question wants done with the figures that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..entities import Question


class Do(StrEnum):
    """The operation on a series of figures."""

    VALUE = "value"
    CHANGE = "change"
    GROWTH = "growth"
    ANNUAL_GROWTH = "annual growth"
    TREND = "trend"
    AVERAGE = "average"
    TOTAL = "total"
    EXTREME = "extreme"
    WHEN = "when"
    COUNT = "count"


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What is asked.

    `boolean`: yes or no. `narrative`: words, not figures. `direction`: +1 rise, -1 fall, 0 neither named. `lowest`: the
    smallest instead of the largest. `threshold` with `above`: "more than $5 billion". `ranked`: an order or a list.
    `which`: one of several companies is asked for. `each`: something must hold every year.
    """

    do: Do
    boolean: bool = False
    narrative: bool = False
    direction: int = 0
    lowest: bool = False
    threshold: float | None = None
    above: bool = True
    ranked: bool = False
    which: bool = False
    each: bool = False
    percent: bool = False


AUXILIARY = r"(?:did|does|do|was|were|is|are|has|have|had|can|could|will|would)"


def _words(*alternatives: str) -> re.Pattern[str]:
    """A pattern for whole words, in any case."""
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


BOOLEAN = re.compile(
    rf"(?:^|[,;:]\s*)(?:and\s+)?{AUXILIARY}\b|\b(?:true that|whether|say if|tell me if|tell if)\b",
    re.IGNORECASE,
)
OPENING = _words("what|which|who|how|when|where|why|list|name|give|show|state|tell|compare|rank|by")
NARRATIVE = _words(
    r"why|describ\w*|explain\w*|discuss\w*|risks?|factors?|driv(?:ers?|e|en|es)|drove|caus\w+|reasons?|attribut\w+|themes?",
    r"strateg\w+|polic(?:y|ies)|defin\w+|because|due to|led to|blame\w*|expect\w*|warn\w*|say about|affect\w*|impact\w*",
)
UP = _words(r"increas\w+|grow\w*|grew|rise|rises|rose|risen|rising|climb\w*|gain\w*|improv\w+|up|expand\w*|go(?:ne)? up")
DOWN = _words(r"decreas\w+|declin\w+|fall|falls|fell|fallen|falling|drop\w*|shr[aiu]nk\w*|lowered|reduc\w+|down|contract\w*")
CHANGE = _words(
    r"chang\w+|differ\w*|mov(?:e|ed|ement)|swing|var(?:y|ied)|compared (?:with|to) (?:the )?(?:prior|previous|year)",
    "how much (?:more|higher|larger|bigger|greater|less|lower|smaller)",
)
PERCENT = re.compile(
    r"%|\b(?:percent\w*|per cent|growth rate|rate of (?:growth|change)|how fast|relative change|in relative terms)\b",
    re.IGNORECASE,
)
ANNUAL = _words(r"cagr|compound\w*|annuali[sz]ed|average annual (?:growth|change)|per year on average")
TREND = _words(
    r"trend\w*|evol\w+|develop\w*|trajectory|over time|over the (?:years|period)|year[- ]by[- ]year|path|each year|every year",
    r"across the years|pattern|history|progress\w*|the course of",
)
COURSE = re.compile(
    r"\b(?:describe|explain|discuss)\s+(?:how|the\s+(?:course|trend|path|development|evolution|trajectory|change))\b",
    re.IGNORECASE,
)
AVERAGE = _words("average|mean|on average|averaged")
TOTAL = _words(r"cumulative\w*|combined|sum|aggregate|altogether|added (?:up|together)|taken together|in all")
LOWEST = _words("lowest|smallest|least|minimum|weakest|worst|fewest|trough|bottom(?! line)")
HIGHEST = _words(r"highest|largest|biggest|greatest|most|maximum|peak\w*|best|strongest|top(?! line)|leading|record")
LESS = _words("lower|smaller|less|fewer|weaker|below|under|worse")
MORE = _words(r"higher|larger|bigger|greater|more|stronger|above|over|exceed\w*|better|surpass\w*|outpac\w+|ahead of")
WHEN = _words("(?:which|what) (?:fiscal |financial |reporting )?years?", "when", r"in which\b(?=.*\byear)")
COUNT = _words("how many (?:of (?:the|these|those) )?(?:companies|years|firms|filers|times)", "in how many")
COMPANY = _words(
    r"(?:which|what) (?:\w+ )?(?:compan(?:y|ies)|firms?|filers?|issuers?|registrants?|one)",
    "which of",
    r"which(?= (?:grew|had|has|have|was|is|did|reported|saw|made|earned)\b)",
    "who",
    "whose",
)
RANKED = _words(
    r"rank\w*|order\w*|list\w*|name (?:the|all)|which companies|which years|what years|in which years|all (?:the )?companies"
)
EACH = _words("each|every|consecutive|consistently|always|throughout|all (?:of the )?years|steadily|without exception")
AMOUNT = re.compile(
    r"(?P<minus>-)?(?P<dollar>\$|usd\s?|us\$)?\s?(?P<number>\d[\d,]*(?:\.\d+)?)"
    r"\s?(?P<scale>trillion|billion|million|thousand|bn|mn|tn|m|b|k)?\b\s?(?P<percent>%|percent|per cent)?",
    re.IGNORECASE,
)
SCALE = {"t": 1e12, "b": 1e9, "m": 1e6, "k": 1e3}
BOUND = re.compile(
    r"\b(?P<more>exceed\w*|more than|above|over|at least|greater than|higher than|surpass\w*|topped|larger than|beyond)\b"
    r"|\b(?P<less>less than|below|under|at most|lower than|smaller than|fewer than|short of|not reach)\b",
    re.IGNORECASE,
)


def read_intent(question: Question) -> Intent:
    """The intent of `question`, from its wording alone."""
    text = question.text
    bound, above = _threshold(text)
    return Intent(
        do=_operation(text, bound is not None),
        boolean=is_boolean(text),
        narrative=_narrative(question),
        direction=_direction(text),
        lowest=bool(LOWEST.search(text) or (LESS.search(text) and not MORE.search(text))),
        threshold=bound,
        above=above,
        ranked=bool(RANKED.search(text)),
        which=bool(COMPANY.search(text)),
        each=bool(EACH.search(text)),
        percent=bool(PERCENT.search(text)),
    )


def is_boolean(text: str) -> bool:
    """Whether `text` asks for yes or no: its main clause opens with an auxiliary verb."""
    found = BOOLEAN.search(text)
    opening = OPENING.search(text)
    return bool(found and (opening is None or found.start() <= opening.start()))


def _narrative(question: Question) -> bool:
    """Words that ask for reasons or descriptions stand before the first figure that is named."""
    first = min((metric.start for metric in question.metrics), default=len(question.text))
    before = question.text[:first]
    return bool(NARRATIVE.search(COURSE.sub(" ", before)))


def _direction(text: str) -> int:
    up, down = UP.search(text), DOWN.search(text)
    if up and down:
        return 0
    return 1 if up else -1 if down else 0


def _operation(text: str, bounded: bool) -> Do:
    """The first operation whose words occur, from the most to the least particular."""
    changing = bool(UP.search(text) or DOWN.search(text) or CHANGE.search(text))
    tests = (
        (COUNT.search(text), Do.COUNT),
        (WHEN.search(text) and (bounded or HIGHEST.search(text) or LOWEST.search(text) or changing), Do.WHEN),
        (ANNUAL.search(text), Do.ANNUAL_GROWTH),
        (AVERAGE.search(text), Do.AVERAGE),
        (TOTAL.search(text), Do.TOTAL),
        (TREND.search(text), Do.TREND),
        (changing and PERCENT.search(text), Do.GROWTH),
        (changing and not bounded, Do.CHANGE),
        (HIGHEST.search(text) or LOWEST.search(text), Do.EXTREME),
    )
    return next((do for found, do in tests if found), Do.VALUE)


def _threshold(text: str) -> tuple[float | None, bool]:
    """The amount after "more than", "below" and the like: in plain units, a percentage as percent points."""
    for bound in BOUND.finditer(text):
        found = AMOUNT.match(text[bound.end() :].lstrip())
        if not found or _is_year(found):
            continue
        value = float(found["number"].replace(",", "")) * (-1 if found["minus"] else 1)
        scale = (found["scale"] or "").lower()
        return value * (SCALE[scale[0]] if scale else 1.0), bool(bound["more"])
    return None, True


def _is_year(found: re.Match[str]) -> bool:
    bare = not (found["dollar"] or found["scale"] or found["percent"])
    return bare and bool(re.fullmatch(r"(?:19|20)\d\d", found["number"]))
