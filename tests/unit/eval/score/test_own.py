from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.errors import OutsideError, UsageError
from goldgate.eval.results import Response
from goldgate.eval.score.registry import METRICS, measure, metric
from goldgate.eval.score.scoring import score

from ..makers import case, gold_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from goldgate.eval.case import Case

GOLD = gold_of(case("a", answer="x"), case("b", answer="y"), case("c", answer="z"))
FRAME = table(
    GOLD,
    a=Response(id="a", answer="x", scores={"yes": 0.7}, interval=(1.0, 2.0), quantiles={0.5: 3.0}),
    b=Response(id="b", error="HTTP 500"),
    c=Response(id="c", answer="zz", latency_ms=5.0),
)


@pytest.fixture(autouse=True)
def own_metrics() -> Iterator[None]:
    before = dict(METRICS)
    yield
    METRICS.clear()
    METRICS.update(before)


def values(name: str) -> list[float | None]:
    found: list[float | None] = score(FRAME, GOLD, [name])[name].to_list()
    return found


def test_it_sees_the_case_and_the_whole_response_but_no_error() -> None:
    seen: list[Response] = []

    @metric("house.seen")
    def keep(one: Case, response: Response) -> bool:
        seen.append(response)
        return response.answer == one.expected.answer

    assert values("house.seen") == [1.0, None, 0.0]
    assert [response.id for response in seen] == ["a", "c"]
    assert (seen[0].scores, seen[0].interval, seen[0].quantiles) == ({"yes": 0.7}, (1.0, 2.0), {0.5: 3.0})
    assert seen[1].latency_ms == 5.0


def test_it_says_its_unit_and_which_way_is_better() -> None:
    @metric("house.words", unit="value", higher_is_better=False)
    def words(_one: Case, response: Response) -> int:
        return len((response.answer or "").split())

    found = measure("house.words")
    assert (found.unit, found.higher_is_better) == ("value", False)
    assert values("house.words") == [1.0, None, 1.0]


def test_it_may_take_the_table_at_once() -> None:
    @metric("house.length", batch=True)
    def length(frame: pl.DataFrame) -> pl.Series:
        return frame["answer"].str.len_chars()

    @metric("house.flags", batch=True)
    def flags(frame: pl.DataFrame) -> list[Any]:
        return [None, True, False]

    assert values("house.length") == [1.0, None, 2.0]
    assert values("house.flags") == [None, None, 0.0]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_failure_names_the_metric_the_place_and_the_error(at_once: bool) -> None:
    @metric("house.broken", batch=at_once)
    def broken(*_: Any) -> Any:
        return dict[str, int]()["absent"]

    with pytest.raises(UsageError, match=r"house\.broken.*KeyError: 'absent'") as caught:
        values("house.broken")
    where = caught.value.where or ""
    assert where.partition(":")[0] == __file__
    assert ('"a"' in caught.value.what) is not at_once


@pytest.mark.parametrize(
    ("value", "told"), [("good", "str 'good'"), (float("nan"), "nan"), (float("inf"), "inf"), ([1], r"list '\[1\]'")]
)
def test_what_is_no_number_is_refused(value: Any, told: str) -> None:
    @metric("house.odd")
    def odd(_one: Case, _response: Response) -> Any:
        return value

    with pytest.raises(UsageError, match=f'"house.odd" gave {told} for the case "a"'):
        values("house.odd")


@pytest.mark.parametrize(("given", "told"), [([1.0], "1 values for 3 rows"), ([1.0, 2.0, float("nan")], "nan.*case .c")])
def test_a_table_metric_gives_one_finite_number_a_row(given: list[float], told: str) -> None:
    @metric("house.table", batch=True)
    def of_table(_frame: pl.DataFrame) -> list[float]:
        return given

    with pytest.raises(UsageError, match=told):
        values("house.table")


def test_an_error_of_ours_passes_as_it_is() -> None:
    @metric("house.outside")
    def outside(_one: Case, _response: Response) -> float:
        msg = "the dictionary is not there."
        raise OutsideError(msg)

    with pytest.raises(OutsideError, match="dictionary"):
        values("house.outside")
