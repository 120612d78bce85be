"""Passages in rank order as trec_eval counts them, for many lists at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Places = NDArray[np.int64]
    Singles = NDArray[np.float32]

AT_ONCE = 1_000_000
THREADS = 4
SIGN = np.uint32(1 << 31)
LAST = np.uint32(0xFFFFFFFF)


def ranked(lists: pl.Series, *, at_once: int = AT_ONCE) -> pl.Series:
    """The ids of each list in rank order, each id once; null for a null list.

    Scored passages (`List[Struct{id, score}]`) go by score as a 32-bit float and then by id, both descending, which is
    trec_eval's order; a NaN comes last. A list in which any score is null, or of plain ids, keeps its order. Of an id that
    stands in a list twice the first in rank order is kept. Ids must not be null. A few threads rank about `at_once` passages
    each at a time.
    """
    if lists.dtype == pl.Null:
        return lists.cast(pl.List(pl.String))
    with ThreadPoolExecutor(THREADS) as threads:
        pieces = list(threads.map(_ranked, _pieces(lists, at_once)))
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
    rows = np.repeat(np.arange(len(lists), dtype=np.int64), lists.list.len().fill_null(0).to_numpy())
    flat = lists.explode(empty_as_null=False, keep_nulls=False).struct
    ids = flat.field("id").cast(pl.String)
    order = _trec_order(rows, _single(rows, flat.field("score")), ids)
    return _ids(lists) if order is None else _relisted(rows, ids.gather(order), lists)


def _single(rows: Places, scores: pl.Series) -> Singles:
    """The scores as 32-bit floats; in rows with a null score numbers that fall from place to place."""
    values = scores.cast(pl.Float32).to_numpy()
    if not scores.null_count():
        return values
    unscored = np.isin(rows, rows[scores.is_null().to_numpy()])
    return np.where(unscored, -np.arange(len(values), dtype=np.float32), values)


def _trec_order(rows: Places, scores: Singles, ids: pl.Series) -> Places | None:
    """The permutation that puts each row's passages in trec_eval's order; null where they stand in it already."""
    within = rows[1:] == rows[:-1]
    order = None
    if (within & ~(scores[1:] <= scores[:-1])).any():
        order = np.argsort(_keys(rows, scores), kind="stable")
        scores = scores[order]
    tied = within & (scores[1:] == scores[:-1])
    if not tied.any():
        return order
    order = np.arange(len(rows)) if order is None else order
    _break_ties(order, tied, ids)
    return order


def _keys(rows: Places, scores: Singles) -> NDArray[np.uint64]:
    """Whole numbers that grow by row and, within it, as the score falls; equal only for equal scores."""
    bits = (scores + np.float32(0)).view(np.uint32)
    falling = np.where(bits & SIGN, bits, ~(bits | SIGN))
    falling[np.isnan(scores)] = LAST
    keys: NDArray[np.uint64] = rows.astype(np.uint64) << np.uint64(32) | falling
    return keys


def _break_ties(order: Places, tied: NDArray[np.bool_], ids: pl.Series) -> None:
    """Sort the runs of places that are tied with the next by id, descending. Most are pairs, which need no more than a swap."""
    edges = np.diff(np.r_[False, tied, False].astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    pairs = starts[ends - starts == 1]
    first, second = order[pairs], order[pairs + 1]
    wrong = (ids.gather(first) < ids.gather(second)).to_numpy()
    order[pairs[wrong]], order[pairs[wrong] + 1] = second[wrong], first[wrong]
    longer = ends - starts > 1
    lengths = ends[longer] - starts[longer] + 1
    runs = np.repeat(np.arange(len(lengths)), lengths)
    places = np.repeat(starts[longer] - np.cumsum(lengths) + lengths, lengths) + np.arange(len(runs))
    frame = pl.DataFrame({"run": runs, "id": ids.gather(order[places]), "place": order[places]})
    order[places] = frame.sort("run", "id", descending=[False, True], maintain_order=True)["place"].to_numpy()


def _relisted(rows: Places, ids: pl.Series, lists: pl.Series) -> pl.Series:
    """One list a row again, empty and null where `lists` was."""
    flat = pl.DataFrame({"row": rows, "id": ids}).with_columns(pl.col("row").set_sorted())
    grouped = flat.group_by("row", maintain_order=True).agg("id")
    every = pl.DataFrame({"row": pl.int_range(len(lists), eager=True, dtype=pl.Int64), "null": lists.is_null()})
    joined = every.join(grouped, on="row", how="left", maintain_order="left")
    empty = pl.lit(pl.Series([[]], dtype=pl.List(pl.String)))
    return joined.select(pl.when("null").then(None).otherwise(pl.col("id").fill_null(empty)).alias(lists.name)).to_series()
