"""The rows behind a measure that is no mean, how much each counts, and what each adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from .registry import Aggregate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Those rows of a table that count (`counted`, a mask over all) and their weights, whose mean is 1.

    All arrays that go in and out have one number a row that counts.
    """

    counted: NDArray[np.bool_]
    weights: Values

    @classmethod
    def of(cls, frame: pl.DataFrame, counted: pl.Series) -> Rows:
        """The rows for which the mask is true, with the case weights of the table where it has any."""
        mask = counted.fill_null(value=False).to_numpy()
        weights = np.ones(int(mask.sum()))
        if "weight" in frame.columns and len(weights):
            given = frame["weight"].fill_null(1.0).cast(pl.Float64).to_numpy()[mask]
            weights = given / given.mean() if given.any() else weights
        return cls(counted=mask, weights=weights)

    def __len__(self) -> int:
        return len(self.weights)

    def mean(self, values: Values) -> float:
        """The weighted mean."""
        return float(self.weights @ values) / len(self)

    def undefined(self) -> Aggregate:
        """What is said of rows on which the measure is not defined."""
        return Aggregate(value=None, influence=np.full(len(self.counted), np.nan))

    def aggregate(self, value: float, influence: Values) -> Aggregate:
        """A value and its influence function at each row that counts (Hampel, JASA 69, 1974), times the row's weight."""
        spread = np.full(len(self.counted), np.nan)
        spread[self.counted] = self.weights * influence
        return Aggregate(value=value, influence=spread)
