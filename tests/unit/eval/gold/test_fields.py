"""The quick way to read a record says what the careful one says, or leaves the record to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.case import gold_row
from goldgate.eval.gold.fields import plain_row, read_case, read_row

if TYPE_CHECKING:
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


@given(RECORDS)
def test_the_quick_reader_never_differs_from_the_careful_one(record: dict[str, Any]) -> None:
    quick = plain_row(record, 7)
    problems: list[GoldgateError] = []
    careful = read_case(record, "g.jsonl:7", 7, problems)
    if quick is not None:
        assert problems == []
        assert careful is not None
        row = gold_row(careful)
        assert quick._replace(evidence_missing=(), tags=dict(quick.tags)) == row._replace(tags=dict(row.tags))


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"answer": "x", "answers": ["y"], "evidence": ["s1", "s1", "s2"]},
        {"numeric": 5.0, "unit": "%", "tolerance": {"absolute": 0.5}, "evidence": {"s1": 1, "s2": 1.0}},
        {"boolean": False, "items": ["a"], "label": "l", "value": 3, "evidence": {"s1": 2}},
    ],
)
def test_plain_records_take_the_quick_way(expected: dict[str, Any]) -> None:
    record = {"id": "a", "input": {"q": 1}, "expected": expected, "tags": {"k": "v"}, "cluster": "c", "weight": 2, "notes": "n"}
    assert plain_row(record, 1) is not None


def test_a_record_with_faults_says_them() -> None:
    problems: list[GoldgateError] = []
    assert read_row({"id": "a", "input": "q", "weight": -1}, "g.jsonl:{}".format, 3, problems) is None
    assert [str(problem) for problem in problems] == ['g.jsonl:3: case "a": weight must be a number above 0, not -1.']
