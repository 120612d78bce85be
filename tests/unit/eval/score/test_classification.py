"""Classification metrics against scikit-learn, and their influences against slopes and the bootstrap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldgate.eval.score.registry import measure
from tests.unit.eval.score.aggregates import aggregate, bootstrap_error, scored, slopes, standard_error, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

ANIMALS = ("ant", "bee", "cat")
MACRO = {
    "classification.precision": "precision_score",
    "classification.recall": "recall_score",
    "classification.f1_macro": "f1_score",
}
AGGREGATES = (*MACRO, "classification.auroc", "classification.ece")


def sklearn_metrics() -> Any:
    return pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")


def labelled(expected: Sequence[str], given: Sequence[str | None], *metrics: str, weights: Any = None) -> pl.DataFrame:
    answers: list[dict[str, Any]] = [{} if label is None else {"label": label} for label in given]
    return scored([{"label": label} for label in expected], answers, metrics, weights)


def probable(expected: Sequence[str], scores: Sequence[dict[str, float]], *metrics: str, weights: Any = None) -> pl.DataFrame:
    return scored([{"label": label} for label in expected], [{"scores": part} for part in scores], metrics, weights)


def drawn(n: int, labels: Sequence[str], seed: int = 11) -> tuple[list[str], list[dict[str, float]]]:
    """Labels, and probabilities that know something about them; in tenths, so that there are ties."""
    generator = np.random.default_rng(seed)
    codes = generator.integers(0, len(labels), n)
    weights = generator.gamma(1.0, size=(n, len(labels))) + 1.2 * np.eye(len(labels))[codes]
    shares = np.round(weights / weights.sum(axis=1, keepdims=True), 1)
    shares[:, -1] = np.maximum(0, 1 - shares[:, :-1].sum(axis=1))
    return [labels[code] for code in codes], [dict(zip(labels, map(float, row), strict=True)) for row in shares]


LABELS = st.sampled_from(["a", "b", "c", "d"])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
@given(pairs=st.lists(st.tuples(LABELS, LABELS, st.floats(0.1, 5)), min_size=1, max_size=12))
@settings(deadline=None, max_examples=60)
def test_macro_averages_equal_scikit_learn(pairs: list[tuple[str, str, float]]) -> None:
    reference = sklearn_metrics()
    wanted, said, weights = (list(part) for part in zip(*pairs, strict=True))
    frame = labelled(wanted, said, "classification.accuracy", *MACRO, weights=weights)
    assert frame["classification.accuracy"].mean() == pytest.approx(reference.accuracy_score(wanted, said))
    for name, function in MACRO.items():
        expected = getattr(reference, function)(wanted, said, average="macro", zero_division=0, sample_weight=weights)
        assert value(frame, name) == pytest.approx(expected), name


def test_a_response_without_a_label_is_wrong_and_no_prediction() -> None:
    frame = labelled(["a", "a", "b", "b"], ["a", None, "b", "a"], "classification.accuracy", *MACRO)
    assert frame["classification.accuracy"].to_list() == [1.0, 0.0, 1.0, 0.0]
    assert value(frame, "classification.precision") == pytest.approx((1 / 2 + 1) / 2)
    assert value(frame, "classification.recall") == pytest.approx((1 / 2 + 1 / 2) / 2)
    assert value(frame, "classification.f1_macro") == pytest.approx((2 / 4 + 2 / 3) / 2)


def test_without_a_label_the_highest_score_predicts_and_of_equal_ones_the_first_by_name() -> None:
    scores = [{"b": 0.5, "a": 0.5}, {"a": 0.1, "c": 0.7, "b": 0.2}, {"a": 0.4, "b": 0.6}]
    frame = probable(["a", "c", "a"], scores, "classification.accuracy")
    assert frame["classification.accuracy"].to_list() == [1.0, 1.0, 0.0]


def test_a_label_goes_before_the_scores() -> None:
    frame = scored([{"label": "a"}], [{"label": "a", "scores": {"a": 0.1, "b": 0.9}}], ["classification.accuracy"])
    assert frame["classification.accuracy"].to_list() == [1.0]


def test_a_case_that_expects_no_label_has_no_value() -> None:
    names = ("classification.accuracy", "classification.brier", *AGGREGATES)
    frame = scored([{}], [{"label": "a", "scores": {"a": 1.0}}], names)
    assert frame.select(names).row(0) == (None,) * len(names)
    assert [aggregate(name)(frame).value for name in AGGREGATES] == [None] * len(AGGREGATES)


def test_the_area_under_the_curve_of_two_labels_equals_scikit_learn_ties_included() -> None:
    wanted, scores = drawn(200, ("no", "yes"))
    frame = probable(wanted, scores, "classification.auroc")
    expected = sklearn_metrics().roc_auc_score(wanted, [part["yes"] for part in scores])
    assert 0.6 < expected < 0.99
    assert value(frame, "classification.auroc") == pytest.approx(expected, abs=1e-12)


def test_the_weighted_area_equals_scikit_learn() -> None:
    wanted, scores = drawn(80, ("no", "yes"))
    weights = np.random.default_rng(2).uniform(0.2, 4, 80).tolist()
    frame = probable(wanted, scores, "classification.auroc", weights=weights)
    expected = sklearn_metrics().roc_auc_score(wanted, [part["yes"] for part in scores], sample_weight=weights)
    assert value(frame, "classification.auroc") == pytest.approx(expected, abs=1e-12)


def test_the_area_of_three_labels_is_that_of_each_against_the_others() -> None:
    wanted, scores = drawn(200, ANIMALS)
    frame = probable(wanted, scores, "classification.auroc")
    matrix = [[part[label] for label in ANIMALS] for part in scores]
    expected = sklearn_metrics().roc_auc_score(wanted, matrix, multi_class="ovr", average="macro")
    assert value(frame, "classification.auroc") == pytest.approx(expected, abs=1e-12)


def test_a_single_score_is_a_probability_against_all_others() -> None:
    wanted = ["yes", "no", "yes", "no"]
    single = probable(wanted, [{"yes": p} for p in (0.9, 0.2, 0.4, 0.6)], "classification.auroc", "classification.brier")
    both = probable(
        wanted, [{"yes": p, "no": 1 - p} for p in (0.9, 0.2, 0.4, 0.6)], "classification.auroc", "classification.brier"
    )
    assert value(single, "classification.auroc") == value(both, "classification.auroc") == 0.75
    assert single["classification.brier"].to_list() == pytest.approx(both["classification.brier"].to_list())
    assert single["classification.auroc"].to_list() == pytest.approx([0.9, 0.8, 0.4, 0.4])


def test_the_area_of_one_label_is_not_defined() -> None:
    frame = probable(["a", "a"], [{"a": 0.3, "b": 0.7}] * 2, "classification.auroc")
    assert aggregate("classification.auroc")(frame).value is None


@pytest.mark.parametrize("labels", [("no", "yes"), ANIMALS])
def test_the_brier_score_equals_scikit_learn(labels: tuple[str, ...]) -> None:
    wanted, scores = drawn(100, labels)
    frame = probable(wanted, scores, "classification.brier")
    matrix = np.array([[part[label] for label in labels] for part in scores])
    given = matrix[:, 1] if len(labels) == 2 else matrix
    extra = {"pos_label": "yes"} if len(labels) == 2 else {"labels": list(labels)}
    expected = sklearn_metrics().brier_score_loss(wanted, given, **extra)
    assert frame["classification.brier"].mean() == pytest.approx(expected, abs=1e-12)


def test_an_expected_label_without_a_score_has_probability_0() -> None:
    frame = probable(["c", "c"], [{"a": 0.6, "b": 0.4}, {"a": 1.0}], "classification.brier", "classification.auroc")
    assert frame["classification.brier"].to_list() == pytest.approx([0.36 + 0.16 + 1, 1.0])
    assert frame["classification.auroc"].to_list() == [0.0, 0.0]


def test_scores_that_are_no_probabilities_have_an_area_and_nothing_else() -> None:
    scores = [{"a": -3.0, "b": 4.0}, {"a": 2.0, "b": 1.5}]
    frame = probable(["b", "a"], scores, "classification.auroc", "classification.brier", "classification.ece")
    assert value(frame, "classification.auroc") == 1.0
    assert frame["classification.brier"].to_list() == [None, None]
    assert aggregate("classification.ece")(frame).value is None


def by_bins(confidence: Sequence[float], right: Sequence[bool], bins: int = 15) -> float:
    """The expected calibration error written out as Guo et al. define it, bins open below and closed above."""
    total = 0.0
    for place in range(bins):
        rows = [i for i, c in enumerate(confidence) if place / bins < c <= (place + 1) / bins]
        if rows:
            gap = np.mean([right[i] for i in rows]) - np.mean([confidence[i] for i in rows])
            total += len(rows) / len(confidence) * abs(float(gap))
    return total


@pytest.mark.parametrize("labels", [("no", "yes"), ANIMALS])
def test_the_calibration_error_is_that_of_its_bins(labels: tuple[str, ...]) -> None:
    wanted, scores = drawn(150, labels)
    frame = probable(wanted, scores, "classification.ece")
    top = [max(sorted(part), key=part.__getitem__) for part in scores]
    confidence = [part[label] for part, label in zip(scores, top, strict=True)]
    expected = by_bins(confidence, [a == b for a, b in zip(top, wanted, strict=True)])
    assert value(frame, "classification.ece") == pytest.approx(expected, abs=1e-12)


def test_a_single_low_score_is_confidence_in_the_opposite() -> None:
    frame = probable(["no", "yes"], [{"yes": 0.1}, {"yes": 0.8}], "classification.ece")
    assert value(frame, "classification.ece") == pytest.approx((0.1 + 0.2) / 2)


@pytest.mark.parametrize("name", AGGREGATES)
def test_influences_are_the_slopes_in_the_weights(name: str) -> None:
    frame = probable(*drawn(30, ANIMALS), name)
    assert aggregate(name)(frame).influence == pytest.approx(slopes(frame, name), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("name", AGGREGATES)
def test_influences_of_weighted_rows_add_up_to_nothing(name: str) -> None:
    weights = np.random.default_rng(4).uniform(0.1, 3, 60).tolist()
    frame = probable(*drawn(60, ANIMALS), name, weights=weights)
    assert aggregate(name)(frame).influence.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("name", AGGREGATES)
def test_the_standard_error_is_the_bootstrap_s(name: str) -> None:
    frame = probable(*drawn(600, ANIMALS), name)
    assert standard_error(aggregate(name)(frame)) == pytest.approx(bootstrap_error(frame, name), rel=0.15)


def test_directions() -> None:
    better = {name: measure(f"classification.{name}").higher_is_better for name in ("accuracy", "auroc", "brier", "ece")}
    assert better == {"accuracy": True, "auroc": True, "brier": False, "ece": False}
