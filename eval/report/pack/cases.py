"""The cases as blocks: `head` says where everything lies, `numbers` and `lists` are columns, `t0`, `t1`, ... distinct texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from ...case import TAG
from ...jsontext import dump_bytes
from ...table import NOTE, REPEATS, expected_evidence
from .. import figures
from ..outcomes import ORDER
from ..secrets import mask
from .block import Block, blocks
from .numbers import Numbers
from .texts import References, TextNumbers, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..cases import CaseTable

FORMAT = 2
FOLDER = "texts"
UNCHANGED = ("both right", "right")
_LATENCY, _COST = 1, 4
_FACTS = {"latency_ms": _LATENCY, "cost_usd": _COST}


@dataclass(frozen=True)
class Packed:
    """The blocks of a page and, where it would have been larger than the limit, those that go beside it."""

    inside: list[Block]
    beside: list[Block] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Characters of the blocks inside."""
        return sum(len(part.text) for part in self.inside)


@dataclass(frozen=True)
class _Listed:
    """A list column: the length of each row's list (-1 for the same as this image's) and the items' texts and numbers."""

    lengths: NDArray[np.int64]
    texts: Mapping[str, int]
    numbers: Mapping[str, pl.Series]


def pack(table: CaseTable, limit: int | None = None) -> Packed:
    """All cases as blocks. Above `limit` characters the texts that only unchanged passing cases use go beside the page."""
    gathered = TextNumbers()
    frame, live, rows = table.frame, table.live, np.arange(len(table))
    named = {name: gathered.add(frame[column], rows, group=0) for name, column in (("id", "id"), ("question", "input"))}
    named |= {name: gathered.add(texts, rows) for name, texts in _texts(table).items()}
    lists = _lists(table, gathered, rows)
    texts, found = gathered.numbered(_first_unchanged(frame))
    numbers, listed = Numbers("numbers"), Numbers("lists")
    columns = {name: numbers.add_codes(found[at].of_all()) for name, at in named.items() if len(found[at].numbers)}
    columns |= {name: numbers.add(values, decimals=digits) for name, (values, digits) in _numbers(frame, live).items()}
    columns |= _scores(table, numbers)
    tags = [_tag(frame[TAG + name], numbers, columns, place) for place, name in enumerate(table.tags)]
    where = {name: _stored(part, listed, found) for name, part in lists.items()}
    head = _head(table) | {"columns": columns, "lists": where, "started": _started(frame), "masked": texts.masked}
    head["tags"] = [{"name": mask(name), "values": values} for name, values in zip(table.tags, tags, strict=True)]
    data = blocks([("numbers", numbers.data), ("lists", listed.data), *_text_parts(texts)])
    return _placed(head, data, texts, limit)


def _text_parts(texts: Texts) -> list[tuple[str, partial[bytes]]]:
    return [(f"t{place}", partial(texts.data, place)) for place in range(len(texts.first))]


def _placed(head: dict[str, Any], data: list[Block], texts: Texts, limit: int | None) -> Packed:
    """The head, which knows what lies beside the page, and all blocks at their places."""
    known = {"count": len(texts.texts), "first": list(texts.first)}
    kept = next((place for place, first in enumerate(texts.first) if first >= texts.cut), len(texts.first))
    large = limit is not None and sum(len(part.text) for part in data) > limit and kept < len(texts.first)
    beside = {"from": kept, "folder": FOLDER} if large else None
    first = blocks([("head", lambda: dump_bytes(head | {"texts": known | {"beside": beside}}))])
    split = 2 + kept if large else len(data)
    return Packed(inside=[*first, *data[:split]], beside=data[split:])


def _head(table: CaseTable) -> dict[str, Any]:
    metrics = [
        {
            "name": name,
            "plain": figures.plain_name(name),
            "main": name in table.main,
            "lower": figures.lower_is_better(name),
        }
        for name in table.metrics
    ]
    notes = [name.removeprefix(NOTE) for name in table.frame.columns if name.startswith(NOTE)]
    told = {"format": FORMAT, "rows": len(table), "live": table.has_live, "outcomes": list(ORDER)}
    return told | {"metrics": metrics, "notes": notes}


def _texts(table: CaseTable) -> dict[str, pl.Series]:
    """The texts of a case beside its id and its question, in the order in which a reader meets them."""
    from ..said import answer_said, expected_said

    frame, live = table.frame, table.live
    expected = expected_said(frame)
    found = {"expected": expected.set(expected == "", None), "answer": answer_said(frame)}
    if live is not None:
        found["live_answer"] = answer_said(live)
    found |= {name: frame[name] for name in ("error", "notes") if name in frame.columns}
    if live is not None and "error" in live.columns:
        found["live_error"] = live["error"]
    return found | {name: frame[name] for name in frame.columns if name.startswith(NOTE)}


def _numbers(frame: pl.DataFrame, live: pl.DataFrame | None) -> dict[str, tuple[pl.Series, int]]:
    """The columns of one number a case, each with its decimals."""
    places = frame.select(
        outcome=pl.col("outcome").replace_strict({name: at for at, name in enumerate(ORDER)}, return_dtype=pl.Int64),
        worse=pl.col("worse").cast(pl.Int64),
        better=pl.col("better").cast(pl.Int64),
    )
    found = {name: (places[name], 0) for name in places.columns}
    if live is not None:
        found["compared"] = (live["id"].is_not_null().cast(pl.Int64), 0)
    for name, digits in (
        *_FACTS.items(),
        *dict.fromkeys(("input_tokens", "output_tokens", "attempts", "line", REPEATS), 0).items(),
    ):
        if name in frame.columns:
            found[name] = (frame[name], digits)
        if name in _FACTS and live is not None and name in live.columns:
            found[f"live_{name}"] = (live[name], digits)
    asked = _asked(frame)
    if asked is not None:
        found["asked_s"] = ((asked - asked.min()).dt.total_milliseconds() / 1000, 1)
    return {name: part for name, part in found.items() if part[0].null_count() < len(part[0])}


def _asked(frame: pl.DataFrame) -> pl.Series | None:
    if "asked_at" not in frame.columns:
        return None
    times = frame["asked_at"].str.to_datetime(time_zone="UTC", strict=False)
    return None if times.null_count() == len(times) else times


def _started(frame: pl.DataFrame) -> str | None:
    asked = _asked(frame)
    first: Any = None if asked is None else asked.min()
    return None if first is None else first.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _scores(table: CaseTable, numbers: Numbers) -> dict[str, dict[str, Any]]:
    """Each metric here and live, and which metric called a case right."""
    found: dict[str, dict[str, Any]] = {}
    for place, name in enumerate(table.metrics):
        found[f"score:{place}"] = numbers.add(table.frame[name])
        if table.live is not None and name in table.live.columns:
            found[f"live_score:{place}"] = numbers.add(table.live[name])
    known = {name: place for place, name in enumerate(table.metrics)}
    judged = table.frame["judged_by"].replace_strict(known, default=None, return_dtype=pl.Int64)
    return found | {"judged_by": numbers.add(judged)}


def _tag(values: pl.Series, numbers: Numbers, columns: dict[str, Any], place: int) -> list[str]:
    """Store a tag's values as places in the list of its distinct values, which is returned, sorted."""
    texts = values.cast(pl.String)
    distinct = texts.drop_nulls().unique().sort()
    known = pl.DataFrame({"value": distinct, "place": np.arange(len(distinct))})
    joined = texts.to_frame("value").join(known, on="value", how="left", maintain_order="left")
    columns[f"tag:{place}"] = numbers.add(joined["place"])
    return [mask(value) for value in distinct.to_list()]


def _lists(table: CaseTable, gathered: TextNumbers, rows: NDArray[np.int64]) -> dict[str, _Listed]:
    """The lists of a case; those of the live image only where they differ from this one's."""
    frame, live = table.frame, table.live
    evidence = expected_evidence(frame["expected"]).list.eval(pl.element().struct.field("id"))
    found = {"evidence": _listed(evidence, gathered, rows)}
    for name, column in (("missing", "evidence_missing"), ("citations", "citations"), ("scores", "scores")):
        if column in frame.columns:
            found[name] = _listed(frame[column], gathered, rows)
    for name in ("retrieved", "contexts"):
        if name not in frame.columns:
            continue
        found[name] = _listed(frame[name], gathered, rows)
        if live is not None and name in live.columns:
            same = live[name].eq_missing(frame[name]).to_numpy()
            found[f"live_{name}"] = _listed(live[name], gathered, rows, same=same)
    if table.repeats is not None:
        found["again"] = _listed(_again(table.repeats, frame["id"]), gathered, rows)
    return {name: part for name, part in found.items() if (part.lengths != 0).any()}


def _again(repeats: pl.DataFrame, ids: pl.Series) -> pl.Series:
    """The repeats of each case: answer, error, latency and the value of the metric that decides the case."""
    from ..outcomes import outcomes
    from ..said import answer_said

    scored = outcomes(repeats)
    told = scored.select("id", "repeat", "error", "latency_ms", "score", answer=answer_said(scored))
    grouped = told.sort("repeat").group_by("id", maintain_order=True).agg(pl.struct(pl.exclude("id", "repeat")).alias("again"))
    return ids.to_frame("id").join(grouped, on="id", how="left", maintain_order="left")["again"]


def _listed(lists: pl.Series, gathered: TextNumbers, rows: NDArray[np.int64], same: NDArray[np.bool_] | None = None) -> _Listed:
    """A list column, its items' texts handed over; `same` marks the rows that are not stored."""
    if same is not None:
        lists = lists.to_frame("list").select(pl.when(~pl.Series(same)).then("list")).to_series()
    lengths = lists.list.len().fill_null(0).to_numpy().astype(np.int64)
    items = lists.filter(pl.Series(lengths > 0)).explode()
    owners = np.repeat(rows, lengths)
    fields = items.struct.unnest().get_columns() if items.dtype == pl.Struct else [items.rename("id")]
    texts = {part.name: gathered.add(part, owners) for part in fields if part.dtype == pl.String}
    numbers = {part.name: part for part in fields if part.dtype != pl.String and part.null_count() < len(part)}
    return _Listed(lengths=lengths if same is None else np.where(same, -1, lengths), texts=texts, numbers=numbers)


def _stored(part: _Listed, listed: Numbers, found: list[References]) -> dict[str, Any]:
    lengths = pl.Series(np.where(part.lengths < 0, np.nan, part.lengths.astype(np.float64)))
    fields = {name: listed.add_references(found[at].places, found[at].numbers) for name, at in part.texts.items()}
    fields |= {name: listed.add(values) for name, values in part.numbers.items()}
    return {"lengths": listed.add(lengths), "fields": fields}


def _first_unchanged(frame: pl.DataFrame) -> int:
    """The row from which on there are only cases that pass and did not get worse; they are the last of the page."""
    others = frame.select(~pl.col("outcome").is_in(UNCHANGED) | pl.col("worse")).to_series().arg_true()
    return 0 if not len(others) else int(others[-1]) + 1
