"""Cases that were asked more than once: one row a case, with how often it came right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..table import REPEATS, metric_columns
from .deciding import right
from .registry import Metric, register, standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

PASS_ANY, PASS_ALL, FLAKINESS = "repeats.pass@", "repeats.pass^", "repeats.flakiness"

register(Metric(name=PASS_ANY, scorer=standing, cuts=True))
register(Metric(name=PASS_ALL, scorer=standing, cuts=True))
register(Metric(name=FLAKINESS, scorer=standing, higher_is_better=False))


def collapse(scored: pl.DataFrame, *, deciding: str | None = None) -> pl.DataFrame:
    """One row for each case of a scored table of (id, repeat), in the order in which the ids first stand there.

    A metric is the mean over the repeats that have a value; `repeats` (Int32) counts those that did not end in an error, and
    all other columns are those of the first of them. A repeat is right by the metric `deciding`, else as the report judges a
    case. Of n judged repeats with c right, without bias:

    - `repeats.pass@k` is how probably one of k is right, 1 - C(n-c, k) / C(n, k) (Chen et al. 2021),
    - `repeats.pass^k` how probably all of k are, C(c, k) / C(n, k) (Yao et al. 2024), both null for k above n,
    - `repeats.flakiness` how probably two of them disagree, 2c(n-c) / n(n-1), null for n below 2.
    """
    metrics = metric_columns(scored.columns)
    answered = pl.col("error").is_null()
    tallied = (
        scored.select("id", *metrics, answered.alias("answered"), right(scored, deciding).alias("right"))
        .group_by("id", maintain_order=True)
        .agg(
            *(pl.col(name).mean() for name in metrics),
            pl.col("answered").sum().cast(pl.Int32).alias(REPEATS),
            n=pl.col("right").count(),
            c=pl.col("right").sum(),
        )
    )
    keys = scored.select("id", answered, "repeat").with_row_index("place")
    first = keys.sort(pl.col("error").not_(), "repeat", maintain_order=True).unique("id", keep="first")
    places = tallied.select("id").join(first, on="id", how="left", maintain_order="left")["place"]
    kept = scored[places].select(pl.exclude("repeat"))
    return kept.with_columns(tallied[name] for name in (*metrics, REPEATS)).with_columns(_rates(tallied["n"], tallied["c"]))


def _rates(judged: pl.Series, right_ones: pl.Series) -> list[pl.Series]:
    """The columns of pass@k, pass^k and flakiness; none where nothing was judged."""
    n, c = (part.cast(pl.Float64).to_numpy() for part in (judged, right_ones))
    most = int(n.max()) if len(n) else 0
    any_of = [pl.Series(f"{PASS_ANY}{k}", 1 - _none_left(n - c, n, k), nan_to_null=True) for k in range(1, most + 1)]
    all_of = [pl.Series(f"{PASS_ALL}{k}", _none_left(c, n, k), nan_to_null=True) for k in range(1, most + 1)]
    pairs = np.where(n > 1, n * (n - 1), np.nan)
    disagree = [pl.Series(FLAKINESS, 2 * c * (n - c) / pairs, nan_to_null=True)] if most else []
    return [*any_of, *all_of, *disagree]


def _none_left(of: Values, n: Values, k: int) -> Values:
    """C(of, k) / C(n, k): how probably k drawn from n without replacement are all among `of`; NaN for k above n."""
    drawn = np.arange(k)[:, None]
    factors = np.maximum(of - drawn, 0) / np.where(n >= k, n - drawn, np.nan)
    shares: Values = factors.prod(axis=0)
    return shares
