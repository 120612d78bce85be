"""Tables of cases made of columns, and what the tests of aggregates measure their influences against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from goldgate.eval.case import Case, Expected
from goldgate.eval.results import Response
from goldgate.eval.score.registry import measure
from goldgate.eval.score.scoring import score
from tests.unit.eval.makers import gold_of, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from goldgate.eval.score.registry import Aggregate


def scored(
    expected: Sequence[dict[str, Any]],
    given: Sequence[dict[str, Any]],
    metrics: Sequence[str],
    weights: Sequence[float] | None = None,
) -> pl.DataFrame:
    names = [f"c{place}" for place in range(len(expected))]
    shares = weights or [1.0] * len(names)
    gold = gold_of(
        *(
            Case(id=name, input=name, expected=Expected(**part), weight=weight)
            for name, part, weight in zip(names, expected, shares, strict=True)
        )
    )
    answers = {name: Response(id=name, **part) for name, part in zip(names, given, strict=True)}
    return score(table(gold, **answers), gold, list(metrics))


def aggregate(name: str) -> Callable[[pl.DataFrame], Aggregate]:
    found = measure(name).aggregate
    assert found is not None
    return found


def value(frame: pl.DataFrame, name: str) -> float:
    found = aggregate(name)(frame).value
    assert found is not None
    return found


def standard_error(found: Aggregate) -> float:
    influence = found.influence[~np.isnan(found.influence)]
    return float(np.sqrt((influence**2).sum()) / len(influence))


def bootstrap_error(frame: pl.DataFrame, name: str, resamples: int = 400) -> float:
    """The standard deviation of a measure over tables drawn with replacement."""
    generator = np.random.default_rng(7)
    draws = (frame[generator.integers(0, len(frame), len(frame))] for _ in range(resamples))
    return float(np.std([value(draw, name) for draw in draws]))


def slopes(frame: pl.DataFrame, name: str, step: float = 1e-6) -> NDArray[np.float64]:
    """The numerical influence of each row: how the measure changes as the row's weight grows."""
    base, n = value(frame, name), len(frame)
    found = []
    for row in range(n):
        heavier = np.ones(n)
        heavier[row] += step * n
        found.append((value(frame.with_columns(weight=pl.Series(heavier)), name) - base) / step)
    return np.array(found)
