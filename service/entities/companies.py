"""Companies by name, short name, common alias, ticker or CIK."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LEGAL_WORDS = "inc incorporated corp corporation co company ltd limited plc llc lp l p sa ag nv the new de com"
WIDER_WORDS = (
    "companies group holdings holding trust wholesale stores technologies platforms international worldwide"
    " financial enterprises"
)
STRICTLY_LEGAL = frozenset(LEGAL_WORDS.split())
LEGAL = STRICTLY_LEGAL | frozenset(WIDER_WORDS.split())
# Names that people use and filings do not, by ticker; one without effect where the collection lacks the ticker.
ALIASES: dict[str, tuple[str, ...]] = {
    "GOOGL": ("google",),
    "GOOG": ("google",),
    "META": ("facebook",),
    "JNJ": ("j&j", "j & j"),
    "XOM": ("exxon", "exxonmobil"),
    "WMT": ("wal-mart", "wal mart"),
    "BRK": ("berkshire",),
    "IBM": ("ibm",),
    "PG": ("p&g",),
    "GE": ("ge",),
}
WORD = re.compile(r"[A-Za-z0-9]+(?:[&'.-][A-Za-z0-9]+)*|&")


@dataclass(frozen=True, kw_only=True)
class Company:
    """A company of the collection."""

    cik: int
    name: str
    ticker: str

    @property
    def title(self) -> str:
        """The name as one would write it: no registry suffixes, no capitals throughout."""
        words = [word for word in re.sub(r"/\w+/?$", "", self.name).split() if word.strip(".,").lower() != "new"]
        return " ".join(_capitalise(word) for word in words) if self.name.isupper() or _half_upper(self.name) else self.name


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A company and where the question names it (character offsets)."""

    company: Company
    start: int
    end: int


class CompanyNames:
    """Finds the companies of a collection in a question.

    `ordinary` are words that occur uncapitalised in the collection's own sentences; a one-word short name that is one of
    them ("assured", "general") does not stand for a company.
    """

    def __init__(self, companies: Iterable[Company], ordinary: frozenset[str] = frozenset()) -> None:
        self.companies = tuple(sorted(companies, key=lambda company: company.cik))
        self._names: dict[tuple[str, ...], Company] = {}
        self._tickers = {company.ticker.upper(): company for company in self.companies if company.ticker}
        self._ciks = {company.cik: company for company in self.companies}
        self._learn(ordinary)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Every mention, in the order of the question, longest names first."""
        words = [(found.group(0), found.start(), found.end()) for found in WORD.finditer(text)]
        keys = [_key(word) for word, _, _ in words]
        mentions: list[Mention] = []
        at = 0
        longest = max((len(name) for name in self._names), default=0)
        while at < len(words):
            for length in range(min(longest, len(words) - at), 0, -1):
                company = self._names.get(tuple(keys[at : at + length]))
                if company and (length > 1 or _proper(words[at][0], at)):
                    mentions.append(_mention(company, text, words[at][1], words[at + length - 1][2]))
                    at += length
                    break
            else:
                if company := self._by_symbol(words[at][0], text, words[at][1], words[at][2]):
                    mentions.append(_mention(company, text, words[at][1], words[at][2]))
                at += 1
        return tuple(mentions)

    def _by_symbol(self, word: str, text: str, start: int, end: int) -> Company | None:
        if word.isdigit() and re.search(r"\bCIK\D{0,3}$", text[:start], re.IGNORECASE):
            return self._ciks.get(int(word))
        bare = re.sub(r"'s$", "", word)
        company = self._tickers.get(bare)
        if company is None or len(bare) > 1:
            return company
        framed = (
            text[max(0, start - 1) : start] in ("$", "(", ":") or text[start - 2 : start] == ": " or text[end : end + 1] == ")"
        )
        return company if framed else None

    def _learn(self, ordinary: frozenset[str]) -> None:
        firsts = Counter(_split(company.name)[0] for company in self.companies if _split(company.name))
        for company in self.companies:
            for name in _short_names(company.name):
                alone = len(name) == 1
                if alone and (name[0] in ordinary or firsts[name[0]] > 1 or len(name[0]) < 3):
                    continue
                self._names.setdefault(name, company)
            for alias in ALIASES.get(company.ticker.upper(), ()):
                self._names.setdefault(tuple(_split(alias)), company)


def _mention(company: Company, text: str, start: int, end: int) -> Mention:
    """A mention with what belongs to it: the dot of "Inc.", a possessive, brackets around a ticker."""
    if text[max(0, start - 1) : start] == "(" and text[end : end + 1] == ")":
        start, end = start - 1, end + 1
    tail = re.match(r"\.?'?s?(?!\w)", text[end:])
    return Mention(company=company, start=start, end=end + (tail.end() if tail else 0))


def candidate_words(names: Iterable[str]) -> frozenset[str]:
    """The one-word short names whose ordinariness must be looked up in the collection."""
    return frozenset(name[0] for full in names for name in _short_names(full) if len(name) == 1)


def _short_names(full: str) -> list[tuple[str, ...]]:
    """The full name, the name without its legal endings, then without wider ones, down to its first word."""
    words = _split(re.sub(r"/\w+/?$", "", full))
    names = [tuple(words)]
    while len(words) > 1 and (words[-1] in STRICTLY_LEGAL or words[-1] in ("&", "and")):
        words = words[:-1]
        names.append(tuple(words))
    while len(words) > 1 and (words[-1] in LEGAL or words[-1] in ("&", "and")):
        words = words[:-1]
        names.append(tuple(words))
    if len(words) > 1:
        names += [(words[0],), (words[-1],)] if len(words) == 2 else [tuple(words[:2]), (words[0],)]
    return list(dict.fromkeys(name for name in names if name and name[0] != "&"))


def _split(name: str) -> list[str]:
    return [key for word in WORD.findall(name) for key in [_key(word)] if key]


def _key(word: str) -> str:
    """A word as it is compared: lower case, no possessive, no dots, no ".com"."""
    return re.sub(r"'s?$", "", word.lower()).removesuffix(".com").replace(".", "").removesuffix("'")


def _proper(word: str, at: int) -> bool:
    """A one-word name must be written like a name; the first word of a sentence always is."""
    return word[0].isupper() or at == 0 or "&" in word


def _half_upper(name: str) -> bool:
    letters = [char for char in name if char.isalpha()]
    return sum(char.isupper() for char in letters) > 0.6 * len(letters)


def _capitalise(word: str) -> str:
    bare = word.strip(".,").upper()
    if bare in ("LP", "L.P", "LLC", "PLC", "MBIA", "NVIDIA", "IBM", "&") or len(bare) <= 1:
        return word
    return word.capitalize()
