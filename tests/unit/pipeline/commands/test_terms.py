"""Gates, headers and mappings as the command line gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import UsageError
from goldgate.pipeline.commands.evaluating import load_callable, read_mapping
from goldgate.pipeline.commands.terms import load_metrics, parse_gate

if TYPE_CHECKING:
    from pathlib import Path


def test_a_gate_has_a_metric_rules_and_a_slice() -> None:
    gate = parse_gate("answer.token_f1 min=0.7 max_drop=0.02 difficulty=hard kind=span")
    assert gate.metric == "answer.token_f1"
    assert gate.rules == [("min", 0.7), ("max_drop", 0.02)]
    assert gate.slice == {"difficulty": "hard", "kind": "span"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("answer.token_f1", "sets no limit"),
        ("answer.token_f1 mn=1", 'there is no rule "mn"; did you mean "min"?'),
        ("answer.token_f1 min=high", '"high" is no number'),
        ("answer.token_f1 0.7", '"0.7" is no part of a gate'),
        ("answer.token_f1 max_drop=-1", "must be a number of 0 or more"),
    ],
)
def test_a_wrong_gate_is_said(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words.replace("?", r"\?")):
        parse_gate(text)


def test_a_mapping_is_json_or_a_file(tmp_path: Path) -> None:
    text = '{"path": "/query", "answer": "reply.text"}'
    (tmp_path / "request.json").write_text(text)
    assert read_mapping(text) == read_mapping(str(tmp_path / "request.json"))
    for wrong, words in (("{", "cannot be read"), ('{"paht": "/"}', 'did you mean "path"'), ("none.json", "cannot be read")):
        with pytest.raises(UsageError, match=words):
            read_mapping(wrong)


def test_a_file_of_metrics_that_fails_says_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    for content, line in (("import os\n\nraise ValueError('no')\n", 3), ("x = 1\ny = (\n", 2)):
        path.write_text(content)
        with pytest.raises(UsageError, match="the metrics could not be loaded") as caught:
            load_metrics(path)
        assert caught.value.where == f"{path}:{line}"
    with pytest.raises(UsageError, match="there is no such file"):
        load_metrics(tmp_path / "none.py")


@pytest.mark.parametrize("text", ["json", "no_such_module:f", "json:no_such_function"])
def test_a_function_that_is_not_there_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        load_callable(text)
