"""The shards of one evaluation, put together as if one run had asked all cases."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import GoldgateError, Problems, UsageError
from .joining import join
from .score.registry import register_standing
from .shards import PLACE, Shard
from .table import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import polars as pl

RECORD = "evaluation.json"
TABLE = "cases.parquet"
REPEATS_TABLE = "repeats.parquet"
BASELINE_TABLE = "baseline.parquet"
_AGAIN = "Run the shards again with the same gold set, gates and options, and merge those."


@dataclass(frozen=True, kw_only=True)
class ShardRun:
    """What one shard left: its folder, its evaluation.json and its table of cases."""

    folder: Path
    shard: Shard
    record: dict[str, Any]
    table: pl.DataFrame

    @property
    def terms(self) -> dict[str, Any]:
        """What the whole is judged by: gold set, gates, metrics, seed, confidence, baseline."""
        found: dict[str, Any] = self.record["terms"]
        return found

    @property
    def subject(self) -> tuple[str, str]:
        """What was asked: its digest, else its address; each shard of recorded responses may have a file of its own."""
        subject = self.record.get("subject") or {}
        kind = str(subject.get("kind") or "")
        return kind, str(subject.get("digest") or ("" if kind == "recorded" else subject.get("address") or ""))


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The whole: its tables in the order of the gold set, and what was common to all shards.

    `repeats` and `baseline` are null where no shard has such a table. `stopped` says why a shard did not ask all of its cases;
    `missing` are the shards that were not there. `timing` spans the shards: the earliest start, the longest duration in
    seconds, the sum of their rates.
    """

    table: pl.DataFrame
    repeats: pl.DataFrame | None
    baseline: pl.DataFrame | None
    terms: dict[str, Any]
    subject: dict[str, Any]
    timing: dict[str, Any]
    stopped: str | None
    count: int
    missing: tuple[Shard, ...]


def merge(folders: Sequence[Path], *, allow_missing: bool = False) -> Merged:
    """Read the folders that `goldgate evaluate --shard i/n` (or `score --shard`) wrote, check that they belong together, join.

    Raises:
        UsageError: a folder holds no shard, or shards are missing and `allow_missing` is not set.
        Problems: a shard is there twice, or the shards differ in gold set, subject or terms; all of it at once.
    """
    runs = sorted((_read(folder) for folder in folders), key=lambda run: run.shard.index)
    if not runs:
        msg = "there is nothing to merge."
        raise UsageError(msg, next_step="Name the folders of all shards.")
    _check_alike(runs)
    register_standing(runs[0].terms.get("own_metrics") or {})
    missing = _missing(runs)
    if missing and not allow_missing:
        names = ", ".join(map(str, missing))
        msg = f"{'shard' if len(missing) == 1 else 'shards'} {names} {'is' if len(missing) == 1 else 'are'} missing."
        raise UsageError(msg, next_step="Run them, or merge what is there with --allow-missing: inconclusive at best.")
    stopped = next((said for run in runs if (said := run.record.get("stopped"))), None)
    table = _whole(runs, complete=not missing and stopped is None)
    places = table.select("id", PLACE)
    return Merged(
        table=table.drop(PLACE),
        repeats=_beside(runs, REPEATS_TABLE, places),
        baseline=_beside(runs, BASELINE_TABLE, places),
        terms=runs[0].terms,
        subject=runs[0].record["subject"],
        timing=_timing([run.record.get("timing") or {} for run in runs]),
        stopped=stopped,
        count=runs[0].shard.count,
        missing=missing,
    )


def _read(folder: Path) -> ShardRun:
    path = folder / RECORD
    try:
        record = json.loads(path.read_bytes())
    except OSError as error:
        msg = f"there is no {RECORD} ({error.strerror})."
        raise UsageError(msg, where=str(folder), next_step="Give the --out folders of the shards.") from error
    except ValueError as error:
        msg = f"is no JSON: {error}."
        raise UsageError(msg, where=str(path)) from error
    table = read_table(folder / TABLE)
    if not record.get("shard") or not record.get("terms") or PLACE not in table.columns:
        msg = "is no shard: all cases were asked in that run."
        raise UsageError(msg, where=str(folder), next_step="Merge what goldgate wrote with --shard i/n.")
    return ShardRun(folder=folder, shard=Shard(**record["shard"]), record=record, table=table)


def _check_alike(runs: Sequence[ShardRun]) -> None:
    """Hold every shard to the first."""
    first, problems = runs[0], list[GoldgateError]()
    seen: dict[Shard, ShardRun] = {}
    for run in runs:
        if run.shard.count != first.shard.count:
            problems.append(_differs(run, first, f"is shard {run.shard}, but another is {first.shard}"))
        elif (other := seen.setdefault(run.shard, run)) is not run:
            problems.append(_differs(run, other, f"is shard {run.shard} again"))
        if run.subject != first.subject:
            problems.append(_differs(run, first, f"asked {' '.join(run.subject)}, another asked {' '.join(first.subject)}"))
        problems += [_differs(run, first, said) for said in _different_terms(run.terms, first.terms)]
    if problems:
        raise Problems(problems, next_step=_AGAIN)


def _different_terms(mine: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    names = [name for name in dict.fromkeys([*theirs, *mine]) if _placeless(mine.get(name)) != _placeless(theirs.get(name))]
    return [f"was run with other {name}: {_short(mine.get(name))}, not {_short(theirs.get(name))}" for name in names]


def _placeless(value: Any) -> Any:
    """A gold set or a baseline without the path at which a machine has it."""
    return {key: part for key, part in value.items() if key != "path"} if isinstance(value, dict) else value


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _differs(run: ShardRun, other: ShardRun, said: str) -> UsageError:
    return UsageError(f"{said} ({other.folder}).", where=str(run.folder))


def _missing(runs: Sequence[ShardRun]) -> tuple[Shard, ...]:
    count, there = runs[0].shard.count, {run.shard.index for run in runs}
    return tuple(Shard(index=index, count=count) for index in range(1, count + 1) if index not in there)


def _whole(runs: Sequence[ShardRun], *, complete: bool) -> pl.DataFrame:
    """The rows of all shards in the order of the gold set, with their places."""
    terms = runs[0].terms
    gated = list(dict.fromkeys(gate["metric"] for gate in terms.get("gates") or ()))
    table = join([run.table for run in runs], terms.get("metrics"), gated).sort(PLACE)
    expected = (terms.get("gold_set") or {}).get("cases")
    if table[PLACE].n_unique() != table.height or (complete and expected not in (None, table.height)):
        msg = f"the shards hold {table.height} rows for {expected} cases of the gold set."
        raise UsageError(msg, next_step=_AGAIN)
    return table


def _beside(runs: Sequence[ShardRun], name: str, places: pl.DataFrame) -> pl.DataFrame | None:
    """A table that stands beside the cases, one or more rows a case, in their order; null where no shard has one."""
    import polars as pl

    parts = [read_table(run.folder / name) for run in runs if (run.folder / name).is_file()]
    if not parts:
        return None
    terms = runs[0].terms
    gated = list(dict.fromkeys(gate["metric"] for gate in terms.get("gates") or ()))
    whole = join([part.drop(PLACE, strict=False) for part in parts], terms.get("metrics"), gated)
    within = ["repeat"] if "repeat" in whole.columns else []
    ordered = whole.join(places, on="id", how="left", maintain_order="left").sort(PLACE, *within, maintain_order=True)
    return ordered.select(pl.exclude(PLACE))


def _timing(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "started_at": _of(min, [part.get("started_at") for part in found]),
        "seconds": _of(max, [part.get("seconds") for part in found]),
        "requests_per_second": _of(sum, [part.get("requests_per_second") for part in found]),
        "reused": _of(sum, [part.get("reused") for part in found]),
    }


def _of(function: Callable[[list[Any]], Any], values: list[Any]) -> Any:
    known = [value for value in values if value is not None]
    return function(known) if known else None
