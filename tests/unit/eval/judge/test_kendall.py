"""Tau-b beyond the table of value pairs."""

from __future__ import annotations

import numpy as np
import pytest

from goldgate.eval.judge.interval import Rows
from goldgate.eval.judge.kendall import kendall


def test_many_different_values_stay_exact_and_keep_their_influence() -> None:
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(1)
    x = generator.normal(size=4000)
    y = x + generator.normal(size=4000)
    tau, influence = kendall(x, y, Rows.of(4000))
    assert tau == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)
    small = kendall(x[:2000], y[:2000], Rows.of(2000))[1]
    assert influence.std() == pytest.approx(small.std(), rel=0.05)


def test_weights_and_many_values_are_near() -> None:
    generator = np.random.default_rng(2)
    x = generator.normal(size=3000)
    y = x + generator.normal(size=3000)
    plain = kendall(x, y, Rows.of(3000))[0]
    weighed = kendall(x, y, Rows(weights=np.full(3000, 1 / 3000), equal=False))[0]
    assert weighed == pytest.approx(plain, abs=5e-4)


def test_a_constant_column_has_no_tau() -> None:
    assert np.isnan(kendall(np.ones(4), np.arange(4.0), Rows.of(4))[0])
