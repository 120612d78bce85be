"""bedrock-runtime's converse and invoke_model: deterministic answers with token counts, no model behind them."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .judging import judgement
from .wire import Answer, AwsError, json_answer

if TYPE_CHECKING:
    from .wire import Call

_PATH = re.compile(r"^/model/(?P<model>[^/]+)/(?P<action>converse|invoke)$")
_WORD = re.compile(r"\w+|[^\w\s]")
COHERE_DIMENSIONS = {"v3": 1024, "v4": 1536}
MAX_TEXTS = 96


def answer(call: Call) -> Answer:
    """Answer a converse or invoke call. Raises AwsError ValidationException for what a model would refuse."""
    found = _PATH.match(call.path)
    if found is None:
        message = f"The local bedrock-runtime has converse and invoke_model, not {call.method} {call.path}."
        raise AwsError(code="UnknownOperationException", message=message, status=404)
    try:
        body = call.json()
    except (ValueError, TypeError):
        raise AwsError(
            code="ValidationException", message="Malformed input request, please reformat your input and try again."
        ) from None
    model = unquote(found["model"])
    if found["action"] == "converse":
        return json_answer(_converse(body), content_type="application/json")
    value, tokens = _invoke(model, body)
    headers = (
        ("Content-Type", "application/json"),
        ("X-Amzn-Bedrock-Input-Token-Count", str(tokens[0])),
        ("X-Amzn-Bedrock-Output-Token-Count", str(tokens[1])),
        ("X-Amzn-Bedrock-Invocation-Latency", "1"),
    )
    return Answer(headers=headers, body=json_answer(value).body)


def count_tokens(text: str) -> int:
    """Tokens by a plain rule: words and marks, long words counted in pieces of six letters."""
    return sum(math.ceil(len(word) / 6) for word in _WORD.findall(text))


def _converse(body: dict[str, Any]) -> dict[str, Any]:
    texts = [part.get("text", "") for message in _messages(body) for part in message["content"] if isinstance(part, dict)]
    system = [part.get("text", "") for part in body.get("system", [])]
    limit = int(body.get("inferenceConfig", {}).get("maxTokens", 512))
    judged = judgement("\n".join(system), "\n".join(texts))
    reply, stop = (judged, "end_turn") if judged is not None else _reply(texts, limit)
    tokens_in, tokens_out = sum(map(count_tokens, texts + system)), count_tokens(reply)
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": reply}]}},
        "stopReason": stop,
        "usage": {"inputTokens": tokens_in, "outputTokens": tokens_out, "totalTokens": tokens_in + tokens_out},
        "metrics": {"latencyMs": 1},
    }


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or messages[0].get("role") != "user":
        message = (
            "A conversation must start with a user message. Try again with a conversation that starts with a user message."
        )
        raise AwsError(code="ValidationException", message=message)
    return messages


def _invoke(model: str, body: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, int]]:
    if "cohere.embed" in model:
        return _cohere(model, body)
    if "titan-embed" in model:
        return _titan(body)
    if "anthropic." in model:
        return _anthropic(model, body)
    message = "The provided model identifier is invalid."
    raise AwsError(code="ValidationException", message=message)


def _cohere(model: str, body: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, int]]:
    generation = "v4" if "v4" in model else "v3"
    texts = body.get("texts")
    if not isinstance(texts, list) or not 1 <= len(texts) <= MAX_TEXTS:
        raise AwsError(code="ValidationException", message=f"texts: expected 1 to {MAX_TEXTS} strings")
    if "input_type" not in body:
        raise AwsError(code="ValidationException", message="#: required key [input_type] not found")
    size = int(body.get("output_dimension", COHERE_DIMENSIONS[generation]))
    vectors = [embed(text, size) for text in texts]
    kinds = body.get("embedding_types")
    embeddings: Any = dict.fromkeys(kinds, vectors) if kinds else vectors
    value = {
        "id": hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32],
        "texts": texts,
        "embeddings": embeddings,
        "response_type": "embeddings_by_type" if kinds else "embeddings_floats",
    }
    return value, (sum(map(count_tokens, texts)), 0)


def _titan(body: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, int]]:
    text, size = body.get("inputText"), body.get("dimensions", 1024)
    if not isinstance(text, str) or not text:
        raise AwsError(code="ValidationException", message="#: required key [inputText] not found")
    if size not in {256, 512, 1024}:
        raise AwsError(code="ValidationException", message=f"#/dimensions: {size} is not one of 256, 512, 1024")
    vector, tokens = embed(text, size), count_tokens(text)
    return {"embedding": vector, "embeddingsByType": {"float": vector}, "inputTextTokenCount": tokens}, (tokens, 0)


def _anthropic(model: str, body: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, int]]:
    if "anthropic_version" not in body or "max_tokens" not in body:
        raise AwsError(code="ValidationException", message="anthropic_version and max_tokens are required")
    texts: list[str] = [str(body["system"])] if "system" in body else []
    for message in _messages(body):
        content = message["content"]
        texts += [content] if isinstance(content, str) else [part.get("text", "") for part in content]
    reply, stop = _reply(texts, int(body["max_tokens"]))
    tokens = sum(map(count_tokens, texts)), count_tokens(reply)
    value = {
        "id": "msg_bdrk_" + hashlib.sha256("\0".join(texts).encode()).hexdigest()[:24],
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": reply}],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": tokens[0], "output_tokens": tokens[1]},
    }
    return value, tokens


def _reply(texts: list[str], limit: int) -> tuple[str, str]:
    """The line of the prompt that shares most words with its last line, cut at `limit` tokens."""
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    if not lines:
        return "I have nothing to go by.", "end_turn"
    *rest, question = lines
    wanted = set(_WORD.findall(question.lower()))
    best = max(rest, key=lambda line: len(wanted & set(_WORD.findall(line.lower()))), default=question)
    words = best.split()
    kept: list[str] = []
    for word in words:
        if count_tokens(" ".join([*kept, word])) > limit:
            return " ".join(kept), "max_tokens"
        kept.append(word)
    return " ".join(kept), "end_turn"


def embed(text: str, size: int) -> list[float]:
    """A unit vector from hashed words and word pairs: texts that share words are near one another."""
    vector = [0.0] * size
    words = [word.lower() for word in _WORD.findall(text)] or [text]
    for feature in [*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))]:
        digest = hashlib.blake2b(feature.encode(), digest_size=8).digest()
        number = int.from_bytes(digest, "big")
        vector[number % size] += 1.0 if number >> 63 else -1.0
    length = math.sqrt(sum(x * x for x in vector)) or 1.0
    return [x / length for x in vector]
