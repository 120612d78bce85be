"""Human scores: read strictly, and never held against another answer than theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from goldgate.eval.errors import Problems, UsageError
from goldgate.eval.judge.labels import answer_hash, by_rubric, human_scores, load_labels
from goldgate.eval.judge.rubric import Rubric

if TYPE_CHECKING:
    from pathlib import Path

RUBRIC = Rubric(name="clear", criteria="c")
TABLE = pl.DataFrame({"id": ["a", "b", "c"], "answer": ["one", "two", None]})


def written(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def test_labels_become_fractions_beside_their_rows(tmp_path: Path) -> None:
    path = written(
        tmp_path / "labels.jsonl",
        {"id": "a", "score": 5},
        {"id": "b", "score": 2, "answer": "two", "rater": "x"},
        {"id": "b", "score": 3, "answer_sha256": answer_hash("two"), "rater": "y"},
        "",
        {"id": "c", "score": 1, "answer": "it was otherwise"},
        {"id": "gone", "score": 1},
        {"id": "a", "score": 1, "rubric": "another"},
    )
    found = human_scores(by_rubric(load_labels(path), [RUBRIC])["clear"], TABLE, RUBRIC)
    assert np.array_equal(found.values, [1, 0.375, np.nan], equal_nan=True)
    assert (found.stale, found.unknown) == (1, 1)


def test_true_and_false_need_a_scale_that_holds_them(tmp_path: Path) -> None:
    labels = load_labels(written(tmp_path / "labels.jsonl", {"id": "a", "score": True}, {"id": "b", "score": False}))
    binary = human_scores(labels, TABLE, Rubric(name="right", criteria="c", scale=(0, 1)))
    assert list(binary.values[:2]) == [1, 0]
    with pytest.raises(Problems, match=r"labels\.jsonl:2: the score 0 does not lie on the scale of clear, 1 to 5"):
        by_rubric(labels, [RUBRIC])


def test_among_several_rubrics_a_label_says_which_is_its_own(tmp_path: Path) -> None:
    right = Rubric(name="right", criteria="c", scale=(0, 1))
    path = written(
        tmp_path / "labels.jsonl", {"id": "a", "score": 5, "rubric": "clear"}, {"id": "a", "score": 1, "rubric": "right"}
    )
    assert {name: len(own) for name, own in by_rubric(load_labels(path), [RUBRIC, right]).items()} == {"clear": 1, "right": 1}
    path = written(tmp_path / "labels.jsonl", {"id": "a", "score": 1})
    with pytest.raises(Problems, match=r"labels\.jsonl:1: the label does not say which rubric it is of"):
        by_rubric(load_labels(path), [RUBRIC, right])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "broken JSON at column"),
        ([1], "a label is an object"),
        ({"score": 1}, "no id"),
        ({"id": "a", "score": "good"}, "score must be a number"),
        ({"id": "a"}, "score must be a number"),
        ({"id": "a", "score": 1, "anser": "x"}, 'did you mean "answer"'),
        ({"id": "a", "score": 1, "answer": 7}, "answer must be a text"),
    ],
)
def test_a_fault_is_said_with_its_line(tmp_path: Path, row: object, said: str) -> None:
    path = written(tmp_path / "labels.jsonl", {"id": "a", "score": 1}, row)
    with pytest.raises(Problems, match=r"labels\.jsonl:2") as error:
        load_labels(path)
    assert said in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the labels cannot be read"):
        load_labels(tmp_path / "labels.jsonl")
