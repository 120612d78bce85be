"""Comparing two tables metric by metric, without gates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from ..errors import UsageError
from ..results import FORMAT
from ..table import CASE_SCHEMA, RESPONSE_SCHEMA, TAG
from .common import common_cases
from .paired import paired_means
from .paired_tests import mcnemar_exact, mcnemar_midp, sign_flip
from .stats import Sample, holm, standard_error, t_p_value
from .values import sample_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COMPARED_RESPONSE = ("latency_ms", "input_tokens", "output_tokens", "cost_usd")


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """One metric's values on the common cases that both sides have."""

    sample: Sample
    a: Floats
    b: Floats


def compare(a: Path, b: Path, *, seed: int = 0, confidence: float = 0.95) -> dict[str, Any]:
    """The "compare" JSON of the design; see `goldgate.eval.evaluation.compare_tables`."""
    left, right = read_any(a), read_any(b)
    common = common_cases(right, left)
    if not len(common):
        msg = f"{a} and {b} have no case in common."
        raise UsageError(msg, next_step="Compare tables with the same ids of unchanged cases.")
    names = [name for name in metric_names(right) if name in set(metric_names(left))]
    if not names:
        msg = f"{a} and {b} have no numeric column in common."
        raise UsageError(msg, next_step="Give tables with an id and one numeric column for each metric.")
    metrics = {}
    for name in names:
        pair = _pair(common.there, common.here, name)
        if len(pair.a):
            metrics[name] = _compared(pair, seed, confidence)
    adjusted = holm([_main_p(part) for part in metrics.values()])
    for part, p in zip(metrics.values(), adjusted, strict=True):
        part["p_adjusted"] = p
    cases = {"a": len(left), "b": len(right), "common": len(common), "changed": len(common.changed)}
    return {"format": FORMAT, "cases": cases, "metrics": metrics}


def read_any(path: Path) -> pl.DataFrame:
    """A table with an id: a run folder (its only cases.parquet), Parquet, CSV or JSONL.

    Raises:
        UsageError: it is absent, unreadable, ambiguous, without an id, or holds an id twice.
    """
    file = _table_of(path)
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".parquet": pl.read_parquet,
        ".csv": pl.read_csv,
        ".jsonl": pl.read_ndjson,
        ".ndjson": pl.read_ndjson,
    }
    reader = readers.get(file.suffix)
    if reader is None:
        msg = f'"{file.suffix}" is no table that can be compared.'
        raise UsageError(msg, where=str(file), next_step="Give a run folder, or a .parquet, .csv or .jsonl file.")
    try:
        frame = reader(file)
    except FileNotFoundError as error:
        msg = "there is no such table."
        raise UsageError(msg, where=str(file)) from error
    except (OSError, pl.exceptions.PolarsError) as error:
        msg = f"the table cannot be read: {error}."
        raise UsageError(msg, where=str(file)) from error
    if "id" not in frame.columns:
        msg = "the table has no column id."
        raise UsageError(msg, where=str(file), next_step="Name the column that tells the cases apart id.")
    frame = frame.with_columns(pl.col("id").cast(pl.String))
    if frame["id"].n_unique() < len(frame):
        twice = frame["id"].filter(frame["id"].is_duplicated())[0]
        msg = f'the id "{twice}" stands in the table more than once.'
        raise UsageError(msg, where=str(file))
    return frame


def _table_of(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = sorted(path.glob("cases.parquet")) or sorted(path.glob("*/cases.parquet"))
    if len(found) == 1:
        return found[0]
    what = "holds no cases.parquet" if not found else f"holds the cases of {len(found)} services"
    msg = f"the folder {what}."
    raise UsageError(msg, where=str(path), next_step="Name the cases.parquet itself.")


def metric_names(frame: pl.DataFrame) -> list[str]:
    """The numeric columns that are metrics: all but those of the case, with latency, tokens and cost."""
    aside = (CASE_SCHEMA.keys() | RESPONSE_SCHEMA.keys()) - set(COMPARED_RESPONSE)
    numeric = [name for name, dtype in frame.schema.items() if dtype.is_numeric() or dtype == pl.Boolean]
    return [name for name in numeric if name not in aside and not name.startswith(TAG)]


def _pair(a: pl.DataFrame, b: pl.DataFrame, name: str) -> _Pair:
    blank = pl.Series([None] * len(b), dtype=pl.String)
    rows = pl.DataFrame(
        {
            "value": b[name].cast(pl.Float64),
            "other": a[name].cast(pl.Float64),
            "weight": b["weight"] if "weight" in b.columns else pl.Series([1.0] * len(b)),
            "cluster": b["cluster"].cast(pl.String) if "cluster" in b.columns else blank,
        }
    ).filter(pl.col("value").is_finite() & pl.col("other").is_finite())
    return _Pair(sample=sample_of(rows), a=rows["other"].to_numpy(), b=rows["value"].to_numpy())


def _compared(pair: _Pair, seed: int, confidence: float) -> dict[str, Any]:
    paired = paired_means(pair.sample, pair.a)
    low, high = paired.interval(confidence) if paired.interval is not None else (None, None)
    deltas = pair.b - pair.a
    return {
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


def _tests(pair: _Pair, deltas: Floats, seed: int) -> dict[str, Any]:
    tests: dict[str, Any] = {}
    if np.isin(pair.a, (0, 1)).all() and np.isin(pair.b, (0, 1)).all():
        b, c = int((deltas < 0).sum()), int((deltas > 0).sum())
        tests["mcnemar_exact"] = {"b": b, "c": c, "p": mcnemar_exact(b, c)}
        tests["mcnemar_midp"] = {"p": mcnemar_midp(b, c)}
    p, resamples = sign_flip(deltas, pair.sample.clusters, seed)
    return {
        **tests,
        "paired_t": _paired_t(pair, deltas),
        "wilcoxon": _wilcoxon(deltas),
        "permutation": {"p": p, "resamples": resamples},
        "kendall_tau": _kendall(pair),
    }


def _paired_t(pair: _Pair, deltas: Floats) -> dict[str, float] | None:
    """Student's t of the differences, over clusters where there are any; null without variation."""
    sample = Sample(values=deltas, weights=pair.sample.weights, clusters=pair.sample.clusters, kind="difference")
    mean = float(np.average(deltas, weights=pair.sample.weights))
    se, df = standard_error(sample, mean)
    if df == 0 or se <= 1e-12 * abs(mean):
        return None
    return {"statistic": mean / se, "df": df, "p": t_p_value(mean / se, df)}


def _wilcoxon(deltas: Floats) -> dict[str, float] | None:
    """Wilcoxon's signed ranks, zeros by Pratt's rule; null if all differences are 0."""
    if not deltas.any():
        return None
    import warnings

    from scipy import stats

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = stats.wilcoxon(deltas, zero_method="pratt")
    return {"statistic": float(result.statistic), "p": float(result.pvalue)}


def _kendall(pair: _Pair) -> float | None:
    if len(pair.a) < 2 or np.ptp(pair.a) == 0 or np.ptp(pair.b) == 0:
        return None
    from scipy import stats

    tau = float(stats.kendalltau(pair.a, pair.b).statistic)
    return None if math.isnan(tau) else tau


def _main_p(part: dict[str, Any]) -> float:
    """The p that the correction counts: McNemar's for 0/1 columns, else the permutation's."""
    tests = part["tests"]
    return float(tests["mcnemar_exact"]["p"] if "mcnemar_exact" in tests else tests["permutation"]["p"])
