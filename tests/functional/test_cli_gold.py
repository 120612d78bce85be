"""`goldgate gold lint | hash | convert` on gold sets with and without faults."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.gold.load import load_gold
from tests.fakes.command_line import call, run

if TYPE_CHECKING:
    from pathlib import Path

CASES: list[dict[str, Any]] = [
    {"id": "fr-0001", "input": "What was Ardent's revenue in 2020?", "expected": {"numeric": 14.8, "unit": "USD million"}},
    {"id": "fr-0002", "input": "Who audits Ardent?", "expected": {"answer": "Bell & Co", "evidence": ["s1", "s2"]}},
    {
        "id": "fr-0003",
        "input": "Is Ardent listed?",
        "expected": {"boolean": True, "evidence": ["s3"]},
    },
]


def lines(*cases: dict[str, Any]) -> str:
    return "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gold.jsonl").write_text(lines(*CASES))
    pl.DataFrame({"sentence_id": ["s1", "s3"]}).write_parquet(tmp_path / "corpus.parquet")
    return tmp_path


def test_a_good_gold_set_is_said_to_be(folder: Path) -> None:
    done = run("gold", "lint", "gold.jsonl", cwd=folder)
    sha = load_gold(folder / "gold.jsonl").sha256
    assert (done.code, done.err) == (0, "")
    assert done.out == f"gold.jsonl: 3 cases, no faults. sha256 {sha}\n"


def test_as_json_progress_goes_to_standard_error(folder: Path) -> None:
    done = call("gold", "lint", "gold.jsonl", "--json", cwd=folder)
    assert done.data == {
        "format": 1,
        "cases": 3,
        "sha256": load_gold(folder / "gold.jsonl").sha256,
        "evidence_missing": 0,
        "findings": [],
        "counts": {"error": 0, "warning": 0, "info": 0},
    }
    assert done.err.startswith("gold.jsonl: 3 cases")


@pytest.mark.parametrize(
    ("content", "where", "words"),
    [
        (lines(CASES[0]) + '{"id": "x", "input": \n', "gold.jsonl:2", "JSON"),
        (lines(CASES[0]) + "\n" + "[1]\n", "gold.jsonl:3", "object"),
        (lines(*CASES, {**CASES[0], "input": "Another?"}), "gold.jsonl:4", 'the id "fr-0001" stands on line 1 already'),
        (
            lines(*CASES, {"id": "fr-0117", "input": "what was ardent's REVENUE in 2020", "expected": {"numeric": 12.1}}),
            "gold.jsonl:4",
            'case "fr-0117" repeats the question of "fr-0001" (line 1) with another answer (14.8 USD million / 12.1)',
        ),
        (lines({"id": "x", "input": "Q", "expectd": {"answer": "a"}}), "gold.jsonl:1", "expectd"),
        (lines({"id": "x", "expected": {"answer": "a"}}), "gold.jsonl:1", "input"),
        (lines({"id": "x", "input": "Q", "expected": {"numeric": "many"}}), "gold.jsonl:1", "numeric"),
        ("", "gold.jsonl", "no case"),
    ],
)
def test_a_fault_is_said_with_its_line(folder: Path, content: str, where: str, words: str) -> None:
    (folder / "gold.jsonl").write_text(content)
    done = call("gold", "lint", "gold.jsonl", cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"{where}: ")
    assert words in done.err
    assert "Traceback" not in done.err


def test_all_faults_are_said_at_once_in_the_order_of_the_file(folder: Path) -> None:
    (folder / "gold.jsonl").write_text("{half\n" + lines(*CASES, CASES[1]) + "{half\n")
    done = call("gold", "lint", "gold.jsonl", "--json", cwd=folder)
    assert done.code == 2
    assert [problem["where"] for problem in done.data["problems"]] == ["gold.jsonl:1", "gold.jsonl:5", "gold.jsonl:6"]
    assert done.data["what"] == "3 errors"


@pytest.mark.parametrize(("content", "words"), [(None, "there is no such gold set"), (b'{"id": "\xff"}', "not UTF-8 text")])
def test_a_file_that_cannot_be_read_is_said(folder: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (folder / "other.jsonl").write_bytes(content)
    done = call("gold", "lint", "other.jsonl", cwd=folder)
    assert done.code == 2
    assert done.err.startswith("other.jsonl")
    assert words in done.err


def test_evidence_that_the_corpus_lacks_is_said_with_its_line(folder: Path) -> None:
    done = call("gold", "lint", "gold.jsonl", "--corpus", "corpus.parquet", cwd=folder)
    assert (done.code, done.out) == (2, "")
    lost = 'gold.jsonl:2: error evidence-missing: case "fr-0002" expects evidence that the corpus lacks: s2. Correct the ids.'
    assert done.err.splitlines() == [lost, "1 error."]
    as_json = call("gold", "lint", "gold.jsonl", "--corpus", "corpus.parquet", "--json", cwd=folder)
    assert (as_json.code, as_json.data["evidence_missing"], as_json.data["counts"]["error"]) == (2, 1, 1)
    assert as_json.data["problems"][0]["where"] == "gold.jsonl:2"


def test_or_is_counted_where_it_may_be_missing(folder: Path) -> None:
    words = ["gold", "lint", "gold.jsonl", "--corpus", "corpus.parquet", "--missing-evidence", "report"]
    done = call(*words, cwd=folder)
    assert done.code == 0
    assert done.out.splitlines()[0].startswith('gold.jsonl:2: warning evidence-missing: case "fr-0002" expects evidence')
    assert done.out.splitlines()[1].startswith("gold.jsonl: 3 cases, 1 warning. sha256 ")
    assert call(*words, "--json", cwd=folder).data["evidence_missing"] == 1


@pytest.mark.parametrize(
    "words", [["--corpus", "absent.parquet"], ["--corpus", "gold.jsonl"], ["--corpus", "corpus.parquet", "--corpus-id", "id"]]
)
def test_a_corpus_that_cannot_be_read_is_said(folder: Path, words: list[str]) -> None:
    done = call("gold", "lint", "gold.jsonl", *words, cwd=folder)
    assert done.code == 2
    assert done.err.startswith(f"{words[1]}: the corpus cannot be read")
    assert "--corpus-id" in done.err


def test_warnings_are_said_and_are_faults_where_the_call_is_strict(folder: Path) -> None:
    near = {"id": "fr-0004", "input": "Who audits Ardent??", "expected": {"answer": "Bell & Co"}, "tags": {"kind": "span"}}
    (folder / "gold.jsonl").write_text(lines(*CASES, near))
    done = call("gold", "lint", "gold.jsonl", cwd=folder)
    assert done.code == 0
    assert done.out.splitlines()[:2] == [
        (
            'gold.jsonl:4: warning duplicate: case "fr-0004" repeats the question of "fr-0002" (line 2) with the same answer. '
            "Keep one: it counts twice."
        ),
        'gold.jsonl:4: info lone-tag: case "fr-0004" is the only one tagged kind=span: no slice of its own can be judged.',
    ]
    assert "4 cases, 1 warning, 1 note. sha256" in done.out
    strict = call("gold", "lint", "gold.jsonl", "--strict", cwd=folder)
    assert (strict.code, strict.err.splitlines()[-1]) == (2, "1 error.")
    assert "warning duplicate" in strict.err


def test_prompts_and_siblings_are_held_against_it(folder: Path) -> None:
    (folder / "prompt.md").write_text("Example\nQ: What was Ardent's revenue in 2020?\n")
    (folder / "old.jsonl").write_text(lines(CASES[0], {**CASES[1], "input": "Who audited Ardent?"}))
    done = call("gold", "lint", "gold.jsonl", "--against", "prompt.md", "--sibling", "old.jsonl", "--json", cwd=folder)
    assert [(one["code"], one["line"], one["case"]) for one in done.data["findings"]] == [
        ("sibling-differs", 0, None),
        ("leak", 1, "fr-0001"),
    ]
    assert done.data["counts"] == {"error": 0, "warning": 2, "info": 0}


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_another_format_is_converted_and_what_is_lost_is_said(folder: Path, suffix: str) -> None:
    goldens = [{"input": "Who audits Ardent?", "expected_output": "Bell & Co", "retrieval_context": ["x"]}]
    (folder / "goldens.json").write_text(json.dumps(goldens))
    done = call("gold", "convert", "goldens.json", f"out.{suffix}", "--json", cwd=folder)
    assert done.code == 0
    assert done.data == {
        "format": 1,
        "from": "deepeval",
        "to": f"out.{suffix}",
        "cases": 1,
        "sha256": load_gold(folder / "goldens.json").sha256,
        "not_carried": {"retrieval_context": 1},
    }
    assert call("gold", "hash", f"out.{suffix}", cwd=folder).out.strip() == done.data["sha256"]
    assert "  not carried over: retrieval_context (1)" in done.err


def test_a_format_may_be_named(folder: Path) -> None:
    assert call("gold", "hash", "gold.jsonl", "--format", "jsonl", cwd=folder).code == 0
    wrong = call("gold", "hash", "gold.jsonl", "--format", "jsonnl", cwd=folder)
    assert (wrong.code, wrong.out) == (2, "")
    assert 'did you mean "jsonl"' in wrong.err


def hash_of(folder: Path, *cases: dict[str, Any], text: str | None = None) -> str:
    (folder / "one.jsonl").write_text(lines(*cases) if text is None else text)
    done = call("gold", "hash", "one.jsonl", cwd=folder)
    assert done.code == 0
    return done.out


def test_the_hash_depends_on_no_order_and_no_white_space(folder: Path) -> None:
    expected = hash_of(folder, *CASES)
    assert len(expected) == 65
    shuffled = list(CASES)
    random.Random(1).shuffle(shuffled)
    assert shuffled != CASES
    assert hash_of(folder, *shuffled) == expected
    spaced = "\n\n".join(json.dumps(dict(reversed(case.items())), indent=None, separators=(" , ", " : ")) for case in CASES)
    assert hash_of(folder, text=spaced + "\n") == expected


@pytest.mark.parametrize(
    "change",
    [
        {"input": "Who audits Ardent now?"},
        {"expected": {"answer": "Bell", "evidence": ["s1", "s2"]}},
        {"expected": {"answer": "Bell & Co", "evidence": ["s1"]}},
        {"tags": {"kind": "span"}},
        {"weight": 2.0},
    ],
)
def test_the_hash_changes_with_what_is_asked_and_expected(folder: Path, change: dict[str, Any]) -> None:
    assert hash_of(folder, CASES[0], {**CASES[1], **change}) != hash_of(folder, CASES[0], CASES[1])


def test_the_hash_as_json(folder: Path) -> None:
    done = call("gold", "hash", "gold.jsonl", "--json", cwd=folder)
    assert done.data == {"format": 1, "cases": 3, "sha256": load_gold(folder / "gold.jsonl").sha256}
