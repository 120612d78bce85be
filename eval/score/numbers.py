"""Numbers in texts: scale, unit, percent, sign; and whether an answer states the expected one."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from ..case import DEFAULT_RELATIVE_TOLERANCE
from .text import BRACKETS

if TYPE_CHECKING:
    from collections.abc import Iterable

CONSIDERED = 5
SCALES = {
    "thousand": 1e3, "thousands": 1e3, "k": 1e3,
    "million": 1e6, "millions": 1e6, "mln": 1e6, "mn": 1e6, "mm": 1e6, "m": 1e6,
    "billion": 1e9, "billions": 1e9, "bln": 1e9, "bn": 1e9, "b": 1e9,
    "trillion": 1e12, "trillions": 1e12, "tn": 1e12, "t": 1e12,
    "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7,
}  # fmt: skip
CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "¥": "JPY", "jpy": "JPY", "yen": "JPY",
}  # fmt: skip
PERCENT = {"%": 0.01, "percent": 0.01, "percentage": 0.01, "pct": 0.01, "pp": 0.01, "bps": 1e-4, "bp": 1e-4}
WORDS = dict(
    zip(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(13),
        strict=True,
    )
)
MINUS = "-\u2212\u2013"
NUMBER = re.compile(
    rf"""(?x)
    (?=[{MINUS}($€£¥UEGJ.\d])
    (?P<open>\(\s?)?
    (?P<sign>(?<![\w)%])(?:[{MINUS}]|(?<![\d%)]\s)\u2212\s))?
    (?:(?P<currency>(?:US\$|\$|€|£|¥|\b(?:USD|EUR|GBP|JPY))\s?)(?P<minus>[{MINUS}])?)?
    (?<![\w.,])(?<![A-Za-z]-)(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    (?P<exponent>[eE][+-]?\d+|\s?[\u00d7xX*]\s?10(?:\^\{{?[+\-\u2212]?\d+\}}?|⁻?[⁰¹²³⁴-⁹]+))?
    (?P<shut>\))?
    (?:[\s-]?(?P<scale>
        (?i:thousands?|millions?|billions?|trillions?|lakhs?|crores?|bl?n|ml?n|mm|tn)(?!\w)
        | (?<=[\d)])[kKmMbBtT](?![\w&]) | (?<=\d\ )[MBT](?![\w&])
    ))?
    (?:(?<=\d)[xX]\b)?(?!\w|[.,]\d|-[A-Za-z])
    (?:\s?(?P<percent>%|(?i:percent(?:age\ points?)?|per\ cent|pct|bps|basis\ points?)\b))?
    (?P<close>\s?\))?
    """
)
DIGIT = re.compile(r"\d")
LEAD = 12
"""No match of NUMBER begins further before its first digit."""

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹\u2212", "-0123456789-", "^{}")
LATEX = re.compile(r"\\[\[\]()]?")
SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)")
FALLS = re.compile(
    r"(?i)\b(?:loss(?:es)?|deficit|declin\w+|decreas\w+|fell|fall\w*|dropp?\w*|down|reduc\w+|negative|minus|lower)"
    r"(?:\s+(?:of|by|to|about|approximately|roughly|was|nearly))*\s*\(?\s*$"
)
FALLS_BACK = 40
YEAR = re.compile(r"(?:19|20)\d\d")
FALL_STEMS = re.compile(r"loss|de(?:ficit|clin|creas)|f[ae]ll|d(?:rop|own)|reduc|negative|minus|lower")


class Number(NamedTuple):
    """A number of a text. `value` is in units (1.2 billion is 1.2e9; 14 % is 0.14).

    `bare` numbers carry neither scale, percent sign nor currency. `either_sign` says that the words before it speak of a loss
    or a fall, so that its sign may be left out, or that its brackets may be a remark. `step` is one unit of its last digit.
    A named tuple, because a run makes hundreds of thousands of them.
    """

    value: float
    percent: bool = False
    scaled: bool = False
    currency: str | None = None
    either_sign: bool = False
    year: bool = False
    step: float = 0.0

    @property
    def bare(self) -> bool:
        """Whether nothing but digits stands there."""
        return not (self.percent or self.scaled or self.currency)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """An expected unit: a factor to plain units, and what kind of number it is."""

    scale: float = 1.0
    percent: bool = False
    currency: str | None = None
    named: bool = False


@lru_cache(maxsize=8192)
def numbers(text: str) -> tuple[Number, ...]:
    """All numbers of a text in order; what stands in square brackets (citations) is left out.

    Digits that are part of an identifier (10-K, 0000320193_10-K_2006, Q3) are no numbers, nor are digits grouped in no known
    way: 1.234,56 may mean two things, so it means none. Thin and no-break spaces may group thousands. Parentheses around a
    number negate it, as in accounts, unless it is a year.
    """
    plain = LATEX.sub("", text) if "\\" in text else text
    plain = BRACKETS.sub(" ", plain) if "[" in plain else plain
    if not plain.isascii():
        plain = SPACED.sub(_with_commas, plain)
    return tuple([number for _, number in matched(plain)])


def matched(text: str) -> list[tuple[re.Match[str], Number]]:
    """The matches of NUMBER in a text without citations, and what they say."""
    found = _matches(text)
    falling = bool(found) and FALL_STEMS.search(text.lower()) is not None
    return [(match, _number(match, text, falling=falling)) for match in found]


def _with_commas(grouped: re.Match[str]) -> str:
    return re.sub(r"\D", ",", grouped[0])


def _matches(text: str) -> list[re.Match[str]]:
    """The matches of NUMBER in order, looked for only where digits stand: a quarter of the time of a plain search."""
    matches, place = [], 0
    while digit := DIGIT.search(text, place):
        found = NUMBER.search(text, max(place, digit.start() - LEAD))
        if found is None:
            break
        matches.append(found)
        place = found.end()
    return matches


def _number(found: re.Match[str], text: str, *, falling: bool) -> Number:
    opened, sign, currency, minus, digits, exponent, shut, scale, percent, close = found.groups()
    value = float(digits.replace(",", "") + (_exponent(exponent) if exponent else ""))
    year = len(digits) == 4 and not (scale or currency or percent) and YEAR.fullmatch(digits) is not None
    factor = scaling(scale, percent)
    around = opened and (shut or close)
    if (sign or minus or around) and not year:
        value = -value
    return Number(
        value * factor,
        percent is not None,
        scale is not None,
        CURRENCIES[currency.strip().lower()] if currency else None,
        _either_sign(found, text, value, falling=falling, aside=bool(around and percent)),
        year,
        10.0 ** -len(digits.partition(".")[2]) * factor,
    )


def _exponent(text: str) -> str:
    """`e9` of e9, x 10^9, x 10^{9} or x 10⁹."""
    if text[0] in "eE":
        return text
    power = text.partition("10")[2].translate(RAISED)
    return f"e{power}"


def _either_sign(found: re.Match[str], text: str, value: float, *, falling: bool, aside: bool) -> bool:
    """Whether the words before a number tell its sign, or it is a share in brackets behind something else: 5 million (16 %)."""
    start = found.start()
    if aside:
        return bool(text[max(0, start - FALLS_BACK) : start].strip())
    return falling and value > 0 and FALLS.search(text[max(0, start - FALLS_BACK) : start]) is not None


def scaling(scale: str | None, percent: str | None) -> float:
    """The factor that the words behind a number mean."""
    return (SCALES[scale.lower()] if scale else 1.0) * (_percent(percent) if percent else 1.0)


def _percent(text: str) -> float:
    return 1e-4 if text.lower().startswith(("bps", "basis")) else 0.01


@lru_cache(maxsize=4096)
def unit(text: str | None) -> Unit:
    """What an expected unit says: "USD million", "usd_millions", "$bn", "%", "percent", "bps", "shares", "USD/share"."""
    if not text:
        return Unit()
    words = re.findall(r"us\$|[$€£¥%]|[a-z]+", text.lower())
    scale = next((SCALES[word] for word in words if word in SCALES), 1.0)
    percent = next((PERCENT[word] for word in words if word in PERCENT), None)
    currency = next((CURRENCIES[word] for word in words if word in CURRENCIES), None)
    return Unit(scale=percent or scale, percent=percent is not None, currency=currency, named=True)


class Goal(NamedTuple):
    """The expected number: its value and the largest distance from it, both in plain units, and its unit."""

    value: float
    limit: float
    unit: Unit

    @property
    def year(self) -> bool:
        """Whether a year may be the answer."""
        kind = self.unit.percent or self.unit.currency or self.unit.scale != 1.0
        return not kind and self.value.is_integer() and 1900 <= self.value < 2100


@lru_cache(maxsize=4096)
def goal(numeric: float, unit_name: str | None = None, absolute: float | None = None, relative: float | None = None) -> Goal:
    """The goal of a case: `numeric` and the tolerance `absolute` in its unit, `relative` as a fraction; either suffices.

    Without a tolerance it is 0.5 %, which is what rounding to three digits moves a number at most.
    """
    wanted = unit(unit_name)
    value = numeric * wanted.scale
    if absolute is None and relative is None:
        relative = DEFAULT_RELATIVE_TOLERANCE
    widest = max((absolute or 0.0) * wanted.scale, (relative or 0.0) * abs(value))
    return Goal(value, widest + 1e-9 * abs(value), wanted)


def states(answer: str | None, wanted: Goal, question: str = "") -> bool:
    """Whether an answer states the expected number.

    Only the first five different numbers of the expected kind count, so that a list of figures is no answer. Numbers that the
    question names (years above all) are passed over, unless one of them is the expected one.
    """
    if not answer:
        return False
    found = _stated(answer)
    if _among_first(found, wanted):
        return True
    named_scale = _named_scale(question, wanted.unit)
    if named_scale is None and len(found) <= CONSIDERED:
        return False
    return _among_first(found, wanted, named_scale, _asked(question))


def _among_first(
    found: tuple[Number, ...], wanted: Goal, named_scale: float | None = None, asked: frozenset[float] = frozenset()
) -> bool:
    """Whether one of the first five different numbers of the wanted kind is the wanted one."""
    value, limit, _ = wanted
    kept = set()
    for number in found:
        if (number.value in asked and abs(number.value - value) > limit) or (number.year and not wanted.year):
            continue
        meant = readings(number, wanted.unit, named_scale)
        if any(abs(reading - value) <= limit for reading in meant):
            return True
        if meant:
            kept.add(tuple(meant))
            if len(kept) == CONSIDERED:
                return False
    return False


def _stated(answer: str) -> tuple[Number, ...]:
    """The numbers of an answer; where it has none, those in the brackets around all of it, else those up to twelve in words."""
    found = numbers(answer)
    inner = answer.strip()
    if not found and inner.startswith("[") and inner.endswith("]"):
        found = numbers(inner[1:-1])
    if found:
        return found
    words = re.findall(r"[a-z]+", answer.lower())
    return tuple(Number(value=float(WORDS[word]), step=1.0) for word in words if word in WORDS)


def _named_scale(question: str, wanted: Unit) -> float | None:
    """The scale that the question names for the answer, if it is the expected one."""
    if wanted.percent or wanted.scale == 1.0:
        return None
    named = {SCALES[word] for word in re.findall(r"[a-z]{2,}", question.lower()) if word in SCALES}
    return wanted.scale if wanted.scale in named else None


@lru_cache(maxsize=8192)
def _asked(question: str) -> frozenset[float]:
    """The numbers that the question states."""
    return frozenset(number.value for number in numbers(question))


def readings(number: Number, wanted: Unit, named_scale: float | None) -> list[float]:
    """What a number may mean where `wanted` is expected; nothing if it is of another kind."""
    if wanted.currency and number.currency and wanted.currency != number.currency:
        return []
    values = [number.value]
    if wanted.percent:
        if number.scaled or number.currency:
            return []
        values = [number.value] if number.percent else [number.value, number.value * wanted.scale]
    elif number.percent:
        if wanted.currency or wanted.scale != 1.0:
            return []
        values = [number.value] if wanted.named else [number.value, number.value * 100]
    elif named_scale and not number.scaled:
        values = [number.value * named_scale, number.value]
    return [*values, *(-value for value in values)] if number.either_sign else values


@lru_cache(maxsize=65536)
def _sizes(text: str) -> tuple[frozenset[float], frozenset[float]]:
    """The sizes of a text's bare numbers and of the others."""
    found = numbers(text)
    bare = frozenset(abs(number.value) for number in found if number.bare)
    return bare, frozenset(abs(number.value) for number in found if not number.bare)


class Shown:
    """The numbers of the passages that were shown, ready to be searched.

    A bare number may be one of thousands, millions or billions, as in the tables of filings, or of percent.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        found = [_sizes(text) for text in texts]
        self._bare: set[float] = set().union(*(bare for bare, _ in found))
        self._fixed: set[float] = set().union(*(fixed for _, fixed in found))
        self._sorted: dict[tuple[float, ...], list[float]] = {}

    def support(self, number: Number) -> bool:
        """Whether a number of an answer stands among those shown, up to the rounding that the answer wrote."""
        sizes = (1.0, 1e3, 1e6, 1e9) if number.scaled or number.currency else (0.01, 1.0) if number.percent else (1.0,)
        values = self._sorted.get(sizes)
        if values is None:
            values = self._sorted[sizes] = sorted([*self._fixed, *(value * size for value in self._bare for size in sizes)])
        goal = abs(number.value)
        if not isfinite(goal):
            return False
        limit = max(number.step / 2, 1e-9 * goal) * (1 + 1e-9)
        place = bisect_left(values, goal - limit)
        return place < len(values) and values[place] <= goal + limit
