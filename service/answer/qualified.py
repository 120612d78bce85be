"""Whether a KPI in a question is the whole company's, or a segment's, a product's, a region's.

"Revenue" is a figure of the company; "Intelligent Cloud revenue", "sales of iPhones", "revenue in Japan" are not, and no fact
about the company answers them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..entities import Metric, Question

PLAIN_WORDS = [
    "a",
    "about",
    "added",
    "aggregate",
    "all",
    "amount",
    "an",
    "and",
    "annual",
    "any",
    "are",
    "as",
    "at",
    "average",
    "be",
    "between",
    "book",
    "booked",
    "bring",
    "brought",
    "by",
    "can",
    "combined",
    "companies",
    "company",
    "company's",
    "compared",
    "consolidated",
    "corporate",
    "could",
    "cumulative",
    "did",
    "difference",
    "do",
    "does",
    "each",
    "earn",
    "earned",
    "earning",
    "end",
    "entire",
    "exceed",
    "figure",
    "find",
    "fiscal",
    "for",
    "from",
    "full",
    "full-year",
    "generate",
    "generated",
    "get",
    "give",
    "grow",
    "had",
    "has",
    "have",
    "her",
    "higher",
    "highest",
    "his",
    "how",
    "in",
    "increase",
    "is",
    "it",
    "its",
    "just",
    "largest",
    "latest",
    "list",
    "little",
    "lower",
    "lowest",
    "made",
    "make",
    "maximum",
    "mean",
    "minimum",
    "more",
    "most",
    "much",
    "name",
    "net",
    "of",
    "on",
    "one",
    "or",
    "our",
    "over",
    "overall",
    "post",
    "posted",
    "produce",
    "produced",
    "provide",
    "rank",
    "record",
    "recorded",
    "report",
    "reported",
    "reporting",
    "reports",
    "reach",
    "reached",
    "same",
    "say",
    "see",
    "share",
    "show",
    "showed",
    "smaller",
    "smallest",
    "state",
    "stated",
    "states",
    "sum",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "there",
    "these",
    "this",
    "those",
    "to",
    "total",
    "trend",
    "us",
    "value",
    "was",
    "were",
    "what",
    "which",
    "while",
    "whole",
    "whose",
    "with",
    "year",
    "year-end",
    "year's",
    "yearly",
    "years",
    "firm",
    "firm's",
    "group",
    "group's",
    "filer's",
    "most",
    "recent",
    "relative",
    "least",
    "less",
    "fewer",
    "greater",
    "larger",
    "biggest",
    "bigger",
    "greatest",
    "actual",
    "exact",
    "declare",
    "declared",
    "disclose",
    "disclosed",
    "generated",
    "annualised",
    "annualized",
    "change",
    "changed",
    "growth",
    "grew",
    "rise",
    "rose",
    "fall",
    "fell",
    "decline",
    "declined",
    "decrease",
    "decreased",
    "increased",
    "dropped",
    "drop",
    "compare",
    "turn",
    "ending",
    "ended",
    "closing",
    "reporting",
    "worldwide",
    "global",
    "group-wide",
]
PLAIN = frozenset(PLAIN_WORDS)
PART = re.compile(
    r"\b(?:segments?|divisions?|business units?|product lines?|franchises?|region|regions|geograph\w+|subsidiar\w+)\b",
    re.IGNORECASE,
)
BEFORE = re.compile(r"([A-Za-z0-9$&%'.-]+)\s*$")
AFTER = re.compile(r"^-\w+|^ (?:from|of|per|in|for|by|at) (?:the |its |their )?([A-Za-z][\w&'-]*)")
PROPER = re.compile(r"(?<=[a-z0-9,] )[A-Z][a-z]+(?:-[a-z]+)?\b")


def is_qualified(question: Question, metric: Metric) -> bool:
    """Whether a word beside the KPI narrows it to a part of the company."""
    text = question.bare
    if PART.search(text) or any(not _plain(word) for word in PROPER.findall(_without_metrics(question))):
        return True
    before = BEFORE.search(text[: metric.start])
    if before and text[before.end() : metric.start].count(" ") <= 1 and not _plain(before.group(1)):
        return True
    after = AFTER.match(text[metric.end :])
    return bool(after and (after.group(1) is None or not _plain(after.group(1))))


def _without_metrics(question: Question) -> str:
    text = question.bare
    for metric in question.metrics:
        text = text[: metric.start] + "x" * (metric.end - metric.start) + text[metric.end :]
    return text


def _plain(word: str) -> bool:
    bare = word.lower().strip(".'")
    if not any(char.isalpha() for char in bare):
        return True
    return bare in PLAIN or bare.removesuffix("'s") in PLAIN or bare[-1:].isdigit() or bare.startswith(("fy", "'"))
