"""A run of any size with answers of about 600 characters, made column by column out of the invented one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tests.unit.eval.report.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.report.model import ReportInput

WORDS = 6_000
WORDS_AN_ANSWER = 84


def large(folder: Path, cases: int) -> ReportInput:
    """Write tables of that many cases into `folder`; nine answers in ten are those of the live image."""
    report = sample(folder)
    assert report.cases is not None
    assert report.baseline_cases is not None
    dice = np.random.default_rng(3)
    letters = dice.integers(97, 123, (WORDS, 12)).astype(np.uint8)
    words = np.array([bytes(row[: 2 + place % 11]).decode() for place, row in enumerate(letters)])
    this = _answers(dice, words, cases)
    fresh = _answers(dice, words, cases)
    same = dice.random(cases) < 0.9
    _repeated(pl.read_parquet(report.cases), this, cases).write_parquet(folder / "large.parquet")
    before = _repeated(pl.read_parquet(report.baseline_cases), np.where(same, this, fresh), cases)
    before.write_parquet(folder / "large_live.parquet")
    return replace(report, cases=folder / "large.parquet", baseline_cases=folder / "large_live.parquet")


def _answers(dice: np.random.Generator, words: np.ndarray, cases: int) -> np.ndarray:
    drawn = words[dice.integers(0, len(words), (cases, WORDS_AN_ANSWER))]
    return np.array([" ".join(row) for row in drawn], dtype=object)


def _repeated(frame: pl.DataFrame, answers: np.ndarray, cases: int) -> pl.DataFrame:
    """The rows over and over, each with an id, a question and an answer of its own, without passages."""
    place = pl.int_range(pl.len())
    return frame[np.arange(cases) % len(frame)].with_columns(
        id=pl.format("case-{}", place),
        line=place + 1,
        input=pl.format("{} Number {} of this run.", "input", place),
        answer=pl.Series(answers, dtype=pl.String),
        contexts=pl.lit([], dtype=frame.schema["contexts"]),
    )
