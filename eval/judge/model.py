"""What a judge is asked, what it says, and the protocol that a model fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One question to a model: its instructions and the text that they are about; `max_tokens` bounds the reply."""

    system: str
    user: str
    max_tokens: int = 512


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What the model said; `cost_usd` is null where its price is not known, `cut_off` says that `max_tokens` ended it."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    cut_off: bool = False


class ModelFault(Exception):
    """The model gave no completion: throttled, timed out, unreachable. Never a low score.

    `again` says that the same call may succeed in a moment, `busy` that the model is there and asks for fewer calls;
    `retry_after` is the wait that was asked for, in seconds.
    """

    def __init__(self, detail: str, *, again: bool = True, busy: bool = False, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.again = again
        self.busy = busy
        self.retry_after = retry_after


class Model(Protocol):
    """A model that judges. `identity` changes with whatever changes its completions; `name` is for people.

    An error that no other prompt would survive (credentials, an unknown model) is raised as a GoldgateError and ends the run.
    """

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def identity(self) -> str:
        """What tells its completions from another model's: id and settings."""

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer one prompt; raises ModelFault where there is no answer."""
