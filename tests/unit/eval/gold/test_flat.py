"""CSV and Parquet with a column for each field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.case import Tolerance
from goldgate.eval.errors import Problems
from goldgate.eval.gold.formats.draft import content_id
from goldgate.eval.gold.load import load_gold

from .files import loaded

if TYPE_CHECKING:
    from pathlib import Path


def test_every_field_of_a_table(tmp_path: Path) -> None:
    text = (
        "id,input,answer,answers,numeric,unit,tolerance,boolean,items,evidence,tags.kind,tag:year,cluster,weight,notes\n"
        'a,Who?,Ann,"Anna|Ms Ann",,,,,,s1|s2,span,2020,doc,2,checked\n'
        'b,"{""question"": ""How many?""}",,,12.5,%,"{""absolute"": 0.5}",,,"{""s1"": 2}",,,,,\n'
        "c,Is it?,,,,,,Yes,,,,,,,\n"
        'd,Which?,,,,,,,"[""x, y"", ""z""]",,,,,,\n'
    )
    gold, _ = loaded(tmp_path / "g.csv", text)
    a, b, c, d = gold.cases
    assert (gold.format, [case.line for case in gold.cases]) == ("csv", [2, 3, 4, 5])
    assert (a.expected.texts, dict(a.expected.evidence)) == (("Ann", "Anna", "Ms Ann"), {"s1": 1, "s2": 1})
    assert (a.tags, a.cluster, a.weight, a.notes) == ({"kind": "span", "year": "2020"}, "doc", 2.0, "checked")
    assert (b.input, b.expected.numeric, b.expected.unit) == ({"question": "How many?"}, 12.5, "%")
    assert (b.expected.tolerance, dict(b.expected.evidence)) == (Tolerance(absolute=0.5), {"s1": 2})
    assert c.expected.boolean is True
    assert d.expected.items == ("x, y", "z")


def test_expected_may_be_one_column_of_json_and_ids_may_be_absent(tmp_path: Path) -> None:
    gold, _ = loaded(tmp_path / "g.csv", 'input;expected\nWho?;"{""answer"": ""Ann""}"\n')
    assert (gold.cases[0].id, gold.cases[0].expected.answer) == (content_id("Who?"), "Ann")


def test_unknown_columns_and_cells_that_cannot_be_read_are_said_together(tmp_path: Path) -> None:
    with pytest.raises(Problems) as caught:
        loaded(tmp_path / "g.csv", "id,input,anser,numeric,boolean\na,q,x,twelve,maybe\n")
    assert [str(problem).rpartition("g.csv:")[2] for problem in caught.value.problems] == [
        '1: unknown column "anser"; did you mean "answer"? Write tags as columns tag:<name>.',
        """2: case "a": numeric must be a number, not 'twelve'.""",
        """2: case "a": boolean must be true or false, not 'maybe'.""",
    ]


def test_typed_columns_of_parquet(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": [1, 2],
            "input": ["Who?", '{"a": 1}'],
            "structured": [False, False],
            "answers": [["x", "y"], None],
            "value": [None, 2.5],
            "tag:kind": ["span", None],
        }
    )
    frame.write_parquet(tmp_path / "g.parquet")
    first, second = load_gold(tmp_path / "g.parquet").cases
    assert (first.id, first.expected.answers, first.tags) == ("1", ("x", "y"), {"kind": "span"})
    assert (second.input, second.expected.value, second.tags) == ('{"a": 1}', 2.5, {})
