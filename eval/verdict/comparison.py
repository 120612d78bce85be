"""Comparing two tables metric by metric, without gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ..case import TAG
from ..errors import UsageError
from ..results import FORMAT
from ..score.registry import Measure
from ..table import CASE_SCHEMA, RESPONSE_SCHEMA
from .common import Common, common_cases
from .correction import adjust
from .paired import paired_means
from .paired_tests import kendall, mcnemar_corrected, mcnemar_exact, mcnemar_midp, sign_flip, wilcoxon
from .special import t_p_value
from .stats import Sample, is_binary, spread, weighted_mean
from .tables import read_any
from .values import sample_of, weights_of

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from .correction import Correction
    from .studentised import Kind

    Floats = NDArray[np.float64]

COMPARED_RESPONSE = ("latency_ms", "input_tokens", "output_tokens", "cost_usd")
ASIDE = (CASE_SCHEMA.keys() | RESPONSE_SCHEMA.keys() | {"repeat", "repeats"}) - set(COMPARED_RESPONSE)


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """One metric's values on the common cases that both sides have."""

    sample: Sample
    a: Floats
    left_out: int

    @property
    def b(self) -> Floats:
        return self.sample.values


def compare(
    a: Path, b: Path, *, seed: int = 0, confidence: float = 0.95, correction: Correction = "holm", slices: bool = False
) -> dict[str, Any]:
    """The "compare" JSON of the design; see `goldgate.eval.evaluation.compare_tables`.

    With `slices` it also tells, under `slices`, every metric on every tag value and pair of them, those that moved most surely
    first, their p corrected for all that were looked at.
    """
    left, right = read_any(a), read_any(b)
    common = common_cases(right, left)
    if not len(common):
        msg = f"{a} and {b} have no case in common."
        raise UsageError(msg, next_step="Compare tables with the same ids of unchanged cases.")
    names = [name for name in metric_names(right) if name in set(metric_names(left))]
    if not names:
        msg = f"{a} and {b} have no numeric column in common."
        raise UsageError(msg, next_step="Give tables with an id and one numeric column for each metric.")
    metrics = _metrics(common, names, seed, confidence)
    adjusted = adjust([part["tests"]["permutation"]["p"] for part in metrics.values()], correction)
    for part, p in zip(metrics.values(), adjusted, strict=True):
        part["p_adjusted"] = p
    found: dict[str, Any] = {"format": FORMAT, "cases": _cases(left, right, common), "metrics": metrics}
    if absent := _unpaired(left, right, metrics):
        found["not_compared"] = absent
    if slices:
        found["slices"] = _slices(common, list(metrics), confidence, correction)
    return found


def _cases(left: pl.DataFrame, right: pl.DataFrame, common: Common) -> dict[str, int]:
    return {"a": len(left), "b": len(right), "common": len(common), "changed": len(common.changed)}


def _unpaired(left: pl.DataFrame, right: pl.DataFrame, metrics: dict[str, Any]) -> dict[str, str]:
    """The columns that look like metrics on either side and were not compared, with the reason."""
    sides = set(metric_names(left)), set(metric_names(right))
    reasons = {name: "no common case has a number on both sides" for name in sides[0] & sides[1] if name not in metrics}
    for name in sorted(sides[0] ^ sides[1]):
        here, other = ("a", right) if name in sides[0] else ("b", left)
        reasons[name] = f"only {here} has it" if name not in other.columns else f"it is a column of numbers in {here} only"
    return dict(sorted(reasons.items()))


def _slices(common: Common, names: list[str], confidence: float, correction: Correction) -> list[dict[str, Any]]:
    """Every metric on every tag value and pair of them, those that moved most surely first."""
    from .slices import moved_slices, slice_pairs
    from .slices import slices as of_tags

    measures = [_as_measure(common, name) for name in names]
    found = [*of_tags(common.here, measures, common, confidence), *slice_pairs(common.here, measures, common, confidence)]
    return [part.to_json() for part in moved_slices(found, correction)]


def _as_measure(common: Common, name: str) -> Measure:
    """The mean of a column, whatever its name."""
    bounded = all(_is_fraction(side[name].drop_nulls()) for side in (common.here, common.there))
    return Measure(name=name, column=name, unit="fraction" if bounded else "value")


def metric_names(frame: pl.DataFrame) -> list[str]:
    """The numeric columns that are metrics: all but those of the case, with latency, tokens and cost."""
    numeric = [name for name, dtype in frame.schema.items() if dtype.is_numeric() or dtype == pl.Boolean]
    return [name for name in numeric if name not in ASIDE and not name.startswith(TAG)]


def _metrics(common: Common, names: list[str], seed: int, confidence: float) -> dict[str, dict[str, Any]]:
    found = {}
    for name in names:
        pair = _pair(common, name)
        if len(pair.a):
            found[name] = _compared(pair, seed, confidence)
    return found


def _pair(common: Common, name: str) -> _Pair:
    a, b = common.there, common.here
    rows = pl.DataFrame(
        {
            "value": b[name].cast(pl.Float64),
            "other": a[name].cast(pl.Float64),
            "weight": _weights(common),
            "cluster": _clusters(common),
        }
    )
    kept = rows.filter(pl.col("value").is_finite() & pl.col("other").is_finite())
    values = kept["value"], kept["other"]
    kind: Kind = "fraction" if all(_is_fraction(side) for side in values) else "value"
    return _Pair(sample=sample_of(kept, kind=kind), a=kept["other"].to_numpy(), left_out=len(rows) - len(kept))


def _is_fraction(values: pl.Series) -> bool:
    return bool(values.cast(pl.Float64).is_between(0, 1).all())


def _weights(common: Common) -> pl.Series:
    for side in (common.here, common.there):
        if "weight" in side.columns and side["weight"].dtype.is_numeric():
            weights = weights_of(side).fill_nan(1.0)
            if bool((weights <= 0).any()):
                msg = "the column weight holds a number that is not above 0."
                raise UsageError(msg, next_step="Weigh each case with a number above 0, or leave the cell empty for 1.")
            return weights
    return pl.Series([1.0]).new_from_index(0, len(common))


def _clusters(common: Common) -> pl.Series:
    for side in (common.here, common.there):
        if "cluster" in side.columns:
            return side["cluster"].cast(pl.String)
    return pl.Series([None], dtype=pl.String).new_from_index(0, len(common))


def _compared(pair: _Pair, seed: int, confidence: float) -> dict[str, Any]:
    paired = paired_means(pair.sample, pair.a)
    low, high = paired.interval(confidence) if paired.interval is not None else (None, None)
    deltas = pair.b - pair.a
    found = {
        "n": paired.n,
        "a": paired.there,
        "b": paired.here,
        "diff": paired.diff,
        "ci_low": low,
        "ci_high": high,
        "wins": int((deltas > 0).sum()),
        "losses": int((deltas < 0).sum()),
        "ties": int((deltas == 0).sum()),
        "tests": _tests(pair, deltas, seed),
    }
    said = [paired.note] if low is None and paired.note else []
    if pair.left_out:
        said.append(f"{pair.left_out:,} common cases without a number on both sides are left out")
    return found | ({"note": "; ".join(said)} if said else {})


def _tests(pair: _Pair, deltas: Floats, seed: int) -> dict[str, Any]:
    tests: dict[str, Any] = {}
    if is_binary(pair.a) and is_binary(pair.b):
        b, c = int((deltas < 0).sum()), int((deltas > 0).sum())
        tests["mcnemar_exact"] = {"b": b, "c": c, "p": mcnemar_exact(b, c)}
        tests["mcnemar_midp"] = {"p": mcnemar_midp(b, c)}
        tests["mcnemar_corrected"] = {"p": mcnemar_corrected(b, c)}
    weighted = deltas if pair.sample.weights is None else deltas * pair.sample.weights
    p, resamples = sign_flip(weighted, pair.sample.clusters, seed)
    ranks = wilcoxon(deltas)
    return {
        **tests,
        "paired_t": _paired_t(pair, deltas),
        "wilcoxon": None if ranks is None else {"statistic": ranks[0], "p": ranks[1]},
        "permutation": {"p": p, "resamples": resamples},
        "kendall_tau": kendall(pair.a, pair.b),
    }


def _paired_t(pair: _Pair, deltas: Floats) -> dict[str, float] | None:
    """Student's t of the differences, over clusters where there are any; null without variation."""
    sample = Sample(values=deltas, weights=pair.sample.weights, clusters=pair.sample.clusters, kind="difference")
    found = spread(sample, weighted_mean(sample))
    if not found.varies:
        return None
    return {"statistic": found.value / found.se, "df": found.df, "p": t_p_value(found.value / found.se, found.df)}
