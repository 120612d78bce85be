from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.answer import BedrockProvider, make_provider
from service.answer.refusal import REFUSAL
from service.engine import Engine
from service.errors import ModelError
from service.sections import ServingModel
from tests.fakes import finrag
from tests.fakes.converse import Converse

if TYPE_CHECKING:
    from pathlib import Path

PRICED = ServingModel(provider="bedrock", model_id="haiku", cost_per_1k_input=0.001, cost_per_1k_output=0.005)


def bedrock(folder: Path, client: Converse, waits: list[float] | None = None) -> Engine:
    def sleep(seconds: float) -> None:
        if waits is not None:
            waits.append(seconds)

    settings = finrag.config(folder)
    provider = BedrockProvider(settings, PRICED, client, sleep=sleep, jitter=lambda: 1.0)
    return Engine(settings, finrag.corpus(folder), finrag.HashEmbedder(), provider)


class TestExtractive:
    def test_a_figure_with_its_sentence(self, tmp_path: Path) -> None:
        reply = finrag.engine(tmp_path).ask("What was Acme's revenue in 2018?").reply
        assert reply.text == "Acme Rockets Inc's revenue was $1,250 million in 2018."
        assert reply.citations == ("1_2018_ITEM_7_0",)
        assert (reply.model, reply.cost_usd, reply.refused) == ("extractive", 0.0, False)
        assert reply.input_tokens > reply.output_tokens > 0

    def test_a_sentence_is_found_for_a_fact_that_names_none(self, tmp_path: Path) -> None:
        assert finrag.engine(tmp_path).ask("What was Acme's net income in 2018?").reply.citations == ("1_2018_ITEM_7_1",)

    def test_words_are_quoted_and_cited(self, tmp_path: Path) -> None:
        reply = finrag.engine(tmp_path).ask("What would delay the launches of Acme, per its 2018 report?").reply
        assert "titanium forgings" in reply.text
        assert reply.citations == ("1_2018_ITEM_1A_1",)

    def test_yes_and_no_come_first(self, tmp_path: Path) -> None:
        engine = finrag.engine(tmp_path)
        assert engine.ask("Did Acme repurchase any shares in 2019?").reply.text.startswith("No. ")
        assert engine.ask("Did Borealis Foods repurchase shares in 2019?").reply.text.startswith("Yes. ")
        assert engine.ask("Did both Acme and Borealis Foods repurchase shares in 2019?").reply.text.startswith("No. ")
        assert engine.ask("Did either Acme or Borealis Foods repurchase shares in 2019?").reply.text.startswith("Yes. ")

    def test_a_list_is_its_items(self, tmp_path: Path) -> None:
        reply = finrag.engine(tmp_path).ask("Which customers does Acme name in 2019?").reply
        assert reply.text == "satellite operators; universities; two space agencies"

    def test_a_figure_of_a_part_is_looked_up_in_words(self, tmp_path: Path) -> None:
        reply = finrag.engine(tmp_path).ask("What was the revenue of the Orbital segment of Acme in 2018?").reply
        assert "$700 million" in reply.text

    @pytest.mark.parametrize(
        ("question", "said"),
        [
            ("What was Zeppelin's revenue in 2018?", "anything about Zeppelin"),
            ("What was Acme's net income in 2031?", "this for 2031: they cover 2016 to 2019"),
            ("What was Borealis Foods' net income in 2017?", "net income of Borealis Foods Corporation for 2017"),
            ("What was the number of employees of Acme in 2018?", "the number of employees"),
            ("How many zebras graze in the gardens of Acme?", "this."),
        ],
    )
    def test_what_the_filings_do_not_state(self, tmp_path: Path, question: str, said: str) -> None:
        reply = finrag.engine(tmp_path).ask(question).reply
        assert reply.refused
        assert reply.citations == ()
        assert reply.text.startswith(REFUSAL)
        assert said in reply.text


class TestBedrock:
    def test_the_answer_its_citations_and_its_cost(self, tmp_path: Path) -> None:
        client = Converse("Revenue was $1,250 million [1_2018_ITEM_7_0] [made-up].")
        reply = bedrock(tmp_path, client).ask("What was Acme's revenue in 2018?").reply
        assert reply.citations == ("1_2018_ITEM_7_0",), "an id that was not shown is no citation"
        assert (reply.input_tokens, reply.output_tokens, reply.model) == (1000, 200, "haiku")
        assert reply.cost_usd == pytest.approx(0.001 + 0.001)

    def test_it_is_shown_sentences_and_figures(self, tmp_path: Path) -> None:
        client = Converse("ok")
        bedrock(tmp_path, client).ask("What was Acme's revenue in 2018?")
        (request,) = client.asked
        prompt = request["messages"][0]["content"][0]["text"]
        assert "[1_2018_ITEM_7_0] Revenue was $1,250 million in 2018." in prompt
        assert "Acme Rockets Inc's revenue was $1,250 million in 2018." in prompt
        assert request["modelId"] == "haiku"
        assert request["inferenceConfig"] == {"maxTokens": 1024, "temperature": 0.1}

    def test_throttling_is_waited_out(self, tmp_path: Path) -> None:
        waits: list[float] = []
        client = Converse("ok", codes=("ThrottlingException", "ServiceUnavailableException"))
        assert bedrock(tmp_path, client, waits).ask("What was Acme's revenue in 2018?").reply.text == "ok"
        assert waits == [0.5, 1.0]

    def test_it_gives_up(self, tmp_path: Path) -> None:
        waits: list[float] = []
        client = Converse(codes=("ThrottlingException",) * 5)
        with pytest.raises(ModelError, match="did not answer as haiku after 5 calls"):
            bedrock(tmp_path, client, waits).ask("What was Acme's revenue in 2018?")
        assert len(waits) == 4

    def test_what_cannot_get_better_is_not_repeated(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=r"after 1 calls: .*AccessDenied"):
            bedrock(tmp_path, Converse(codes=("AccessDeniedException",))).ask("What was Acme's revenue in 2018?")

    def test_an_empty_answer_is_a_failure(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="haiku answered nothing"):
            bedrock(tmp_path, Converse("")).ask("What was Acme's revenue in 2018?")

    def test_a_refusal_cites_nothing(self, tmp_path: Path) -> None:
        client = Converse(f"{REFUSAL} this [1_2018_ITEM_7_0].")
        reply = bedrock(tmp_path, client).ask("What was Acme's revenue in 2018?").reply
        assert reply.refused
        assert reply.citations == ()


def test_the_provider_is_the_configured_one(tmp_path: Path) -> None:
    assert make_provider(finrag.config(tmp_path)).model == "extractive"
    text = finrag.CONFIG.replace("provider: extractive", "provider: bedrock, model_id: nova")
    assert make_provider(finrag.config(tmp_path, text)).model == "nova"
