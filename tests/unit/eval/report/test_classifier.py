from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix

from goldgate.eval.report.classifier import (
    MOST_LABELS,
    NO_LABEL,
    OTHER,
    confidence_figure,
    confusion,
    reliability,
    reliability_figure,
    top_labels,
)
from goldgate.eval.report.sides import usable_rows
from goldgate.eval.score.labelled import Labelled
from goldgate.eval.table import RESPONSE_SCHEMA
from goldgate.eval.verdict.stats import wilson


def labelled(expected: list[str | None], given: list[str | None], scores: list[dict[str, float]] | None = None) -> Labelled:
    scored = [[{"label": name, "probability": chance} for name, chance in row.items()] for row in scores or [{}] * len(given)]
    frame = pl.DataFrame(
        {
            "expected": [json.dumps({} if name is None else {"label": name}) for name in expected],
            "label": given,
            "scores": scored,
        },
        schema_overrides={"label": pl.String, "scores": RESPONSE_SCHEMA["scores"]},
    )
    return Labelled(frame)


def everywhere(size: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(size, dtype=bool)


def test_bins_are_those_of_scikit_learn() -> None:
    dice = np.random.default_rng(4)
    confidence = dice.beta(5, 2, 1000)
    came = (dice.random(1000) < confidence**1.5).astype(float)
    right, sure = calibration_curve(came, confidence, n_bins=10, strategy="quantile")
    found = reliability(confidence, came)
    assert [part.confidence for part in found] == pytest.approx(sure)
    assert [part.right for part in found] == pytest.approx(right)
    assert {part.n for part in found} == {100}
    assert (found[0].low, found[0].high) == wilson(found[0].right * 100, 100, 0.95)


def test_few_cases_have_few_bins_and_equal_confidences_one() -> None:
    assert len(reliability(np.linspace(0.5, 1, 29), np.ones(29))) == 1
    assert len(reliability(np.linspace(0.5, 1, 45), np.ones(45))) == 3
    assert [part.n for part in reliability(np.full(200, 0.9), np.ones(200))] == [200]


def test_the_matrix_is_that_of_scikit_learn() -> None:
    dice = np.random.default_rng(2)
    names = np.array(["a", "b", "c", "d"])
    truth, guess = names[dice.integers(0, 4, 500)], names[dice.integers(0, 4, 500)]
    found = confusion(labelled(truth.tolist(), guess.tolist()), None, everywhere(500), ~everywhere(500))
    assert found is not None
    assert found["columns"] == names.tolist()
    counts = [[cell.count for cell in row["cells"]] for row in found["rows"]]
    assert counts == confusion_matrix(truth, guess, labels=names).tolist()
    assert [cell.hit for cell in found["rows"][1]["cells"]] == [False, True, False, False]
    assert not found["compared"]


def test_the_change_is_over_the_cases_that_live_answered_too() -> None:
    truth: list[str | None] = ["a", "a", "a", "b"]
    both = np.array([True, True, False, True])
    here, there = labelled(truth, ["a", "a", "b", "b"]), labelled(truth, ["a", "b", "a", "b"])
    found = confusion(here, there, everywhere(4), both)
    assert found is not None
    first = found["rows"][0]["cells"]
    assert [(cell.count, cell.change, cell.share) for cell in first] == [(2, "+1", "67 %"), (1, "-1", "33 %")]


def test_live_may_know_other_labels() -> None:
    truth: list[str | None] = ["a", "b"]
    found = confusion(labelled(truth, ["a", "b"]), labelled(truth, ["z", "b"]), everywhere(2), everywhere(2))
    assert found is not None
    assert [cell.change for cell in found["rows"][0]["cells"]] == ["+1", ""]


def test_many_labels_are_gathered_and_a_missing_one_is_named() -> None:
    truth: list[str | None] = [f"l{place:02d}" for place in range(20) for _ in range(20 - place)]
    guess: list[str | None] = [None, *truth[1:]]
    here = labelled(truth, guess)
    found = confusion(here, None, everywhere(len(truth)), ~everywhere(len(truth)))
    assert found is not None
    assert found["columns"] == [*(f"l{place:02d}" for place in range(MOST_LABELS)), OTHER, NO_LABEL]
    assert found["left_out"] == 20 - MOST_LABELS
    assert sum(cell.count for row in found["rows"] for cell in row["cells"]) == len(truth)
    assert found["rows"][0]["cells"][-1].count == 1
    assert top_labels(here, everywhere(len(truth)))[0] == "l00"


def test_what_is_not_expected_or_ended_in_an_error_does_not_count() -> None:
    frame = pl.DataFrame({"error": [None, "timed out", ""]})
    assert usable_rows(frame).tolist() == [True, False, True]
    assert usable_rows(pl.DataFrame({"id": ["a"]})).tolist() == [True]
    here = labelled([None, "a"], ["a", "a"])
    assert confusion(here, None, np.array([True, False]), ~everywhere(2)) is None


def test_scores_that_are_no_probabilities_have_no_reliability() -> None:
    here = labelled(["a"] * 30, ["a"] * 30, [{"a": 3.0, "b": -1.0}] * 30)
    assert reliability_figure(here, None, everywhere(30), ~everywhere(30)) is None


def test_too_sure_is_said_so() -> None:
    truth: list[str | None] = ["a", "b"] * 50
    here = labelled(truth, ["a"] * 100, [{"a": 0.9, "b": 0.1}] * 100)
    figure = reliability_figure(here, None, everywhere(100), ~everywhere(100))
    assert figure is not None
    assert figure.said[0] == "Sure to 90.0 %, right in 50.0 %: 40.0 points too sure on the mean."
    assert figure.rows == (("this", "0.900", "0.500", "0.404 to 0.596", "100"),)
    unsure = reliability_figure(
        labelled(["a"] * 60, ["a"] * 60, [{"a": 0.6, "b": 0.4}] * 60), None, everywhere(60), everywhere(60)
    )
    assert unsure is not None
    assert "40.0 points too unsure" in unsure.said[0]


def test_how_sure_it_is_over_how_sure_live_is() -> None:
    truth: list[str | None] = ["a", "b"] * 20
    here, there = (labelled(truth, ["a"] * 40, [{"a": chance, "b": 1 - chance}] * 40) for chance in (0.9, 0.7))
    figure = confidence_figure(here, there, everywhere(40), everywhere(40))
    assert figure.head == ("", "this", "live")
    assert figure.rows[1] == ("mean", "0.900", "0.700")
    assert 'class="live"' in figure.plot
