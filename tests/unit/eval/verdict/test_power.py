from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from goldgate.eval.errors import UsageError
from goldgate.eval.verdict.power import Variation, cases_needed, repeats_needed, smallest_effect, variation_of
from goldgate.eval.verdict.tango import tango

from ..makers import case, gold_of, table

EXACT, F1 = "answer.exact_match", "answer.token_f1"


def run(right: Any, *, clusters: list[str] | None = None, metric: str = EXACT) -> pl.DataFrame:
    gold = gold_of(
        *(case(f"c{place}", answer="x", tags={"kind": "odd" if place % 2 else "even"}) for place in range(len(right)))
    )
    frame: pl.DataFrame = table(gold).with_columns(pl.Series(metric, right, dtype=pl.Float64))
    return frame if clusters is None else frame.with_columns(cluster=pl.Series(clusters))


@pytest.mark.parametrize(("sd", "margin", "cases"), [(0.3, 0.03, 787), (1.0, 0.5, 34), (1.0, 1.0, 10)])
def test_cases_needed_equal_published_ones(sd: float, margin: float, cases: int) -> None:
    """33.4 and 9.9 pairs for standardised effects of 0.5 and 1 (Cohen 1988, table 2.4.1; G*Power 3.1 gives 34 and 10)."""
    assert cases_needed(margin, Variation(sd=sd)) == pytest.approx(cases, abs=1)


@pytest.mark.parametrize("effect", [0.3, 0.5])
def test_power_of_the_cases_recommended(effect: float) -> None:
    n = cases_needed(effect, Variation(sd=1.0))
    draws = np.random.default_rng(0).normal(effect, 1, size=(20_000, n))
    t = draws.mean(axis=1) / (draws.std(axis=1, ddof=1) / n**0.5)
    assert float((t > stats.t.ppf(0.975, n - 1)).mean()) == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(("discordance", "margin"), [(0.1, 0.03), (0.25, 0.1), (0.3, 0.05)])
@pytest.mark.parametrize("power", [0.8, 0.9])
def test_power_of_the_pairs_recommended(discordance: float, margin: float, power: float) -> None:
    n = cases_needed(margin, Variation(sd=discordance**0.5, proportion=True), power=power)
    shares = [discordance / 2, discordance / 2, 1 - discordance]
    drawn = np.random.default_rng(1).multinomial(n, shares, size=10_000)
    passed = np.mean([tango(int(gained), int(lost), n, -margin) > 1.959964 for gained, lost, _ in drawn])
    assert float(passed) == pytest.approx(power, abs=0.02)


def test_the_smallest_effect_is_the_margin_that_the_cases_suffice_for() -> None:
    variation = Variation(sd=0.4)
    effect = smallest_effect(500, variation)
    assert effect is not None
    assert cases_needed(effect * 1.0001, variation) <= 501
    assert cases_needed(effect * 0.99, variation) > 501
    assert smallest_effect(1, variation) is None


def test_repeats_average_noise_away_and_nothing_else() -> None:
    noisy = Variation(sd=0.5, noise=0.2)
    assert noisy.variance(1) == 0.25
    assert noisy.variance(4) == pytest.approx(0.1)
    needed = cases_needed(0.05, noisy, repeats=4)
    assert repeats_needed(0.05, needed, noisy) == 4
    assert repeats_needed(0.05, 20, noisy) is None
    assert repeats_needed(0.05, needed, Variation(sd=0.5)) is None
    assert repeats_needed(0.05, 10_000, Variation(sd=0.5)) == 1


def test_clusters_cost_cases() -> None:
    values = np.repeat([0.0, 1.0] * 10, 10)
    alone = variation_of(EXACT, run(values))
    together = variation_of(EXACT, run(values, clusters=[f"d{place // 10}" for place in range(200)]))
    assert alone.design == 1.0
    assert together.design == pytest.approx(10, rel=0.06)
    assert cases_needed(0.1, together) > 9 * cases_needed(0.1, alone)


def test_variation_of_an_earlier_run() -> None:
    found = variation_of(EXACT, run([1.0, 0.0] * 50))
    assert (found.proportion, found.noise) == (True, None)
    assert found.sd**2 == pytest.approx(0.25 * 100 / 99)
    assert "correlation of 0.5 between two images, which is assumed" in found.source
    odd = variation_of(F1, run(np.linspace(0, 1, 100), metric=F1), where={"kind": "odd"})
    assert not odd.proportion
    assert odd.sd**2 == pytest.approx(np.linspace(0, 1, 100)[1::2].var(ddof=1))


def test_variation_of_repeats() -> None:
    generator = np.random.default_rng(0)
    base = generator.random(200)
    asked = pl.DataFrame(
        {
            "id": [f"c{place}" for place in range(200) for _ in range(5)],
            EXACT: (np.repeat(base, 5) > generator.random(1000)).astype(float),
        }
    )
    found = variation_of(EXACT, run(base), asked)
    expected = 2 * float((base * (1 - base)).mean())
    assert found.noise == pytest.approx(expected, rel=0.1)
    assert found.variance(1000) == pytest.approx(0, abs=0.001)
    once = variation_of(EXACT, run(base), asked.unique("id"))
    assert once.noise is None


def test_what_nothing_is_known_of() -> None:
    assert variation_of(EXACT, None).sd ** 2 == pytest.approx(0.25)
    for name, message in (("latency.mean_ms", "nothing tells how much"), ("latency.p95_ms", "is no mean over cases")):
        with pytest.raises(UsageError, match=message):
            variation_of(name, None)
    with pytest.raises(UsageError, match="has 1 values"):
        variation_of(EXACT, run([1.0]))
    with pytest.raises(UsageError, match="can never be shown to hold"):
        cases_needed(0.0, Variation(sd=1))
    assert cases_needed(0.1, Variation(sd=0.0)) == 2
