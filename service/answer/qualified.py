"""Whether a KPI in a question is the whole company's, or a segment's, a product's, a region's.

"Revenue" is a figure of the company; "Intelligent Cloud revenue", "sales of iPhones", "revenue in Japan" are not, and no fact
about the company answers them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..entities import Metric, Question

# Words beside a KPI that leave it the whole company's.
PLAIN_WORDS = """
a about actual added aggregate all amount an and annual annualised annualized any are as at average be between bigger
biggest book booked bring brought by can change changed closing combined companies company company's compare compared
consolidated corporate could cumulative declare declared decline declined decrease decreased did difference disclose
disclosed do does drop dropped each earn earned earning end ended ending entire exact exceed fall fell fewer figure filer's
find firm firm's fiscal for from full full-year generate generated get give global greater greatest grew group group's
group-wide grow growth had has have her higher highest his how in increase increased is it its just larger largest latest
least less list little lower lowest made make maximum mean minimum more most much name net of on one or our over overall
post posted produce produced provide rank reach reached recent record recorded relative report reported reporting reports
rise rose same say see share show showed smaller smallest state stated states sum tell than that the their there these this
those to total trend turn us value was were what which while whole whose with worldwide year year's year-end yearly years
"""
PLAIN = frozenset(PLAIN_WORDS.split())
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
