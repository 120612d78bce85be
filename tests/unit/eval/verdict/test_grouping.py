"""Rows by group, and sums that come out the same in every run."""

from __future__ import annotations

import numpy as np
import polars as pl

from goldgate.eval.verdict.cells import Cells
from goldgate.eval.verdict.grouping import Groups, Keys, run_starts


def test_rows_stand_by_group_in_their_own_order() -> None:
    codes = np.array([2, 0, 2, 5, 0])
    groups = Groups(codes)
    assert groups.order.tolist() == [1, 4, 0, 2, 3]
    assert groups.codes.tolist() == [0, 2, 5]
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])[groups.order]
    assert groups.sums(values).tolist() == [18.0, 5.0, 8.0]
    assert groups.largest(values).tolist() == [16.0, 4.0, 8.0]


def test_units_are_rows_of_one_group_and_one_cluster() -> None:
    codes, clusters = np.array([1, 0, 1, 1, 0]), np.array([7, 7, 3, 7, 7])
    groups = Groups(codes, clusters)
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])[groups.order]
    units = groups.units(values)
    assert units.tolist() == [18.0, 4.0, 9.0]
    assert groups.sums(units).tolist() == [18.0, 13.0]


def test_no_row_makes_no_group() -> None:
    groups = Groups(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    assert groups.codes.tolist() == groups.sums(groups.units(np.empty(0))).tolist() == []
    assert run_starts(np.empty(0, dtype=np.int64)).tolist() == []


def test_keys_name_combinations_of_values_and_leave_nulls_nameless() -> None:
    frame = pl.DataFrame({"a": ["y", "x", None, "y"], "b": ["1", "2", "1", None], "c": pl.Series([None] * 4, dtype=pl.String)})
    keys = Keys(frame, ["a", "b", "c"])
    codes = keys.of_rows(["a", "b"])
    assert [keys.named(code, ["a", "b"]) for code in codes.tolist()] == [("y", "1"), ("x", "2"), None, None]
    narrowed = keys.narrowed(codes, ["a", "b"], ["a"])
    assert [keys.named(code, ["a"]) for code in narrowed.tolist()] == [("y",), ("x",), None, ("y",)]
    assert keys.combinations(["a", "b", "c"]) == 9
    assert keys.named(int(keys.of_rows(["c"])[0]), ["c"]) is None


def test_sums_do_not_depend_on_chunks_or_on_the_run() -> None:
    """Numbers whose sum depends on the order in which they are added."""
    generator = np.random.default_rng(0)
    values = generator.lognormal(sigma=4, size=30_000)
    frame = pl.DataFrame({"t": generator.choice(list("abcde"), 30_000), "u": "k", "weight": 1.0, "cluster": 0, "m": values})
    split = pl.concat([frame[start : start + 700] for start in range(0, 30_000, 700)], rechunk=False)
    found = [list(Cells(part, ["t", "u"], ["m"]).by(["t"])) for part in [frame] * 20 + [split]]
    assert all(part == found[0] for part in found)
