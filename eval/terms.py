"""What an evaluation is judged by, and how that is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .errors import UsageError
from .verdict.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .case import GoldSet
    from .results import Baseline

Correction = Literal["holm", "bh", "none"]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Gates and what surrounds them. `metrics` narrows what is computed; gated metrics always are.

    `correction` is for the gates against live together; `confidence` is the level of all intervals; `seed` that of all that is
    drawn.

    Raises:
        UsageError: a metric is unknown, or the confidence is none.
    """

    gates: Sequence[Gate] = ()
    baseline: Baseline | None = None
    metrics: Sequence[str] | None = None
    seed: int = 0
    confidence: float = 0.95
    correction: Correction = "holm"

    def __post_init__(self) -> None:
        from .score.registry import measure

        for name in [*self.gated, *(self.metrics or ())]:
            measure(name)
        if not 0.5 <= self.confidence < 1:
            msg = f"the confidence is {self.confidence:g}; it must be at least 0.5 and below 1."
            raise UsageError(msg, next_step="95 % are 0.95.")

    @property
    def gated(self) -> list[str]:
        """The metrics that gates look at, each once."""
        return list(dict.fromkeys(gate.metric for gate in self.gates))

    def to_json(self, gold: GoldSet) -> dict[str, Any]:
        """The field `terms` of a shard's evaluation.json: what all shards must share."""
        from .score.registry import own_metrics

        return {
            "gates": [gate.to_json() for gate in self.gates],
            "metrics": None if self.metrics is None else list(self.metrics),
            "seed": self.seed,
            "confidence": self.confidence,
            "correction": self.correction,
            "baseline": _baseline_json(self.baseline),
            "own_metrics": own_metrics(),
            "gold_set": gold.to_json(),
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any], baseline: Baseline | None) -> Terms:
        """The terms of a shard, with its baseline as it is found now."""
        return cls(
            gates=[Gate(**gate) for gate in data["gates"]],
            baseline=baseline,
            metrics=data["metrics"],
            seed=data["seed"],
            confidence=data["confidence"],
            correction=data["correction"],
        )


def _sha256(path: Path) -> str | None:
    """The hash of a file; null where it is written later."""
    import hashlib

    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _baseline_json(baseline: Baseline | None) -> dict[str, Any] | None:
    if baseline is None:
        return None
    return {
        "path": str(baseline.path),
        "sha256": _sha256(baseline.path),
        "digest": baseline.digest,
        "released_at": baseline.released_at,
        "label": baseline.label,
    }
