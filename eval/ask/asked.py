"""What an asking leaves: the answers, why it ended early, and how it went."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Cases whose answers are all there: every repeat, and the baseline's too where there is one.

    Both frames have the columns of `table.responses_frame`.
    """

    responses: pl.DataFrame
    baseline_responses: pl.DataFrame | None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How an asking went. `questions` are cases times repeats times subjects.

    `concurrency` are the moments at which the limit changed, (seconds since the start, questions at once); `backoffs` is how
    often it was lowered. `loop_share` is the part of the time in which the asking itself was at work: near 1 it, and not the
    service, decides the latencies; `loop_lag_ms` is the 95th percentile of how late it came to what was due.
    """

    questions: int
    answered: int
    reused: int
    errors: int
    retries: int
    cost_usd: float
    seconds: float
    backoffs: int
    concurrency: tuple[tuple[float, int], ...]
    loop_share: float
    loop_lag_ms: float
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """All of them, rounded to what they can bear."""
        plain = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return {**plain, "cost_usd": self.cost_usd, "concurrency": list(map(list, self.concurrency)), "notes": list(self.notes)}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The answers in the order of the gold set, repeats in theirs, with the columns of `table.responses_frame`.

    `stopped` says why not all cases were asked ("budget: ...", "time: ...", "sequential: ..."): those that were not reached
    have no row. A case whose question failed has a row with its `error`.
    """

    responses: pl.DataFrame
    baseline_responses: pl.DataFrame | None
    stopped: str | None
    figures: Figures
