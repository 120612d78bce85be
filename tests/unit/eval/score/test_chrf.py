from __future__ import annotations

import polars as pl
import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.score import chrf as module
from goldgate.eval.score.chrf import chrf

TEXT = st.text(st.sampled_from("abcé\U0001f600 \n"), max_size=20)


def scores(*pairs: tuple[str, str]) -> list[float]:
    answers, expected = [a for a, _ in pairs], [b for _, b in pairs]
    found: list[float] = chrf(pl.Series(answers, dtype=pl.String), pl.Series(expected, dtype=pl.String)).tolist()
    return found


def peers(*pairs: tuple[str, str]) -> list[float]:
    return [sacrebleu.sentence_chrf(answer, [expected]).score / 100 for answer, expected in pairs]


@given(st.lists(st.tuples(TEXT, TEXT), max_size=8))
def test_it_equals_sacrebleu(pairs: list[tuple[str, str]]) -> None:
    assert scores(*pairs) == pytest.approx(peers(*pairs), abs=1e-12)


def test_it_equals_sacrebleu_on_sentences() -> None:
    pairs = [
        ("Net sales were $265.6 billion, up 16 %.", "Net sales rose to $265.6 billion in 2018."),
        ("", "x"),
        ("x", ""),
        ("", ""),
        ("ab", "abc"),
        ("the the the", "the"),
    ]
    assert scores(*pairs) == pytest.approx(peers(*pairs), abs=1e-12)
    assert scores() == []


def test_many_different_letters_and_many_pairs_take_other_ways_to_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
    pairs = [(many, many[100:] + "abc"), ("a b c d", many), ("same words", "words, same"), (many[:200], many[150:300])]
    assert scores(*pairs) == pytest.approx(peers(*pairs), abs=1e-12)
    monkeypatch.setattr(module, "PAIRS_AT_ONCE", 3)
    monkeypatch.setattr(module, "CHARACTERS_AT_ONCE", 500)
    assert scores(*pairs) == pytest.approx(peers(*pairs), abs=1e-12)
