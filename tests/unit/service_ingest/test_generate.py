"""The reference reports: as many as asked for, the same for the same seed, and true to the facts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import polars as pl

from service.ingest.generate import generate
from service.ingest.store import sentences_jsonl
from service.ingest.tables import Reference, read_reference

if TYPE_CHECKING:
    from pathlib import Path

    from service.ingest.corpus import Claim, Corpus

NUMBER = re.compile(r"(\()?(\d[\d,]*(?:\.\d+)?)\)? ?(million|billion)?")
SCALES = {"": 1.0, "million": 1e6, "billion": 1e9}
ROUNDING = 0.006


def numbers_in(text: str) -> list[float]:
    found = [float(digits.replace(",", "")) * SCALES[scale] for _, digits, scale in NUMBER.findall(text)]
    in_millions = [value * 1e6 for value in found] if "(in millions" in text else []
    return found + in_millions


def states(text: str, value: float) -> bool:
    return any(abs(number - abs(value)) <= ROUNDING * abs(value) for number in numbers_in(text))


def test_size_and_sections(corpus: Corpus) -> None:
    assert len(corpus.sentences) >= 15_000
    assert len({sentence.company.ticker for sentence in corpus.sentences}) == 21
    assert len({sentence.year for sentence in corpus.sentences}) >= 15
    assert {"ITEM_1", "ITEM_1A", "ITEM_3", "ITEM_5", "ITEM_7", "ITEM_7A", "ITEM_8"} <= {s.section for s in corpus.sentences}


def test_ids_are_unique_and_positions_count_up(corpus: Corpus) -> None:
    positions = defaultdict(list)
    for sentence in corpus.sentences:
        positions[sentence.doc_id, sentence.section].append(sentence.position)
    assert all(found == list(range(len(found))) for found in positions.values())
    assert len({sentence.sentence_id for sentence in corpus.sentences}) == len(corpus.sentences)
    assert corpus.sentences[0].sentence_id == "0000320193_10-K_2009_section_1_0"


def test_no_slot_is_left_open_and_every_sentence_begins_and_ends_as_one(corpus: Corpus) -> None:
    texts = [sentence.text for sentence in corpus.sentences]
    assert not [text for text in texts if "{" in text or "}" in text or "  " in text]
    assert not [text for text in texts if not text.endswith(".") or text[0].islower()]


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(corpus: Corpus) -> None:
    small = one_company("V")
    assert sentences_jsonl(generate(7, small)) == sentences_jsonl(generate(7, small))
    assert sentences_jsonl(generate(7, small)) != sentences_jsonl(generate(8, small))


def test_a_report_does_not_depend_on_the_other_companies(corpus: Corpus) -> None:
    alone = generate(7, one_company("V")).sentences
    assert [s.text for s in alone] == [s.text for s in corpus.sentences if s.company.ticker == "V"]


def one_company(ticker: str) -> Reference:
    whole = read_reference()
    facts = tuple(fact for fact in whole.facts if fact.ticker == ticker)
    return Reference(companies={ticker: whole.companies[ticker]}, facts=facts)


def test_every_fact_is_stated_in_its_own_report(corpus: Corpus) -> None:
    unstated = [f for f in corpus.reference.facts if not corpus.own_evidence(f.ticker, f.year, f.metric)]
    assert unstated == []


def test_every_claimed_figure_stands_in_its_sentence(corpus: Corpus) -> None:
    wrong = [
        (sentence.text, claim)
        for sentence in corpus.sentences
        for claim in sentence.claims
        if is_figure(claim) and not states(sentence.text, float(str(claim.value)))
    ]
    assert wrong == []


def is_figure(claim: Claim) -> bool:
    return isinstance(claim.value, float) and claim.unit != ""


def test_every_claimed_text_stands_in_its_sentence(corpus: Corpus) -> None:
    wrong = []
    for sentence in corpus.sentences:
        for claim in sentence.claims:
            items = claim.value if isinstance(claim.value, tuple) else (claim.value,)
            wrong += [(sentence.text, item) for item in items if isinstance(item, str) and item not in sentence.text]
    assert [(text, item) for text, item in wrong if item.casefold() not in text.casefold()] == []


def test_neighbouring_years_are_near_duplicates_and_wording_varies(corpus: Corpus) -> None:
    texts = Counter(sentence.text for sentence in corpus.sentences)
    assert 0.2 < len(texts) / len(corpus.sentences) < 0.8
    stated = [s.text for s in corpus.sentences for c in s.claims if c.topic == "total_assets" and c.year == s.year]
    patterns = {re.sub(r"[\d,.]+", "#", text) for text in stated}
    assert len(patterns) > 60


def test_no_sentence_is_copied_from_a_filing(corpus: Corpus, finsights: Path) -> None:
    real = set(pl.read_ndjson(next(finsights.rglob("sentences_from_bundles.jsonl")))["text"])
    ours = {sentence.text for sentence in corpus.sentences}
    assert {text for text in ours & real if len(text) > len("None.")} == set()
