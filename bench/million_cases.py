"""Makes the cases of `bench.million`: `python -m bench.million_cases FOLDER CASES`, seeded, in blocks of bounded memory."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

BLOCK = 100_000
PASSAGES = 200_000
SHOWN = 10
COMPANIES = 24
LEVELS = ("easy", "medium", "hard")
KINDS = ("span", "figure", "list", "boolean")
QUALITY = {"candidate": 0.82, "baseline": 0.80}
WORDS = np.array(["revenue", "income", "cash", "assets", "equity", "margin", "growth", "costs", "demand", "leases"])


def write(folder: Path, cases: int) -> None:
    """Write gold.jsonl, and candidate and baseline with recorded answers, both as JSONL and as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    _save(folder / "gold", map(_gold, *_blocks(cases)), parquet=False)
    for seed, side in enumerate(QUALITY, start=1):
        _save(folder / side, map(partial(_responses, side=side, seed=seed), *_blocks(cases)))


def _blocks(cases: int) -> tuple[list[int], list[int]]:
    """Where each block starts, and how many cases it has."""
    starts = list(range(0, cases, BLOCK))
    return starts, [min(BLOCK, cases - start) for start in starts]


def _save(path: Path, blocks: Iterable[pl.DataFrame], *, parquet: bool = True) -> None:
    frames = []
    with path.with_suffix(".jsonl").open("wb") as lines:
        for frame in blocks:
            frame.write_ndjson(lines)
            frames += [frame] if parquet else []
    if parquet:
        pl.concat(frames).write_parquet(path.with_suffix(".parquet"))


def _gold(start: int, count: int) -> pl.DataFrame:
    chance = np.random.default_rng([start, 0])
    amounts, topics = _amounts(start, count), WORDS[chance.integers(0, len(WORDS), (count, 2))]
    evidence = _evidence(start, count)
    return _ids(start, count).select(
        "id",
        input=pl.format(
            "What was the {} {} of unit {}?", pl.lit(pl.Series(topics[:, 0])), pl.lit(pl.Series(topics[:, 1])), "n"
        ),
        expected=pl.struct(
            answer=pl.format("${} million", pl.lit(pl.Series(amounts))),
            numeric=pl.lit(pl.Series(amounts.astype(float))),
            unit=pl.lit("USD million"),
            evidence=pl.lit(pl.Series(evidence, dtype=pl.Array(pl.String, 2))).arr.to_list(),
        ),
        tags=pl.struct(
            difficulty=_pick(LEVELS, pl.col("n") % 3),
            kind=_pick(KINDS, pl.col("n") // 3 % 4),
            company=pl.format("company {}", pl.col("n") // 7 % COMPANIES),
        ),
    )


def _responses(start: int, count: int, *, side: str, seed: int) -> pl.DataFrame:
    """Answers of which a share is the expected text, a share says it in a sentence, and the others are wrong."""
    chance = np.random.default_rng([start, seed + 10])
    right = chance.random(count) < QUALITY[side]
    amounts = np.where(right, _amounts(start, count), chance.integers(1, 99_999, count))
    told = chance.random(count) < 0.3
    found = np.where(chance.random((count, 2)) < QUALITY[side], _evidence(start, count), _passages(chance, (count, 2)))
    shown = np.concatenate([_passages(chance, (count, SHOWN - 2)), found], axis=1)
    return _ids(start, count).select(
        "id",
        answer=pl.when(pl.lit(pl.Series(told)))
        .then(pl.format("It was ${} million, as the filing says.", pl.lit(pl.Series(amounts))))
        .otherwise(pl.format("${} million", pl.lit(pl.Series(amounts)))),
        retrieved=pl.lit(pl.Series(shown, dtype=pl.Array(pl.String, SHOWN))).arr.to_list(),
        latency_ms=pl.lit(pl.Series(chance.lognormal(5.5, 0.4, count).round(1))),
        usage=pl.struct(
            input_tokens=pl.lit(pl.Series(chance.integers(500, 2_000, count))),
            output_tokens=pl.lit(pl.Series(chance.integers(10, 80, count))),
        ),
    )


def _ids(start: int, count: int) -> pl.DataFrame:
    frame = pl.DataFrame({"n": np.arange(start, start + count)})
    return frame.with_columns(id="c" + pl.col("n").cast(pl.String).str.zfill(7))


def _pick(names: tuple[str, ...], place: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(names)).gather(place)


def _amounts(start: int, count: int) -> np.ndarray:
    return np.random.default_rng([start, 2]).integers(1, 99_999, count)


def _evidence(start: int, count: int) -> np.ndarray:
    return _passages(np.random.default_rng([start, 3]), (count, 2))


def _passages(chance: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return np.char.add("p", chance.integers(0, PASSAGES, shape).astype(str)).astype(object)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
