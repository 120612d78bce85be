"""The table of cases: what is expected as columns, and lists cut out of flat values."""

from __future__ import annotations

import polars as pl

from goldgate.eval.results import Response
from goldgate.eval.table import cases_frame, cut_lists, expected_columns

from .makers import case, gold_of


def test_what_is_expected_comes_as_columns() -> None:
    gold = gold_of(
        case("a", answer="x", answers=("y", "x"), evidence={"s1": 1, "s2": 1}, boolean=False),
        case("b", numeric=5, unit="%", evidence={"s1": 2, "s2": 0}, items=("i",)),
        case("c", label="l", value=2.5),
        case("d", tags={"kind": "unanswerable"}, answer="none"),
        case("e"),
    )
    found = expected_columns(cases_frame(gold, {}))
    assert found["texts"].to_list() == [["x", "y"], [], [], ["none"], []]
    assert found["evidence"].to_list() == [
        [{"id": "s1", "grade": 1.0}, {"id": "s2", "grade": 1.0}], [{"id": "s1", "grade": 2.0}, {"id": "s2", "grade": 0.0}],
        [], [], [],
    ]  # fmt: skip
    assert found["unanswerable"].to_list() == [False, False, False, True, True]
    assert found.select("numeric", "unit", "label", "value", "boolean").rows() == [
        (None, None, None, None, False), (5.0, "%", None, None, None), (None, None, "l", 2.5, None),
        (None,) * 5, (None,) * 5,
    ]  # fmt: skip


def test_a_text_that_speaks_of_evidence_expects_none() -> None:
    gold = gold_of(case("a", answer='{"evidence":{"s1":1}}'), case("b", answer='he said "evidence":["s1"]'))
    found = expected_columns(cases_frame(gold, {}), ["evidence", "texts"])
    assert found["evidence"].to_list() == [[], []]
    assert found["texts"].to_list() == [['{"evidence":{"s1":1}}'], ['he said "evidence":["s1"]']]


def test_lists_are_cut_by_their_lengths() -> None:
    assert cut_lists(pl.Series(["a", "b", "c"]), [2, 0, 1]).to_list() == [["a", "b"], [], ["c"]]
    assert cut_lists(pl.Series([], dtype=pl.String), [0, 0]).to_list() == [[], []]


def test_repeats_stand_below_their_case_in_order() -> None:
    gold = gold_of(case("a"), case("b"), case("c"))
    rows = [Response(id=name, answer=f"{name}{repeat}", repeat=repeat) for repeat in (2, 1) for name in ("b", "a")]
    by_row = cases_frame(gold, pl.concat([_frame(row) for row in rows]))
    assert by_row.select("id", "repeat", "answer").rows() == [
        ("a", 1, "a1"), ("a", 2, "a2"), ("b", 1, "b1"), ("b", 2, "b2"), ("c", None, None),
    ]  # fmt: skip


def _frame(response: Response) -> pl.DataFrame:
    from goldgate.eval.table import responses_frame

    return responses_frame([response])
