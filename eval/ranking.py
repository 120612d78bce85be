"""Passages in rank order as trec_eval counts them, for many lists at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

AT_ONCE = 2_000_000
SIGN = np.uint32(1 << 31)
LAST = np.uint32(0xFFFFFFFF)


def ranked(lists: pl.Series, *, at_once: int = AT_ONCE) -> pl.Series:
    """The ids of each list in rank order, each id once; null for a null list.

    Scored passages (`List[Struct{id, score}]`) go by score as a 32-bit float and then by id, both descending, which is
    trec_eval's order; a NaN comes last. A list in which any score is null, or of plain ids, keeps its order. Of an id that
    stands in a list twice the first in rank order is kept. Ids must not be null. Works on about `at_once` passages at a time.
    """
    if lists.dtype == pl.Null:
        return lists.cast(pl.List(pl.String))
    pieces = [_ranked(piece) for piece in _pieces(lists, at_once)]
    return pl.concat(pieces) if pieces else pl.Series(lists.name, [], dtype=pl.List(pl.String))


def _pieces(lists: pl.Series, at_once: int) -> Iterator[pl.Series]:
    """Slices of whole lists, none of more than `at_once` passages unless one list is."""
    ends = lists.list.len().fill_null(0).cast(pl.Int64).cum_sum().to_numpy()
    start = 0
    while start < len(ends):
        before = ends[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + at_once, side="right")))
        yield lists[start:end]
        start = end


def _ranked(lists: pl.Series) -> pl.Series:
    fields = _fields(lists)
    plain = _in_trec_order(lists) if "score" in fields else _ids(lists) if fields else lists.cast(pl.List(pl.String))
    repeated = bool((plain.list.n_unique() < plain.list.len()).any())
    return plain.list.unique(maintain_order=True) if repeated else plain


def _fields(lists: pl.Series) -> list[str]:
    inner = getattr(lists.dtype, "inner", None)
    return [field.name for field in inner.fields] if isinstance(inner, pl.Struct) else []


def _ids(lists: pl.Series) -> pl.Series:
    return lists.list.eval(pl.element().struct.field("id")).cast(pl.List(pl.String))


def _in_trec_order(lists: pl.Series) -> pl.Series:
    rows = np.repeat(np.arange(len(lists), dtype=np.uint64), lists.list.len().fill_null(0).to_numpy())
    flat = lists.explode(empty_as_null=False, keep_nulls=False).struct
    ids = flat.field("id").cast(pl.String)
    order = _trec_order(rows, flat.field("score").cast(pl.Float32), ids)
    return _ids(lists) if order is None else _relisted(rows, ids.gather(order), lists)


def _trec_order(rows: NDArray[np.uint64], scores: pl.Series, ids: pl.Series) -> NDArray[np.int64] | None:
    """The permutation that puts each row's passages in trec_eval's order; null where they stand in it already."""
    keys = rows << np.uint64(32) | _descending(rows, scores)
    order = None
    if (keys[1:] < keys[:-1]).any():
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
    tied = np.flatnonzero(keys[1:] == keys[:-1])
    if len(tied) == 0:
        return order
    places = _with_next(tied, len(keys))
    before = places if order is None else order[places]
    after = _by_id(keys[places], ids.gather(before), before)
    if order is None:
        if (after == before).all():
            return None
        order = np.arange(len(keys), dtype=np.int64)
    order[places] = after
    return order


def _with_next(places: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """The places and those that follow them, each once."""
    chosen = np.zeros(length, dtype=bool)
    chosen[places] = chosen[places + 1] = True
    return np.flatnonzero(chosen)


def _by_id(keys: NDArray[np.uint64], ids: pl.Series, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of tied passages, by id descending within equal keys."""
    tied = pl.DataFrame({"key": keys, "id": ids, "place": places})
    return tied.sort("key", "id", descending=[False, True], maintain_order=True)["place"].to_numpy()


def _descending(rows: NDArray[np.uint64], scores: pl.Series) -> NDArray[np.uint64]:
    """A whole number for each score that grows as the score falls: equal only for equal 32-bit floats.

    Rows with a null score count their places instead.
    """
    values = scores.to_numpy() + np.float32(0)
    bits = values.view(np.uint32)
    keys = np.where(bits & SIGN, bits, ~(bits | SIGN))
    keys[np.isnan(values)] = LAST
    if scores.null_count():
        unscored = np.isin(rows, rows[scores.is_null().to_numpy()])
        keys[unscored] = np.arange(len(keys), dtype=np.uint32)[unscored]
    return keys.astype(np.uint64)


def _relisted(rows: NDArray[np.uint64], ids: pl.Series, lists: pl.Series) -> pl.Series:
    """One list a row again, empty and null where `lists` was."""
    flat = pl.DataFrame({"row": rows, "id": ids}).with_columns(pl.col("row").set_sorted())
    grouped = flat.group_by("row", maintain_order=True).agg("id")
    every = pl.DataFrame({"row": pl.int_range(len(lists), eager=True, dtype=pl.UInt64), "null": lists.is_null()})
    joined = every.join(grouped, on="row", how="left", maintain_order="left")
    empty = pl.lit(pl.Series([[]], dtype=pl.List(pl.String)))
    return joined.select(pl.when("null").then(None).otherwise(pl.col("id").fill_null(empty)).alias(lists.name)).to_series()
