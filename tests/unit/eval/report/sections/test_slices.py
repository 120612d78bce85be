from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.report.sections.slices import SHOWN_A_TAG, SHOWN_MOVES, heat, moved, p_words, pairs, slice_words

from .drawn import markup, view_of

if TYPE_CHECKING:
    from ..evaluated import Run


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


@pytest.mark.parametrize(
    ("common", "low", "high", "spread"),
    [
        (2, -8.965, 9.136, "too few cases"),
        (19, -1.502, 0.479, "too few cases"),
        (20, -1.502, 0.479, "-150.2 to +47.9"),
        (2, -0.09, 0.032, "-9.0 to +3.2"),
        (2, None, None, ""),
    ],
)
def test_an_interval_beyond_the_scale_says_so_of_few_cases(
    common: int, low: float | None, high: float | None, spread: str
) -> None:
    found = heat({"slices": [entry(common=common, diff_low=low, diff_high=high)]}, [])
    assert found is not None
    cell = found.groups[0][1][0].cells[0]
    assert cell is not None
    assert cell.diff_spread == spread


@pytest.mark.parametrize("evaluation", [None, {}, {"slices": []}, {"slices": [entry(value_=None)]}])
def test_no_slices_no_map(evaluation: dict[str, Any] | None) -> None:
    assert heat(evaluation, []) is None


def moves(*entries: dict[str, Any]) -> list[Any]:
    return moved({"moved": list(entries)})


def test_what_holds_after_correction_is_marked_in_its_cell() -> None:
    entries = [entry(diff_low=-0.09, diff_high=-0.03), entry("easy")]
    found = heat({"slices": entries, "moved": [entry(p_adjusted=0.01), entry("easy", p_adjusted=0.06)]}, [])
    assert found is not None
    hard, easy = (row.cells[0] for row in found.groups[0][1])
    assert hard is not None
    assert easy is not None
    assert (hard.holds, hard.diff_spread) == (True, "-9.0 to -3.0")
    assert (easy.holds, easy.diff_spread) == (False, "")


def test_what_moved_says_how_much_how_surely_and_which_way() -> None:
    worse, better, chance = moves(
        entry(p_adjusted=0.0004, diff_low=-0.09, diff_high=-0.03, common=50, baseline=0.76),
        entry(metric="latency.mean_ms", value_=90.0, baseline=100.0, diff=-10.0, p_adjusted=0.02),
        entry(p_adjusted=0.3),
    )
    assert (worse.n, worse.live, worse.this, worse.diff, worse.spread) == ("50", "0.760", "0.700", "-6.0", "-9.0 to -3.0")
    assert (worse.p, worse.holds, worse.state) == ("< 0.001", True, "fail")
    assert (better.holds, better.state) == (True, "pass")
    assert (chance.p, chance.holds, chance.state) == ("0.300", False, "")


def test_pairs_stand_by_their_p_and_show_the_corrected_one_where_it_is_known() -> None:
    first, second = (
        entry("hard,span", tag="difficulty,kind", p=p, metric=name) for p, name in ((0.002, "a.b"), (0.001, "a.c"))
    )
    found = pairs({"pairs": [first, second, entry(p=None), entry(p=0.5, diff=0.0)], "moved": [second | {"p_adjusted": 0.04}]})
    assert [(move.metric, move.p) for move in found] == [("c", "0.040"), ("b", "\u2013")]
    assert found[0].slice == "difficulty: hard, kind: span"


def test_a_value_with_a_comma_is_left_whole() -> None:
    assert slice_words("city", "Paris, France") == "city: Paris, France"
    assert slice_words("city,kind", "Paris, France,span") == "city,kind: Paris, France,span"


@pytest.mark.parametrize(("p", "words"), [(0.0, "< 0.001"), (0.0125, "0.013"), (1.0, "1.000"), (None, "\u2013")])
def test_p_is_never_0(p: float | None, words: str) -> None:
    assert p_words(p) == words


def test_a_run_shows_the_surest_first_and_keeps_the_rest(retrieved: Run) -> None:
    found = view_of(retrieved, "slices")
    assert found is not None
    assert len(found["held"]) == SHOWN_MOVES
    assert all(move.holds for move in found["held"])
    assert len(found["held"]) + len(found["rest"]) == len(retrieved.evaluation["moved"])
    assert "holds after correction" in markup(retrieved, "slices")
