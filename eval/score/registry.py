"""The metrics by name, and the decorator by which a user adds one."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from ..case import Case
    from ..results import Response
    from .batch import Batch

    Scorer = Callable[[Batch, int | None], Sequence[float | None] | pl.Series]
    UserScorer = Callable[[Case, Response], float | bool | None]

F = TypeVar("F", bound="UserScorer")
CUT = re.compile(r"(?P<name>.+)@(?P<k>[1-9]\d*)")
CUTS = (1, 5, 10)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A case-level metric. `scorer` gives one value a row, null where the metric does not apply.

    `needs` are the fields of `expected` of which any must be set; an empty tuple means every case, "refusal" the unanswerable.
    `asks_for` is the response column without which it is not computed unless asked for by name.
    """

    name: str
    scorer: Scorer
    needs: tuple[str, ...] = ()
    asks_for: str | None = None
    cuts: bool = False
    user: bool = False


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How a name becomes one number: a column of the table, and its mean or a quantile of it.

    `unit` is fraction, ms, usd or tokens. `higher_is_better` is null where neither direction is better.
    """

    name: str
    column: str
    quantile: float | None = None
    unit: str = "fraction"
    higher_is_better: bool | None = True
    needs: tuple[str, ...] = field(default=())


METRICS: dict[str, Metric] = {}
OPERATIONAL = {
    part.name: part
    for part in (
        Measure(name="latency.mean_ms", column="latency_ms", unit="ms", higher_is_better=False),
        Measure(name="latency.p50_ms", column="latency_ms", quantile=0.50, unit="ms", higher_is_better=False),
        Measure(name="latency.p95_ms", column="latency_ms", quantile=0.95, unit="ms", higher_is_better=False),
        Measure(name="latency.p99_ms", column="latency_ms", quantile=0.99, unit="ms", higher_is_better=False),
        Measure(name="errors.rate", column="error", higher_is_better=False),
        Measure(name="tokens.input", column="input_tokens", unit="tokens", higher_is_better=False),
        Measure(name="tokens.output", column="output_tokens", unit="tokens", higher_is_better=False),
        Measure(name="cost.usd_per_case", column="cost_usd", unit="usd", higher_is_better=False),
    )
}


def _load_ours() -> None:
    """Import the families, which register themselves."""
    from . import answer, grounding, retrieval  # noqa: F401


def register(found: Metric) -> None:
    """Add a metric of ours."""
    METRICS[found.name] = found


def metric(name: str) -> Callable[[F], F]:
    """Register a metric of one's own: a function of a case and its response to a number, true/false, or None (does not apply).

        @metric("house.cites_a_filing")
        def cites_a_filing(case, response):
            return "10-K" in (response.answer or "")

    Raises:
        UsageError: the name is taken by one of ours, or has no dot.
    """
    known = METRICS.get(name)
    if name in OPERATIONAL or (known is not None and not known.user):
        msg = f'the metric name "{name}" is taken.'
        raise UsageError(msg, next_step="Choose another, for instance with a prefix of your own.")
    if not re.fullmatch(r"[a-z][\w-]*(\.[\w-]+)+", name):
        msg = f'"{name}" is no metric name.'
        raise UsageError(msg, next_step='Write it as "family.name" in lower case.')

    def add(function: F) -> F:
        def scorer(batch: Batch, _cut: int | None) -> list[float | None]:
            values = (function(case, response) for case, response in zip(batch.cases, batch.responses, strict=True))
            return [None if value is None else float(value) for value in values]

        METRICS[name] = Metric(name=name, scorer=scorer, user=True)
        return function

    return add


def find(name: str) -> tuple[Metric, int | None]:
    """The case-level metric of that name and its cut-off.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    _load_ours()

    cut = CUT.fullmatch(name)
    known = METRICS.get(cut["name"] if cut else name)
    if known is not None and (cut is None or known.cuts):
        return known, int(cut["k"]) if cut else None
    names = [*METRICS, *(f"{part.name}@{k}" for part in METRICS.values() if part.cuts for k in CUTS), *OPERATIONAL]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    msg = f'there is no metric "{name}"' + (f'; did you mean "{near[0]}"?' if near else ".")
    raise UsageError(
        msg, next_step=f"Known are {', '.join(sorted({*METRICS, *OPERATIONAL}))}; @k may follow a retrieval metric."
    )


def measure(name: str) -> Measure:
    """How to aggregate the metric of that name; raises UsageError like `find`."""
    if name in OPERATIONAL:
        return OPERATIONAL[name]
    return Measure(name=name, column=name, needs=find(name)[0].needs)


def default_names() -> list[str]:
    """Every case-level metric, retrieval at its usual cut-offs."""
    _load_ours()

    names = []
    for part in METRICS.values():
        names += [f"{part.name}@{k}" for k in CUTS] if part.cuts else []
        names.append(part.name)
    return names
