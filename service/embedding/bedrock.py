"""Embeddings from Bedrock: Cohere Embed v3 and v4, and Amazon Titan Text Embeddings v2, by `invoke_model`.

Request and response bodies as in the Bedrock user guide, "Inference request parameters and response fields".
"""

from __future__ import annotations

import json
import random
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..errors import ModelError
from .local import unit
from .protocol import Kind, Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

COHERE_MOST_TEXTS = 96
COHERE_V3_MOST_CHARACTERS = 2048
COHERE_V3_DIMENSIONS = 1024
COHERE_V4_DIMENSIONS = (256, 512, 1024, 1536)
TITAN_DIMENSIONS = (256, 512, 1024)
TITAN_MOST_CHARACTERS = 50_000
TOKENS_HEADER = "x-amzn-bedrock-input-token-count"
REPEATABLE = frozenset(
    {
        "ThrottlingException",
        "TooManyRequestsException",
        "ServiceUnavailableException",
        "ModelNotReadyException",
        "ModelTimeoutException",
        "InternalServerException",
    }
)
ATTEMPTS = 8
FIRST_WAIT = 0.5
LONGEST_WAIT = 20.0
PACE_DECAY = 0.7
SHORTEST_PACE = 0.01


class Runtime(Protocol):
    """The part of a `bedrock-runtime` client that is used."""

    def invoke_model(self, **kwargs: Any) -> Mapping[str, Any]:
        """Call a model once."""


class BedrockEmbedder:
    """An embedder behind `invoke_model`; `model_id` may be a model, an inference profile or its ARN.

    A call that is throttled or finds the service busy is repeated with exponential back-off and full jitter, and later calls
    then keep a distance that doubles with every throttling and shrinks with every success, so that many threads settle at
    the rate that the account allows. The client itself should not retry.
    """

    def __init__(
        self,
        client: Runtime,
        model_id: str,
        dimensions: int = 1024,
        batch_size: int = COHERE_MOST_TEXTS,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._model_id = model_id
        self._dimensions = dimensions
        self._family = _family(model_id, dimensions)
        self._batch = 1 if self._family == "titan" else max(1, min(batch_size, COHERE_MOST_TEXTS))
        self._sleep = sleep
        self._jitter = jitter
        self._lock = threading.Lock()
        self._usage = Usage()
        self._pace = 0.0

    @property
    def model_id(self) -> str:
        """The id of the Bedrock model."""
        return self._model_id

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._dimensions

    @property
    def usage(self) -> Usage:
        """Calls, texts and input tokens that Bedrock reported, calls repeated, seconds waited."""
        with self._lock:
            return self._usage

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:
        """The vectors of `texts`, shape (n, dimensions), each of length 1; texts are sent `batch_size` at a time.

        Raises:
            ModelError: Bedrock refuses the call, keeps throttling, or answers in another shape.
        """
        out = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for start in range(0, len(texts), self._batch):
            batch = list(texts[start : start + self._batch])
            body, headers = self._invoke(_request(self._family, batch, kind, self._dimensions))
            vectors = self._vectors(body, len(batch))
            tokens = int(body.get("inputTextTokenCount") or headers.get(TOKENS_HEADER) or 0)
            self._count(requests=1, texts=len(batch), input_tokens=tokens)
            out[start : start + len(batch)] = vectors
        return unit(out)

    def _invoke(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, str]]:
        from botocore.exceptions import BotoCoreError, ClientError

        payload = json.dumps(request)
        for attempt in range(1, ATTEMPTS + 1):
            self._keep_pace()
            try:
                answer = self._client.invoke_model(
                    modelId=self._model_id, body=payload, contentType="application/json", accept="application/json"
                )
            except ClientError as error:
                self._back_off(error.response["Error"]["Code"], str(error), attempt, error)
            except BotoCoreError as error:
                self._back_off("ServiceUnavailableException", str(error), attempt, error)
            else:
                with self._lock:
                    self._pace = self._pace * PACE_DECAY if self._pace * PACE_DECAY > SHORTEST_PACE else 0.0
                return self._parse(answer)
        raise AssertionError(ATTEMPTS)

    def _keep_pace(self) -> None:
        with self._lock:
            pace = self._pace
        if pace:
            self._wait(pace)

    def _back_off(self, code: str, text: str, attempt: int, error: Exception) -> None:
        """Wait before another attempt, or give up."""
        if code not in REPEATABLE or attempt == ATTEMPTS:
            what = f"Bedrock answered {code} to InvokeModel" + (f" {attempt} times" if attempt > 1 else "")
            msg = f"{what}: {text}"
            raise ModelError(msg, where=self._model_id, next_step=_advice(code)) from error
        with self._lock:
            if code in ("ThrottlingException", "TooManyRequestsException"):
                self._pace = min(LONGEST_WAIT, max(2 * self._pace, FIRST_WAIT / 10))
        self._count(retries=1)
        self._wait(self._jitter() * min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1)))

    def _wait(self, seconds: float) -> None:
        self._count(waited_seconds=seconds)
        self._sleep(seconds)

    def _count(self, **more: float) -> None:
        with self._lock:
            self._usage = replace(self._usage, **{name: getattr(self._usage, name) + value for name, value in more.items()})

    def _parse(self, answer: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, str]]:
        raw = answer["body"]
        try:
            body = json.loads(raw.read() if hasattr(raw, "read") else raw)
        except ValueError as error:
            msg = f"Bedrock answered something that is not JSON ({error})."
            raise ModelError(msg, where=self._model_id) from error
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        return dict(body), {key.lower(): value for key, value in headers.items()}

    def _vectors(self, body: Mapping[str, Any], count: int) -> NDArray[np.float32]:
        found = [body["embedding"]] if "embedding" in body else body.get("embeddings")
        if isinstance(found, dict):
            found = found.get("float")
        vectors = np.asarray(found if found is not None else [], dtype=np.float32)
        if vectors.shape != (count, self._dimensions):
            msg = f"Bedrock answered vectors of shape {vectors.shape}, not {(count, self._dimensions)}."
            raise ModelError(
                msg, where=self._model_id, next_step="embedding.dimensions must be a length that the model offers."
            )
        return vectors


def _family(model_id: str, dimensions: int) -> str:
    """`cohere-v3`, `cohere-v4` or `titan`; raises ModelError for another model or a length that it does not offer."""
    offered: tuple[int, ...]
    if "cohere.embed-v4" in model_id:
        family, offered = "cohere-v4", COHERE_V4_DIMENSIONS
    elif "cohere.embed-" in model_id:
        family, offered = "cohere-v3", (COHERE_V3_DIMENSIONS,)
    elif "amazon.titan-embed-text-v2" in model_id:
        family, offered = "titan", TITAN_DIMENSIONS
    else:
        msg = f'"{model_id}" is no embedding model that is known here.'
        raise ModelError(
            msg, next_step="Known: cohere.embed-v4, cohere.embed-english-v3 and -multilingual-v3, titan-embed-text-v2."
        )
    if dimensions not in offered:
        msg = f"{model_id} offers {', '.join(map(str, offered))} dimensions, not {dimensions}."
        raise ModelError(msg, next_step="Correct embedding.dimensions.")
    return family


def _request(family: str, texts: Sequence[str], kind: Kind, dimensions: int) -> dict[str, Any]:
    if family == "titan":
        text = texts[0][:TITAN_MOST_CHARACTERS]
        return {"inputText": text, "dimensions": dimensions, "normalize": True}
    purpose = "search_query" if kind == "query" else "search_document"
    if family == "cohere-v3":
        return {"texts": [text[:COHERE_V3_MOST_CHARACTERS] for text in texts], "input_type": purpose, "truncate": "END"}
    return {
        "texts": list(texts),
        "input_type": purpose,
        "embedding_types": ["float"],
        "output_dimension": dimensions,
        "truncate": "RIGHT",
    }


def _advice(code: str) -> str:
    if code == "AccessDeniedException":
        return "The role needs bedrock:InvokeModel on this model, and the account access to it."
    if code in REPEATABLE:
        return "Wait, ask with less concurrency, or have the quota raised."
    return "Check embedding.model_id and embedding.dimensions."
