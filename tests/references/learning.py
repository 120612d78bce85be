"""Regression and classification beside scikit-learn, on the California housing data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from .reference import SHARED, Reference, lines, means

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    Floats = np.ndarray[Any, np.dtype[np.float64]]

HOUSING = SHARED / "california_housing/housing.csv"
TARGET = "median_house_value"
FEATURES = ("longitude", "latitude", "housing_median_age", "total_rooms", "population", "households", "median_income")
SOURCE = "scikit-learn"


def regression(folder: Path) -> list[Reference]:
    """A least-squares fit: its errors, its share of variance, its 90 % quantile and its interval."""
    from sklearn import metrics as theirs

    values, fitted = _fit()
    spread = float(np.std(values - fitted))
    answers = (
        {"id": str(place), "value": guess, "interval": [guess - spread, guess + spread], "quantiles": {"0.9": guess + spread}}
        for place, guess in enumerate(fitted.tolist())
    )
    got = _scored([{"value": value} for value in values.tolist()], answers, list(_REGRESSION), folder)
    inside = np.abs(values - fitted) <= spread
    published = (
        theirs.mean_absolute_error(values, fitted),
        theirs.root_mean_squared_error(values, fitted),
        theirs.mean_absolute_percentage_error(values, fitted),
        theirs.r2_score(values, fitted),
        theirs.mean_pinball_loss(values, fitted + spread, alpha=0.9),
        float(inside.mean()),
        2 * spread,
    )
    return [_row(_REGRESSION, published, got, "a least-squares fit of California housing")]


def classification(folder: Path) -> list[Reference]:
    """Whether a block is dearer than the median, told from the same fit."""
    from sklearn import metrics as theirs

    values, fitted = _fit()
    middle = float(np.median(values))
    chances = 1 / (1 + np.exp(-(fitted - middle) / np.std(fitted)))
    labels, guesses = np.where(values > middle, "dear", "cheap"), np.where(chances > 0.5, "dear", "cheap")
    answers = (
        {"id": str(place), "label": guess, "scores": {"cheap": 1 - chance, "dear": chance}}
        for place, (guess, chance) in enumerate(zip(guesses.tolist(), chances.tolist(), strict=True))
    )
    got = _scored([{"label": label} for label in labels.tolist()], answers, list(_CLASSIFICATION), folder)
    published = (
        theirs.accuracy_score(labels, guesses),
        theirs.precision_score(labels, guesses, average="macro"),
        theirs.recall_score(labels, guesses, average="macro"),
        theirs.f1_score(labels, guesses, average="macro"),
        theirs.roc_auc_score(labels == "dear", chances),
        theirs.brier_score_loss(labels == "dear", chances),
    )
    return [_row(_CLASSIFICATION, published, got, "dear or cheap, told from that fit")]


_REGRESSION = (
    "regression.mae",
    "regression.rmse",
    "regression.mape",
    "regression.r2",
    "regression.pinball@0.9",
    "regression.interval_coverage",
    "regression.interval_width",
)
_CLASSIFICATION = tuple(f"classification.{name}" for name in ("accuracy", "precision", "recall", "f1_macro", "auroc", "brier"))


def _fit() -> tuple[Floats, Floats]:
    """The target in units of 100,000 USD, and its least-squares fit, by row of the file."""
    frame = pl.read_csv(HOUSING)
    values = frame[TARGET].cast(pl.Float64).to_numpy() / 1e5
    columns = np.column_stack([np.ones(len(frame)), frame.select(pl.col(FEATURES).cast(pl.Float64)).to_numpy()])
    weights, *_ = np.linalg.lstsq(columns, values, rcond=None)
    return values, columns @ weights


def _scored(
    expected: list[dict[str, Any]], answers: Iterable[dict[str, Any]], metrics: list[str], folder: Path
) -> dict[str, float]:
    cases = ({"id": str(place), "input": f"block {place}", "expected": wanted} for place, wanted in enumerate(expected))
    return means(lines(folder / "gold.jsonl", cases), lines(folder / "said.jsonl", answers), metrics, folder=folder)


def _row(names: Sequence[str], published: Sequence[float], got: Mapping[str, float], on: str) -> Reference:
    family = names[0].partition(".")[0]
    what = f"`{family}.` {' / '.join(name.partition('.')[2] for name in names)}: {on}"
    ours = tuple(got[name] for name in names)
    return Reference(what=what, source=SOURCE, published=tuple(map(float, published)), ours=ours, decimals=6)
