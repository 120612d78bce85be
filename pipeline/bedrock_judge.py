"""A judge on Bedrock: one `converse` call a prompt, in threads of its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from goldgate.eval.judge.model import Completion, ModelFault

from .aws_errors import BotoCoreError, ClientError, code_of, is_throttling, is_transient, message_of, translate

if TYPE_CHECKING:
    from goldgate.eval.judge.model import Prompt

BUSY = frozenset({"ModelNotReadyException", "ServiceUnavailableException"})
THIS_PROMPT = frozenset({"ModelTimeoutException", "ModelErrorException", "ValidationException"})
REFUSED = frozenset({"guardrail_intervened", "content_filtered"})


class BedrockJudge:
    """A model that judges, through a bedrock-runtime client that is handed in.

    Prices are in USD for 1,000 tokens; without them a completion has no cost. Throttling and lost connections are faults that
    may pass; missing rights, credentials or an unknown model end the run as a GoldgateError.
    """

    def __init__(
        self,
        client: Any,
        model_id: str,
        *,
        temperature: float = 0.0,
        cost_per_1k_input: float | None = None,
        cost_per_1k_output: float | None = None,
        threads: int = 8,
    ) -> None:
        self.name = model_id
        self.identity = f"bedrock {model_id} temperature {temperature:g}"
        self._client = client
        self._temperature = temperature
        self._prices = cost_per_1k_input, cost_per_1k_output
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="judge")

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask once.

        Raises:
            ModelFault: throttled, not ready, timed out, unreachable, or this prompt was refused.
            GoldgateError: no prompt would be answered (rights, credentials, model id).
        """
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._converse, prompt)
        except (ClientError, BotoCoreError) as error:
            raise self._fault(error) from error
        return self._read(answer)

    def _converse(self, prompt: Prompt) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.converse(
            modelId=self.name,
            system=[{"text": prompt.system}],
            messages=[{"role": "user", "content": [{"text": prompt.user}]}],
            inferenceConfig={"maxTokens": prompt.max_tokens, "temperature": self._temperature},
        )
        return answer

    def _read(self, answer: dict[str, Any]) -> Completion:
        parts = answer.get("output", {}).get("message", {}).get("content", [])
        text = "".join(part.get("text", "") for part in parts)
        usage, stop = answer.get("usage", {}), answer.get("stopReason")
        if stop in REFUSED:
            msg = f"{self.name} refused to judge ({stop})"
            raise ModelFault(msg, again=False)
        spent = int(usage.get("inputTokens", 0)), int(usage.get("outputTokens", 0))
        return Completion(
            text=text,
            input_tokens=spent[0],
            output_tokens=spent[1],
            cost_usd=self._cost(*spent),
            cut_off=stop == "max_tokens",
        )

    def _cost(self, input_tokens: int, output_tokens: int) -> float | None:
        price_in, price_out = self._prices
        if price_in is None or price_out is None:
            return None
        return (input_tokens * price_in + output_tokens * price_out) / 1000

    def _fault(self, error: ClientError | BotoCoreError) -> Exception:
        code = code_of(error)
        detail = f"{code}: {message_of(error)}" if message_of(error) else code
        if is_throttling(error) or code in BUSY:
            return ModelFault(detail, busy=True, retry_after=_retry_after(error))
        if is_transient(error):
            return ModelFault(detail)
        if code in THIS_PROMPT and "model identifier" not in message_of(error):
            return ModelFault(detail, again=code != "ValidationException")
        return translate(error, action="bedrock:InvokeModel", resource=self.name)


def _retry_after(error: BaseException) -> float | None:
    headers = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):
        return None
