"""Metrics of a predicted number, of its interval and of its quantiles.

Losses and widths are in the unit of what is predicted, `mape` is a ratio and `interval_coverage` a share of cases.
The columns of `rmse` and `r2` hold what a row puts in: its squared error, for `r2` with a minus so that more is better.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..table import expected_columns
from .influence import Rows
from .registry import Metric, register

if TYPE_CHECKING:
    from .batch import Batch
    from .registry import Aggregate

SAME_LEVEL = 1e-9
MOST_LEVELS = 20


def _error(batch: Batch) -> pl.Series:
    return batch.frame["value"] - batch.expected["value"]


def mae(batch: Batch, _level: None) -> pl.Series:
    """The absolute error; its mean is the mean absolute error."""
    return _error(batch).abs()


def mape(batch: Batch, _level: None) -> pl.Series:
    """The absolute error over the absolute expected value, a ratio; null where 0 is expected, for there it has no meaning."""
    wanted = batch.expected["value"]
    return _error(batch).abs() / pl.select(pl.when(wanted != 0).then(wanted.abs())).to_series()


def squared_error(batch: Batch, _level: None) -> pl.Series:
    """What a row puts into the root mean squared error."""
    return _error(batch) ** 2


def negative_squared_error(batch: Batch, _level: None) -> pl.Series:
    """What a row puts into R squared."""
    return -(_error(batch) ** 2)


def pinball(batch: Batch, level: float) -> pl.Series:
    """The quantile loss at a level (Koenker and Bassett 1978); null where the response has no quantile of that level."""
    under = batch.expected["value"] - _quantile(batch.frame["quantiles"], level)
    return pl.select(pl.max_horizontal(level * under, (level - 1) * under)).to_series()


def levels_in(frame: pl.DataFrame) -> list[str]:
    """The levels of the quantiles that the responses hold, in order; of more than 20 none, for they say one thing together."""
    if "quantiles" not in frame.columns:
        return []
    flat = frame["quantiles"].explode(empty_as_null=False, keep_nulls=False)
    levels = flat.struct.field("quantile").drop_nulls().unique().sort()
    return [np.format_float_positional(level, trim="-") for level in levels] if len(levels) <= MOST_LEVELS else []


def _quantile(quantiles: pl.Series, level: float) -> pl.Series:
    """The value of each row's quantile of that level."""
    part = pl.element().struct
    same = (part.field("quantile") - level).abs() < SAME_LEVEL
    return quantiles.list.eval(part.field("value").filter(same)).list.first()


def interval_coverage(batch: Batch, _level: None) -> pl.Series:
    """1 if the expected value lies in the interval, its ends included."""
    low, high = _ends(batch)
    return batch.expected["value"].is_between(low, high).cast(pl.Float64)


def interval_width(batch: Batch, _level: None) -> pl.Series:
    """How wide the interval is, where a value is expected."""
    low, high = _ends(batch)
    return pl.select(pl.when(batch.expected["value"].is_not_null()).then(high - low)).to_series()


def _ends(batch: Batch) -> tuple[pl.Series, pl.Series]:
    interval = batch.frame["interval"]
    return interval.list.get(0, null_on_oob=True), interval.list.get(1, null_on_oob=True)


def rmse(frame: pl.DataFrame) -> Aggregate:
    """The root of the mean squared error."""
    squares = frame["regression.rmse"]
    rows = Rows.of(frame, squares.is_finite())
    if not len(rows):
        return rows.undefined()
    errors = squares.to_numpy()[rows.counted]
    mean = rows.mean(errors)
    root = float(np.sqrt(mean))
    return rows.aggregate(root, (errors - mean) / (2 * root) if root else np.zeros(len(rows)))


def r2(frame: pl.DataFrame) -> Aggregate:
    """R squared, 1 - squared errors over squared deviations from the mean; not defined where all expect the same value."""
    squares, wanted = frame["regression.r2"], expected_columns(frame, {"value"})["value"]
    rows = Rows.of(frame, squares.is_finite() & wanted.is_finite())
    if not len(rows):
        return rows.undefined()
    errors, values = -squares.to_numpy()[rows.counted], wanted.to_numpy()[rows.counted]
    if np.ptp(values) == 0:
        return rows.undefined()
    deviations = (values - rows.mean(values)) ** 2
    variance = rows.mean(deviations)
    unexplained = rows.mean(errors) / variance
    return rows.aggregate(1 - unexplained, (unexplained * deviations - errors) / variance)


_loss = partial(Metric, unit="value", higher_is_better=False, needs=("value",))

for _metric in (
    _loss(name="regression.mae", scorer=mae, asks_for=("value",)),
    _loss(name="regression.rmse", scorer=squared_error, asks_for=("value",), aggregate=rmse),
    _loss(name="regression.mape", scorer=mape, asks_for=("value",)),
    _loss(name="regression.r2", scorer=negative_squared_error, asks_for=("value",), aggregate=r2, higher_is_better=True),
    _loss(name="regression.pinball@", scorer=pinball, asks_for=("quantiles",), levels=True, levels_in=levels_in),
    _loss(name="regression.interval_width", scorer=interval_width, asks_for=("interval",)),
    Metric(name="regression.interval_coverage", scorer=interval_coverage, needs=("value",), asks_for=("interval",)),
):
    register(_metric)
