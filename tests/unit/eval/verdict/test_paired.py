from __future__ import annotations

import csv

import numpy as np
import pytest

from goldgate.eval.verdict.paired import paired_means, paired_quantiles, tango, tango_interval
from goldgate.eval.verdict.paired_tests import mcnemar_exact, mcnemar_midp, sign_flip
from goldgate.eval.verdict.stats import Sample

from ..makers import SHARED


def sample(values: object, clusters: object = None) -> Sample:
    codes = None if clusters is None else np.asarray(clusters)
    return Sample(values=np.asarray(values, dtype=np.float64), clusters=codes)


def test_mcnemar_equals_the_reference() -> None:
    assert mcnemar_exact(15, 19) == pytest.approx(0.60759136, abs=5e-9)
    assert mcnemar_exact(19, 15) == mcnemar_exact(15, 19)
    assert (mcnemar_exact(0, 0), mcnemar_exact(3, 3)) == (1.0, 1.0)
    assert mcnemar_exact(0, 5) == 2 / 2**5
    assert mcnemar_midp(0, 5) == 1 / 2**5


def test_mcnemar_equals_r_on_the_stored_tables() -> None:
    path = SHARED / "stat_vectors" / "contingency_table_r_results.csv"
    if not path.exists():
        pytest.skip("the R results are not beside this checkout (shared/data/stat_vectors)")
    row = next(csv.DictReader(path.read_text().splitlines()))
    assert mcnemar_exact(15, 19) == pytest.approx(float(row["homog_binom_p"]), rel=1e-12)


def test_midp_of_fagerlands_example() -> None:
    """Fagerland, Lydersen and Laake 2013, table 1: 1 and 7 discordant pairs."""
    assert mcnemar_exact(1, 7) == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar_midp(1, 7) == pytest.approx(0.0391, abs=5e-5)


def test_tango_without_a_margin_is_mcnemars_statistic() -> None:
    assert tango(19, 15, 88, 0.0) == pytest.approx(4 / 34**0.5)


def test_tangos_interval_of_fagerlands_example() -> None:
    """Fagerland, Lydersen and Laake 2014: 1 and 7 of 21 pairs; Tango's interval is -0.517 to -0.026."""
    assert tango_interval(1, 7, 21, 0.95) == pytest.approx((-0.517, -0.026), abs=6e-4)


@pytest.mark.parametrize(("n", "lost"), [(30, 0.06), (100, 0.06), (240, 0.03), (240, 0.12), (1000, 0.06)])
def test_false_passes_at_the_margin_stay_below_the_level(n: int, lost: float) -> None:
    """A true fall of exactly 3 points, judged at a margin of 3: the one-sided level is 2.5 %."""
    shares = [lost - 0.03, lost, 1 - 2 * lost + 0.03]
    drawn = np.random.default_rng(0).multinomial(n, shares, size=4000)
    passed = np.mean([tango(int(gains), int(losses), n, -0.03) > 1.959964 for gains, losses, _ in drawn])
    assert passed <= 0.035


@pytest.mark.parametrize(("gained", "lost", "n"), [(0, 1, 50), (5, 0, 50), (10, 12, 100), (50, 0, 50)])
def test_the_interval_and_the_p_value_agree(gained: int, lost: int, n: int) -> None:
    low, high = tango_interval(gained, lost, n, 0.95)
    assert -1 <= low <= (gained - lost) / n <= high <= 1
    for bound in (low, high):
        if abs(bound) < 0.999:
            assert abs(tango(gained, lost, n, bound)) == pytest.approx(1.959964, abs=1e-4)


def test_equal_answers_are_said_to_be_equal() -> None:
    found = paired_means(sample([1, 0, 1]), np.asarray([1.0, 0.0, 1.0]))
    assert (found.identical, found.diff, found.interval) == (True, 0.0, None)
    assert found.note == "all 3 common cases score exactly as live"


def test_student_for_graded_values() -> None:
    here, there = np.asarray([0.5, 0.7, 0.9, 0.4]), np.asarray([0.6, 0.6, 0.6, 0.6])
    found = paired_means(sample(here), there)
    assert found.interval is not None
    assert found.p_against is not None
    low, high = found.interval(0.95)
    assert low < found.diff < high
    assert found.p_against(low) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("here", "there", "clusters", "note"),
    [
        ([0.5], [0.4], None, "insufficient data"),
        ([0.5, 0.75], [0.25, 0.5], None, "all differences are the same"),
        ([0.5, 0.7], [0.4, 0.5], [0, 0], "all cases are of one cluster"),
    ],
)
def test_too_little_to_tell_is_said(here: list[float], there: list[float], clusters: list[int] | None, note: str) -> None:
    found = paired_means(sample(here, clusters), np.asarray(there))
    assert (found.p_against, found.interval) == (None, None)
    assert note in (found.note or "")


def test_clusters_are_the_unit_of_a_paired_difference() -> None:
    generator = np.random.default_rng(3)
    shift = np.repeat(generator.normal(size=20), 10)
    here, there = generator.random(200) + shift, generator.random(200)
    alone, together = paired_means(sample(here), there), paired_means(sample(here, np.repeat(np.arange(20), 10)), there)
    assert alone.interval is not None
    assert together.interval is not None
    width = [high - low for low, high in (alone.interval(0.95), together.interval(0.95))]
    assert width[1] > 1.5 * width[0]


def test_a_quantiles_difference_is_seeded_and_never_certain() -> None:
    generator = np.random.default_rng(0)
    there = generator.gamma(2, 100, size=200)
    here = there + 500
    one, other = paired_quantiles(here, there, 0.95, seed=7), paired_quantiles(here, there, 0.95, seed=7)
    assert one.interval is not None
    assert other.interval is not None
    assert one.p_against is not None
    assert one.interval(0.95) == other.interval(0.95)
    assert one.diff == pytest.approx(500)
    assert one.p_against(0.0) == 2 / 4001


def test_sign_flips_are_exact_where_they_can_be() -> None:
    assert sign_flip(np.asarray([1.0] * 15 + [-1.0] * 19 + [0.0] * 54), None, 0) == (mcnemar_exact(15, 19), None)
    assert sign_flip(np.asarray([0.0, 0.0]), None, 0) == (1.0, None)
    p, resamples = sign_flip(np.asarray([1.0, 2.0, 3.0]), None, 0)
    assert (p, resamples) == (2 / 8, None)


def test_drawn_sign_flips_agree_with_the_normal_law_and_are_never_0() -> None:
    generator = np.random.default_rng(5)
    deltas = generator.normal(0.1, 1, size=400)
    p, resamples = sign_flip(deltas, None, 1)
    z = deltas.sum() / np.sqrt((deltas**2).sum())
    assert resamples == 9999
    assert p == pytest.approx(2 * 0.5 * float(np.exp(-0.717 * abs(z) - 0.416 * z * z)), abs=0.03)
    assert sign_flip(deltas, None, 1)[0] == p
    assert sign_flip(np.abs(deltas) + 1, None, 1)[0] == 1 / 10_000


def test_clusters_flip_as_one() -> None:
    deltas = np.asarray([1.0, 1.5, 2.0, 2.5])
    assert sign_flip(deltas, np.asarray([0, 0, 1, 1]), 0) == (2 / 4, None)
