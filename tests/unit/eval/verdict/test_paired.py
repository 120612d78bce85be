from __future__ import annotations

import csv
from statistics import NormalDist

import numpy as np
import pytest

from goldgate.eval.score.registry import Aggregate
from goldgate.eval.verdict.paired import paired_aggregates, paired_means, paired_quantiles
from goldgate.eval.verdict.paired_tests import kendall, mcnemar_corrected, mcnemar_exact, mcnemar_midp, sign_flip, wilcoxon
from goldgate.eval.verdict.quantiles import resampled_quantiles
from goldgate.eval.verdict.stats import Sample
from goldgate.eval.verdict.tango import tango, tango_interval

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
    assert (found.identical, found.diff) == (True, 0.0)
    assert found.note == "all 3 common cases score exactly as live"
    costs = paired_means(Sample(values=np.full(3, 0.01), kind="amount"), np.full(3, 0.01))
    assert (costs.identical, costs.interval) == (True, None)


@pytest.mark.parametrize(("clusters", "units"), [(None, 100), (np.arange(100) // 10, 10)])
def test_equal_scores_can_hide_what_so_few_cases_cannot_show(clusters: object, units: int) -> None:
    found = paired_means(sample(np.full(100, 0.5), clusters), np.full(100, 0.5))
    assert found.interval is not None
    bound = 1.959964**2 / (units + 1.959964**2)
    assert found.interval(0.95) == pytest.approx((-bound, bound), abs=1e-6)


def test_few_differing_cases_do_not_shorten_the_interval_below_what_they_can_hide() -> None:
    """One case of a hundred fell by a tenth: the other ninety-nine do not say how far the next one falls."""
    here, there = np.full(100, 0.8), np.full(100, 0.8)
    here[0] = 0.7
    found = paired_means(sample(here), there)
    assert found.interval is not None
    low, high = found.interval(0.95)
    assert low < -0.025
    assert high > 0.02


def test_a_difference_everywhere_hides_nothing() -> None:
    deltas = np.random.default_rng(0).normal(size=2000)
    found = paired_means(sample(deltas), np.zeros(2000))
    assert found.se == pytest.approx(deltas.std(ddof=1) / 2000**0.5)
    assert found.smallest_effect(0.95) == pytest.approx((1.959964 + 0.841621) / 2000**0.5, rel=0.05)


def test_aggregates_compare_by_their_influences() -> None:
    """The mean as an aggregate gives the same as the mean."""
    generator = np.random.default_rng(1)
    here, there = generator.random(300), generator.random(300)
    sides = [Aggregate(value=float(side.mean()), influence=side - side.mean()) for side in (here, there)]
    found, means = paired_aggregates(sides[0], sides[1], None), paired_means(sample(here), there)
    assert [found.diff, found.se] == [pytest.approx(means.diff), pytest.approx(means.se)]
    clusters = np.arange(300) // 10
    clustered = paired_aggregates(sides[0], sides[1], clusters), paired_means(sample(here, clusters), there)
    assert clustered[0].se == pytest.approx(clustered[1].se)
    nothing = Aggregate(value=None, influence=np.full(300, np.nan))
    assert paired_aggregates(nothing, sides[1], None).interval is None
    assert paired_aggregates(sides[0], sides[0], None).identical


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
    one, other = (paired_quantiles(Sample(values=here, kind="amount"), there, 0.95, seed=7) for _ in range(2))
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


@pytest.mark.parametrize("clusters", [None, np.arange(4000) // 4])
def test_many_pairs_bound_a_quantiles_difference_without_resampling(clusters: object) -> None:
    """The closed form agrees with the bootstrap, and 4 copies of each pair as clusters say no more than the pairs."""
    generator = np.random.default_rng(4)
    n = 4000 if clusters is None else 1000
    there = generator.gamma(2, 100, size=n)
    here = there * generator.uniform(0.9, 1.2, size=n)
    drawn = resampled_quantiles(here, there, 0.95, 0)
    if clusters is not None:
        here, there = np.repeat(here, 4), np.repeat(there, 4)
    codes = None if clusters is None else np.asarray(clusters)
    found = paired_quantiles(Sample(values=here, clusters=codes, kind="amount"), there, 0.95, 0)
    assert found.se == pytest.approx(float(drawn.std()), rel=0.25)


def test_mcnemar_with_continuity_correction_equals_r() -> None:
    assert mcnemar_corrected(15, 19) == pytest.approx(0.60690543, abs=5e-9)
    assert mcnemar_corrected(4, 4) == 1.0


def graded(kind: str, n: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    generator = np.random.default_rng(n)
    deltas: np.ndarray[tuple[int], np.dtype[np.float64]] = generator.normal(0.2, 1, n)
    match kind:
        case "ties":
            return np.where(deltas.round(1) == 0, 0.1, deltas.round(1))
        case "zeros":
            deltas[::3] = 0
        case "whole":
            return deltas.round()
    return deltas


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["distinct", "ties", "zeros", "whole"])
@pytest.mark.parametrize("n", [5, 13, 14, 50, 51, 300])
def test_wilcoxon_equals_scipy(kind: str, n: int) -> None:
    from scipy import stats

    deltas = graded(kind, n)
    expected = stats.wilcoxon(deltas, zero_method="pratt")
    assert wilcoxon(deltas) == pytest.approx((expected.statistic, expected.pvalue), abs=1e-12)


def test_wilcoxon_of_nothing_is_null() -> None:
    assert wilcoxon(np.zeros(5)) is None


@pytest.mark.parametrize("digits", [0, 1, 9])
@pytest.mark.parametrize("n", [3, 40, 2000])
def test_kendalls_tau_equals_scipy(digits: int, n: int) -> None:
    from scipy import stats

    generator = np.random.default_rng(n)
    a = generator.random(n).round(digits)
    b = (a + generator.normal(0, 0.3, n)).round(digits)
    expected = stats.kendalltau(a, b).statistic
    assert kendall(a, b) == (None if np.isnan(expected) else pytest.approx(expected, abs=1e-12))
    assert kendall(a, np.ones(n)) is None


def test_sign_flips_of_many_cases_take_the_normal_limit() -> None:
    deltas = np.random.default_rng(0).normal(0.01, 1, size=50_000)
    p, resamples = sign_flip(deltas, None, 0)
    assert resamples is None
    assert p == pytest.approx(2 * (1 - NormalDist().cdf(abs(deltas.sum()) / np.sqrt((deltas**2).sum()))), rel=1e-6)


def test_sign_flips_of_few_sizes_draw_binomials() -> None:
    deltas = np.asarray([0.5] * 20 + [-0.5] * 10 + [1.0] * 5 + [-1.0] * 8)
    p, resamples = sign_flip(deltas, None, 0)
    assert resamples == 9999
    assert p == pytest.approx(exact_flips(deltas), abs=0.02)


def exact_flips(deltas: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """By convolution, in halves."""
    law = np.ones(1)
    for size in (2 * np.abs(deltas)).astype(int):
        step = np.zeros(2 * size + 1)
        step[[0, -1]] = 0.5
        law = np.convolve(law, step)
    sums = np.arange(len(law)) - len(law) // 2
    return float(law[np.abs(sums) >= abs(2 * deltas.sum())].sum())
