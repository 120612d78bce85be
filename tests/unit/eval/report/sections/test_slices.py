from __future__ import annotations

from typing import Any

import pytest

from goldgate.eval.report.sections.slices import SHOWN_A_TAG, heat


def entry(value: str = "hard", **changes: Any) -> dict[str, Any]:
    return {"tag": "difficulty", "value": value, "metric": "answer.token_f1", "n": 58, "value_": 0.7, "diff": -0.06} | changes


@pytest.mark.parametrize(
    ("changes", "shade"),
    [
        ({"diff": -0.06}, "bad-5"),
        ({"diff": -0.5}, "bad-5"),
        ({"diff": 0.013}, "good-1"),
        ({"diff": -0.001}, ""),
        ({"diff": None}, ""),
        ({"metric": "latency.mean_ms", "value_": 212.0, "baseline": 200.0, "diff": 12.0}, "bad-5"),
    ],
)
def test_the_shade_follows_the_difference(changes: dict[str, Any], shade: str) -> None:
    found = heat({"slices": [entry(**changes)]}, [])
    assert found is not None
    cell = found.groups[0][1][0].cells[0]
    assert cell is not None
    assert cell.heat == shade


def test_gated_metrics_lead_and_few_cases_are_marked() -> None:
    found = heat({"slices": [entry(n=19), entry(metric="retrieval.recall@10", n=40)]}, ["retrieval.recall@10"])
    assert found is not None
    assert found.metrics == ("retrieval.recall@10", "answer.token_f1")
    first, second = found.groups[0][1][0].cells
    assert first is not None
    assert second is not None
    assert (first.few, second.few, second.n) == (False, True, "n 19")


def test_many_values_of_a_tag_show_the_worst_and_keep_the_rest() -> None:
    entries = [entry(f"v{number:02d}", diff=number / 100) for number in range(20)][::-1]
    found = heat({"slices": entries}, [])
    assert found is not None
    assert [row.label for row in found.groups[0][1]] == [f"v{number:02d}" for number in range(SHOWN_A_TAG)]
    assert len(found.rest[0][1]) == 20 - SHOWN_A_TAG


@pytest.mark.parametrize("evaluation", [None, {}, {"slices": []}, {"slices": [entry(value_=None)]}])
def test_no_slices_no_map(evaluation: dict[str, Any] | None) -> None:
    assert heat(evaluation, []) is None
