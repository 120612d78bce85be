"""The Bedrock embedder: bodies of each family, batches, back-off, usage and refusals."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from service.embedding.bedrock import ATTEMPTS, BedrockEmbedder
from service.errors import ModelError
from tests.fakes.bedrock_runtime import FakeBedrockRuntime
from tests.fakes.clock import FakeClock

V4 = "us.cohere.embed-v4:0"


def embedder(client: FakeBedrockRuntime, model: str = V4, dimensions: int = 256, **options: Any) -> BedrockEmbedder:
    return BedrockEmbedder(client, model, dimensions, jitter=lambda: 0.5, **options)


def test_cohere_v4() -> None:
    client = FakeBedrockRuntime()
    vectors = embedder(client).encode(["one", "two words"], "document")
    assert client.bodies == [
        {
            "texts": ["one", "two words"],
            "input_type": "search_document",
            "embedding_types": ["float"],
            "output_dimension": 256,
            "truncate": "RIGHT",
        }
    ]
    assert client.calls[0]["modelId"] == V4
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0, 1.0])


def test_cohere_v3_asks_for_queries_and_cuts_long_texts() -> None:
    client = FakeBedrockRuntime(dimensions=1024)
    embedder(client, "cohere.embed-english-v3", 1024).encode(["x" * 3000])
    assert client.bodies == [{"texts": ["x" * 2048], "input_type": "search_query", "truncate": "END"}]


def test_titan_takes_one_text_a_call_and_reports_its_tokens() -> None:
    client = FakeBedrockRuntime()
    titan = embedder(client, "amazon.titan-embed-text-v2:0")
    assert titan.encode(["one", "two words"]).shape == (2, 256)
    assert client.bodies[1] == {"inputText": "two words", "dimensions": 256, "normalize": True}
    assert (titan.usage.requests, titan.usage.texts, titan.usage.input_tokens) == (2, 2, 3)


def test_batches_keep_their_order_and_tokens_come_from_the_header() -> None:
    client = FakeBedrockRuntime()
    cohere = embedder(client, batch_size=2)
    vectors = cohere.encode(["a", "bb", "ccc", "dddd", "eeeee"])
    assert [len(body["texts"]) for body in client.bodies] == [2, 2, 1]
    assert np.all(np.diff(vectors[:, 1]) > 0)
    assert cohere.usage.input_tokens == 5
    assert cohere.encode([]).shape == (0, 256)


def test_throttling_is_waited_out_and_later_calls_keep_their_distance() -> None:
    clock = FakeClock()
    client = FakeBedrockRuntime("ThrottlingException", "ThrottlingException")
    cohere = embedder(client, sleep=clock.sleep)
    cohere.encode(["a"])
    assert clock.slept == pytest.approx([0.25, 0.05, 0.5, 0.1])
    cohere.encode(["a"])
    assert clock.slept[-1] == pytest.approx(0.07)
    for _ in range(10):
        cohere.encode(["a"])
    quiet = len(clock.slept)
    cohere.encode(["a"])
    assert len(clock.slept) == quiet
    assert cohere.usage.retries == 2
    assert cohere.usage.waited_seconds == pytest.approx(sum(clock.slept))


def test_it_gives_up_in_the_end() -> None:
    clock = FakeClock()
    client = FakeBedrockRuntime(*["ServiceUnavailableException"] * ATTEMPTS)
    with pytest.raises(ModelError, match=f"ServiceUnavailableException to InvokeModel {ATTEMPTS} times"):
        embedder(client, sleep=clock.sleep).encode(["a"])
    assert len(clock.slept) == ATTEMPTS - 1


def test_a_refusal_is_not_repeated() -> None:
    client = FakeBedrockRuntime("AccessDeniedException")
    with pytest.raises(ModelError, match="AccessDeniedException") as failure:
        embedder(client).encode(["a"])
    assert "bedrock:InvokeModel" in str(failure.value)
    assert len(client.calls) == 1


@pytest.mark.parametrize(
    ("model", "dimensions", "message"),
    [
        (V4, 300, "offers 256, 512, 1024, 1536"),
        ("cohere.embed-english-v3", 256, "offers 1024"),
        ("gpt", 256, "no embedding model"),
    ],
)
def test_a_wrong_model_or_length_is_said_at_once(model: str, dimensions: int, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        embedder(FakeBedrockRuntime(), model, dimensions)


def test_answers_of_another_shape() -> None:
    with pytest.raises(ModelError, match=r"shape \(1, 128\), not \(1, 256\)"):
        embedder(FakeBedrockRuntime(dimensions=128)).encode(["a"])

    class Html(FakeBedrockRuntime):
        def invoke_model(self, **_: Any) -> dict[str, Any]:
            return {"body": io.BytesIO(b"<html>")}

    with pytest.raises(ModelError, match="not JSON"):
        embedder(Html()).encode(["a"])
