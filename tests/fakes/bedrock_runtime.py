"""Bedrock's `invoke_model` for embeddings: answers in the shape of each family, after as many failures as a test wants."""

from __future__ import annotations

import io
import json
from typing import Any

from .shapes import refuse


class FakeBedrockRuntime:
    """`failures` are error codes to answer first, one a call; `bodies` are the requests that were seen, decoded."""

    def __init__(self, *failures: str, dimensions: int = 256) -> None:
        self.failures = list(failures)
        self.dimensions = dimensions
        self.bodies: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []

    def invoke_model(self, **request: Any) -> dict[str, Any]:
        self.calls.append(request)
        if self.failures:
            refuse("InvokeModel", self.failures.pop(0), "not now", 429)
        body = json.loads(request["body"])
        self.bodies.append(body)
        answer, tokens = self._answer(body)
        headers = {"X-Amzn-Bedrock-Input-Token-Count": str(tokens)}
        return {"body": io.BytesIO(json.dumps(answer).encode()), "ResponseMetadata": {"HTTPHeaders": headers}}

    def _answer(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        if "inputText" in body:
            words = len(body["inputText"].split())
            return {"embedding": self._vector(body["inputText"]), "inputTextTokenCount": words}, 0
        vectors = [self._vector(text) for text in body["texts"]]
        words = sum(len(text.split()) for text in body["texts"])
        if "embedding_types" in body:
            return {"embeddings": {"float": vectors}, "response_type": "embeddings_by_type"}, words
        return {"embeddings": vectors, "response_type": "embeddings_floats"}, words

    def _vector(self, text: str) -> list[float]:
        """Not of length 1, and different for texts of different length."""
        return [3.0, float(len(text)), *[0.0] * (self.dimensions - 2)]
