"""Years and ranges of years in a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
}  # fmt: skip
YEAR = r"(?:fiscal(?:\s+year)?s?\s*|f\.?y\.?\s*|')?\s*((?:19|20)\d\d)"
SHORT = re.compile(r"(?:\bf\.?y\.?\s*'?|(?<!\w)'|\bfiscal(?:\s+year)?\s+'?)(\d\d)(?!\d)", re.IGNORECASE)
RANGE = re.compile(YEAR + r"\s*(?:-+|to|through|thru|until|till|and|up\s+to)\s*" + YEAR + r"(?!\d)", re.IGNORECASE)
SINGLE = re.compile(r"(?<![\d$.,])((?:19|20)\d\d)(?![\d%]|[.,]\d)")
COUNT = r"(\d{1,2}|" + "|".join(NUMBERS) + ")"
SINCE = re.compile(
    r"\b(?:since|from|starting(?:\s+in|\s+with)?|beginning(?:\s+in|\s+with)?)\s+" + YEAR + r"(?:\s+(?:on|onwards?))?\b",
    re.IGNORECASE,
)
LAST = re.compile(
    r"\b(?:last|past|previous|most\s+recent|preceding|latest)?\s*" + COUNT + r"[\s-]+(?:fiscal\s+)?years?"
    r"(?:\s+period)?\s*(?:up\s+)?(?:to|through|ended|ending(?:\s+in|\s+with)?|until|leading\s+up\s+to|before)\s+" + YEAR,
    re.IGNORECASE,
)
RECENT = re.compile(
    r"\b(?:last|past|most\s+recent|latest)\s+" + COUNT + r"\s+(?:fiscal\s+|reported\s+)?years?\b",
    re.IGNORECASE,
)
LATEST = re.compile(
    r"\b(?:most\s+recent|latest|last\s+reported)\s+(?:fiscal\s+)?(?:year|10-k|filing|annual\s+report)\b", re.IGNORECASE
)
AND_ONLY = re.compile(r"^\S*\s*(?:19|20)\d\d\s+and\s", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Years:
    """The years a question names, in order; `span` says that they came as a range, whose ends are the first and the last.

    `relative` is how many of the latest years the question asks for without naming one ("last three years").
    """

    years: tuple[int, ...] = ()
    span: bool = False
    relative: int = 0


def find_years(text: str, latest: int | None = None) -> Years:
    """The years in `text`; `latest` (the last year of the collection) ends open ranges such as "since 2018"."""
    text = SHORT.sub(lambda found: f" {_century(int(found.group(1)))}", text)
    if found := LAST.search(text):
        end, count = int(found.group(2)), _count(found.group(1))
        return _span(end - count + 1, end)
    single = [int(year) for year in SINGLE.findall(text)]
    ranges = [found for found in RANGE.finditer(text) if _is_range(found, text)]
    if ranges:
        named = set(single)
        for found in ranges:
            named.update(range(*_ordered(int(found.group(1)), int(found.group(2)))))
        return Years(years=tuple(sorted(named)), span=True)
    if len(single) == 1 and latest and (found := SINCE.search(text)) and latest > single[0]:
        return _span(single[0], latest)
    if not single and (found := RECENT.search(text)):
        return Years(relative=_count(found.group(1)))
    if not single and LATEST.search(text):
        return Years(relative=1)
    return Years(years=tuple(dict.fromkeys(single)))


def _is_range(found: re.Match[str], text: str) -> bool:
    """Two years joined by "and" are a range only after "between"; any other joint makes a range of up to 40 years."""
    first, last = int(found.group(1)), int(found.group(2))
    if abs(last - first) > 40:
        return False
    if AND_ONLY.match(found.group(0)):
        return bool(re.search(r"\bbetween\s+$", text[: found.start()] + " ", re.IGNORECASE))
    return True


def _ordered(first: int, last: int) -> tuple[int, int]:
    return min(first, last), max(first, last) + 1


def _span(first: int, last: int) -> Years:
    return Years(years=tuple(range(first, last + 1)), span=last > first)


def _count(word: str) -> int:
    return NUMBERS.get(word.lower()) or int(word)


def _century(short: int) -> int:
    return 2000 + short if short < 60 else 1900 + short
