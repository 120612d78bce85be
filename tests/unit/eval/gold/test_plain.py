"""The quick way to read records says what the careful one says, or leaves them to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldgate.eval.case import gold_row, rows_frame
from goldgate.eval.gold.fields import read_case
from goldgate.eval.gold.plain import plain_frame
from goldgate.eval.table import expected_evidence

if TYPE_CHECKING:
    import polars as pl

    from goldgate.eval.errors import GoldgateError

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(-2, 2), st.just(float("nan")), st.just(2**70), st.text(max_size=3)
)
LISTS = st.lists(SCALARS, max_size=3)
OBJECTS = st.dictionaries(st.sampled_from(["absolute", "relative", "a", ""]), SCALARS, max_size=3)
ANY = st.one_of(SCALARS, LISTS, OBJECTS)
EXPECTED = st.dictionaries(
    st.sampled_from(
        ["answer", "answers", "numeric", "unit", "tolerance", "boolean", "items", "label", "value", "evidence", "other"]
    ),
    ANY,
    max_size=4,
)
RECORDS = st.fixed_dictionaries(
    {"id": st.one_of(st.text(max_size=3), ANY), "input": st.one_of(st.text(max_size=3), ANY)},
    optional={
        "expected": st.one_of(EXPECTED, ANY),
        "tags": ANY,
        "cluster": ANY,
        "weight": ANY,
        "notes": ANY,
        "other": ANY,
    },
)


def assert_same(quick: pl.DataFrame, careful: pl.DataFrame) -> None:
    assert quick.drop("evidence", strict=False).equals(careful)
    if "evidence" in quick.columns:
        assert quick["evidence"].to_list() == expected_evidence(careful["expected"]).to_list()


@settings(max_examples=400)
@given(st.lists(RECORDS, min_size=1, max_size=3))
def test_the_quick_reader_never_differs_from_the_careful_one(records: list[dict[str, Any]]) -> None:
    quick = plain_frame(records, range(len(records)))
    problems: list[GoldgateError] = []
    careful = [read_case(record, f"g.jsonl:{line}", line, problems) for line, record in enumerate(records)]
    if quick is not None:
        assert problems == []
        assert_same(quick, rows_frame([gold_row(case) for case in careful if case is not None]))


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"answer": "x", "answers": ["y"], "evidence": ["s1", "s1", "s2"], "unit": None},
        {"numeric": 5.0, "unit": "%", "tolerance": {"absolute": 0.5}, "evidence": {"s1": 1, "s2": 1.0}},
        {"boolean": False, "items": ["a"], "label": "l", "value": 3, "evidence": {"s1": 2}, "tolerance": 0.01},
    ],
)
def test_plain_records_take_the_quick_way(expected: dict[str, Any]) -> None:
    record: dict[str, Any] = {
        "id": "a",
        "input": {"q": 1},
        "expected": expected,
        "tags": {"k": "v"},
        "cluster": "c",
        "weight": 2,
        "notes": "n",
    }
    other: dict[str, Any] = {"id": "b", "input": "q", "expected": None}
    quick = plain_frame([record, other], [1, 2])
    assert quick is not None
    cases = [read_case(each, "g", line, []) for line, each in enumerate((record, other), start=1)]
    assert_same(quick, rows_frame([gold_row(case) for case in cases if case is not None]))
