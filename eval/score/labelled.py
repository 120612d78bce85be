"""The labels that were expected, predicted and scored, for all rows at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..table import expected_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Values = NDArray[np.float64]
    Mask = NDArray[np.bool_]

NONE = -1


class Labelled:
    """What each row expects and what its response says, as codes of the sorted labels; `NONE` where there is no label.

    `names` are the labels by their codes. `label` and `probability` hold all scores below one another, `row` whose they are;
    those that are no finite number are left out. A single score is the probability of its label against all others.
    """

    def __init__(self, frame: pl.DataFrame, expected: pl.Series | None = None) -> None:
        wanted = expected_columns(frame, {"label"})["label"] if expected is None else expected
        scores = frame["scores"]
        flat = scores.explode(empty_as_null=False, keep_nulls=False).struct
        probability = flat.field("probability").cast(pl.Float64).to_numpy()
        finite = np.isfinite(probability)
        names = pl.concat([wanted, frame["label"], flat.field("label")]).drop_nulls().unique().sort()
        self.names: list[str] = names.to_list()
        self.expected = _codes(wanted, names)
        self.given = _codes(frame["label"], names)
        self.row = np.repeat(np.arange(len(frame)), scores.list.len().fill_null(0).to_numpy())[finite]
        self.label = _codes(flat.field("label"), names)[finite]
        self.probability = probability[finite]

    def __len__(self) -> int:
        return len(self.expected)

    @cached_property
    def scored(self) -> Codes:
        """How many labels have a score, a row."""
        return np.bincount(self.row, minlength=len(self))

    @cached_property
    def probable(self) -> Mask:
        """Whether a row expects a label and has scores, all of them between 0 and 1."""
        outside = (self.probability < 0) | (self.probability > 1)
        found: Mask = (self.expected != NONE) & (self.scored > 0) & (self.summed(outside.astype(np.float64)) == 0)
        return found

    @cached_property
    def _best(self) -> Codes:
        """The place of the highest score of each row that has any, in the order of the rows; of equal ones the first label."""
        order = np.lexsort((self.label, -self.probability, self.row))
        return order[np.flatnonzero(np.diff(self.row[order], prepend=NONE))]

    @cached_property
    def top(self) -> Codes:
        """The label with the highest score."""
        found = np.full(len(self), NONE)
        found[self.scored > 0] = self.label[self._best]
        return found

    @cached_property
    def predicted(self) -> Codes:
        """The label of the response, else the one with the highest score."""
        return np.where(self.given == NONE, self.top, self.given)

    @cached_property
    def confidence(self) -> tuple[Values, Values]:
        """The probability of the likeliest outcome, and 1 or 0 for whether it came; NaN where scores are no probabilities.

        With a single score below a half the likeliest outcome is that its label is not the one.
        """
        highest = np.full(len(self), np.nan)
        highest[self.scored > 0] = self.probability[self._best]
        doubted = (self.scored == 1) & (highest < 0.5)
        came = np.where(doubted, self.top != self.expected, self.top == self.expected)
        confidence = np.where(doubted, 1 - highest, highest)
        return np.where(self.probable, confidence, np.nan), np.where(self.probable, came, np.nan)

    def score_of(self, labels: Codes) -> Values:
        """The score of one label a row: 0 where only others have one, NaN without scores or where no label is expected."""
        same = self.label == labels[self.row]
        alone = self.scored[self.row] == 1
        found = self.summed(np.where(same, self.probability, np.where(alone, 1 - self.probability, 0.0)))
        return np.where((self.scored > 0) & (self.expected != NONE), found, np.nan)

    def summed(self, values: Values) -> Values:
        """The sum a row of values that stand beside the scores."""
        return np.bincount(self.row, weights=values, minlength=len(self)).astype(np.float64, copy=False)


def _codes(labels: pl.Series, names: pl.Series) -> Codes:
    """The place of each label among the sorted names."""
    return labels.cast(pl.Enum(names)).to_physical().cast(pl.Int64).fill_null(NONE).to_numpy()
