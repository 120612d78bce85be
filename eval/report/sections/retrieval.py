"""Recall and hits over the depth of the ranking, and where the first relevant passage stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...score.judged import Judged
from ...score.retrieval import hit, recall
from ...table import expected_evidence
from .. import figures
from ..gates import read
from ..plots.figure import Figure
from ..plots.frame import Axis, Frame
from ..plots.histogram import bars, outline
from ..plots.lines import band, line
from ..plots.scale import Scale, percent
from ..sides import QUARTERS, Columns, common, usable_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from markupsafe import Markup

    from ...verdict.stats import Estimate
    from ..cases import CaseTable
    from ..model import ReportInput
    from ..sides import Floats, Mask, Sides

EVERY_UP_TO = 10
MOST_DEPTHS = 16
FIRST_RANKS = 10
_GATED = re.compile(r"retrieval\.\w+@(\d+)")


@dataclass(frozen=True, kw_only=True)
class Depth:
    """Recall and hits among the first `k`, of this image and of live, and the difference of recall over the pairs."""

    k: int
    recall: Estimate
    live: Estimate
    diff: Estimate | None
    hit: Estimate
    live_hit: Estimate


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """Curves, ranks and lost evidence; None where no passage is expected or retrieved."""
    if not len(table) or "retrieved" not in table.frame.columns:
        return None
    evidence = expected_evidence(table.frame["expected"])
    mine = _judged(table.frame, evidence)
    if not mine.judged.any() or not mine.shown.any():
        return None
    theirs = None if table.live is None or "retrieved" not in table.live.columns else _judged(table.live, evidence)
    rows = usable_rows(table.frame)
    live_rows = common(table) & usable_rows(table.live) if table.live is not None else ~rows
    found = depths(Columns(table), (mine, rows), None if theirs is None else (theirs, live_rows))
    sides = {"this": (mine, rows)} | ({} if theirs is None or not live_rows.any() else {"live": (theirs, live_rows)})
    return {
        "figures": [_curve(found, gated_depths(report)), _ranks(sides)],
        "table": _table(found),
        "live": "live" in sides,
        "lost": lost_evidence(table.frame, evidence),
        "cases": int((mine.judged & rows).sum()),
    }


def _judged(frame: pl.DataFrame, evidence: pl.Series) -> Judged:
    return Judged(frame["retrieved"].fill_null([]), evidence)


def depths(columns: Columns, mine: tuple[Judged, Mask], theirs: tuple[Judged, Mask] | None) -> list[Depth]:
    """Every depth up to 10, then fewer and fewer, to the longest list."""
    deepest = int(max(mine[0].shown.max(), theirs[0].shown.max() if theirs else 0))

    def sides(measure: Any, k: int) -> Sides:
        here, there = (None if side is None else np.where(side[1], measure(side[0], k), np.nan) for side in (mine, theirs))
        return columns.of(here, there, "fraction")

    found = []
    for k in ladder(deepest):
        recalled, hits = sides(recall, k), sides(hit, k)
        found.append(
            Depth(
                k=k,
                recall=recalled.mean,
                live=recalled.live_mean,
                diff=recalled.difference,
                hit=hits.mean,
                live_hit=hits.live_mean,
            )
        )
    return found


def ladder(deepest: int) -> list[int]:
    """1, 2, ... 10, then up to six more in even steps of the logarithm, the last the deepest."""
    near = list(range(1, min(deepest, EVERY_UP_TO) + 1))
    if deepest <= EVERY_UP_TO:
        return near
    far = np.geomspace(EVERY_UP_TO, deepest, MOST_DEPTHS - EVERY_UP_TO + 1).round().astype(int).tolist()
    return sorted({*near, *far})


def gated_depths(report: ReportInput) -> list[int]:
    """The k of the gates on retrieval, each once."""
    matches = (_GATED.fullmatch(gate.metric) for gate in read(report.evaluation))
    return sorted({int(match[1]) for match in matches if match})


def _curve(found: Sequence[Depth], gated: Sequence[int]) -> Figure:
    deepest = found[-1].k
    frame = Frame(
        x=Axis(scale=Scale(low=1.0, high=max(deepest, 2)), label="k, passages looked at", ticks=tuple(_whole_ticks(deepest))),
        y=Axis(scale=Scale(low=0.0, high=1.0), label="share", text=percent, ticks=QUARTERS),
    )
    marks = [frame.upright(k, f"gate @{k}", name="mark", place=place) for place, k in enumerate(gated) if 1 <= k <= deepest]
    for name, estimates in (("live", [part.live for part in found]), ("this", [part.recall for part in found])):
        marks += _banded(frame, found, estimates, name)
    marks += [line(frame, *_known(found, [part.live_hit for part in found]), "thin-live")] if found[0].live_hit.n else []
    marks.append(line(frame, *_known(found, [part.hit for part in found]), "thin"))
    first, last = (figures.value("", part.recall.value) for part in (found[0], found[-1]))
    words = f"Recall@1 is {first}, recall@{deepest} {last}."
    key = "Bands are 95 % intervals; dotted: hit@k, the share of cases with any relevant passage."
    return Figure(
        title="Recall and hits among the first k",
        plot=frame.svg("Recall at k over k", words, marks),
        said=(words, key),
        head=("k", "recall", "95 % interval", "hit", "hit, live"),
        rows=tuple(_row(part) for part in found),
    )


def _table(found: Sequence[Depth]) -> dict[str, Any] | None:
    """Recall of both by k, and the difference in points; None without live."""
    rows = tuple(
        (
            f"{part.k}",
            figures.value("", part.live.value),
            figures.value("", part.recall.value),
            figures.difference("", part.diff.value),
            figures.interval("", part.diff.low, part.diff.high, signed=True) or figures.NONE,
        )
        for part in found
        if part.diff is not None
    )
    return {"head": ("k", "live", "this", "diff, points", "95 % interval"), "rows": rows} if rows else None


def _whole_ticks(deepest: int) -> list[float]:
    if deepest <= EVERY_UP_TO:
        return [float(k) for k in range(1, deepest + 1)]
    return [1.0, *(tick for tick in Scale(low=1.0, high=deepest).ticks(6) if tick > 1 and tick.is_integer())]


def _known(found: Sequence[Depth], estimates: Sequence[Estimate]) -> tuple[Floats, Floats]:
    pairs = [(part.k, known.value) for part, known in zip(found, estimates, strict=True) if known.value is not None]
    return np.array([k for k, _ in pairs], dtype=np.float64), np.array([value for _, value in pairs])


def _banded(frame: Frame, found: Sequence[Depth], estimates: Sequence[Estimate], name: str) -> list[Markup]:
    if not estimates[0].n:
        return []
    whole = [(part.k, known) for part, known in zip(found, estimates, strict=True) if known.low is not None]
    marks = []
    if len(whole) > 1:
        xs = np.array([k for k, _ in whole], dtype=np.float64)
        lows, highs = (np.array([getattr(known, end) for _, known in whole]) for end in ("low", "high"))
        marks.append(band(frame, xs, lows, highs, name))
    return [*marks, line(frame, *_known(found, estimates), name)]


def _row(part: Depth) -> tuple[str, ...]:
    spread = figures.interval("", part.recall.low, part.recall.high) or figures.NONE
    hits = (figures.value("", part.hit.value), figures.value("", part.live_hit.value))
    return (f"{part.k}", figures.value("", part.recall.value), spread, *hits)


def first_ranks(judged: Judged, rows: Mask) -> tuple[Floats, int]:
    """The rank of the first relevant passage of each of those rows that has one, and how many have none."""
    hits = judged.hits
    first = hits.only(hits.nth == 1)
    ranks = first.rank[rows[first.row]].astype(np.float64)
    return ranks, int((judged.judged & rows).sum()) - len(ranks)


def _ranks(sides: dict[str, tuple[Judged, Mask]]) -> Figure:
    """Shares of cases by the rank of their first relevant passage: 1 to 10, beyond, none."""
    found = {name: first_ranks(*side) for name, side in sides.items()}
    deepest = max(int(judged.shown.max()) for judged, _ in sides.values())
    named = [str(rank) for rank in range(1, min(FIRST_RANKS, deepest) + 1)]
    named += [f"{FIRST_RANKS + 1}+"] if deepest > FIRST_RANKS else []
    counts = {name: _rank_counts(ranks, none, len(named)) for name, (ranks, none) in found.items()}
    heights = {name: values / max(1, values.sum()) for name, values in counts.items()}
    words = [*named, "none"]
    bins = np.arange(len(words) + 1, dtype=np.float64) - 0.5
    top = max(float(side.max()) for side in heights.values())
    frame = Frame(
        x=Axis(
            scale=Scale(low=bins[0], high=bins[-1]),
            label="rank of the first relevant passage",
            ticks=tuple(float(place) for place in range(len(words))),
            text=lambda tick: words[int(tick)],
        ),
        y=Axis(scale=Scale(low=0.0, high=1.08 * top or 1.0), label="share of cases", text=percent),
    )
    marks = [bars(frame, bins, heights["this"])]
    marks += [outline(frame, bins, heights["live"])] if "live" in heights else []
    said = f"{100 * heights['this'][0]:.0f} % have a relevant passage first, {100 * heights['this'][-1]:.0f} % have none."
    return Figure(
        title="First relevant passage",
        plot=frame.svg("Rank of the first relevant passage", said, marks),
        said=(said,),
        head=("rank", *(f"{name}, {what}" for name in counts for what in ("cases", "share"))),
        rows=tuple((word, *_rank_cells(counts, heights, place)) for place, word in enumerate(words)),
    )


def _rank_cells(counts: dict[str, Floats], heights: dict[str, Floats], place: int) -> list[str]:
    sides = [(f"{counts[name][place]:,.0f}", f"{100 * heights[name][place]:.1f} %") for name in counts]
    return [text for side in sides for text in side]


def _rank_counts(ranks: Floats, none: int, named: int) -> Floats:
    places = np.minimum(ranks.astype(np.int64), named) - 1
    counts: Floats = np.r_[np.bincount(places, minlength=named), none].astype(np.float64)
    return counts


def lost_evidence(frame: pl.DataFrame, evidence: pl.Series) -> dict[str, Any] | None:
    """How much of the expected evidence the corpus does not hold; None where nobody looked or nothing is lost."""
    if "evidence_missing" not in frame.columns:
        return None
    lost = frame["evidence_missing"].list.len().fill_null(0).to_numpy()
    if not lost.any():
        return None
    passages, there = int(lost.sum()), int(evidence.list.len().fill_null(0).to_numpy().sum())
    return {"passages": passages, "cases": int((lost > 0).sum()), "share": passages / (passages + there)}
