"""The stand-in as judge: the prompts of the evaluator, answered sensibly and the same every time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from emulator.judging import judgement
from goldgate.eval.judge.parsing import parse_preference, parse_rating
from goldgate.eval.judge.prompts import Exhibit, preference_prompt, rating_prompt
from goldgate.eval.judge.rubric import Rubric
from goldgate.pipeline.bedrock_judge import BedrockJudge

if TYPE_CHECKING:
    from tests.fakes.in_process_aws import InProcessAws

RUBRIC = Rubric(name="right", criteria="Is it right?", scale=(1, 5), levels={"1": "wrong"})
BETTER = Rubric(name="better", criteria="Which is right?", kind="preference")


def exhibit(answer: str) -> Exhibit:
    return Exhibit(input="How much was it?", answer=answer, expected="USD 5 million")


@pytest.mark.parametrize(
    ("answer", "score"), [("USD 5 million", 5), ("It was USD 5 million then", 4), ("It was 6 billion", 1), ("", 1)]
)
def test_a_rating_is_the_share_of_the_expected_words(answer: str, score: int) -> None:
    prompt = rating_prompt(RUBRIC, exhibit(answer))
    reply = judgement(prompt.system, prompt.user)
    assert reply is not None
    assert parse_rating(reply, RUBRIC.scale).score == score


def test_without_anything_expected_the_contexts_count() -> None:
    rubric = Rubric(name="grounded", criteria="c", shows=("contexts",), scale=(0, 10))
    prompt = rating_prompt(rubric, Exhibit(input="q", answer="five it was", contexts="five it was"))
    reply = judgement(prompt.system, prompt.user)
    assert reply is not None
    assert parse_rating(reply, rubric.scale).score == 10


@pytest.mark.parametrize(
    ("first", "second", "choice"), [("5 million", "6 million", "A"), ("6", "5 million", "B"), ("x", "y", "tie")]
)
def test_a_preference_goes_by_the_words_and_not_by_the_place(first: str, second: str, choice: str) -> None:
    prompt = preference_prompt(BETTER, exhibit(first), exhibit(second))
    reply = judgement(prompt.system, prompt.user)
    assert reply is not None
    assert parse_preference(reply).choice == choice


def test_any_other_prompt_is_none_of_its_business() -> None:
    assert judgement("Be brief.", "What was the revenue?") is None
    assert judgement("Score from 1 (worst) to 5 (best)", "<question-00000000>\nx\n</question-00000000>") is None


def test_the_evaluator_s_judge_reaches_it_through_converse(aws: InProcessAws) -> None:
    judge = BedrockJudge(aws.client("bedrock-runtime"), "us.anthropic.claude-haiku-4-5-20251001-v1:0")
    prompt = rating_prompt(RUBRIC, exhibit("USD 5 million"))
    first, second = asyncio.run(judge.complete(prompt)), asyncio.run(judge.complete(prompt))
    assert parse_rating(first.text, RUBRIC.scale).score == 5
    assert (first, first.input_tokens > 100) == (second, True)
