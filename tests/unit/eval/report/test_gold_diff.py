from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from goldgate.eval.report.gold_diff import MOST, gold_diff

if TYPE_CHECKING:
    from pathlib import Path


def case(name: str, question: str = "How much?", missing: tuple[str, ...] = (), **expected: Any) -> dict[str, Any]:
    return {"id": name, "input": question, "expected": json.dumps(expected), "evidence_missing": list(missing)}


def table(path: Path, *cases: dict[str, Any]) -> Path:
    pl.DataFrame(list(cases), schema_overrides={"evidence_missing": pl.List(pl.String)}).write_parquet(path)
    return path


def test_added_removed_and_changed_cases_are_told_apart(tmp_path: Path) -> None:
    now = table(
        tmp_path / "now.parquet",
        case("same", answer="5"),
        case("answer", answer="6 %"),
        case("question", "How much in 2020?", answer="7"),
        case("tolerance", numeric=1.0, tolerance={"relative": 0.02}),
        case("new", "Who?", answer="Ada"),
    )
    live = table(
        tmp_path / "live.parquet",
        case("gone", "When?", answer="1843"),
        case("tolerance", numeric=1.0),
        case("question", "How much in 2019?", answer="7"),
        case("answer", answer="5 %"),
        case("same", answer="5"),
    )
    found = gold_diff(now, live)
    assert (found.added, found.removed, found.changed, found.total) == (1, 1, 3, 5)
    told = {one.id: (one.kind, one.was, one.before, one.now, one.parts) for one in found.cases}
    assert told["answer"] == ("changed", "", "5 %", "6 %", ("answer",))
    assert told["question"] == ("changed", "How much in 2019?", "7", "7", ())
    assert told["tolerance"][4] == ("tolerance",)
    assert told["new"] == ("added", "", "", "Ada", ())
    assert told["gone"] == ("removed", "", "1843", "", ())
    assert "same" not in told


def test_evidence_that_went_missing_changes_a_case_and_its_order_does_not(tmp_path: Path) -> None:
    now = table(tmp_path / "now.parquet", case("a", missing=("e1", "e2")), case("b", missing=("e1",)))
    live = table(tmp_path / "live.parquet", case("a", missing=("e2", "e1")), case("b"))
    assert [one.id for one in gold_diff(now, live).cases] == ["b"]


def test_equal_gold_sets_do_not_differ(tmp_path: Path) -> None:
    same = table(tmp_path / "now.parquet", case("a", answer="x"))
    assert gold_diff(same, same).total == 0


def test_of_many_cases_the_first_are_listed_and_all_counted(tmp_path: Path) -> None:
    now = table(tmp_path / "now.parquet", *(case(f"n{at}") for at in range(MOST + 5)))
    live = table(tmp_path / "live.parquet", case("gone"))
    found = gold_diff(now, live)
    assert (found.added, len(found.cases)) == (MOST + 5, MOST)
