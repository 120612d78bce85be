from __future__ import annotations

import numpy as np
import pytest

from goldgate.eval.report.plots.scale import Scale, amounts, around, compact, percent


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(-0.1, 0.05, [-0.1, -0.05, 0.0, 0.05]), (0.0, 560.0, [0.0, 200.0, 400.0]), (0.0, 0.0, [0.0])],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert Scale(low=low, high=high).ticks(4) == ticks


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (90.0, 1100.0, 6, [100.0, 200.0, 500.0, 1000.0]),
        (0.9, 11_000.0, 6, [1.0, 10.0, 100.0, 1000.0, 10_000.0]),
        (0.9, 11_000.0, 3, [1.0, 100.0, 10_000.0]),
    ],
)
def test_logarithmic_ticks_are_1_2_5_or_powers_of_ten(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert Scale(low=low, high=high, log=True).ticks(most) == ticks


def test_values_off_the_scale_stay_on_its_edge() -> None:
    scale = Scale(low=0.0, high=2.0)
    assert [scale.percent(value) for value in (-1, 0.5, 9)] == ["0.00%", "25.00%", "100.00%"]


@pytest.mark.parametrize("scale", [Scale(low=-3.0, high=5.0), Scale(low=0.1, high=1000.0, log=True)])
def test_many_values_lie_where_each_of_them_does(scale: Scale) -> None:
    values = np.array([-4.0, 0.05, 0.1, 1.0, 5.0, 999.0, 2000.0])
    assert scale.shares(values).tolist() == pytest.approx([scale.share(value) for value in values.tolist()])


def test_the_middle_of_a_logarithmic_scale_is_the_geometric_mean() -> None:
    assert Scale(low=1.0, high=100.0, log=True).share(10.0) == pytest.approx(0.5)


def test_amounts_get_a_logarithmic_scale_only_where_the_largest_is_far_out() -> None:
    near, far = np.array([10.0, 20.0, 200.0]), np.array([10.0, 20.0, 401.0])
    assert not amounts(near).log
    assert amounts(far).log
    assert amounts(far).low < 10.0
    assert not amounts(np.array([0.0, 20.0, 4000.0])).log  # 0 has no logarithm
    assert amounts(far, top=30.0).high > 401  # a logarithmic one holds all
    assert amounts(near, top=30.0).high == pytest.approx(31.5)


def test_a_scale_around_one_value_has_a_width() -> None:
    assert around(0.0).low < 0 < around(0.0).high
    assert around(-5.0).low < -5 < around(-5.0).high


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "0"),
        (0.25, "0.25"),
        (250, "250"),
        (2500, "2,500"),
        (12_500, "12.5k"),
        (3_000_000, "3M"),
        (-0.5, "-0.5"),
        (0.00001, "0.00001"),
        (2e-9, "2.0e-09"),
    ],
)
def test_ticks_are_written_short(amount: float, words: str) -> None:
    assert compact(amount) == words


def test_shares_are_written_in_percent() -> None:
    assert [percent(0), percent(0.125), percent(1)] == ["0 %", "12.5 %", "100 %"]
