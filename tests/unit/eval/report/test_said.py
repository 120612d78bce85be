"""What was expected and answered, in one text."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from goldgate.eval.report.said import answer_said, expected_said


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"answer": "yes, it did"}, "yes, it did"),
        ({"answer": "yes", "answers": ["yes", "it did"], "numeric": 3}, "yes"),
        ({"numeric": 1234.5, "unit": "USD million"}, "1,234.5 USD million"),
        ({"numeric": -1234567}, "-1,234,567"),
        ({"numeric": 123456}, "123,456"),
        ({"numeric": 0.125, "unit": ""}, "0.125"),
        ({"numeric": 5, "tolerance": {"relative": 0.005}}, "5 (± 0.5 %)"),
        ({"numeric": 5, "tolerance": {"absolute": 0.5}}, "5 (± 0.5)"),
        ({"numeric": 5, "tolerance": {"absolute": 2, "relative": 0.01}}, "5 (± 2 or ± 1 %)"),
        ({"boolean": False}, "no"),
        ({"boolean": True}, "yes"),
        ({"items": ["a", "b"]}, "a; b"),
        ({"answers": ["a", "b"]}, "a / b"),
        ({"label": "spam"}, "spam"),
        ({"value": 2.5}, "2.5"),
        ({}, ""),
    ],
)
def test_what_was_expected_in_one_line(expected: dict[str, Any], said: str) -> None:
    assert expected_said(pl.DataFrame({"expected": [json.dumps(expected)]})).to_list() == [said]


def test_an_answer_is_a_text_a_label_or_a_value_with_its_interval() -> None:
    frame = pl.DataFrame(
        {
            "answer": ["words", None, None, None, None],
            "label": [None, "spam", None, None, None],
            "value": [None, None, 1234.5, 7.0, None],
            "interval": [None, None, [1000.0, 1500.25], None, None],
        }
    )
    assert answer_said(frame).to_list() == ["words", "spam", "1,234.5 (1,000 to 1,500.25)", "7", None]


def test_a_table_of_texts_alone_has_its_answers() -> None:
    assert answer_said(pl.DataFrame({"answer": ["words", None]})).to_list() == ["words", None]
