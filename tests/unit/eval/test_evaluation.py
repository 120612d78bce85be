from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import goldgate
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.ask.subject import Attempt
from goldgate.eval.errors import UsageError
from goldgate.eval.evaluation import Baseline, Evaluation, evaluate, score_responses
from goldgate.eval.gold.load import load_gold
from goldgate.eval.results import Response
from goldgate.eval.table import CASE_SCHEMA, RESPONSE_SCHEMA, read_table
from goldgate.eval.verdict.gate import Gate
from tests.fakes.subject import ScriptedSubject

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldgate.eval.case import Case

GATES = [
    Gate(metric="answer.exact_match", min=0.5, max_drop=0.1),
    Gate(metric="answer.exact_match", max_drop=0.1, slice={"kind": "odd"}),
]


def gold_file(folder: Path, count: int = 40, **changed: str) -> Path:
    path = folder / "gold.jsonl"
    rows = [
        {
            "id": f"c{place}",
            "input": f"question {place}",
            "expected": {"answer": changed.get(f"c{place}", f"answer {place}")},
            "tags": {"kind": "odd" if place % 2 else "even"},
            "notes": "n",
        }
        for place in range(count)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def responses_file(folder: Path, wrong: range = range(0), count: int = 40) -> Path:
    path = folder / "responses.jsonl"
    rows = [{"id": f"c{place}", "answer": "wrong" if place in wrong else f"answer {place}"} for place in range(count)]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def scored(folder: Path, out: str, wrong: range = range(0), **more: Any) -> Evaluation:
    gold = load_gold(gold_file(folder))
    return score_responses(gold, responses_file(folder, wrong), GATES, folder / out, **more)


def test_recorded_responses_are_scored_judged_and_written(tmp_path: Path) -> None:
    result = scored(tmp_path, "out")
    assert (result.verdict, result.headline) == ("pass", "The limit holds; 2 gates had nothing live to compare with.")
    table = read_table(tmp_path / "out" / "cases.parquet")
    assert [name for name in (*CASE_SCHEMA, *RESPONSE_SCHEMA, "tag:kind") if name not in table.columns] == []
    assert {name: table.schema[name] for name in RESPONSE_SCHEMA} == RESPONSE_SCHEMA
    assert table["line"].to_list() == list(range(1, 41))
    assert json.loads(table["expected"][3]) == {"answer": "answer 3"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["cases.parquet", "evaluation.json", "slices.parquet"]
    assert json.loads((tmp_path / "out" / "evaluation.json").read_text()) == json.loads(json.dumps(result.to_json()))


def test_a_worse_run_fails_and_lists_slices_and_cases(tmp_path: Path) -> None:
    scored(tmp_path, "live")
    result = scored(
        tmp_path, "out", wrong=range(1, 40, 2), baseline=Baseline(path=tmp_path / "live" / "cases.parquet", digest="d")
    )
    assert result.verdict == "fail"
    assert result.headline == "exact_match fell by 50.0 points (95 % interval -64.8 to -35.2), more than the 10 points allowed."
    assert len(result.worse) == 20
    odd = next(part for part in result.slices if part.value == "odd")
    assert (odd.n, odd.value_, odd.baseline, odd.diff) == (20, 0.0, 1.0, -1.0)
    record = result.to_json()
    assert [gate["slice"] for gate in record["gates"]] == [None, None, {"kind": "odd"}]
    assert json.loads(json.dumps(record)) == record


def test_a_gold_set_that_changed_is_compared_on_what_stayed_and_says_so(tmp_path: Path) -> None:
    scored(tmp_path, "live")
    gold = load_gold(gold_file(tmp_path, 42, c3="another answer"))
    result = score_responses(
        gold,
        responses_file(tmp_path, count=42),
        GATES,
        tmp_path / "out",
        baseline=Baseline(path=tmp_path / "live" / "cases.parquet", digest="d", released_at="t"),
    )
    assert result.baseline == {
        "digest": "d",
        "released_at": "t",
        "label": None,
        "beside": False,
        "common": 39,
        "only_here": 2,
        "only_there": 0,
        "changed": 1,
        "note": "the gold sets differ: compared on the 39 common, unchanged cases (2 only here, 1 changed)",
    }


def test_live_is_asked_beside_it_and_goes_by_the_names_that_are_given(tmp_path: Path) -> None:
    gold = load_gold(gold_file(tmp_path))
    names = Baseline(path=tmp_path / "none.parquet", digest="d", released_at="t", label="l")
    gates = [Gate(metric="latency.mean_ms", max_rise=5.0)]
    new, live = (ScriptedSubject(identity=name, respond=took(ms)) for name, ms in (("new", 9.0), ("live", 1.0)))
    result = evaluate(gold=gold, subject=new, gates=gates, out_dir=tmp_path / "out", baseline=names, live=live)
    assert sum(live.asked.values()) == sum(new.asked.values()) == 40
    assert result.baseline is not None
    assert {name: result.baseline[name] for name in ("digest", "released_at", "label", "common")} == {
        "digest": "d", "released_at": "t", "label": "l", "common": 40
    }  # fmt: skip
    assert result.gates[0].diff == 8.0
    assert read_table(tmp_path / "out" / "baseline.parquet")["latency_ms"].to_list() == [1.0] * 40
    unnamed = evaluate(gold=gold, subject=new, gates=gates, live=live).baseline
    assert unnamed is not None
    assert unnamed["label"] == live.address


def took(ms: float, usd: float = 0.0) -> Callable[[Case, int], Attempt]:
    return lambda case, _: Attempt(response=Response(id=case.id, answer="a", latency_ms=ms, cost_usd=usd, asked_at="t"))


@pytest.mark.parametrize(("repeats", "beside", "left"), [(1, False, 9.6), (1, True, 9.2), (2, True, 8.4)])
def test_a_judge_is_given_what_the_asking_left_of_the_budget(
    tmp_path: Path, repeats: int, left: float, *, beside: bool
) -> None:
    seen = list[float | None]()

    def judge(table: pl.DataFrame, live: pl.DataFrame | None, left_usd: float | None) -> tuple[pl.DataFrame, dict[str, Any]]:
        assert (live is not None) is beside
        seen.append(left_usd)
        return table, {}

    new, live = (ScriptedSubject(identity=name, respond=took(1.0, 0.01)) for name in ("new", "live"))
    evaluate(
        gold=load_gold(gold_file(tmp_path)), subject=new, live=live if beside else None, judge=judge,
        options=AskOptions(budget_usd=10.0, repeats=repeats),
    )  # fmt: skip
    assert seen == [pytest.approx(left)]


def test_gates_and_baseline_are_checked_before_anything_is_asked(tmp_path: Path) -> None:
    gold, subject = load_gold(gold_file(tmp_path)), ScriptedSubject()
    wrong: list[dict[str, Any]] = [
        {"gates": [Gate(metric="answer.nonsense", min=0.1)]},
        {"gates": GATES, "baseline": Baseline(path=tmp_path / "none.parquet")},
        {"gates": GATES, "metrics": ["retrieval.recal"]},
    ]
    for terms in wrong:
        with pytest.raises(UsageError):
            evaluate(gold=gold, subject=subject, out_dir=tmp_path / "out", **terms)
    assert not subject.asked
    assert not (tmp_path / "out").exists()


def test_asking_again_after_the_end_asks_nothing_and_gives_the_same_table(tmp_path: Path) -> None:
    gold, first, second = load_gold(gold_file(tmp_path)), ScriptedSubject(), ScriptedSubject()
    tables = []
    for subject in (first, second):
        result = evaluate(
            gold=gold, subject=subject, gates=GATES, out_dir=tmp_path / "out", resume=True, subject_info={"digest": "x"}
        )
        assert result.cases_path is not None
        tables.append(pl.read_parquet(result.cases_path))
    assert len(first.asked) == 40
    assert not second.asked
    assert tables[0].equals(tables[1])
    assert result.timing["reused"] == 40
    assert result.subject == {"kind": "http", "address": subject.address, "digest": "x"}


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(other)
    (tmp_path / "text.parquet").write_text("no parquet")
    for path, message in ((other, "is no table of cases"), (tmp_path / "text.parquet", "cannot be read as Parquet")):
        with pytest.raises(UsageError, match=message):
            read_table(path)


def test_the_public_face_imports_lazily() -> None:
    assert goldgate.load_gold is load_gold
    assert goldgate.score is score_responses
    with pytest.raises(AttributeError, match="nonsense"):
        _ = goldgate.nonsense
    heavy = "{'polars', 'numpy', 'scipy', 'aiohttp', 'pydantic'}"
    code = f"import sys, goldgate, goldgate.eval.evaluation, goldgate.eval.verdict.gate; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_verdict_that_is_certain_early_stands_as_it_was_found(tmp_path: Path) -> None:
    asked = []

    async def wrong(question: str) -> str:
        asked.append(question)
        await asyncio.sleep(0.01)
        return "wrong"

    result = evaluate(
        gold=load_gold(gold_file(tmp_path, 400)),
        subject=wrong,
        gates=[Gate(metric="answer.exact_match", min=0.5)],
        sequential=True,
    )
    assert result.verdict == "fail"
    assert len(asked) < 400
    decided = result.more["sequential"]["decided_after"]
    assert f"sure after {decided:,} cases" in result.gates[0].reason
    assert result.gates[0].n <= decided
