from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.entities import Reader
from service.retrieval import Hit, Searcher
from service.retrieval.duplicates import Seen
from service.retrieval.fusion import ranks, reciprocal
from service.retrieval.lexical import LexicalIndex
from service.retrieval.support import states
from service.retrieval.thesaurus import relatives
from tests.fakes import finrag

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["Competitors cut prices.", "Rivals cut prices again.", "Our offices are leased.", "Prices of titanium rose in 2018."]


def test_ranks_are_cut_at_the_floor_and_the_depth() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.5, 0.0], dtype=np.float32)
    assert ranks(scores, np.arange(5), 0.1, 10).tolist() == [1, 2, 3]
    assert ranks(scores, np.arange(5), 0.0, 2).tolist() == [1, 2]
    assert ranks(scores, np.array([4, 3, 0]), 0.0, 5).tolist() == [3, 0]


def test_reciprocal_rank_fusion() -> None:
    fused = reciprocal([(np.array([7, 8]), 1.0), (np.array([8]), 0.5)])
    assert fused == {7: pytest.approx(1 / 61), 8: pytest.approx(1 / 62 + 0.5 / 61)}


def test_shared_words_score_and_words_of_the_same_meaning_score_less() -> None:
    scores = LexicalIndex(TEXTS).scores("competitors")
    assert scores[0] > scores[1] > 0
    assert scores[2] == scores[3] == 0


def test_a_year_that_is_said_is_surer() -> None:
    index = LexicalIndex([*TEXTS, "Prices of titanium rose in 2019."])
    assert index.scores("titanium prices", (2019,)).argmax() == 4
    assert index.scores("titanium prices", (2018,)).argmax() == 3


def test_a_question_of_unknown_words_scores_nothing() -> None:
    assert LexicalIndex(TEXTS).scores("zeppelin").tolist() == [0.0] * 4


def test_coverage_counts_rare_words_more_and_unknown_ones_most() -> None:
    index = LexicalIndex(TEXTS)
    assert index.coverage("titanium prices", 3) == pytest.approx(1.0)
    assert index.coverage("titanium prices", 0) < 0.5
    assert index.coverage("titanium zeppelin", 3) == pytest.approx(0.5)
    assert index.knows("offices")
    assert not index.knows("zeppelin")


def test_relatives_go_both_ways() -> None:
    assert "rival" in relatives("competitor")
    assert "competitor" in relatives("rival")
    assert relatives("titanium") == frozenset()


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("Revenue was $1,250 million.", 1250e6, True),
        ("Revenue was $1.25 billion.", 1250e6, True),
        ("Revenue was $1.3 billion.", 1250e6, True),
        ("Revenue was $1.2 billion.", 1260e6, False),
        ("Revenue (in thousands): 1,250,400", 1250.4e6, True),
        ("a loss of $50 million", -50e6, True),
        ("Item 50 of 12", 50e6, False),
        ("margin was 9.6%", 9.6, True),
        ("in 2018", 2018e6, True),
        ("Revenue was not given", 1250e6, False),
    ],
)
def test_a_sentence_states_a_figure(text: str, value: float, expected: bool) -> None:
    assert states(text, value) is expected


def test_near_duplicates_of_one_report_are_kept_once() -> None:
    seen = Seen()
    assert seen.add((1, 2018), "We carry insurance against launch failures and lost cargo of our clients.")
    assert not seen.add((1, 2018), "We carry insurance against launch failures and lost cargo of clients.")
    assert seen.add((1, 2018), "We carry no titanium.")


def test_another_years_sentence_or_another_figure_is_no_duplicate() -> None:
    seen = Seen()
    assert seen.add((1, 2018), "Revenue was $1,250 million.")
    assert seen.add((1, 2019), "Revenue was $1,250 million.")
    assert seen.add((1, 2018), "Revenue was $1,251 million.")
    assert seen.add((2, 2018), "Revenue was $1,250 million.")


class TestSearch:
    @pytest.fixture
    def searcher(self, tmp_path: Path) -> Searcher:
        return Searcher(finrag.corpus(tmp_path), finrag.HashEmbedder(), finrag.config(tmp_path).retrieval)

    def find(self, searcher: Searcher, text: str, top_k: int = 5) -> list[Hit]:
        reader = Reader.for_tables(finrag.sentences(), finrag.facts(), searcher.knows)
        return searcher.search(reader.read(text), top_k)

    def test_company_and_year_come_first(self, searcher: Searcher) -> None:
        hits = self.find(searcher, "What was Acme's revenue in 2019?")
        assert hits[0].id == "1_2019_ITEM_7_0"

    def test_every_company_and_year_is_heard(self, searcher: Searcher) -> None:
        hits = self.find(searcher, "Did Acme or Borealis Foods repurchase shares in 2019?", top_k=2)
        assert {hit.cik for hit in hits if not hit.neighbour} == {1, 2}

    def test_the_whole_collection_fills_what_the_filter_leaves(self, searcher: Searcher) -> None:
        hits = self.find(searcher, "What was the revenue of Acme in 2019?", top_k=10)
        assert any(hit.cik != 1 for hit in hits if not hit.neighbour)

    def test_neighbours_follow_the_ranked_ones(self, searcher: Searcher) -> None:
        hits = self.find(searcher, "Which titanium shortage would delay Acme in 2018?", top_k=1)
        assert [hit.neighbour for hit in hits] == [False, True, True]
        assert {hit.id for hit in hits[1:]} == {"1_2018_ITEM_1A_0", "1_2018_ITEM_1A_2"}

    def test_scores_fall_from_first_to_last(self, searcher: Searcher) -> None:
        scores = [hit.score for hit in self.find(searcher, "What was Acme's revenue in 2018?")]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) == len(scores)

    def test_a_section_that_is_named_is_preferred(self, searcher: Searcher) -> None:
        hits = self.find(searcher, "What do the risk factors of Acme say for 2018?", top_k=3)
        assert hits[0].id.startswith("1_2018_ITEM_1A")

    def test_a_year_without_a_report_falls_back_to_the_company(self, searcher: Searcher) -> None:
        hits = self.find(searcher, "What competition does Acme face in 2012?", top_k=2)
        assert {hit.cik for hit in hits} == {1}

    def test_sentences_that_state_a_fact_lead(self, searcher: Searcher, tmp_path: Path) -> None:
        engine = finrag.engine(tmp_path)
        answered = engine.ask("By how much did Acme's net income change from 2018 to 2019?")
        assert answered.hits[0].id == "1_2018_ITEM_7_1", "no sentence is named by the fact; this one shows $120 million"
