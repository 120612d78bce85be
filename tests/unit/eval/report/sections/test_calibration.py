from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import brier_score_loss, confusion_matrix

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.sections.calibration import view
from goldgate.eval.table import RESPONSE_SCHEMA, expected_columns

from ...makers import SHARED
from .. import evaluated
from .drawn import markup, view_of

if TYPE_CHECKING:
    from pathlib import Path

    from ..evaluated import Run

REPORT = ReportInput(service="s", environment="e", run_id="r", commit="c")
HOUSING = SHARED / "california_housing" / "housing.csv"


def part_of(run: Run) -> dict[str, Any]:
    found = view_of(run, "calibration")
    assert found is not None
    [part] = found["parts"]
    return dict(part)


def test_the_matrix_of_a_run_is_that_of_its_rows(classified: Run) -> None:
    frame = classified.table.frame
    truth = expected_columns(frame, {"label"})["label"]
    told = part_of(classified)["confusion"]
    counts = [[cell.count for cell in row["cells"]] for row in told["rows"]]
    assert counts == confusion_matrix(truth, frame["label"], labels=told["columns"]).tolist()
    live = classified.table.live
    assert live is not None
    before = confusion_matrix(truth, live["label"], labels=told["columns"])
    changes = [[int(cell.change or 0) for cell in row["cells"]] for row in told["rows"]]
    assert changes == (np.array(counts) - before).tolist()


def test_measures_are_those_of_the_evaluation_and_live_has_its_own(classified: Run) -> None:
    rows = {row[0]: row[1:] for row in part_of(classified)["table"]["rows"]}
    ece = classified.evaluation["metrics"]["classification.ece"]
    assert rows["ECE, 15 bins"][:2] == (f"{ece['value']:.3f}", f"{ece['ci_low']:.3f} to {ece['ci_high']:.3f}")
    live = classified.table.live
    assert live is not None
    assert rows["Brier score"][2] == f"{np.mean(live['classification.brier'].to_numpy()):.4g}"


def test_live_is_drawn_beside_this(classified: Run, tmp_path: Path) -> None:
    assert 'class="point-live"' in markup(classified, "calibration")
    alone = evaluated.classified(tmp_path, n=60, live=False)
    assert 'class="point-live"' not in markup(alone, "calibration")
    assert "more or fewer than live" not in markup(alone, "calibration")


def test_labels_without_scores_have_a_matrix_alone() -> None:
    frame = pl.DataFrame(
        {"id": ["a", "b"], "expected": ['{"label":"x"}', '{"label":"y"}'], "label": ["x", "x"], "scores": [[], []]},
        schema_overrides={"scores": RESPONSE_SCHEMA["scores"]},
    )
    found = view(REPORT, CaseTable(frame=frame))
    assert found is not None
    assert found["parts"][0]["figures"] == []
    assert found["parts"][0]["confusion"]["n"] == 2


def test_values_have_residuals_quantiles_and_coverage(regressed: Run) -> None:
    part = part_of(regressed)
    assert [one.title for one in part["figures"]] == [
        "Predicted over expected",
        "Residuals over the prediction",
        "Residuals",
        "Quantiles",
    ]
    rows = {row[0]: row[1] for row in part["table"]["rows"]}
    covered = regressed.evaluation["metrics"]["regression.interval_coverage"]["value"]
    assert rows["its own, level not told"] == f"{100 * covered:.1f} %"
    assert "central 80 %" in rows


def test_the_mean_residual_is_that_of_the_rows(regressed: Run) -> None:
    frame = regressed.table.frame
    residual = frame["value"].to_numpy() - expected_columns(frame, {"value"})["value"].to_numpy()
    assert f"Mean residual {residual.mean():+,.4g}" in markup(regressed, "calibration").replace("\u2212", "-")


@pytest.mark.parametrize("expected", ['{"answer":"x"}', '{"label":"x"}', '{"value":1.0}'])
def test_what_nobody_answers_has_no_section(expected: str) -> None:
    frame = pl.DataFrame(
        {"id": ["a"], "expected": [expected], "label": [None], "scores": [[]], "value": [None]},
        schema_overrides={"label": pl.String, "scores": RESPONSE_SCHEMA["scores"], "value": pl.Float64},
    )
    assert view(REPORT, CaseTable(frame=frame)) is None


@pytest.mark.skipif(
    not HOUSING.is_file(), reason="the housing data are not beside this checkout (shared/data/california_housing)"
)
def test_california_housing_told_dear_or_cheap(tmp_path: Path) -> None:
    frame = pl.read_csv(HOUSING).sample(3000, seed=1)
    value, income = (frame[name].cast(pl.Float64).to_numpy() for name in ("median_house_value", "median_income"))
    chances = 1 / (1 + np.exp(-1.5 * (income - np.median(income))))
    dear = value > np.median(value)
    gold = [{"label": "dear" if one else "cheap"} for one in dear.tolist()]
    answers = [{"label": "dear" if p > 0.5 else "cheap", "scores": {"dear": p, "cheap": 1 - p}} for p in chances.tolist()]
    part = part_of(evaluated.run_of(tmp_path, gold, [answers]))
    rows = {row[0]: row[1] for row in part["table"]["rows"]}
    assert float(rows["Brier score"]) == pytest.approx(brier_score_loss(dear, chances), abs=5e-5)
    counts = [[cell.count for cell in row["cells"]] for row in part["confusion"]["rows"]]
    assert counts == confusion_matrix(dear, chances > 0.5).tolist()
    assert sum(int(row[-1]) for row in part["figures"][0].rows) == 3000


@pytest.mark.skipif(
    not HOUSING.is_file(), reason="the housing data are not beside this checkout (shared/data/california_housing)"
)
def test_california_housing_by_income_alone(tmp_path: Path) -> None:
    frame = pl.read_csv(HOUSING).sample(3000, seed=1)
    value, income = (frame[name].cast(pl.Float64).to_numpy() for name in ("median_house_value", "median_income"))
    guess = np.polyval(np.polyfit(income, value, 1), income)
    spread = float(np.std(value - guess))
    gold = [{"value": one} for one in value.tolist()]
    answers = [{"value": one, "quantiles": {"0.1": one - spread, "0.9": one + spread}} for one in guess.tolist()]
    part = part_of(evaluated.run_of(tmp_path, gold, [answers]))
    inside = np.abs(value - guess) <= spread
    assert part["table"]["rows"][0][:2] == ("central 80 %", f"{100 * inside.mean():.1f} %")
    assert part["figures"][0].said[0].startswith(f"Correlation {np.corrcoef(value, guess)[0, 1]:.3f}.")
    below = (value <= guess + spread).mean()
    assert part["figures"][3].rows[1][2] == f"{100 * below:.1f} %"
