from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.results import Response
from goldgate.eval.score.registry import Aggregate, Measure, measure
from goldgate.eval.verdict import slices as room
from goldgate.eval.verdict.common import common_cases
from goldgate.eval.verdict.drops import paired_of
from goldgate.eval.verdict.slices import moved_slices, slice_pairs, slices
from goldgate.eval.verdict.values import estimate, in_slice, material

from ..makers import case, gold_of, table

if TYPE_CHECKING:
    from goldgate.eval.results import SliceValue
    from goldgate.eval.verdict.common import Common

EXACT, F1 = "answer.exact_match", "answer.token_f1"
COUNT = 240


def scored(seed: int, *, clustered: bool = False, weighted: bool = False, fall: float = 0.0) -> pl.DataFrame:
    """240 cases of two tags with a 0/1 and a graded metric and a latency; the hard ones fall by `fall`."""
    hard = [place % 3 == 0 for place in range(COUNT)]
    gold = gold_of(
        *(
            case(f"c{place}", answer="x", tags={"difficulty": "hard" if hard[place] else "easy", "kind": f"k{place % 5}"})
            for place in range(COUNT)
        )
    )
    generator = np.random.default_rng(seed)
    right = (generator.random(COUNT) < 0.9 - fall * np.asarray(hard)).astype(float)
    graded = np.clip(generator.beta(6, 2, COUNT) - fall * np.asarray(hard), 0, 1)
    given = {f"c{place}": Response(id=f"c{place}", answer="x", latency_ms=100.0 + place) for place in range(COUNT)}
    frame: pl.DataFrame = table(gold, **given)
    return frame.with_columns(
        pl.Series(EXACT, [None, *right[1:]]),
        pl.Series(F1, graded),
        latency_ms=pl.Series(generator.gamma(2, 100, COUNT)),
        cluster=pl.Series([f"d{place // 7}" if place % 4 else None for place in range(COUNT)] if clustered else [None] * COUNT,
                          dtype=pl.String),
        weight=pl.Series(1.0 + np.arange(COUNT) % 3 if weighted else np.ones(COUNT)),
    )  # fmt: skip


def near(value: float | None) -> Any:
    return value if value is None else pytest.approx(value, rel=1e-6, abs=1e-9)


def one_by_one(frame: pl.DataFrame, where: dict[str, str], found: Measure) -> tuple[Any, ...]:
    result = estimate(found, material(in_slice(frame, where), found), 0.95)
    return result.n, result.value, result.low, result.high


def against_live(common: Common, where: dict[str, str], found: Measure) -> tuple[Any, ...]:
    rows = in_slice(common.here.with_row_index("row"), where)
    there = common.there[rows["row"]]
    both = rows[found.column].is_not_null() & there[found.column].is_not_null()
    paired = paired_of(found, rows.filter(both), there.filter(both), None)
    assert paired.interval is not None
    assert paired.p_against is not None
    return (paired.n, paired.there, paired.diff, *paired.interval(0.95), paired.p_against(0.0))


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("most_cells", [0, 1000])
def test_slices_out_of_sums_equal_those_case_by_case(
    monkeypatch: pytest.MonkeyPatch, clustered: bool, weighted: bool, most_cells: int
) -> None:
    monkeypatch.setattr("goldgate.eval.verdict.cells.MOST_CELLS", most_cells)
    here, there = (scored(seed, clustered=clustered, weighted=weighted) for seed in (1, 2))
    common = common_cases(here, there)
    names = [EXACT, F1, "latency.mean_ms", "latency.p95_ms"]
    singles, pairs = slices(here, names, common, 0.95), slice_pairs(here, names, common, 0.95)
    assert len(singles) == (2 + 5) * 4
    assert len(pairs) == 2 * 5 * 4
    for part in (*singles, *pairs):
        where = dict(zip(part.tag.split(","), part.value.split(","), strict=True))
        found = measure(part.metric)
        alone = (part.n, part.value_, part.ci_low, part.ci_high)
        moved = (part.common, part.baseline, part.diff, part.diff_low, part.diff_high, part.p)
        assert alone == tuple(map(near, one_by_one(here, where, found)))
        if "," in part.tag and found.quantile is not None:
            assert moved == (0, None, None, None, None, None)
        else:
            assert moved == tuple(map(near, against_live(common, where, found)))


def test_they_are_sorted_and_small_ones_are_marked_not_hidden() -> None:
    frame = scored(1)
    found = slices(frame, [EXACT, F1], None, 0.95)
    assert [(part.tag, part.value, part.metric) for part in found[:4]] == [
        ("difficulty", "easy", EXACT),
        ("difficulty", "easy", F1),
        ("difficulty", "hard", EXACT),
        ("difficulty", "hard", F1),
    ]
    assert not any(part.small for part in found)
    assert (found[0].baseline, found[0].diff, found[0].p) == (None, None, None)
    assert [part.small for part in slice_pairs(frame, [F1], None, 0.95)] == [False] * 5 + [True] * 5


def test_a_slice_of_one_or_of_equal_values_says_why_it_has_no_interval() -> None:
    frame = scored(1).with_columns(pl.when(pl.col("id") == "c5").then(pl.lit("odd")).otherwise("tag:kind").alias("tag:kind"))
    odd = next(part for part in slices(frame, [F1], None, 0.95) if part.value == "odd")
    assert (odd.n, odd.ci_low, odd.small, odd.note) == (1, None, True, "insufficient data")
    same = slices(frame.with_columns(pl.lit(0.123456789).alias(F1)), [F1], None, 0.95)
    assert {part.note for part in same[:2]} == {"all values are the same: they carry no interval"}
    assert same[0].value_ == pytest.approx(0.123456789, rel=1e-15)


def test_missing_values_are_counted_where_they_are_missed() -> None:
    frame = scored(1).with_columns(error=pl.when(pl.col("id") == "c0").then(pl.lit("HTTP 500")))
    counts = {(part.tag, part.value): part.missing for part in slices(frame, [EXACT], None, 0.95)}
    assert counts["difficulty", "hard"] == counts["kind", "k0"] == 1
    assert sum(counts.values()) == 2


def test_tags_with_many_values_are_left_out() -> None:
    frame = scored(1).with_columns(pl.col("id").alias("tag:name"))
    assert {part.tag for part in slices(frame, [F1], None, 0.95)} == {"difficulty", "kind"}
    assert slices(frame.select(pl.exclude("tag:kind", "tag:difficulty")), [F1], None, 0.95) == []
    assert room.tags_of(frame) == ["tag:difficulty", "tag:kind"]


def rms(frame: pl.DataFrame) -> Aggregate:
    values = frame[F1].to_numpy()
    root = float(np.sqrt((values**2).mean()))
    return Aggregate(value=root, influence=(values**2 - root**2) / (2 * root))


def test_aggregates_are_sliced_too() -> None:
    here, there = scored(1), scored(2, fall=0.3)
    found = Measure(name="house.rms", column=F1, aggregate=rms)
    part = slices(here, [found], common_cases(here, there), 0.95)[1]
    assert (part.value, part.n) == ("hard", 80)
    assert part.value_ == rms(in_slice(here, {"difficulty": "hard"})).value
    assert (part.ci_low or 9) < (part.value_ or 0) < (part.ci_high or 0)
    assert (part.diff or 0) > 0.2
    assert part.p is not None
    assert part.p < 1e-6


def test_the_slices_that_moved_are_found_and_corrected_for_all_looks() -> None:
    here, there = scored(3, fall=0.35), scored(4)
    common = common_cases(here, there)
    found = slices(here, [EXACT, F1], common, 0.95)
    ordered = moved_slices(found)
    assert {(part.tag, part.value) for part in ordered[:2]} == {("difficulty", "hard")}
    assert all(part.p_adjusted is not None and part.p_adjusted < 0.001 for part in ordered[:2])
    assert [part.p_adjusted for part in ordered] == sorted(part.p_adjusted or 0 for part in ordered)
    first = ordered[0]
    assert first.p_adjusted == pytest.approx((first.p or 0) * len(found))
    assert (moved_slices(found, "bh")[1].p_adjusted or 0) < (ordered[1].p_adjusted or 0)


def test_nothing_moved_is_rarely_called_moved() -> None:
    def least(seed: int) -> SliceValue:
        here, there = scored(seed), scored(seed + 1000)
        return moved_slices(slices(here, [EXACT, F1], common_cases(here, there), 0.95))[0]

    assert sum((least(seed).p_adjusted or 0) < 0.05 for seed in range(20)) <= 4
