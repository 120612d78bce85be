"""A model that judges as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from goldgate.eval.judge.model import Completion, ModelFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldgate.eval.errors import GoldgateError
    from goldgate.eval.judge.model import Prompt

    Reply = str | ModelFault | GoldgateError


class JudgeModel:
    """`reply` makes the text, or the fault to raise, from a prompt; each completion costs `cost_usd`."""

    def __init__(self, reply: Callable[[Prompt], Reply], *, cost_usd: float | None = 0.01, identity: str = "fake 1") -> None:
        self.name = "fake"
        self.identity = identity
        self._reply = reply
        self._cost = cost_usd
        self.prompts: list[Prompt] = []
        self.at_once = self.most_at_once = 0

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer after a turn of the loop, so that questions overlap."""
        self.prompts.append(prompt)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        said = self._reply(prompt)
        if isinstance(said, Exception):
            raise said
        return Completion(text=said, input_tokens=100, output_tokens=20, cost_usd=self._cost)


class Script:
    """Gives its parts in turn, whatever the prompt; the last again and again."""

    def __init__(self, *parts: Reply) -> None:
        self._parts = list(parts)

    def __call__(self, prompt: Prompt) -> Reply:
        return self._parts.pop(0) if len(self._parts) > 1 else self._parts[0]
