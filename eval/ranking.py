"""Passages in rank order as trec_eval counts them, for many lists at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from .table import cut_lists

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
    counts = lists.list.len().fill_null(0).cast(pl.Int64)
    rows = np.repeat(np.arange(len(lists), dtype=np.int64), counts.to_numpy())
    flat = lists.explode(empty_as_null=False, keep_nulls=False).struct
    ids = flat.field("id").cast(pl.String)
    order = _trec_order(rows, _single(rows, flat.field("score")), ids)
    if order is None:
        return _ids(lists)
    found = cut_lists(ids.gather(order), counts).alias(lists.name)
    return found.zip_with(lists.is_not_null(), _nulls(found)) if lists.null_count() else found


def _nulls(like: pl.Series) -> pl.Series:
    return pl.Series([None], dtype=like.dtype).new_from_index(0, len(like))


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
    falling = scores[1:] <= scores[:-1]
    order = None
    if not (falling | ~within).all():
        order = np.argsort(_keys(rows, scores), kind="stable")
        scores = scores[order]
    tied = np.flatnonzero(within & (scores[1:] == scores[:-1]))
    if not len(tied):
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


def _break_ties(order: Places, tied: Places, ids: pl.Series) -> None:
    """Sort the runs of places that are tied with the next by id, descending. Most are pairs, which need no more than a swap."""
    begins = np.r_[True, np.diff(tied) > 1]
    starts, lengths = tied[begins], np.diff(np.r_[np.flatnonzero(begins), len(tied)]) + 1
    pairs = starts[lengths == 2]
    first, second = order[pairs], order[pairs + 1]
    wrong = (ids.gather(first) < ids.gather(second)).to_numpy()
    order[pairs[wrong]], order[pairs[wrong] + 1] = second[wrong], first[wrong]
    starts, lengths = starts[lengths > 2], lengths[lengths > 2]
    runs = np.repeat(np.arange(len(lengths)), lengths)
    places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(len(runs))
    frame = pl.DataFrame({"run": runs, "id": ids.gather(order[places]), "place": order[places]})
    order[places] = frame.sort("run", "id", descending=[False, True], maintain_order=True)["place"].to_numpy()
