"""What comes out: a response, a metric with its interval, a gate's result, an evaluation."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

Verdict = Literal["pass", "fail", "inconclusive"]
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Context:
    """A passage that the service showed to its model; `score` is the service's own."""

    id: str
    text: str = ""
    score: float | None = None


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the service said to one case.

    `retrieved` is in rank order. `label` and `scores` (label to probability) are a classifier's; `value`, `interval` (low,
    high) and `quantiles` (level to value) a regressor's. `latency_ms` is the last attempt's, from the request to the last byte
    of the body. `error` is an infrastructure fault and never a wrong answer. `asked_at` is ISO 8601 in UTC. `repeat` counts
    from 1 where a case is asked more than once.
    """

    id: str
    answer: str | None = None
    retrieved: tuple[str, ...] = ()
    contexts: tuple[Context, ...] = ()
    citations: tuple[str, ...] = ()
    label: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    value: float | None = None
    interval: tuple[float, float] | None = None
    quantiles: Mapping[float, float] = field(default_factory=dict)
    latency_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    error: str | None = None
    attempts: int = 1
    asked_at: str = ""
    repeat: int = 1


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the asking is; `reused` of the `done` came from the journal."""

    done: int
    total: int
    errors: int
    reused: int
    cost_usd: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """A metric over `n` cases with its interval. `missing` cases should have a value and have none (an error, lost evidence).

    The interval is null where the data do not carry one; `note` says why.
    """

    value: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    n: int = 0
    missing: int = 0
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields of `metrics` in evaluation.json."""
        data = asdict(self)
        return data if self.note else {key: value for key, value in data.items() if key != "note"}


@dataclass(frozen=True, kw_only=True)
class SliceValue:
    """One metric on the cases whose tag has one value; for a pair of tags `tag` and `value` join two with a comma.

    `small` marks fewer than 20 values. `baseline`, `diff` with its interval, and its two-sided `p` are of the `common` cases of
    the slice; `p_adjusted` is corrected for all slices and metrics that were looked at together.
    """

    tag: str
    value: str
    metric: str
    n: int
    value_: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    missing: int = 0
    baseline: float | None = None
    diff: float | None = None
    small: bool = False
    diff_low: float | None = None
    diff_high: float | None = None
    common: int = 0
    p: float | None = None
    p_adjusted: float | None = None
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields of `slices` in evaluation.json."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """One rule of one gate. `rule` reads "min 0.8", "max 500", "max_drop 0.02" or "max_rise 50"; `limit` is its number.

    For min and max the interval is that of `value`; for max_drop and max_rise that of `diff` (this minus live, on the common
    cases), at the level that Holm's correction leaves it, which `confidence` says. `cases_needed` is how many cases would
    settle an inconclusive rule if the difference stayed what it is; `smallest_effect` the smallest true difference that these
    cases tell from none, four times in five, at that level.
    """

    metric: str
    slice: dict[str, str] | None
    rule: str
    limit: float
    verdict: Verdict
    reason: str
    value: float | None = None
    baseline: float | None = None
    diff: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_adjusted: float | None = None
    confidence: float | None = None
    n: int = 0
    cases_needed: int | None = None
    smallest_effect: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields of `gates` in evaluation.json."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What is live: the rows of its answers (`path`, a cases.parquet) and how to name it.

    They are those of an earlier evaluation or, with `beside`, of this one, which asks both.
    """

    path: Path
    digest: str | None = None
    released_at: str | None = None
    label: str | None = None
    beside: bool = False


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The outcome of asking a gold set. Every metric is a fraction unless its name ends in `_ms` or begins with cost or tokens.

    `worse` and `better` are ids of common cases whose gated metrics moved against live, those that moved most first.
    `headline` is the outcome in one plain sentence. `more` holds what only some evaluations have: `stopped`, `asking`,
    `repeats`, `judges`, `sequential`, `shard` and `terms`, and what slices say beside `slices`. `tables` are the rows behind
    it: `cases`, and `slices`, `repeats` and `baseline` where there are any.
    """

    verdict: Verdict
    headline: str
    gold_set: dict[str, Any]
    subject: dict[str, Any]
    metrics: dict[str, MetricValue]
    slices: list[SliceValue]
    gates: list[GateResult]
    baseline: dict[str, Any] | None
    latency: dict[str, float | None]
    cost: dict[str, float | int | None]
    timing: dict[str, Any]
    cases_path: Path | None
    worse: list[str] = field(default_factory=list)
    better: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """evaluation.json, as the design describes it."""
        return {
            "format": FORMAT,
            "verdict": self.verdict,
            "headline": self.headline,
            "gold_set": self.gold_set,
            "subject": self.subject,
            "metrics": {name: metric.to_json() for name, metric in self.metrics.items()},
            "slices": [part.to_json() for part in self.slices],
            "gates": [gate.to_json() for gate in self.gates],
            "baseline": self.baseline,
            "latency": self.latency,
            "cost": self.cost,
            "timing": self.timing,
            "worse": self.worse,
            "better": self.better,
            **self.more,
        }
