"""The Bedrock stand-in: shapes, token counts, the same answer every time."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from emulator.bedrock import count_tokens, embed

if TYPE_CHECKING:
    from tests.fakes.in_process_aws import InProcessAws

PROMPT = "Revenue of Acme in 2020 was 5 million.\nIts headquarters are in Oslo.\nWhat was the revenue of Acme in 2020?"


def invoke(aws: InProcessAws, model: str, body: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    answer = aws.client("bedrock-runtime").invoke_model(modelId=model, body=json.dumps(body))
    return json.loads(answer["body"].read()), answer["ResponseMetadata"]["HTTPHeaders"]


def test_converse_answers_from_the_prompt_and_counts(aws: InProcessAws) -> None:
    client = aws.client("bedrock-runtime")
    messages = [{"role": "user", "content": [{"text": PROMPT}]}]
    asked = {"modelId": "us.anthropic.claude-haiku-4-5-20251001-v1:0", "messages": messages, "system": [{"text": "Be brief."}]}
    first, second = client.converse(**asked), client.converse(**asked)
    text = first["output"]["message"]["content"][0]["text"]
    assert text == second["output"]["message"]["content"][0]["text"] == "Revenue of Acme in 2020 was 5 million."
    usage = first["usage"]
    assert usage["inputTokens"] == count_tokens(PROMPT) + count_tokens("Be brief.")
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]
    short = client.converse(**asked, inferenceConfig={"maxTokens": 3})
    assert short["stopReason"] == "max_tokens"
    assert short["usage"]["outputTokens"] <= 3


@pytest.mark.parametrize(("model", "size"), [("cohere.embed-english-v3", 1024), ("cohere.embed-v4:0", 1536)])
def test_cohere_embeds_many(aws: InProcessAws, model: str, size: int) -> None:
    value, headers = invoke(aws, model, {"texts": ["a b", "c"], "input_type": "search_query"})
    assert [len(vector) for vector in value["embeddings"]] == [size, size]
    assert headers["x-amzn-bedrock-input-token-count"] == "3"
    by_type, _ = invoke(
        aws, model, {"texts": ["a"], "input_type": "search_query", "embedding_types": ["float"], "output_dimension": 256}
    )
    assert len(by_type["embeddings"]["float"][0]) == 256


def test_titan_embeds_one(aws: InProcessAws) -> None:
    value, _ = invoke(aws, "amazon.titan-embed-text-v2:0", {"inputText": "a b", "dimensions": 512, "normalize": True})
    assert (len(value["embedding"]), value["inputTextTokenCount"]) == (512, 2)


def test_anthropic_messages(aws: InProcessAws) -> None:
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": [{"role": "user", "content": PROMPT}]}
    value, headers = invoke(aws, "anthropic.claude-3-haiku-20240307-v1:0", body)
    assert value["content"][0]["text"].startswith("Revenue of Acme")
    assert headers["x-amzn-bedrock-output-token-count"] == str(value["usage"]["output_tokens"])


@pytest.mark.parametrize(
    ("model", "body"),
    [
        ("no.such-model", {}),
        ("cohere.embed-v4:0", {"texts": [], "input_type": "x"}),
        ("cohere.embed-v4:0", {"texts": ["a"] * 97, "input_type": "x"}),
        ("cohere.embed-v4:0", {"texts": ["a"]}),
        ("amazon.titan-embed-text-v2:0", {"inputText": "a", "dimensions": 3}),
        ("anthropic.claude", {"messages": [{"role": "user", "content": "x"}]}),
    ],
)
def test_bad_input_is_a_validation_exception(aws: InProcessAws, model: str, body: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        invoke(aws, model, body)


def test_vectors_have_length_one_and_near_texts_are_near() -> None:
    a, b, c = (embed(text, 256) for text in ("net sales of Acme rose", "Acme net sales rose", "a lawsuit was settled"))
    assert math.isclose(sum(x * x for x in a), 1.0)
    near, far = (sum(x * y for x, y in zip(a, other, strict=True)) for other in (b, c))
    assert near > 0.5 > abs(far)
