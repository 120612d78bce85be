"""A rubric: what a judge rates an answer by."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "judge."
NAME = re.compile(r"[a-z][a-z0-9_-]*")
PROMPT_VERSION = 1
Kind = Literal["rating", "preference"]


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """What a judge rates an answer by.

    A rating lies on `scale` (lowest, highest) and becomes a fraction: 4 of 1..5 is 0.75. A preference compares the answer with
    the baseline's and has no scale. `levels` says what some scores mean. `shows` names what the judge sees besides input and
    answer. `template` replaces the text that the judge is shown, with `{{ input }}`, `{{ answer }}`, `{{ expected }}` and
    `{{ contexts }}` in it; `model` is the name of the model in the configuration.
    """

    name: str
    criteria: str
    kind: Kind = "rating"
    scale: tuple[float, float] = (1, 5)
    levels: Mapping[str, str] = field(default_factory=dict)
    shows: tuple[str, ...] = ("expected",)
    template: str | None = None
    model: str | None = None

    @property
    def metric(self) -> str:
        """The name of its metric."""
        return PREFIX + self.name

    @cached_property
    def sha256(self) -> str:
        """The hash of everything that shapes the prompt; the model is none of it."""
        content = {key: value for key, value in asdict(self).items() if key not in {"name", "model"}}
        text = json.dumps([PROMPT_VERSION, content], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def fraction(self, score: float) -> float:
        """A score of the scale as a fraction of it; a preference is one already."""
        low, high = (0, 1) if self.kind == "preference" else self.scale
        return (score - low) / (high - low)
