from __future__ import annotations

import numpy as np
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.verdict.correction import CORRECTIONS, Correction, adjust, benjamini_hochberg, holm, holm_levels, levels


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_holms_levels_stop_where_the_first_hypothesis_stands() -> None:
    assert holm_levels([0.001, 0.5, 0.6], 0.05) == pytest.approx([0.05 / 3, 0.025, 0.025])
    assert holm_levels([0.001, 0.002, 0.003], 0.05) == pytest.approx([0.05 / 3, 0.025, 0.05])


def test_benjamini_and_hochbergs_own_example() -> None:
    """JRSS B 57, 1995, section 3.2: 15 p-values, of which the four smallest are rejected at 5 %."""
    p_values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    assert sum(p <= 0.05 for p in benjamini_hochberg(p_values)) == 4
    assert sum(p <= 0.05 for p in holm(p_values)) == 3


def test_benjamini_and_hochberg_equals_scipy() -> None:
    from scipy import stats

    p_values = np.random.default_rng(0).random(40) ** 3
    assert benjamini_hochberg(p_values.tolist()) == pytest.approx(stats.false_discovery_control(p_values).tolist())


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_a_p_is_within_its_level_exactly_where_the_adjusted_is_within_alpha(correction: Correction) -> None:
    generator = np.random.default_rng(1)
    for _ in range(200):
        p_values = (generator.random(int(generator.integers(1, 9))) ** 4).tolist()
        rejected = [p <= 0.05 for p in adjust(p_values, correction)]
        assert rejected == [p <= level for p, level in zip(p_values, levels(p_values, 0.05, correction), strict=True)]


def test_an_unknown_correction_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r'no correction "bonferroni"\. Choose one of holm, bh, none'):
        adjust([0.5], "bonferroni")  # type: ignore[arg-type]
