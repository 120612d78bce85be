"""How a gold set is asked: at what pace, within which budget, with how much patience."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Patience:
    """When to try a case again and when to stop the run.

    A case is tried up to `attempts` times on 429, 502, 503, 504 and broken connections, `cut_attempts` times when its body was
    cut off, `timeout_attempts` times when no answer came in time. Pauses double from `pause_seconds` up to
    `longest_pause_seconds`, jittered. What Retry-After says holds for all questions, up to `longest_wait_seconds`.

    The run ends when nobody is reached for `give_up_seconds` (`give_up_later_seconds` once there were answers, so that a
    restart costs nothing), when a service says nothing but "busy" for `busy_seconds`, when the first `unusable` answers are all
    of no use, or after `faults` time-outs in a row (one wave before the first answer). After a clean stop, what is in flight
    has `drain_seconds` to end.
    """

    attempts: int = 12
    cut_attempts: int = 6
    timeout_attempts: int = 2
    pause_seconds: float = 0.1
    longest_pause_seconds: float = 2.0
    longest_wait_seconds: float = 60.0
    give_up_seconds: float = 5.0
    give_up_later_seconds: float = 20.0
    busy_seconds: float = 90.0
    unusable: int = 5
    faults: int = 10
    drain_seconds: float = 10.0


@dataclass(frozen=True, kw_only=True)
class AskOptions:
    """The terms of an asking.

    `concurrency` is the most questions at once; with `adaptive` the asking begins with a few, asks more while the service is
    healthy and backs off when it is not. `requests_per_second` and `tokens_per_minute` (input and output) are limits for all
    questions together. `budget_usd` and `time_budget_seconds` stop the asking cleanly. Each case is asked `repeats` times.
    `order` is in which order cases are asked, drawn from `seed` when random; answers stand in that of the gold set anyway.

    Raises:
        UsageError: a number is out of its range.
    """

    concurrency: int = 8
    adaptive: bool = True
    requests_per_second: float | None = None
    tokens_per_minute: float | None = None
    budget_usd: float | None = None
    time_budget_seconds: float | None = None
    repeats: int = 1
    seed: int = 0
    order: Literal["random", "gold"] = "random"
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        for name in ("concurrency", "repeats"):
            self._check(name, at_least_one=True)
        for name in ("requests_per_second", "tokens_per_minute", "budget_usd", "time_budget_seconds"):
            self._check(name, at_least_one=False)

    def _check(self, name: str, *, at_least_one: bool) -> None:
        value = getattr(self, name)
        if value is None or (value >= 1 if at_least_one else value > 0):
            return
        msg = f"{name} is {value:g}, and must be {'1 or more' if at_least_one else 'more than 0'}."
        raise UsageError(msg)
