from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.gold.near_duplicates import similar_pairs

WORDS = [
    f"{first}{last}"
    for first in ("bra", "clo", "dri", "fle", "gru", "sta")
    for last in ("ven", "dal", "mok", "sip", "tor", "lux")
]


def jaccard(one: str, other: str) -> float:
    """The similarity by its definition: shared runs of five letters over all runs."""
    mine, theirs = ({text[place : place + 5] for place in range(len(text) - 4)} for text in (one, other))
    return len(mine & theirs) / len(mine | theirs)


def sentences(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=12)) + f" {place}" for place in range(count)]


def test_the_similarity_is_that_of_the_definition() -> None:
    one, other = "how large was the operating margin", "how large was the gross operating margin"
    (pair,) = similar_pairs([one, other], 0.5)
    assert (pair.later, pair.earlier) == (1, 0)
    assert pair.similarity == pytest.approx(jaccard(one, other))


def test_nearly_all_pairs_above_the_threshold_are_found_and_none_below() -> None:
    texts = sentences(800, 1)
    changed = [text.replace(text.split()[5], "xyzzy", 1) for text in texts]
    wanted = {place for place in range(800) if jaccard(texts[place], changed[place]) >= 0.8}
    found = similar_pairs(texts + changed, 0.8)
    assert len(wanted) > 200
    assert len({pair.later - 800 for pair in found} & wanted) >= 0.98 * len(wanted)
    both = texts + changed
    assert all(jaccard(both[pair.later], both[pair.earlier]) >= 0.8 for pair in found)


def test_the_most_similar_earlier_text_is_named() -> None:
    texts = [
        "the total revenue of the first quarter",
        "the total revenue of the first quarters",
        "the total revenue of the first quarters!",
    ]
    assert [(pair.later, pair.earlier) for pair in similar_pairs(texts, 0.8)] == [(1, 0), (2, 1)]


def test_ten_thousand_texts_and_as_many_alike_take_seconds() -> None:
    begun = time.process_time()
    assert similar_pairs(sentences(10_000, 2), 0.9) == []
    alike = [f"what was the revenue of company {place} in the year 2020" for place in range(10_000)]
    assert len(similar_pairs(alike, 0.8)) > 9_000
    assert time.process_time() - begun < 20


@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_texts_will_do(texts: list[str]) -> None:
    for pair in similar_pairs([text.encode(errors="ignore").decode() for text in texts], 0.5):
        assert pair.earlier < pair.later
        assert 0.5 <= pair.similarity <= 1
