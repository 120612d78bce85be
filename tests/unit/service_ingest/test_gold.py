"""The committed gold set: it is what the generator writes, and every case can be answered from its evidence."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.gold.load import load_gold
from service.ingest.asking import MOST_EVIDENCE, possessive, spread

from .conftest import ROOT
from .test_generate import states

if TYPE_CHECKING:
    from service.ingest.corpus import Corpus

GOLD = ROOT / "gold_sets" / "finrag.jsonl"
KINDS = {"numeric", "span", "list", "boolean", "trend", "cross_company", "unanswerable"}
Cases = list[dict[str, Any]]


def test_the_committed_file_is_what_the_seed_gives(gold_bytes: bytes) -> None:
    assert GOLD.read_bytes() == gold_bytes, "run: python -m service.ingest gold --seed 7 --out gold_sets/finrag.jsonl"


def test_it_loads_without_a_problem() -> None:
    gold = load_gold(GOLD)
    assert len(gold) >= 200
    assert {case.tags["kind"] for case in gold.cases} == KINDS
    assert {case.tags["difficulty"] for case in gold.cases} == {"easy", "medium", "hard"}
    assert all(case.cluster for case in gold.cases)
    assert {case.unanswerable for case in gold.cases if case.tags["kind"] == "unanswerable"} == {True}
    assert not any(case.unanswerable for case in gold.cases if case.tags["kind"] != "unanswerable")


def test_every_kind_has_cases_enough_and_no_question_comes_twice(cases: Cases) -> None:
    counts = Counter(case["tags"]["kind"] for case in cases)
    assert min(counts.values()) >= 15
    questions = {" ".join(case["input"].casefold().split()) for case in cases}
    assert len(questions) == len(cases)


def test_every_company_is_asked_about(cases: Cases, corpus: Corpus) -> None:
    assert set(corpus.reference.companies) <= {case["tags"]["company"] for case in cases}


def test_evidence_is_in_the_corpus_and_fits_into_ten_results(cases: Cases, corpus: Corpus) -> None:
    known = {sentence.sentence_id for sentence in corpus.sentences}
    for case in cases:
        evidence = case["expected"].get("evidence", [])
        assert set(evidence) <= known, case["id"]
        assert len(set(evidence)) == len(evidence) <= MOST_EVIDENCE, case["id"]
        assert bool(evidence) == (case["tags"]["kind"] != "unanswerable"), case["id"]


def test_numeric_evidence_states_the_figure(cases: Cases, corpus: Corpus) -> None:
    texts = {sentence.sentence_id: sentence.text for sentence in corpus.sentences}
    for case in cases:
        if case["tags"]["kind"] != "numeric":
            continue
        expected = case["expected"]
        value = expected["numeric"] * (1e6 if expected["unit"] == "USD million" else 1)
        assert all(states(texts[name], value) for name in expected["evidence"]), case["id"]


def test_no_other_sentence_of_the_report_states_what_was_asked(cases: Cases, corpus: Corpus) -> None:
    """A figure of a fact that stands elsewhere in the report must be a known restatement, or the case is unfair."""
    by_report: dict[str, list[Any]] = {}
    for sentence in corpus.sentences:
        by_report.setdefault(sentence.doc_id, []).append(sentence)
    for case in cases:
        if case["tags"]["kind"] != "numeric" or case["expected"]["unit"] != "USD million":
            continue
        evidence = case["expected"]["evidence"]
        value = case["expected"]["numeric"] * 1e6
        if abs(value) < 1e9:
            continue  # two or three figures may coincide
        report = by_report[evidence[0].partition("_section_")[0]]
        same = [s for s in report if s.sentence_id not in evidence and f"{abs(value) / 1e6:,.0f} million" in s.text]
        assert not same, (case["id"], same[0].text)


def test_yes_and_no_are_balanced(cases: Cases) -> None:
    values = Counter(case["expected"]["boolean"] for case in cases if case["tags"]["kind"] == "boolean")
    assert abs(values[True] - values[False]) <= 6


def test_spread_keeps_its_limits_and_says_when_it_cannot() -> None:
    corpus_rng = Random(1)
    pairs = [(letter, number) for letter in "abc" for number in range(9)]
    taken = spread(pairs, 6, corpus_rng, limits=[(lambda pair: pair[0], 2)])
    assert Counter(letter for letter, _ in taken) == {"a": 2, "b": 2, "c": 2}
    with pytest.raises(ValueError, match="only 6 of 7"):
        spread(pairs, 7, corpus_rng, limits=[(lambda pair: pair[0], 2)])


def test_possessives() -> None:
    assert possessive("Visa") == "Visa's"
    assert possessive("Meta Platforms") == "Meta Platforms'"
