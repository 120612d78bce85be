from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.score.text import normalise, normalise_all, token_f1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Apple, an  orange; a pear.", "apple orange pear"),
        ("theatre another", "theatre another"),
        ("U.S.A.", "usa"),
        ("well-known", "wellknown"),
        ("A", ""),
        ("$1,200.50", "120050"),
        ("É\tÀ\n", "é à"),
    ],
)
def test_normalisation_is_squads(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("answer", "expected", "value"),
    [
        ("a b c", "a b c", 1.0),
        ("a b", "a c", 0.5),
        ("a a b", "a b b", 2 / 3),
        ("x", "y", 0.0),
        ("", "", 1.0),
        ("", "y", 0.0),
        ("net sales rose", "net sales", 0.8),
    ],
)
def test_token_f1(answer: str, expected: str, value: float) -> None:
    assert token_f1(answer, expected) == pytest.approx(value)


@given(st.lists(st.text(st.sampled_from("aAn theTHEİß_.,'-\x00\x07\x1c\x7f\t\n\u00a0\u0301é0"), max_size=12)))
def test_all_at_once_is_each_by_itself(texts: list[str]) -> None:
    assert normalise_all(pl.Series(texts, dtype=pl.String)).to_list() == [normalise(text) for text in texts]


def test_all_at_once_keeps_the_order_over_several_slices() -> None:
    texts = [f"The {'é' if place % 3 else 'e'}-{place}" for place in range(20_000)]
    assert normalise_all(pl.Series(texts)).to_list() == [normalise(text) for text in texts]
    assert normalise_all(pl.Series([], dtype=pl.String)).to_list() == []
