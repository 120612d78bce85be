from __future__ import annotations

import pytest

from goldgate.eval.score.text import normalise, token_f1


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
