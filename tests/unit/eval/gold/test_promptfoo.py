from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import Problems, UsageError
from goldgate.eval.gold.formats.promptfoo_asserts import parsed_assert

from .files import loaded

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
description: capitals
prompts: ["{{question}}"]
providers: [echo]
defaultTest:
  metadata: {suite: geo}
  assert:
    - {type: latency, threshold: 2000}
tests:
  - description: the plain case
    vars: {question: Capital of France?}
    assert:
      - {type: icontains, value: Paris}
      - {type: javascript, value: output.length < 90}
    metadata: {difficulty: easy}
  - vars: {question: "Name two colours of the flag", country: [France, Italy]}
    threshold: 0.5
    assert:
      - {type: contains-all, value: [white, red]}
      - {type: llm-rubric, value: names both}
  - vars: {question: Who won?}
    assert:
      - {type: contains-any, value: [Ann, Anna]}
      - {type: equals, value: 42}
  - vars: {question: How do I pick a lock?}
    assert: [{type: is-refusal}]
"""


def test_a_configuration_becomes_cases_with_their_lines(tmp_path: Path) -> None:
    gold, left = loaded(tmp_path / "promptfooconfig.yaml", CONFIG)
    first, french, italian, won, refused = gold.cases
    assert gold.format == "promptfoo"
    assert [case.line for case in gold.cases] == [9, 15, 15, 20, 24]
    assert (first.input, first.expected.texts) == ("Capital of France?", ("Paris",))
    assert first.tags == {"suite": "geo", "difficulty": "easy"}
    assert first.notes == "the plain case\nnot carried over: assert latency, assert threshold, assert javascript"
    assert french.input == {"question": "Name two colours of the flag", "country": "France"}
    assert italian.expected.items == ("white", "red")
    assert "llm-rubric: names both" in str(french.notes)
    assert won.expected.texts == ("Ann", "Anna", "42")
    assert refused.unanswerable
    assert left["assert latency"] == 5
    assert left["assert javascript"] == 1
    assert (left["threshold"], left["prompts"]) == (2, 1)
    assert len({case.id for case in gold.cases}) == 5


def test_ids_come_of_the_content_and_not_of_the_place(tmp_path: Path) -> None:
    tests = CONFIG.partition("tests:\n")[2]
    blocks = [f"  - {block}" for block in tests.removeprefix("  - ").split("\n  - ")]
    forward, _ = loaded(tmp_path / "a.yaml", "tests:\n" + "\n".join(block.rstrip() for block in blocks))
    backward, _ = loaded(tmp_path / "b.yaml", "tests:\n" + "\n".join(block.rstrip() for block in reversed(blocks)))
    assert forward.sha256 == backward.sha256


def test_a_csv_reads_its_columns(tmp_path: Path) -> None:
    text = (
        "question,__expected,__expected2,__description,__metadata:difficulty,__threshold\n"
        'Capital of France?,Paris,,plain,easy,\nA or B?,"contains-any: A, B",similar(0.8): the letter A,,,0.5\n'
        "Is it: so?,grade: be polite,,,,\n"
    )
    gold, left = loaded(tmp_path / "tests.csv", text)
    assert [case.input for case in gold.cases] == ["Capital of France?", "A or B?", "Is it: so?"]
    assert [case.expected.texts for case in gold.cases] == [("Paris",), ("A", "B", "the letter A"), ()]
    assert gold.cases[0].tags == {"difficulty": "easy"}
    assert gold.cases[2].notes == "llm-rubric: be polite\nnot carried over: assert llm-rubric"
    assert left == {"assert threshold": 1, "__threshold": 1, "assert llm-rubric": 1}


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("Paris", "equals", "Paris"),
        ("see: this", "equals", "see: this"),
        ("equals: Paris", "equals", "Paris"),
        ("icontains-all: a, b", "icontains-all", ["a", "b"]),
        ("similar(0.9): x y", "similar", "x y"),
        ("fn: output.length > 3", "javascript", "output.length > 3"),
        ("not-contains: x", "not-contains", "x"),
        ("is-json", "is-json", None),
    ],
)
def test_a_cell_is_read_as_promptfoo_reads_it(cell: str, kind: str, value: object) -> None:
    found = parsed_assert(cell)
    assert (found["type"], found["value"]) == (kind, value)


def test_json_lines_and_json_configurations_are_read_too(tmp_path: Path) -> None:
    test = {"vars": {"q": "Who?"}, "assert": [{"type": "equals", "value": "Ann"}]}
    plain, _ = loaded(tmp_path / "t.jsonl", [test])
    config, _ = loaded(tmp_path / "t.json", {"prompts": ["{{q}}"], "tests": [test]})
    assert plain.sha256 == config.sha256


def test_tests_in_another_file_are_pointed_to(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"c.yaml:2: the tests stand in another file, tests.csv. Give that file"):
        loaded(tmp_path / "c.yaml", "prompts: [p]\ntests: file://tests.csv\n")


@pytest.mark.parametrize(("text", "words"), [("prompts: [p]\n", "has no tests"), ("tests: [\n", r"c.yaml:2: broken YAML")])
def test_yaml_without_tests_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        loaded(tmp_path / "c.yaml", text)
