"""Rank order of many lists at once against trec_eval's rule written out for one list."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldgate.eval.ranking import ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

PASSAGES = pl.List(pl.Struct({"id": pl.String, "score": pl.Float64}))
Passage = tuple[str, float | None]


def passages(*lists: Sequence[Passage] | None) -> pl.Series:
    rows = [None if part is None else [{"id": name, "score": score} for name, score in part] for part in lists]
    return pl.Series("retrieved", rows, dtype=PASSAGES)


def single(score: float) -> float:
    return float(struct.unpack("f", struct.pack("f", score))[0])


def one_by_one(part: Sequence[Passage] | None) -> list[str] | None:
    """trec_eval's rule: the score as a 32-bit float, then the bytes of the id, both descending."""
    if part is None:
        return None
    order = list(part)
    if all(score is not None for _, score in part):
        order = sorted(part, key=lambda one: (single(one[1] or 0.0), one[0].encode()), reverse=True)
    return list(dict.fromkeys(name for name, _ in order))


def test_ties_are_broken_by_id_descending_on_32_bit_scores() -> None:
    found = ranked(passages([("a", 1.0), ("c", 1.0 + 1e-9), ("b", 1.0), ("z", 0.5)], [("a", 16777217.0), ("b", 16777216.0)]))
    assert found.to_list() == [["c", "b", "a", "z"], ["b", "a"]]


def test_a_list_that_stands_in_order_keeps_it() -> None:
    assert ranked(passages([("a", 3.0), ("c", 2.0), ("b", 1.0)])).to_list() == [["a", "c", "b"]]
    assert ranked(passages([("c", 2.0), ("b", 2.0), ("z", -1.0)])).to_list() == [["c", "b", "z"]]


def test_of_a_repeated_id_the_highest_is_kept() -> None:
    assert ranked(passages([("a", 0.1), ("b", 0.2), ("a", 0.3)])).to_list() == [["a", "b"]]


def test_scores_below_zero_and_both_zeros_are_in_order() -> None:
    assert ranked(passages([("a", -2.0), ("b", -1.0), ("c", 0.0), ("d", -0.0)])).to_list() == [["d", "c", "b", "a"]]


def test_infinite_scores_lead_and_trail_and_nan_is_last() -> None:
    nan, inf = float("nan"), float("inf")
    found = ranked(passages([("n", nan), ("l", -inf), ("f", inf), ("o", 1e300), ("m", 0.0)]))
    assert found.to_list() == [["o", "f", "m", "l", "n"]], "1e300 is infinite as a 32-bit float, and ties"


def test_a_list_with_an_unscored_passage_keeps_its_order() -> None:
    found = ranked(passages([("a", 0.1), ("b", None), ("c", 0.9)], [("a", 0.1), ("c", 0.9)]))
    assert found.to_list() == [["a", "b", "c"], ["c", "a"]]


def test_null_and_empty_lists_stay_what_they_are() -> None:
    found = ranked(passages(None, [], [("a", 1.0), ("b", 2.0)], None, []))
    assert found.to_list() == [None, [], ["b", "a"], None, []]
    assert found.name == "retrieved"
    assert found.dtype == pl.List(pl.String)


@pytest.mark.parametrize("dtype", [PASSAGES, pl.List(pl.String), pl.List(pl.Null), pl.Null])
def test_no_lists_are_no_lists(dtype: pl.DataType) -> None:
    assert ranked(pl.Series([], dtype=dtype)).dtype == pl.List(pl.String)


def test_plain_ids_keep_their_order_each_once() -> None:
    found = ranked(pl.Series([["b", "a", "b"], None, ["c"]], dtype=pl.List(pl.String)))
    assert found.to_list() == [["b", "a"], None, ["c"]]


def test_ids_without_a_score_field_keep_their_order() -> None:
    found = ranked(pl.Series([[{"id": 3}, {"id": 1}, {"id": 3}]], dtype=pl.List(pl.Struct({"id": pl.Int64}))))
    assert found.to_list() == [["3", "1"]]


SCORES = st.one_of(st.sampled_from([0.0, 0.5, 0.5 + 1e-12, 1.0]), st.floats(-1e6, 1e6), st.none())
NAMES = st.sampled_from(["a", "aa", "b", "B", "10", "9", "é", "\U0001f600", "\uffff"])
LISTS = st.lists(st.one_of(st.none(), st.lists(st.tuples(NAMES, SCORES), max_size=8)), max_size=8)


@given(lists=LISTS, at_once=st.sampled_from([1, 3, 1_000]))
@settings(deadline=None, max_examples=150)
def test_every_list_is_ranked_as_one_alone(lists: list[list[Passage] | None], at_once: int) -> None:
    assert ranked(passages(*lists), at_once=at_once).to_list() == [one_by_one(part) for part in lists]
