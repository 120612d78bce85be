from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from goldgate.eval.score.registry import Aggregate, Measure
from goldgate.eval.verdict.scales import AS_IT_IS, LOG, LOG_OF_REST, LOGIT, Scale, scale_of
from goldgate.eval.verdict.values import estimate, material


@pytest.mark.parametrize(
    ("scale", "value"), [(AS_IT_IS, 3.0), (LOGIT, 0.9), (LOG, 2.5), (LOG_OF_REST, -1.5), (LOG_OF_REST, 0.7)]
)
def test_the_way_there_and_back_and_the_slope(scale: Scale, value: float) -> None:
    assert scale.back(scale.to(value)) == pytest.approx(value)
    step = 1e-6
    assert scale.slope(value) == pytest.approx((scale.to(value + step) - scale.to(value - step)) / (2 * step), rel=1e-5)


def test_which_scale_a_measure_has() -> None:
    fraction = Measure(name="a.b", column="a.b")
    loss = Measure(name="a.b", column="a.b", unit="value", higher_is_better=False)
    score = Measure(name="a.b", column="a.b", unit="value")
    assert [scale_of(found, 0.5) for found in (fraction, loss, score)] == [LOGIT, LOG, LOG_OF_REST]
    assert [scale_of(fraction, 1.0), scale_of(loss, 0.0), scale_of(score, 1.0)] == [AS_IT_IS] * 3
    assert scale_of(score, -4.0) is LOG_OF_REST


def root(frame: pl.DataFrame) -> Aggregate:
    squares = frame["m"].to_numpy()
    value = float(np.sqrt(squares.mean()))
    return Aggregate(value=value, influence=(squares - value**2) / (2 * value))


def test_an_aggregates_interval_covers_and_stays_within_its_bounds() -> None:
    """The root mean square of normal errors, 400 samples of 40."""
    found = Measure(name="house.rmse", column="m", unit="value", higher_is_better=False, aggregate=root)
    generator = np.random.default_rng(0)
    covered = 0
    for _ in range(400):
        frame = pl.DataFrame(
            {"m": generator.normal(0, 2, 40) ** 2, "weight": 1.0, "error": pl.Series([None] * 40, dtype=pl.String)}
        )
        frame = frame.with_columns(cluster=pl.lit(None, dtype=pl.String))
        result = estimate(found, material(frame, found), 0.95)
        assert result.low is not None
        assert result.low > 0
        covered += result.low <= 2 <= (result.high or 0)
    assert 0.92 <= covered / 400 <= 0.98


@pytest.mark.parametrize(
    ("value", "note"), [(None, "not defined on these cases"), (1.0, "all values are the same: they carry no interval")]
)
def test_what_carries_no_interval_says_so(value: float | None, note: str) -> None:
    frame = pl.DataFrame({"m": [1.0, 1.0], "weight": 1.0}).with_columns(
        cluster=pl.lit(None, dtype=pl.String), error=pl.lit(None, dtype=pl.String)
    )
    found = Measure(name="a.b", column="m", aggregate=lambda _rows: Aggregate(value=value, influence=np.zeros(2)))
    result = estimate(found, material(frame, found), 0.95)
    assert (result.value, result.low, result.note) == (value, None, note)
