"""Agreement against reference libraries and published numbers, and its intervals against their own level."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from goldgate.eval.judge import agreement as module
from goldgate.eval.judge.agreement import PERFECT, SAME, TOO_MANY, agreement
from goldgate.eval.judge.interval import Rows
from goldgate.eval.judge.kendall import kendall
from goldgate.eval.verdict.stats import INSUFFICIENT
from tests.unit.eval.makers import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

UNIEVAL = SHARED / "unieval" / "reproduce"
MEASURES: dict[str, Callable[[Floats, Floats, Rows], tuple[float, Floats]]] = {
    "f1": module.f1,
    "kappa": module.kappa,
    "kappa_linear": module.kappa_linear,
    "kappa_quadratic": module.kappa_quadratic,
    "pearson": module.pearson,
    "spearman": module.spearman,
    "kendall": kendall,
}


def ratings(n: int, seed: int = 0, highest: int = 5) -> tuple[Floats, Floats]:
    """A person's ratings and those of a judge who is often off by one."""
    generator = np.random.default_rng(seed)
    human = generator.integers(1, highest + 1, n)
    judge = np.clip(human + generator.integers(-1, 2, n), 1, highest)
    return judge.astype(np.float64), human.astype(np.float64)


def test_the_measures_are_those_of_the_reference_libraries() -> None:
    stats, metrics = pytest.importorskip("scipy.stats"), pytest.importorskip("sklearn.metrics")
    judge, human = ratings(300)
    ours = agreement(judge, human)
    references = {
        "agreement": metrics.accuracy_score(human, judge),
        "kappa": metrics.cohen_kappa_score(human, judge),
        "kappa_linear": metrics.cohen_kappa_score(human, judge, weights="linear"),
        "kappa_quadratic": metrics.cohen_kappa_score(human, judge, weights="quadratic"),
        "pearson": stats.pearsonr(human, judge).statistic,
        "spearman": stats.spearmanr(human, judge).statistic,
        "kendall": stats.kendalltau(human, judge).statistic,
    }
    for name, reference in references.items():
        assert getattr(ours, name).value == pytest.approx(reference, abs=1e-12), name


def test_f1_is_that_of_the_reference_library_and_needs_0_and_1() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    judge, human = (values > 3 for values in ratings(200))
    ours = agreement(judge.astype(np.float64), human.astype(np.float64))
    assert ours.f1.value == pytest.approx(metrics.f1_score(human, judge), abs=1e-12)
    assert agreement(*ratings(20)).f1.value is None


@pytest.mark.skipif(not UNIEVAL.exists(), reason="the UniEval data are not beside the project")
def test_unieval_agrees_with_people_as_published() -> None:
    path = next(UNIEVAL.rglob("qags_cnndm_result.json"))
    rows = json.loads(path.read_text(encoding="utf-8"))
    judge = np.array([consistency(row["predict_scores"]) for row in rows])
    human = np.array([consistency(row["scores"]) for row in rows])
    ours = agreement(judge, human)
    assert ours.n == 235
    published = {"pearson": 0.682, "spearman": 0.662, "kendall": 0.532}
    assert {name: round(getattr(ours, name).value, 3) for name in published} == published


def consistency(scores: Any) -> float:
    return float((ast.literal_eval(scores) if isinstance(scores, str) else scores)["consistency"])


@pytest.mark.parametrize("name", MEASURES)
def test_an_influence_is_the_derivative_by_a_row_s_weight(name: str) -> None:
    judge, human = ratings(120, highest=2 if name == "f1" else 5)
    if name == "f1":
        judge, human = judge - 1, human - 1
    rows, step = Rows.of(120), 1e-6
    value, influence = MEASURES[name](judge, human, rows)
    for row in (0, 7, 119):
        heavier = rows.weights * (1 - step)
        heavier[row] += step
        moved, _ = MEASURES[name](judge, human, Rows(weights=heavier, equal=False))
        assert influence[row] == pytest.approx((moved - value) / step, abs=1e-4)
    assert influence.mean() == pytest.approx(0, abs=1e-12)


def test_a_weight_of_two_counts_as_the_row_twice() -> None:
    judge, human = ratings(40)
    twice = np.r_[np.arange(40), np.arange(10)]
    weights = np.r_[np.full(10, 2.0), np.ones(30)]
    weighed, repeated = agreement(judge, human, weights=weights), agreement(judge[twice], human[twice])
    for name in module.MEASURES:
        assert getattr(weighed, name).value == pytest.approx(getattr(repeated, name).value, abs=1e-12), name


def test_rows_said_five_times_widen_the_interval_when_they_are_clustered() -> None:
    judge, human = ratings(40)
    rows = np.tile(np.arange(40), 5)
    alone, honest = agreement(judge, human), agreement(judge[rows], human[rows], clusters=rows)
    naive = agreement(judge[rows], human[rows])
    for name in ("kappa", "pearson", "spearman", "kendall"):
        assert width(honest, name) == pytest.approx(width(alone, name), rel=1e-9), name
        assert width(naive, name) < width(honest, name) / 2


def width(of: module.Agreement, name: str) -> float:
    measure = getattr(of, name)
    return float(measure.ci_high - measure.ci_low)


@pytest.mark.parametrize(("name", "true"), [("pearson", 0.6), ("spearman", 0.58192), ("kendall", 0.40967)])
def test_intervals_of_correlations_hold_their_level(name: str, true: float) -> None:
    """On normal pairs with a correlation of 0.6, whose rank correlations are known: 6/pi asin(r/2), 2/pi asin(r)."""
    generator, held, runs, rows = np.random.default_rng(1), 0, 2000, Rows.of(100)
    for _ in range(runs):
        human = generator.normal(size=100)
        judge = 0.6 * human + 0.8 * generator.normal(size=100)
        measure = module.measured(MEASURES[name], judge, human, rows, 0.95)
        held += measure.ci_low is not None and measure.ci_high is not None and measure.ci_low <= true <= measure.ci_high
    assert held / runs == pytest.approx(0.95, abs=0.015)


def test_intervals_of_kappa_hold_their_level() -> None:
    """On a table of known probabilities, where kappa is (0.85 - 0.53) / 0.47."""
    generator, held, runs, rows = np.random.default_rng(1), 0, 2000, Rows.of(100)
    for _ in range(runs):
        cells = generator.choice(4, p=(0.55, 0.10, 0.05, 0.30), size=100)
        judge, human = (cells // 2).astype(np.float64), (cells % 2).astype(np.float64)
        measure = module.measured(module.kappa, judge, human, rows, 0.95)
        held += measure.ci_low is not None and measure.ci_high is not None and measure.ci_low <= 0.32 / 0.47 <= measure.ci_high
    assert held / runs == pytest.approx(0.95, abs=0.015)


def test_what_carries_no_number_or_no_interval_says_so() -> None:
    same = agreement(np.ones(5), np.array([1.0, 2, 1, 2, 1]))
    assert (same.pearson.value, same.pearson.note) == (None, SAME)
    few = agreement(np.array([1.0, 2]), np.array([1.0, 2]))
    assert (few.kappa.value, few.kappa.note) == (None, INSUFFICIENT)
    perfect = agreement(np.array([1.0, 2, 3]), np.array([1.0, 2, 3]))
    assert (perfect.kappa.value, perfect.kappa.ci_low, perfect.kappa.note) == (1, None, PERFECT)
    fine = agreement(np.arange(30.0), np.arange(30.0)[::-1])
    assert (fine.kappa.note, fine.agreement.note, fine.pearson.value) == (TOO_MANY, TOO_MANY, -1)


def test_the_record_names_every_measure() -> None:
    record = agreement(*ratings(50)).to_json()
    assert record["n"] == 50
    assert set(module.MEASURES) < record.keys()
    assert record["kappa"].keys() == {"value", "ci_low", "ci_high"}
