"""Rubrics in YAML: read strictly, every fault with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import Problems, UsageError
from goldgate.eval.judge.rubric_file import load_rubrics

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
judges:
  - name: helpfulness
    criteria: |
      Does the answer help?
    scale: [1, 5]
    levels: {1: useless, 5: all that was asked}
    shows: [expected, contexts]
    model: strict
  - {name: right, criteria: It is right, scale: [0, 1]}
  - {name: better, criteria: The better one, kind: preference}
models:
  strict: {model_id: some.model-v1:0, temperature: 0, cost_per_1k_input: 0.001, cost_per_1k_output: 0.005}
"""


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "judges.yaml").write_text(GOOD)
    file = load_rubrics(tmp_path / "judges.yaml")
    first, second, third = file.rubrics
    assert (first.criteria, first.scale, first.shows) == ("Does the answer help?", (1, 5), ("expected", "contexts"))
    assert (first.levels, first.model) == ({"1": "useless", "5": "all that was asked"}, "strict")
    assert (second.scale, second.kind, second.shows) == ((0, 1), "rating", ("expected",))
    assert third.kind == "preference"
    assert file.models["strict"]["cost_per_1k_output"] == 0.005


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("judges: []", 1, "at least one rubric"),
        ("", 1, "mapping of keys"),
        ("judges:\n  - {name: a}", 2, "no criteria"),
        ("judges:\n  - {criteria: c}", 2, "no name"),
        ("judges:\n  - name: a\n    criteria: c\n    scael: [1, 5]", 4, 'did you mean "scale"'),
        ("judges:\n  - name: a\n    criteria: c\n    scale: [5, 1]", 4, "lowest score and the highest"),
        ("judges:\n  - name: a\n    criteria: c\n    scale: 5", 4, "lowest score and the highest"),
        ("judges:\n  - name: Not A Name\n    criteria: c", 2, "is no name"),
        ("judges:\n  - name: a\n    criteria: ''", 3, "must be a text"),
        ("judges:\n  - name: a\n    criteria: c\n    kind: other", 4, "rating, preference"),
        ("judges:\n  - name: a\n    criteria: c\n    kind: preference\n    scale: [0, 1]", 5, "a preference has no scale"),
        ("judges:\n  - name: a\n    criteria: c\n    shows: [answer]", 4, "expected and contexts"),
        ("judges:\n  - name: a\n    criteria: c\n    levels:\n      good: x", 5, "is no score"),
        ("judges:\n  - name: a\n    criteria: c\n    template: '{{ answr }}'", 4, "known are input, answer"),
        ("judges:\n  - name: a\n    criteria: c\n    template: '{{ input }}'", 4, "does not hold"),
        ("judges:\n  - {name: a, criteria: c}\n  - {name: a, criteria: c}", 3, "there twice"),
        ("judges:\n  - name: a\n    name: b\n    criteria: c", 3, "there twice"),
        ("judges:\n  - {name: a, criteria: c}\nmodels:\n  m: {temperature: 0}", 4, "no model_id"),
        ("judges:\n  - {name: a, criteria: c}\nmodels:\n  m: {model_id: x, temperature: -1}", 4, "0 or more"),
    ],
)
def test_a_fault_is_said_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "judges.yaml"
    path.write_text(text)
    with pytest.raises(Problems) as error:
        load_rubrics(path)
    assert f"{path}:{line}: " in str(error.value)
    assert said in str(error.value)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "judges.yaml"
    path.write_text("judges:\n  - {name: a, criteria: c, scale: 1, shows: 2}\n  - {nam: b}")
    with pytest.raises(Problems) as error:
        load_rubrics(path)
    assert len(error.value.problems) == 5


def test_what_is_no_yaml_and_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "judges.yaml"
    with pytest.raises(UsageError, match="no such file"):
        load_rubrics(path)
    path.write_text("judges:\n  - {name: a")
    with pytest.raises(UsageError, match=r"judges\.yaml:2: the rubrics cannot be read"):
        load_rubrics(path)
