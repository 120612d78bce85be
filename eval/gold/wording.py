"""What the words of questions and answers give away: a figure is asked for, a figure is stated, nothing is said."""

from __future__ import annotations

import re

MEASURED = (
    r"(?:revenues?|sales|turnover|incomes?|earnings|profits?|loss(?:es)?|margins?|ebitda|eps|cash\ flows?|capex|expenditures?"
    r"|expenses?|costs?|debt|assets|liabilities|equity|dividends?|prices?|amounts?|numbers?|percentages?|headcount|rates?"
    r"|ratios?|totals?|averages?|populations?|distances?|heights?|weights?|values?|fees?|balances?)\b"
)
NEAR = r"(?:[^\s?.!]+\ ){0,9}?"
ASKED = re.compile(
    rf"""(?ix)
    \bhow\ (?:much|many|large|high|low|tall|far|fast|old|big)\b
    | \bby\ what\ (?:percentage|percent|amount|factor)\b
    | \bwhat\ (?:percentage|percent|number|amount|share|proportion|fraction)\ of\b
    | \bwhat(?:\ (?:is|was|were|are|will\ be)|['\u2019]s)\ (?P<between>{NEAR}){MEASURED}(?!-|\ recognition|\ polic)
    | \bwhat\ (?:(?:total|net|gross|operating|annual|quarterly|diluted|basic)\ )*{MEASURED}(?!-)
    | \bwhat\ (?:do|does|did)\b[^?]{{1,80}}?\b(?:report|record|state|disclose|post)\ (?:as|for)\ {NEAR}{MEASURED}
    """
)
EXPLAINING = re.compile(
    r"""(?ix)\b(?:
    why | how | explain | describe | reasons? | drivers? | driving | causes? | factors? | risks? | polic(?:y|ies) | strateg\w+
    | defin\w+ | themes? | effects? | impacts? | metrics? | sources? | components? | which | who | where | basis
    )\b"""
)
QUANTITY = re.compile(
    r"""(?ix)
    [$€£¥]\s?\d
    | \d\s?%
    | \d[\d,.]*\s*(?:percent|per\ cent|thousand|million|billion|trillion|bps|basis\ points|usd|eur|gbp|mn|bn)\b
    | \d{1,3}(?:,\d{3})+
    | \d+\.\d+
    """
)
COUNT = re.compile(
    r"""(?ix)
    (?<![\w.,/-]) \d+ (?![\w/-]|[.,]\d)
    | \b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy
      |eighty|ninety|hundred|thousand|million|billion|half|twice|none|no)\b
    """
)
PLACE_OR_DATE = re.compile(
    r"""(?ix)\b(?:
    (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}
    | (?:notes?|items?|parts?|pages?|sections?|rule|form)\s+\d+
    | (?:19|20)\d\d
    )\b"""
)
EMPTY = re.compile(
    r"""(?ix)^\W*(?:
    reference\ is\ made\ to | incorporated\ (?:herein\ )?by\ reference | report\ of\ independent\ registered
    | (?:the\ )?information\ (?:required|called\ for)\ by | the\ following\ tables?\ sets?\ forth
    | see\ (?:note|item|part|page|section)\b | table\ of\ contents | not\ applicable | n/a | as\ an\ ai\b
    | to\ be\ (?:done|determined) | tbd\b | todo\b | lorem\ ipsum
    )"""
)


def asks_figure(question: str) -> bool:
    """Whether a question asks for a number: how much or many, or what a measured thing was."""
    found = ASKED.search(question)
    return found is not None and not (found["between"] and EXPLAINING.search(found["between"]))


def states_figure(text: str) -> bool:
    """Whether a text states a quantity; years, dates and the numbers of notes and pages are none."""
    return QUANTITY.search(text) is not None or COUNT.search(PLACE_OR_DATE.sub(" ", text)) is not None


def says_nothing(text: str) -> bool:
    """Whether a text begins like boilerplate: a reference to elsewhere, a heading, a placeholder."""
    return EMPTY.search(text) is not None
