"""How rows count."""

from __future__ import annotations

import polars as pl

from goldgate.eval.verdict.values import clusters_of, weights_of


def test_a_row_without_a_cluster_stands_alone() -> None:
    codes = clusters_of(pl.DataFrame({"cluster": ["x", None, "x", None]}))
    assert codes is not None
    assert len(set(codes)) == 3
    assert codes[0] == codes[2]
    numbers = clusters_of(pl.DataFrame({"cluster": [7, 7, 8]}))
    assert numbers is not None
    assert numbers.tolist() == [0, 0, 1]


def test_rows_that_all_stand_alone_have_no_clusters() -> None:
    assert clusters_of(pl.DataFrame({"cluster": [None, None]}, schema={"cluster": pl.String})) is None
    assert clusters_of(pl.DataFrame({"cluster": ["x", None, "y"]})) is None
    assert clusters_of(pl.DataFrame({"a": [1]})) is None


def test_a_row_without_a_weight_counts_as_one() -> None:
    assert weights_of(pl.DataFrame({"weight": [1, None, 2, 3]})).to_list() == [1, 1, 2, 3]
    assert weights_of(pl.DataFrame({"a": [1, 2]})).to_list() == [1, 1]
