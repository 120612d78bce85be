"""The metrics by name, and the decorator by which a user adds one."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, cast

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import polars as pl

    from ..case import Case
    from ..results import Response
    from .batch import Batch

    Scorer = Callable[[Batch, Any], Sequence[float | None] | pl.Series]
    UserScorer = Callable[[Case, Response], float | bool | None]
    TableScorer = Callable[[pl.DataFrame], Sequence[float | None] | pl.Series]

F = TypeVar("F", bound="UserScorer | TableScorer")
Unit = Literal["fraction", "value", "ms", "usd", "tokens"]

FAMILIES = {
    "answer": "answer",
    "grounding": "grounding",
    "retrieval": "retrieval",
    "regression": "regression",
    "classification": "classification",
    "tatqa": "tatqa",
    "repeats": "repeats",
}
"""The module of each family, imported when one of its names is asked for."""

OPEN_FAMILIES = ("judge", "custom")
"""`judge.<rubric>` and `custom.<name>` are named by whoever writes them; the table may hold them already."""

NAME = re.compile(r"[a-z][\w-]*(\.[\w-]+)+")
OPEN = re.compile(rf"(?:{'|'.join(OPEN_FAMILIES)})\.[A-Za-z][\w.-]*")
PARAMETER = re.compile(r"(?P<name>[^@^]+)(?P<mark>[@^])(?P<number>[1-9]\d*|0?\.\d+)")
CUTS = (1, 5, 10)


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """A measure that is no mean of a column, over some rows.

    `influence` has one number a row that counts, NaN elsewhere: the first-order change of `value` by that row, so that its
    standard error is sqrt(sum(influence ** 2)) / n (Hampel 1974).
    """

    value: float | None
    influence: np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What is computed case by case. `scorer` gives one value a row, null where the metric does not apply.

    `needs` are the fields of `expected` of which any must be set; an empty tuple means every case, "refusal" the unanswerable.
    `asks_for` are the response columns of which any must be filled, else it is computed only where asked for by name; those
    `on_request` are never computed otherwise.
    `cuts` may be followed by @k, `levels` by @q between 0 and 1, of which `levels_in` finds those that a table holds; a name
    that ends in its mark (`regression.pinball@`, `repeats.pass^`) is incomplete without. `aggregate` makes the metric's number
    out of the rows where its column has a value.
    `version` changes whenever the same response would score differently.
    """

    name: str
    scorer: Scorer
    needs: tuple[str, ...] = ()
    asks_for: tuple[str, ...] = ()
    cuts: bool = False
    levels: bool = False
    levels_in: Callable[[pl.DataFrame], Sequence[str]] | None = None
    on_request: bool = False
    unit: Unit = "fraction"
    higher_is_better: bool | None = True
    aggregate: Callable[[pl.DataFrame], Aggregate] | None = None
    version: int = 1
    user: bool = False
    cache: bool = False


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How a name becomes one number: a column of the table, and its mean, a quantile of it, or an aggregate of the rows.

    `higher_is_better` is null where neither direction is better.
    """

    name: str
    column: str
    quantile: float | None = None
    unit: Unit = "fraction"
    higher_is_better: bool | None = True
    needs: tuple[str, ...] = ()
    aggregate: Callable[[pl.DataFrame], Aggregate] | None = None


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


def register(found: Metric) -> None:
    """Add a metric of ours."""
    METRICS[found.name] = found


def metric(
    name: str,
    *,
    batch: bool = False,
    unit: Unit = "fraction",
    higher_is_better: bool | None = True,
    version: int = 1,
    cache: bool = False,
) -> Callable[[F], F]:
    """Register a metric of one's own: a function of a case and its response to a number, true/false, or None (does not apply).

        @metric("house.cites_a_filing")
        def cites_a_filing(case, response):
            return "10-K" in (response.answer or "")

    With `batch` the function gets the table of cases (a polars frame, at most 10,000 rows) and returns one value a row; it
    sees the rows that ended in an error too. `unit` is "fraction" for values between 0 and 1 and "value" for any others.
    Metrics that say `cache` are not computed again for the same case and response while `version` stays what it is, where
    scoring is given a cache.

    Raises:
        UsageError: the name is taken by one of ours, or has no dot.
    """
    _load_family(name)
    known = METRICS.get(name)
    if name in OPERATIONAL or (known is not None and not known.user):
        msg = f'the metric name "{name}" is taken.'
        raise UsageError(msg, next_step="Choose another, for instance with a prefix of your own.")
    if not NAME.fullmatch(name):
        msg = f'"{name}" is no metric name.'
        raise UsageError(msg, next_step='Write it as "family.name" in lower case.')

    def add(function: F) -> F:
        from .own import of_cases, of_table

        scorer = of_table(name, cast("TableScorer", function)) if batch else of_cases(name, cast("UserScorer", function))
        register(
            Metric(
                name=name,
                scorer=scorer,
                unit=unit,
                higher_is_better=higher_is_better,
                version=version,
                cache=cache,
                user=True,
            )
        )
        return function

    return add


def own_metrics() -> dict[str, dict[str, Any]]:
    """What tables need to know of a user's metrics where their functions are not: unit and direction, by name."""
    own = [part for part in METRICS.values() if part.user]
    return {part.name: {"unit": part.unit, "higher_is_better": part.higher_is_better} for part in own}


def register_standing(own: Mapping[str, Mapping[str, Any]]) -> None:
    """Make a user's metrics known by what `own_metrics` gave; tables hold their values, and they are not computed again."""
    for name, facts in own.items():
        if name not in METRICS:
            register(Metric(name=name, scorer=standing, user=True, **facts))


def find(name: str) -> tuple[Metric, float | None]:
    """The metric of that name, and its cut-off (an int) or its level (a float).

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    _load_family(name)
    if name in METRICS and name[-1] not in "@^":
        return METRICS[name], None
    if found := _with_parameter(name):
        return found
    if OPEN.fullmatch(name):
        return Metric(name=name, scorer=standing), None
    raise _unknown(name)


def _with_parameter(name: str) -> tuple[Metric, float | None] | None:
    parts = PARAMETER.fullmatch(name)
    if parts is None:
        return None
    known = METRICS.get(parts["name"] + parts["mark"]) or (METRICS.get(parts["name"]) if parts["mark"] == "@" else None)
    number = float(parts["number"])
    if known is not None and known.cuts and number >= 1:
        return known, int(number)
    if known is not None and known.levels and 0 < number < 1:
        return known, number
    return None


def standing(batch: Batch, parameter: object) -> NoReturn:
    """Marks a column that another step adds to the table (a judge, the repeats); `score` leaves such a column alone."""
    msg = "a standing column is not computed."
    raise NotImplementedError(msg)


def _unknown(name: str) -> UsageError:
    _load_all()
    whole = [known for known in METRICS if known[-1] not in "@^"]
    with_number = [f"{part.name}{'0.5' if part.levels else 1}" for part in METRICS.values() if part.name[-1] in "@^"]
    with_cuts = [f"{part.name}@{k}" for part in METRICS.values() if part.cuts and part.name in whole for k in CUTS]
    near = difflib.get_close_matches(name, [*whole, *with_number, *with_cuts, *OPERATIONAL], n=1, cutoff=0.5)
    msg = f'there is no metric "{name}"' + (f'; did you mean "{near[0]}"?' if near else ".")
    known = ", ".join(sorted({*whole, *with_number, *OPERATIONAL}))
    return UsageError(msg, next_step=f"Known are {known}; @k may follow a retrieval metric.")


def measure(name: str) -> Measure:
    """How to aggregate the metric of that name; raises UsageError like `find`."""
    if name in OPERATIONAL:
        return OPERATIONAL[name]
    found = find(name)[0]
    return Measure(
        name=name,
        column=name,
        unit=found.unit,
        higher_is_better=found.higher_is_better,
        needs=found.needs,
        aggregate=found.aggregate,
    )


def default_names(frame: pl.DataFrame | None = None) -> list[str]:
    """Every metric that is computed without being asked for, family by family; retrieval at its usual cut-offs.

    With a table, those at the levels that it holds, too.
    """
    _load_all()
    order = {family: place for place, family in enumerate(FAMILIES)}
    wanted = sorted(
        (part for part in METRICS.values() if not part.on_request),
        key=lambda part: order.get(part.name.partition(".")[0], len(order)),
    )
    return [name for part in wanted for name in _usual_names(part, frame)]


def _usual_names(part: Metric, frame: pl.DataFrame | None) -> list[str]:
    if part.name[-1] not in "@^":
        return [*(f"{part.name}@{k}" for k in CUTS if part.cuts), part.name]
    levels = part.levels_in(frame) if part.levels_in is not None and frame is not None else ()
    return [f"{part.name}{level}" for level in levels]


def _load_family(name: str) -> None:
    """Import the module whose metrics have that first word; they register themselves."""
    module = FAMILIES.get(name.partition(".")[0])
    if module is not None:
        import_module(f".{module}", __package__)


def _load_all() -> None:
    for family in FAMILIES:
        _load_family(family)
