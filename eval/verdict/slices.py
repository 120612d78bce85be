"""Metrics on each value of each tag, and of each pair of tags, alone and against live."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..case import TAG
from ..results import SliceValue
from ..score.registry import OPERATIONAL, Measure, measure
from .cells import Cells
from .correction import adjust
from .drops import PLACE, paired_of
from .paired import Paired, paired_from_moments
from .stats import bounds
from .values import clusters_of, estimate, kind_of, material, missing_rows, narrow, stands, value_of, weights_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .cells import Moments, Slice
    from .common import Common
    from .correction import Correction

MOST_VALUES = 50
SMALL = 20
Key = tuple[tuple[str, ...], tuple[str, ...]]


def slices(
    scored: pl.DataFrame, metrics: Sequence[str | Measure], common: Common | None, confidence: float
) -> list[SliceValue]:
    """Every metric on every tag value, sorted by tag, value and metric; tags with more than 50 values are left out.

    Slices of fewer than 20 values are `small`. With `common`, `baseline`, `diff`, its interval and its p are of the common
    cases of the slice that both sides have values for.
    """
    return _sliced(scored, metrics, common, confidence, [(tag,) for tag in tags_of(scored)])


def slice_pairs(
    scored: pl.DataFrame, metrics: Sequence[str | Measure], common: Common | None, confidence: float
) -> list[SliceValue]:
    """The same on every pair of values of two tags: `tag` reads "difficulty,kind", `value` "hard,span"."""
    return _sliced(scored, metrics, common, confidence, list(combinations(tags_of(scored), 2)))


def moved_slices(found: Sequence[SliceValue], correction: Correction = "holm") -> list[SliceValue]:
    """The slices that have a p, with it corrected for all of them together, those that moved most surely first."""
    tested = [(part, part.p) for part in found if part.p is not None]
    adjusted = adjust([p for _, p in tested], correction)
    parts = [replace(part, p_adjusted=p) for (part, _), p in zip(tested, adjusted, strict=True)]
    return sorted(parts, key=lambda part: (part.p_adjusted, part.p, -abs(part.diff or 0.0)))


def tags_of(frame: pl.DataFrame) -> list[str]:
    """The tags of a table that have no more than 50 values, sorted."""
    tags = sorted(name for name in frame.columns if name.startswith(TAG))
    return [name for name in tags if 0 < frame[name].drop_nulls().n_unique() <= MOST_VALUES]


@dataclass(frozen=True, kw_only=True)
class _Side:
    """How a table's rows count: their weights, and codes of their clusters."""

    base: pl.DataFrame
    weighted: bool
    clustered: bool


def _side(frame: pl.DataFrame, tags: Sequence[str]) -> _Side:
    weight, codes = weights_of(frame), clusters_of(frame)
    base = frame.select(tags).with_columns(weight, pl.lit(0).alias("cluster") if codes is None else pl.Series("cluster", codes))
    return _Side(base=base, weighted=weight.n_unique() > 1, clustered=codes is not None)


def _sliced(
    scored: pl.DataFrame,
    metrics: Sequence[str | Measure],
    common: Common | None,
    confidence: float,
    keys: list[tuple[str, ...]],
) -> list[SliceValue]:
    if not keys:
        return []
    known = [part if isinstance(part, Measure) else measure(part) for part in metrics]
    known = [part for part in known if stands(part, scored)]
    means = [part for part in known if part.quantile is None and part.aggregate is None]
    others = [part for part in known if part not in means]
    found = _of_means(scored, means, confidence, keys) | _of_rows(scored, others, confidence, keys)
    _count_missing(scored, known, keys, found)
    if common is not None and len(common):
        _compare(found, _moves(common, means, others, keys), confidence)
    ordered = sorted(
        found, key=lambda place: (keys.index(place[0][0]), place[0][1], [part.name for part in known].index(place[1]))
    )
    return [found[place] for place in ordered if found[place].n or found[place].missing]


def _place(key: Key, name: str) -> SliceValue:
    tags, values = key
    tag = ",".join(part.removeprefix(TAG) for part in tags)
    return SliceValue(tag=tag, value=",".join(values), metric=name, n=0, value_=None, small=True)


def _of_means(
    scored: pl.DataFrame, means: list[Measure], confidence: float, keys: list[tuple[str, ...]]
) -> dict[tuple[Key, str], SliceValue]:
    tags = sorted({tag for key in keys for tag in key})
    side = _side(scored, tags)
    values = scored.select(value_of(part).alias(part.name) for part in means)
    graded = values.select(((pl.col(part.name) != 0) & (pl.col(part.name) != 1)).alias(f"{part.name}|graded") for part in means)
    frame = pl.concat([side.base, values, graded], how="horizontal")
    cells = Cells(frame, tags, values.columns, counts=graded.columns, weighted=side.weighted, clustered=side.clustered)
    found = {}
    for key in keys:
        for part in cells.by(key):
            for each in means:
                empty = _place((key, part.values), each.name)
                moments = part.moments.get(each.name)
                found[(key, part.values), each.name] = (
                    empty if moments is None else _estimated(empty, each, moments, part, confidence)
                )
    return found


def _estimated(empty: SliceValue, found: Measure, moments: Moments, part: Slice, confidence: float) -> SliceValue:
    kind = kind_of(found)
    binary = kind == "fraction" and not part.counts[f"{found.name}|graded"]
    low, high, note = bounds(moments.spread(), moments.n, confidence, kind, binary=binary, plain=moments.plain)
    small = moments.n < SMALL
    return replace(empty, n=moments.n, value_=moments.mean, ci_low=low, ci_high=high, note=note, small=small)


def _of_rows(
    scored: pl.DataFrame, others: list[Measure], confidence: float, keys: list[tuple[str, ...]]
) -> dict[tuple[Key, str], SliceValue]:
    """Quantiles and aggregates, which do not add up, slice by slice."""
    found = {}
    frame = _narrow(scored, others, keys)
    for key, values, rows in _partitions(frame, keys):
        for each in others:
            result = estimate(each, material(rows, each), confidence)
            found[(key, values), each.name] = replace(
                _place((key, values), each.name),
                n=result.n,
                value_=result.value,
                ci_low=result.low,
                ci_high=result.high,
                note=result.note,
                small=result.n < SMALL,
            )
    return found


def _narrow(frame: pl.DataFrame, others: list[Measure], keys: list[tuple[str, ...]]) -> pl.DataFrame:
    """The columns that measures and keys need of rows, and what tells a missing value from one that does not apply."""
    if not others:
        return frame.clear()
    tags = {tag for key in keys for tag in key}
    told = set() if all(part.name in OPERATIONAL for part in others) else {"expected", "evidence_missing", TAG + "kind"}
    return narrow(frame, others, tags | told)


def _partitions(
    frame: pl.DataFrame, keys: Sequence[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], pl.DataFrame]]:
    for key in keys if len(frame) else []:
        parts = frame.drop_nulls(key).partition_by(key, as_dict=True, include_key=True)
        for values, rows in parts.items():
            yield key, tuple(str(value) for value in values), rows


def _count_missing(
    scored: pl.DataFrame, known: list[Measure], keys: list[tuple[str, ...]], found: dict[tuple[Key, str], SliceValue]
) -> None:
    """Fill in how many cases of each slice should have a value and have none."""
    for each in known:
        empty = missing_rows(scored.filter(scored.select(value_of(each).is_null()).to_series()), each)
        for key in keys if len(empty) else []:
            for *values, count in empty.drop_nulls(key).group_by(key).len().iter_rows():
                place = (key, tuple(values)), each.name
                found[place] = replace(found.get(place) or _place(*place), missing=count)


def _moves(
    common: Common, means: list[Measure], others: list[Measure], keys: list[tuple[str, ...]]
) -> Iterator[tuple[tuple[Key, str], Paired]]:
    """The paired differences on the common cases, slice by slice; of quantiles and aggregates for single tags only."""
    yield from _moves_of_means(common, [part for part in means if stands(part, common.there)], keys)
    others = [part for part in others if stands(part, common.there)]
    single = [key for key in keys if len(key) == 1] if others else []
    there = narrow(common.there, others)
    here = narrow(common.here, others, {tag for key in single for tag in key}).with_row_index(PLACE)
    for key, values, rows in _partitions(here, single):
        opposite = there[rows[PLACE]]
        for each in others:
            both = rows.select(value_of(each).is_not_null()).to_series()
            both &= opposite.select(value_of(each).is_not_null()).to_series()
            if both.any():
                yield ((key, values), each.name), paired_of(each, rows.filter(both), opposite.filter(both), None)


def _moves_of_means(
    common: Common, means: list[Measure], keys: list[tuple[str, ...]]
) -> Iterator[tuple[tuple[Key, str], Paired]]:
    tags = sorted({tag for key in keys for tag in key})
    side = _side(common.here, tags)
    columns = [column for part in means for column in _difference(common, part)]
    frame = pl.concat([side.base, pl.DataFrame(columns)], how="horizontal")
    names = [part.name for part in means]
    cells = Cells(
        frame,
        tags,
        [*names, *(f"{name}|live" for name in names)],
        differences=names,
        counts=[f"{name}|{what}" for name in names for what in ("gained", "lost", "graded")],
        weighted=side.weighted,
        clustered=side.clustered,
    )
    for key in keys:
        for part in cells.by(key):
            for each in means:
                if each.name in part.moments:
                    yield ((key, part.values), each.name), _paired(each, part)


def _difference(common: Common, found: Measure) -> list[pl.Series]:
    """A measure's difference and live value on the common cases that both sides have, and what makes proportions of them."""
    here, there = (side.select(value_of(found).alias("value")).to_series() for side in (common.here, common.there))
    delta = here - there
    live = pl.select(pl.when(delta.is_not_null()).then(there)).to_series()
    graded = (delta != 0) & (delta != 1) & (delta != -1) | (live != 0) & (live != 1)
    parts = {"": delta, "|live": live, "|gained": delta > 0, "|lost": delta < 0, "|graded": graded}
    return [column.alias(found.name + ending) for ending, column in parts.items()]


def _paired(found: Measure, part: Slice) -> Paired:
    moments, live = part.moments[found.name], part.moments[f"{found.name}|live"]
    gained, lost, graded = (part.counts[f"{found.name}|{what}"] for what in ("gained", "lost", "graded"))
    fraction = kind_of(found) == "fraction"
    binary = fraction and moments.plain and not graded
    return paired_from_moments(moments, live.mean, discordant=(gained, lost) if binary else None, fraction=fraction)


def _compare(
    found: dict[tuple[Key, str], SliceValue], moves: Iterator[tuple[tuple[Key, str], Paired]], confidence: float
) -> None:
    for place, paired in moves:
        low, high = paired.interval(confidence) if paired.interval is not None else (None, None)
        if place in found and np.isfinite(paired.diff):
            found[place] = replace(
                found[place],
                baseline=paired.there,
                diff=paired.diff,
                diff_low=low,
                diff_high=high,
                common=paired.n,
                p=1.0 if paired.identical else None if paired.p_against is None else paired.p_against(0.0),
            )
