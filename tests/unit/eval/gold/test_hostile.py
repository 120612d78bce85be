"""Files that are almost of a format: whatever stands in a field, what comes is a gold set or an error that people can read."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.errors import GoldgateError
from goldgate.eval.gold.formats import recognised
from goldgate.eval.gold.lint import lint
from goldgate.eval.gold.load import load_source
from goldgate.eval.gold.source import Source

from .files import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = ("", " ", "x", "[", '{"a": 1}', "\ud800")
JUNK: tuple[Any, ...] = (None, True, 0, -1.5, *TEXTS, [], ["x"], [None], [[1]], {}, {"a": None}, {"text": 5})
PARAGRAPH = {"context": "c", "qas": [{"id": "1", "question": "q", "answers": [{"text": "a"}]}]}
SAMPLES: dict[str, Any] = {
    "deepeval.json": [{"input": "q", "expected_output": "a", "context": ["c"], "additional_metadata": {"k": "v"}, "name": "n"}],
    "ragas.jsonl": [{"user_input": "q", "reference": "a", "reference_contexts": ["c"], "reference_context_ids": ["d"]}],
    "old.jsonl": [{"question": "q", "answer": "a", "contexts": ["c"], "ground_truths": ["g"], "metadata": {}}],
    "inspect.jsonl": [{"input": [{"role": "user", "content": "q"}], "target": ["A"], "choices": ["x", "y"], "metadata": {}}],
    "giskard.jsonl": [
        {"id": "1", "question": "q", "reference_answer": "a", "reference_context": "Document 1: x", "metadata": {"topic": "t"}},
    ],
    "finrag.json": [
        {"question_id": "1", "question_text": "q", "answer_type": "list", "answer_text": ["a"], "years": [1]}
    ],
    "squad.json": {"data": [{"title": "t", "paragraphs": [PARAGRAPH]}]},
    "promptfoo.json": {
        "defaultTest": {"assert": [], "vars": {}},
        "tests": [{"vars": {"q": "x"}, "assert": [{"type": "equals", "value": "a"}], "metadata": {"k": "v"}, "options": {}}],
    },
    "promptfoo.yaml": {"tests": [{"vars": {"q": "x"}, "assert": [{"type": "contains-all", "value": ["a"]}]}]},
    "native.jsonl": [{"id": "1", "input": {"q": "x"}, "expected": {"answer": "a", "evidence": ["e"]}, "tags": {"k": "v"}}],
}  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value within."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


def changed(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """A copy with other content at one place."""
    if not path:
        return junk
    out = copy.deepcopy(value)
    holder = out
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    return out


def outcome(path: Path) -> str:
    """The word read, or the error."""
    try:
        lint(load_source(Source(path)))
    except GoldgateError as error:
        return str(error)
    return "read"


@pytest.mark.parametrize("name", SAMPLES)
def test_no_content_brings_a_traceback(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    found = [
        outcome(written(tmp_path / name, changed(SAMPLES[name], path, junk)))
        for path in places(SAMPLES[name])
        for junk in chance.sample(JUNK, 6)
        if path
    ]
    assert "read" in found
    assert [text for text in found if text != "read" and name not in text] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_of_their_format(tmp_path: Path, name: str) -> None:
    file = written(tmp_path / name, SAMPLES[name])
    wanted = {"old.jsonl": "ragas", "native.jsonl": "jsonl"}.get(name, name.partition(".")[0])
    assert wanted == recognised(Source(file)).NAME
    assert outcome(file) == "read"


@pytest.mark.parametrize("data", [b"\x00\x01", b"\xff\xfe[\x00", b"{", b"[", b'a,b\n"', b"PAR1", b"- [", b"\n\n", b"1 2 3 4"])
@pytest.mark.parametrize("suffix", ["json", "jsonl", "csv", "yaml", "parquet", "txt"])
def test_no_bytes_bring_a_traceback(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"g.{suffix}"
    path.write_bytes(data)
    assert path.name in outcome(path) or outcome(path) == "read"
