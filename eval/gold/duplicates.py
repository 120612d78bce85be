"""Cases that ask the same, or nearly the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..jsontext import dumps, loads
from .consistency import plain_words, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from .findings import Finding, Looked

THRESHOLD = 0.85
WORD = re.compile(r"\w+")


def duplicates(looked: Looked) -> Iterator[Finding]:
    """Cases that ask what an earlier one asks, and expect the same or something else; an id within an input does not count."""
    import polars as pl

    asked = looked.frame.with_row_index("row").select("row", "id", "line", "expected", question=_asked(looked))
    first: dict[str, tuple[str, int, bytes]] = {}
    for row, identity, line, expected, question in asked.filter(pl.col("question").is_duplicated()).iter_rows():
        name, at, earlier = first.setdefault(question, (identity, line, wanted(expected)))
        if name == identity:
            continue
        asks = f'{{case}} repeats the question of "{name}" (line {at}) with'
        if wanted(expected) == earlier:
            yield looked.finding(row, "duplicate", "warning", f"{asks} the same answer.", "Keep one: it counts twice.")
        else:
            yield looked.finding(row, "contradiction", "warning", f"{asks} another answer.", "Keep the one that is right.")


def near_duplicates(looked: Looked) -> Iterator[Finding]:
    """Cases whose question shares 85 % and more of its runs of five letters with an earlier one.

    Two questions that differ in names and numbers only ("in 2016", "in 2017") ask different things and are left alone.
    """
    from .near_duplicates import similar_pairs

    plain = looked.plain["question"].to_list()
    for later, earlier, similarity in similar_pairs(plain, THRESHOLD):
        if plain[later] == plain[earlier] or _differ_in_names(looked.questions[later], looked.questions[earlier]):
            continue
        name, line = looked.frame["id"][earlier], looked.frame["line"][earlier]
        message = f'{{case}} asks nearly what "{name}" (line {line}) asks: similarity {similarity:.2f}.'
        yield looked.finding(later, "near-duplicate", "warning", message, "Keep one, or give both one cluster.")


def _asked(looked: Looked) -> pl.Series:
    """The whole input in plain words, without a member `id`."""
    import polars as pl

    rows = looked.frame.select("input", "structured").iter_rows()
    texts = [dumps({**loads(text), "id": None}, sort=True) if structured else text for text, structured in rows]
    return pl.select(plain_words(pl.lit(pl.Series(texts, dtype=pl.String)))).to_series()


def _differ_in_names(one: str, other: str) -> bool:
    mine, theirs = WORD.findall(one), WORD.findall(other)
    only = (_only(mine, theirs), _only(theirs, mine))
    return all(only) and all(word[0].isupper() or any(map(str.isdigit, word)) for words in only for word in words)


def _only(words: list[str], others: list[str]) -> list[str]:
    known = {word.casefold() for word in others}
    return [word for word in words if word.casefold() not in known]
