"""Makes the cases of `bench.report`: `python -m bench.report_cases FOLDER CASES [PASSAGES]`, seeded.

Texts are drawn from 20,000 invented words whose frequencies follow Zipf's law, a third of them inside phrases that come again,
with figures in between: zlib makes of them about a third, as of English.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

ANSWER = 600
QUESTION = 90
EXPECTED = 40
PASSAGE = 400
SHOWN = 10
CORPUS = 20_000
WORDS = 20_000
PHRASES = 6_000
FIGURES = 2_000
SAME = 0.85
RIGHT = {"live": 0.84, "this": 0.82}
LEVELS = ("easy", "medium", "hard")
KINDS = ("span", "number", "list", "boolean", "trend", "unanswerable")
COMPANIES = 48
ONSETS = "b c d f g h l m n p r s t v w st tr pr ch sh th pl cr gr"
RHYMES = "a e i o u er an on in ar es al en ing ion at it ow ous ment"
SYLLABLES = [onset + rhyme for onset in ONSETS.split(" ") for rhyme in RHYMES.split(" ")]


class Prose:
    """Text without end, of which parts can be taken. As in every language, the words in common use are the short ones."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        sizes = 1 + self.chance.binomial(4, 0.3, WORDS)
        sizes = sizes[np.argsort(sizes + self.chance.normal(0, 0.7, WORDS))]
        words = np.array(["".join(self.chance.choice(SYLLABLES, size)) for size in sizes])
        phrases = [" ".join(words[self._zipf(WORDS, size)]) for size in self.chance.integers(2, 7, PHRASES)]
        amounts = [f"${amount:,.1f} million" for amount in self.chance.lognormal(6, 2, FIGURES)]
        self.units = [words, np.array([f"{word}," for word in words]), np.array([f"{word}." for word in words])]
        self.units += [np.array(phrases), np.array(amounts)]
        self.shares = (0.68, 0.07, 0.07, 0.15, 0.03)

    def parts(self, count: int, length: int) -> list[str]:
        """So many texts of that many characters."""
        drawn = int(count * length / 6) + 1_000
        kinds = self.chance.choice(len(self.units), drawn, p=self.shares)
        stream = np.empty(drawn, dtype=object)
        for kind, units in enumerate(self.units):
            places = np.flatnonzero(kinds == kind)
            stream[places] = units[self._zipf(len(units), len(places))]
        text = " ".join(stream)
        return [text[at * length : (at + 1) * length].strip().capitalize() for at in range(count)]

    def _zipf(self, size: int, count: int) -> np.ndarray:
        weights = 1 / (np.arange(size) + 2.7)
        return self.chance.choice(size, count, p=weights / weights.sum())


def write(folder: Path, cases: int, passages: int = 0) -> None:
    """Write gold.parquet, this.parquet and live.parquet; with `passages` each answer names so many of a corpus of 20,000."""
    folder.mkdir(parents=True, exist_ok=True)
    prose = Prose(1)
    answers, questions = prose.parts(cases, ANSWER), prose.parts(cases, QUESTION)
    shown = _shown(prose, cases, passages) if passages else None
    expected = [answer[100 : 100 + EXPECTED].strip() for answer in answers]
    _gold(questions, expected, shown).write_parquet(folder / "gold.parquet")
    other, wrong = prose.parts(cases, ANSWER), prose.parts(cases, ANSWER)
    right = prose.chance.random(cases) < RIGHT["this"]
    this = [answer if held else odd for answer, odd, held in zip(answers, wrong, right, strict=True)]
    same = prose.chance.random(cases) < SAME
    turned = prose.chance.random(cases) < RIGHT["live"]
    changed = [answer if held else odd for answer, odd, held in zip(answers, other, turned, strict=True)]
    live = [one if held else two for one, two, held in zip(this, changed, same, strict=True)]
    _answers(prose, this, shown).write_parquet(folder / "this.parquet")
    _answers(prose, live, shown).write_parquet(folder / "live.parquet")


def _gold(questions: list[str], expected: list[str], shown: pl.DataFrame | None) -> pl.DataFrame:
    frame = _ids(len(questions)).with_columns(input=pl.Series(questions) + "?", answer=pl.Series(expected))
    parts = ["answer"]
    if shown is not None:
        evidence = shown["contexts"].list.eval(pl.element().struct.field("id")).list.gather([0, 3])
        frame, parts = frame.with_columns(evidence=evidence), [*parts, "evidence"]
    tags = pl.struct(
        difficulty=_pick(LEVELS, pl.col("n") % 3),
        kind=_pick(KINDS, pl.col("n") // 3 % 6),
        company=pl.format("Company {}", pl.col("n") // 7 % COMPANIES),
    )
    return frame.select("id", "input", expected=pl.struct(parts), tags=tags)


def _answers(prose: Prose, answers: list[str], shown: pl.DataFrame | None) -> pl.DataFrame:
    count, chance = len(answers), prose.chance
    usage = pl.DataFrame({"input_tokens": chance.integers(500, 2_000, count), "output_tokens": chance.integers(60, 300, count)})
    frame = _ids(count).select(
        "id",
        answer=pl.Series(answers),
        latency_ms=pl.Series(chance.lognormal(5.5, 0.4, count).round(1)),
        usage=pl.Series(usage.to_struct()),
    )
    return frame if shown is None else frame.hstack(shown)


def _shown(prose: Prose, cases: int, passages: int) -> pl.DataFrame:
    """Which passages each case was given, those of low numbers more often, with their ranks' scores."""
    texts = np.array(prose.parts(CORPUS, PASSAGE), dtype=object)
    places = (CORPUS * prose.chance.random((cases, passages)) ** 2).astype(np.int64).ravel()
    given = pl.DataFrame(
        {
            "case": np.repeat(np.arange(cases), passages),
            "id": pl.Series([f"FL-{place:05d}" for place in range(CORPUS)]).gather(places),
            "text": pl.Series(texts.tolist()).gather(places),
            "score": np.tile(1 / (60 + np.arange(passages)), cases).round(6),
        }
    )
    nested = given.group_by("case", maintain_order=True).agg(contexts=pl.struct("id", "text", "score"), retrieved="id")
    return nested.drop("case")


def _ids(count: int) -> pl.DataFrame:
    frame = pl.DataFrame({"n": np.arange(count)})
    return frame.with_columns(id="fr-" + pl.col("n").cast(pl.String).str.zfill(6))


def _pick(names: tuple[str, ...], place: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(names)).gather(place)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
