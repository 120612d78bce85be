"""A judge on Bedrock: what it asks, what it costs, and which refusals pass."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from goldgate.eval.judge.model import ModelFault, Prompt
from goldgate.pipeline.bedrock_judge import BedrockJudge
from goldgate.pipeline.errors import OutsideError
from tests.fakes.converse import Converse
from tests.fakes.shapes import check, client_error

PROMPT = Prompt(system="You rate.", user="This.", max_tokens=99)


class Answering:
    """Bedrock's `converse` with one answer, or one error."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self._answer = answer

    def converse(self, **_: Any) -> dict[str, Any]:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def said(text: str, stop: str = "end_turn") -> dict[str, Any]:
    content = [{"text": part} for part in text.split("|")]
    return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": stop, "usage": {}}


def test_it_asks_converse_in_bedrock_s_shape_and_counts_the_cost() -> None:
    client = Converse('{"score": 4}')
    judge = BedrockJudge(client, "some.model-v1:0", cost_per_1k_input=0.001, cost_per_1k_output=0.005)
    reply = asyncio.run(judge.complete(PROMPT))
    check("bedrock-runtime", "Converse", request=client.asked[0])
    assert client.asked[0]["inferenceConfig"] == {"maxTokens": 99, "temperature": 0.0}
    assert client.asked[0]["system"] == [{"text": "You rate."}]
    assert (reply.text, reply.input_tokens, reply.output_tokens) == ('{"score": 4}', 1000, 200)
    assert reply.cost_usd == pytest.approx(0.002)


def test_without_prices_a_completion_has_no_cost() -> None:
    assert asyncio.run(BedrockJudge(Converse("4"), "m").complete(PROMPT)).cost_usd is None


def test_parts_are_joined_and_a_cut_off_reply_says_so() -> None:
    reply = asyncio.run(BedrockJudge(Answering(said('{"score"|: 4', "max_tokens")), "m").complete(PROMPT))
    assert (reply.text, reply.cut_off) == ('{"score": 4', True)


def test_its_identity_changes_with_model_and_temperature() -> None:
    judges = [BedrockJudge(None, "m"), BedrockJudge(None, "n"), BedrockJudge(None, "m", temperature=0.5)]
    assert len({judge.identity for judge in judges}) == 3


@pytest.mark.parametrize(
    ("error", "again", "busy"),
    [
        (client_error("Converse", "ThrottlingException", "Too many requests", 429), True, True),
        (client_error("Converse", "ServiceUnavailableException", "later", 503), True, True),
        (client_error("Converse", "ModelNotReadyException", "warming up", 429), True, True),
        (client_error("Converse", "ModelTimeoutException", "too slow", 408), True, False),
        (client_error("Converse", "InternalServerException", "oops", 500), True, False),
        (ConnectTimeoutError(endpoint_url="https://bedrock"), True, False),
        (client_error("Converse", "ValidationException", "Input is too long for requested model."), False, False),
    ],
)
def test_what_may_pass_is_a_fault(error: Exception, again: bool, busy: bool) -> None:
    with pytest.raises(ModelFault) as fault:
        asyncio.run(BedrockJudge(Answering(error), "m").complete(PROMPT))
    assert (fault.value.again, fault.value.busy) == (again, busy)


def test_a_wait_that_bedrock_asks_for_is_handed_on() -> None:
    error = client_error("Converse", "ThrottlingException", "later", 429)
    error.response["ResponseMetadata"]["HTTPHeaders"] = {"retry-after": "3"}
    with pytest.raises(ModelFault) as fault:
        asyncio.run(BedrockJudge(Answering(error), "m").complete(PROMPT))
    assert fault.value.retry_after == 3


def test_a_guardrail_s_refusal_is_a_fault_of_this_prompt() -> None:
    with pytest.raises(ModelFault, match="refused to judge") as fault:
        asyncio.run(BedrockJudge(Answering(said("no", "guardrail_intervened")), "m").complete(PROMPT))
    assert not fault.value.again


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDeniedException", "no"),
        ("ExpiredTokenException", "no"),
        ("ValidationException", "The provided model identifier is invalid."),
    ],
)
def test_what_no_prompt_survives_ends_the_run(code: str, message: str) -> None:
    with pytest.raises(OutsideError, match=code):
        asyncio.run(BedrockJudge(Answering(client_error("Converse", code, message)), "some.model").complete(PROMPT))
