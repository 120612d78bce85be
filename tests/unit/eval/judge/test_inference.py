"""Prediction-powered means: against closed forms, against people, and their intervals against their own level."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.judging import Law, amounts, approvals, stars
from goldgate.eval.judge.inference import SHIFTED, Corrected, corrected_mean
from goldgate.eval.score.text import normalise
from goldgate.eval.verdict.stats import INSUFFICIENT
from tests.unit.eval.makers import SHARED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EVOUNA = SHARED / "evouna" / "EVOUNA" / "TQ.json"
SYSTEMS = ("fid", "gpt35", "chatgpt", "gpt4", "newbing")


def hidden(human: Floats, labelled: int) -> Floats:
    """Only the first scores, which stand for a random part."""
    return np.where(np.arange(len(human)) < labelled, human, np.nan)


def holds(corrected: Corrected, true: float) -> bool:
    assert corrected.ci_low is not None
    assert corrected.ci_high is not None
    return corrected.ci_low <= true <= corrected.ci_high


LAWS = {
    "approvals": approvals(0.7, 0.9, 0.9),
    "rare faults": approvals(0.95, 0.95, 0.95),
    "lenient": approvals(0.9, 0.99, 0.6),
    "stars": Law(draw=stars, true=0.7875),
    "amounts": Law(draw=amounts, true=float(np.exp(0.32)), bounded=False),
}


@pytest.mark.parametrize(
    ("law", "labelled", "runs"),
    [(law, labelled, 2500) for law in ("stars", "amounts") for labelled in (50, 100, 200)]
    + [(law, 100, 300) for law in ("approvals", "rare faults", "lenient")],
)
def test_intervals_hold_95_percent_and_are_narrower_than_people_alone(law: str, labelled: int, runs: int) -> None:
    """Within 1.5 points and what chance adds to so many runs; bench/judging.py has more runs and more laws."""
    drawn = LAWS[law]
    generator = np.random.default_rng(labelled)
    held, ours, theirs = 0, 0.0, 0.0
    for _ in range(runs):
        judge, human = drawn.draw(generator, labelled + 1000)
        found = corrected_mean(judge, hidden(human, labelled), bounded=drawn.bounded)
        held += holds(found, drawn.true)
        ours += (found.ci_high or 0) - (found.ci_low or 0)
        theirs += (found.human.ci_high or 1) - (found.human.ci_low or 0)
    assert abs(held / runs - 0.95) <= 0.015 + 2 * (0.95 * 0.05 / runs) ** 0.5
    assert ours < 0.95 * theirs


def test_the_value_is_that_of_ppi_plus_plus_with_the_least_squares_slope() -> None:
    """Angelopoulos, Duchi and Zrnic (2023), equation 1: lambda mean(f of unlabelled) + mean(y - lambda f of labelled)."""
    judge, human = stars(np.random.default_rng(3), 600)
    found = corrected_mean(judge, hidden(human, 100))
    assert found.slope is not None
    power = found.slope * 500 / 600
    assert found.value == pytest.approx(power * judge[100:].mean() + (human[:100] - power * judge[:100]).mean(), abs=1e-12)


def test_power_tuning_and_standard_error_near_those_of_ppi_plus_plus() -> None:
    """Its equations for a mean: lambda = cov(y, f) / ((1 + n / N) var(f)), and the two parts of the variance."""
    judge, human = stars(np.random.default_rng(4), 20_000)
    found = corrected_mean(judge, hidden(human, 4000))
    power = (found.slope or 0) * 0.8
    tuned = np.cov(human[:4000], judge[:4000])[0, 1] / ((1 + 4000 / 16_000) * judge.var(ddof=1))
    assert power == pytest.approx(tuned, rel=0.03)
    published = power**2 * judge.var() / 16_000 + (human[:4000] - power * judge[:4000]).var() / 4000
    assert found.se == pytest.approx(published**0.5, rel=0.01)


def test_a_judge_who_knows_nothing_costs_nothing() -> None:
    generator = np.random.default_rng(8)
    human = generator.choice(5, size=1000) / 4
    found = corrected_mean(generator.random(1000), hidden(human, 200))
    assert abs(found.slope or 0) < 0.2
    assert found.worth == pytest.approx(200, rel=0.06)


def test_all_labelled_and_hardly_any_labelled() -> None:
    judge, human = stars(np.random.default_rng(1), 40)
    whole = corrected_mean(judge, human)
    assert (whole.value, whole.ci_low, whole.unlabelled) == (whole.human.value, whole.human.ci_low, 0)
    few = corrected_mean(judge, hidden(human, 2))
    assert (few.value, few.ci_low) == (None, None)
    assert few.note == f"{INSUFFICIENT}: 2 of 40 cases have a human score"


def test_a_judge_who_gives_one_score_leaves_the_people_s_mean() -> None:
    _, human = stars(np.random.default_rng(1), 200)
    found = corrected_mean(np.full(200, 0.5), hidden(human, 80))
    assert found.slope == 0
    assert found.value == pytest.approx(human[:80].mean())
    assert found.ci_high is not None


def test_labels_of_the_best_answers_only_are_noticed() -> None:
    judge, human = stars(np.random.default_rng(1), 400)
    best = np.argsort(-judge, kind="stable")
    assert corrected_mean(judge[best], hidden(human[best], 100)).note == SHIFTED
    assert corrected_mean(judge, hidden(human, 100)).note is None


def test_clusters_keep_the_level() -> None:
    """Answers of one document share a luck that the judge does not see: 40 documents of 10, the first 20 of them labelled."""
    generator, held, runs = np.random.default_rng(2), 0, 400
    documents = np.repeat(np.arange(40), 10)
    for _ in range(runs):
        luck = generator.normal(size=40)[documents]
        judge = generator.normal(size=400)
        human = luck + judge
        held += holds(corrected_mean(judge, hidden(human, 200), clusters=documents, bounded=False), 0)
    assert held / runs > 0.92
    lonely = corrected_mean(judge, hidden(human, 200), bounded=False)
    assert (lonely.se or 0) < 0.6 * (corrected_mean(judge, hidden(human, 200), clusters=documents, bounded=False).se or 0)


@pytest.mark.skipif(not EVOUNA.exists(), reason="the EVOUNA data are not beside the project")
@pytest.mark.parametrize("system", SYSTEMS)
def test_evouna_a_lexical_judge_corrected_by_a_tenth_of_the_labels(system: str) -> None:
    """Over random tenths of the people's labels: near their mean of all, at the stated level, narrower than they alone."""
    rows = [row for row in json.loads(EVOUNA.read_text(encoding="utf-8")) if not row.get("improper")]
    human = np.array([float(row[f"judge_{system}"]) for row in rows])
    judge = np.array([float(contains(row, f"answer_{system}")) for row in rows])
    generator, held, values, ours, theirs = np.random.default_rng(9), 0, [], 0.0, 0.0
    for _ in range(200):
        labelled = generator.permutation(len(rows)) < 200
        found = corrected_mean(judge, np.where(labelled, human, np.nan))
        held += holds(found, human.mean())
        values.append(found.value or 0.0)
        ours += (found.ci_high or 0) - (found.ci_low or 0)
        theirs += (found.human.ci_high or 0) - (found.human.ci_low or 0)
    assert np.mean(values) == pytest.approx(human.mean(), abs=0.005)
    assert abs(judge.mean() - human.mean()) > 2 * abs(np.mean(values) - human.mean())
    assert held / 200 >= 0.92
    assert ours < theirs


def contains(row: dict[str, str], answer: str) -> bool:
    given = normalise(row[answer])
    return any(normalise(alias) in given for alias in row["golden_answer"].split("/"))
