"""Answers by a model on Bedrock, through `converse`."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import ModelError
from .refusal import REFUSAL
from .reply import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..config import MLConfig
    from ..entities import Question
    from ..retrieval import Hit
    from ..sections import ServingModel
    from .figures import Numeric

ATTEMPTS = 5
AGAIN = frozenset(
    {
        "ThrottlingException",
        "TooManyRequestsException",
        "ServiceUnavailableException",
        "ModelNotReadyException",
        "ModelTimeoutException",
        "InternalServerException",
    }
)
SYSTEM = (
    "You answer questions about companies' annual reports from the sentences and figures that you are given, and nothing else. "
    "Give the answer first, in one to three sentences, every number with its unit and year. "
    "After each statement name the sentences that it rests on by their ids in square brackets. "
    f'If they do not hold the answer, begin with "{REFUSAL}" and say what is missing.'
)
CITED = re.compile(r"\[([^\[\]]+)\]")


class BedrockProvider:
    """Asks a model; repeats throttled and failed calls with growing, jittered pauses; costs come from the usage it reports."""

    def __init__(
        self,
        config: MLConfig,
        model: ServingModel,
        client: Any,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._config = config
        self._settings = model
        self._client = client
        self._sleep = sleep
        self._jitter = jitter

    @property
    def model(self) -> str:
        """The model id."""
        return self._settings.model_id

    def write(self, question: Question, hits: Sequence[Hit], numeric: Numeric, refusal: str | None) -> Reply:  # noqa: ARG002
        """See Provider.write; the model judges by itself whether there is something to answer with."""
        answer = self._converse(_prompt(question, hits, numeric))
        parts = answer.get("output", {}).get("message", {}).get("content", [])
        text = "".join(part.get("text", "") for part in parts).strip()
        if not text:
            msg = f"{self.model} answered nothing (stop reason {answer.get('stopReason')})."
            raise ModelError(msg)
        usage = answer.get("usage", {})
        spent = int(usage.get("inputTokens", 0)), int(usage.get("outputTokens", 0))
        refused = text.startswith(REFUSAL)
        return Reply(
            text=text,
            citations=() if refused else cited(text, hits),
            model=self.model,
            input_tokens=spent[0],
            output_tokens=spent[1],
            cost_usd=self._config.cost(self._settings, *spent),
            refused=refused,
        )

    def _converse(self, prompt: str) -> dict[str, Any]:
        inference: dict[str, Any] = {"maxTokens": self._settings.max_tokens, "temperature": self._settings.temperature}
        if self._settings.top_p is not None:
            inference["topP"] = self._settings.top_p
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer: dict[str, Any] = self._client.converse(
                    modelId=self.model,
                    system=[{"text": SYSTEM}],
                    messages=[{"role": "user", "content": [{"text": prompt}]}],
                    inferenceConfig=inference,
                )
            except (ClientError, BotoCoreError) as error:
                if attempt == ATTEMPTS or not _again(error):
                    msg = f"Bedrock did not answer as {self.model} after {attempt} calls: {error}"
                    raise ModelError(msg) from error
                self._sleep(min(8.0, 0.25 * 2**attempt) * (0.5 + self._jitter() / 2))
            else:
                return answer
        raise AssertionError  # the last attempt returns or raises


def cited(text: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The ids of `hits` that `text` names in square brackets, in order."""
    known = {hit.id for hit in hits}
    named = (part.strip() for group in CITED.findall(text) for part in re.split(r"[,;]", group))
    return tuple(dict.fromkeys(part for part in named if part in known))


def _again(error: Exception) -> bool:
    return not isinstance(error, ClientError) or error.response.get("Error", {}).get("Code") in AGAIN


def _prompt(question: Question, hits: Sequence[Hit], numeric: Numeric) -> str:
    figures = numeric.figures
    sentences = "\n".join(f"[{hit.id}] {hit.text}" for hit in hits)
    facts = f"\n\nFigures from the filings' structured data:\n{figures.text}" if figures else ""
    return f"Sentences:\n{sentences}{facts}\n\nQuestion: {question.text}"
