"""Metrics of a predicted label and of the probabilities behind it, as scikit-learn defines them.

The columns of the measures that are no means hold what a row shows of them: whether its label is right (precision, recall,
f1_macro), the score of the expected label (auroc), and how far confidence and outcome lie apart (ece).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from .influence import Rows
from .labelled import NONE, Labelled
from .registry import Metric, register

if TYPE_CHECKING:
    from .batch import Batch
    from .labelled import Codes, Mask, Values
    from .registry import Aggregate

EDGES = np.linspace(0, 1, 16)


def _labelled(batch: Batch) -> Labelled:
    return Labelled(batch.frame, batch.expected["label"])


def _column(values: Values) -> pl.Series:
    return pl.Series(values, nan_to_null=True)


def accuracy(batch: Batch, _parameter: None) -> pl.Series:
    """1 if the predicted label is the expected one; a response without a label is wrong."""
    labelled = batch.once(_labelled)
    return _column(np.where(labelled.expected == NONE, np.nan, labelled.predicted == labelled.expected))


def expected_score(batch: Batch, _parameter: None) -> pl.Series:
    """The score of the expected label, 0 where only other labels have one."""
    labelled = batch.once(_labelled)
    return _column(labelled.score_of(labelled.expected))


def miscalibration(batch: Batch, _parameter: None) -> pl.Series:
    """How far the confidence in the likeliest outcome lies from 1 if it came and from 0 if not."""
    confidence, came = batch.once(_labelled).confidence
    return _column(np.abs(came - confidence))


def brier(batch: Batch, _parameter: None) -> pl.Series:
    """The squared error of the probabilities, summed over the labels, for two labels half of that sum (Brier 1950).

    The labels are those with a score, the expected one, and for a single score its opposite. Null where a score is no
    probability.
    """
    labelled = batch.once(_labelled)
    hits = (labelled.label == labelled.expected[labelled.row]).astype(np.float64)
    squared = labelled.summed((labelled.probability - hits) ** 2)
    unscored = (labelled.summed(hits) == 0) & (labelled.scored > 1)
    halved = labelled.scored == 2
    return _column(np.where(labelled.probable, np.where(halved & ~unscored, squared / 2, squared + unscored), np.nan))


def macro(frame: pl.DataFrame, column: str, *, said: int, true: int) -> Aggregate:
    """The mean over the labels of hits over predictions (`said` 1), over expectations (`true` 1), or of their F1 (both 1).

    The labels are those that are expected or predicted somewhere. A label that is never predicted has precision 0, one that is
    never expected recall 0. The influence is the delta method on the counts of each label.
    """
    labelled = Labelled(frame)
    rows = Rows.of(frame, frame[column].is_not_null() & pl.Series(labelled.expected != NONE))
    if not len(rows):
        return rows.undefined()
    wanted, guess = labelled.expected[rows.counted], labelled.predicted[rows.counted]
    names, codes = np.unique(np.r_[NONE, wanted, guess], return_inverse=True)
    wanted, guess = np.split(codes[1:], 2)
    hit = (wanted == guess).astype(np.float64)
    divisor = said * _shares(guess, rows.weights, len(names)) + true * _shares(wanted, rows.weights, len(names))
    inverse = np.divide(1, divisor, out=np.zeros(len(names)), where=divisor > 0)
    inverse[0] = 0
    ratio = (said + true) * _shares(wanted, rows.weights * hit, len(names)) * inverse
    moved = (said + true) * hit * inverse[wanted] - true * (ratio * inverse)[wanted] - said * (ratio * inverse)[guess]
    labels = len(names) - 1
    return rows.aggregate(float(ratio.sum()) / labels, moved / labels)


def _shares(codes: Codes, weights: Values, labels: int) -> Values:
    """The share of the rows that have each code; codes count from 0, which stands for no label."""
    return np.bincount(codes, weights=weights, minlength=labels) / len(codes)


def auroc(frame: pl.DataFrame) -> Aggregate:
    """The area under the ROC curve: how often a row of a label has a higher score for it than one of another, ties a half.

    Of two expected labels the second in sorted order is the positive one; of more the mean of each against all others. Not
    defined where one label alone is expected. The influence is made of DeLong's components (Biometrics 44, 1988).
    """
    labelled = Labelled(frame)
    rows = Rows.of(frame, frame["classification.auroc"].is_not_null() & pl.Series(labelled.scored > 0))
    wanted = labelled.expected[rows.counted]
    labels = np.unique(wanted)
    if len(labels) < 2:
        return rows.undefined()
    areas, moved = [], np.zeros(len(rows))
    for label in labels[1:] if len(labels) == 2 else labels:
        scores = labelled.score_of(np.full(len(labelled), label))[rows.counted]
        area, influence = _area(wanted == label, scores, rows.weights)
        areas.append(area)
        moved += influence
    return rows.aggregate(sum(areas) / len(areas), moved / len(areas))


def _area(positive: Mask, scores: Values, weights: Values) -> tuple[float, Values]:
    """The area under the curve of one label, and the influence of each row on it."""
    place = np.unique(scores, return_inverse=True)[1]
    above, below = (_below(place, weights * side) for side in (positive, ~positive))
    share = weights @ positive / weights.sum()
    won = np.where(positive, below, 1 - above)
    area = float(weights[positive] @ below[positive] / weights[positive].sum())
    return area, (won - area) / np.where(positive, share, 1 - share)


def _below(place: Codes, weights: Values) -> Values:
    """The share of the weight that lies below each place, with half of that at it."""
    at = np.bincount(place, weights=weights)
    shares: Values = (np.cumsum(at) - at / 2) / at.sum()
    return shares[place]


def ece(frame: pl.DataFrame) -> Aggregate:
    """The expected calibration error: |how often right - mean confidence| in 15 bins of equal width (Guo et al. 2017).

    Never below 0, and therefore too high on few rows even for a perfect model.
    """
    confidence, came = Labelled(frame).confidence
    rows = Rows.of(frame, frame["classification.ece"].is_not_null() & pl.Series(np.isfinite(confidence)))
    if not len(rows):
        return rows.undefined()
    gaps = (came - confidence)[rows.counted]
    bins = np.searchsorted(EDGES[1:-1], confidence[rows.counted])
    sums = np.bincount(bins, weights=rows.weights * gaps, minlength=len(EDGES) - 1) / len(rows)
    error = float(np.abs(sums).sum())
    return rows.aggregate(error, np.sign(sums)[bins] * gaps - error)


_labels = partial(Metric, needs=("label",), scorer=accuracy, asks_for=("label", "scores"))
_scores = partial(Metric, needs=("label",), asks_for=("scores",))

for _metric in (
    _labels(name="classification.accuracy"),
    _labels(name="classification.precision", aggregate=partial(macro, column="classification.precision", said=1, true=0)),
    _labels(name="classification.recall", aggregate=partial(macro, column="classification.recall", said=0, true=1)),
    _labels(name="classification.f1_macro", aggregate=partial(macro, column="classification.f1_macro", said=1, true=1)),
    _scores(name="classification.auroc", scorer=expected_score, aggregate=auroc),
    _scores(name="classification.brier", scorer=brier, unit="value", higher_is_better=False),
    _scores(name="classification.ece", scorer=miscalibration, aggregate=ece, higher_is_better=False),
):
    register(_metric)
