"""The record of two columns."""

from __future__ import annotations

import numpy as np
import pytest

from goldgate.eval.judge.worth import worth


def test_rows_without_the_judge_s_score_are_left_out() -> None:
    judge = np.array([1.0, 0.0, np.nan, 1.0, 0.0, 1.0])
    human = np.array([1.0, 0.0, 1.0, np.nan, np.nan, 1.0])
    record = worth(judge, human)
    assert (record["n"], record["labelled"], record["corrected"]["unlabelled"]) == (5, 3, 2)
    assert record["raw"]["value"] == pytest.approx(0.6)
    assert record["human"]["value"] == pytest.approx(2 / 3)


def test_nothing_judged_and_nothing_labelled() -> None:
    nothing = np.full(3, np.nan)
    assert worth(nothing, np.ones(3))["raw"] == {"value": None, "ci_low": None, "ci_high": None, "n": 0, "note": "no values"}
    assert worth(np.ones(3), nothing)["corrected"] is None


def test_weights_move_every_mean() -> None:
    judge, human = np.array([1.0, 0, 0, 1, 1, 0]), np.array([1.0, 0, 0, np.nan, np.nan, np.nan])
    record = worth(judge, human, weights=np.array([4.0, 1, 1, 4, 4, 1]))
    assert record["raw"]["value"] == pytest.approx(0.8)
    assert record["human"]["value"] == pytest.approx(2 / 3)
    assert record["corrected"]["value"] == pytest.approx(0.8)
