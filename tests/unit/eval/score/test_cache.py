from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.results import Response
from goldgate.eval.score.cache import ScoreCache, content_keys
from goldgate.eval.score.registry import METRICS, metric
from goldgate.eval.score.scoring import score

from ..makers import case, gold_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from goldgate.eval.case import Case

GOLD = gold_of(case("a", answer="x"), case("b", answer="y"))


@pytest.fixture
def asked() -> Iterator[list[str]]:
    before, names = dict(METRICS), list[str]()

    @metric("house.slow", cache=True)
    def slow(one: Case, response: Response) -> float | None:
        names.append(one.id)
        return len(response.answer) if response.answer else None

    yield names
    METRICS.clear()
    METRICS.update(before)


def scored(folder: Path, **answers: str | Response | None) -> list[float | None]:
    found: list[float | None] = score(table(GOLD, **answers), GOLD, ["house.slow"], cache=ScoreCache(folder))[
        "house.slow"
    ].to_list()
    return found


def test_the_same_case_and_response_are_scored_once(tmp_path: Path, asked: list[str]) -> None:
    assert scored(tmp_path, a="x", b="yy") == [1.0, 2.0]
    assert scored(tmp_path, a=Response(id="a", answer="x", latency_ms=9.0), b="other") == [1.0, 5.0]
    assert asked == ["a", "b", "b"]


def test_that_a_metric_does_not_apply_is_kept_too(tmp_path: Path, asked: list[str]) -> None:
    assert scored(tmp_path, a="x", b=None) == scored(tmp_path, a="x", b=None) == [1.0, None]
    assert asked == ["a", "b"]


def test_a_new_version_is_scored_again(tmp_path: Path, asked: list[str]) -> None:
    scored(tmp_path, a="x")

    @metric("house.slow", cache=True, version=2)
    def better(_one: Case, _response: Response) -> float:
        return 7.0

    assert scored(tmp_path, a="x") == [7.0, 7.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["house.slow@1.jsonl", "house.slow@2.jsonl"]


def test_a_line_that_was_cut_off_is_scored_again_and_spoils_nothing(tmp_path: Path, asked: list[str]) -> None:
    scored(tmp_path, a="x", b="yy")
    path = tmp_path / "house.slow@1.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert scored(tmp_path, a="x", b="yy") == [1.0, 2.0]
    assert scored(tmp_path, a="x", b="yy") == [1.0, 2.0]
    assert asked == ["a", "b", "b"]


def test_without_a_cache_nothing_is_kept(asked: list[str]) -> None:
    frame = table(GOLD, a="x")
    for _ in range(2):
        score(frame, GOLD, ["house.slow"])
    assert asked == ["a", "b", "a", "b"]


def test_a_key_covers_what_was_asked_expected_and_said() -> None:
    one = table(GOLD, a="x")
    same = one.with_columns(latency_ms=pl.lit(3.0), cost_usd=pl.lit(1.0))
    tagged = one.with_columns(pl.lit("hard").alias("tag:difficulty"))
    other = one.with_columns(expected=pl.lit('{"answer":"z"}'))
    assert content_keys(one) == content_keys(same)
    assert not set(content_keys(one)) & {*content_keys(tagged), *content_keys(other)}
