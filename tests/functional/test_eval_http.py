"""The evaluating room over real HTTP: what a good, a bad and a dying service lead to."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from goldgate.eval.ask.http_subject import HttpSubject
from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.ask.options import AskOptions, Patience
from goldgate.eval.errors import OutsideError
from goldgate.eval.evaluation import Baseline, evaluate
from goldgate.eval.gold.load import load_gold
from goldgate.eval.table import read_table
from goldgate.eval.verdict.gate import Gate
from tests.fakes.question_service import QuestionService, reply

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.case import GoldSet
    from goldgate.eval.results import Evaluation

MAPPING = RequestMapping(
    path="/query", body={"question": "{{ input }}"}, answer="answer", contexts="contexts", retrieved="contexts[].id",
    citations="citations", tokens="usage", cost="cost_usd", timeout_seconds=5,
)  # fmt: skip
GATES = [
    Gate(metric="retrieval.recall@10", min=0.8, max_drop=0.1),
    Gate(metric="answer.numeric_match", min=0.7, max_drop=0.1),
    Gate(metric="errors.rate", max=0.0),
    Gate(metric="latency.p95_ms", max=5000),
]
CASES = 60
OPTIONS = AskOptions(concurrency=8, patience=Patience(give_up_later_seconds=1.0))


@pytest.fixture
def gold(tmp_path: Path) -> GoldSet:
    path = tmp_path / "gold.jsonl"
    rows = [
        {
            "id": f"c{place}",
            "input": f"What was the revenue of company {place}?",
            "expected": {"numeric": 100 + place, "unit": "USD million", "evidence": [f"s{place}"]},
            "tags": {"difficulty": "hard" if place % 3 == 0 else "easy"},
        }
        for place in range(CASES)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return load_gold(path)


def place_of(body: dict[str, Any]) -> int:
    return int(body["question"].rstrip("?").split()[-1])


async def right(body: dict[str, Any], _count: int) -> web.Response:
    place = place_of(body)
    return reply(f"Its revenue was ${100 + place} million.", evidence=[f"s{place}", "other"])


async def worse(body: dict[str, Any], count: int) -> web.Response:
    place = place_of(body)
    return reply("Its revenue was $3 million.", evidence=["other"]) if place % 2 else await right(body, count)


def evaluated(gold: GoldSet, service: QuestionService, out: Path, **more: Any) -> Evaluation:
    subject = HttpSubject(service.url, MAPPING, identity=str(out))
    return evaluate(
        gold=gold, subject=subject, gates=GATES, out_dir=out, options=OPTIONS, subject_info={"digest": out.name}, **more
    )


def test_a_good_service_passes_and_leaves_its_table(gold: GoldSet, tmp_path: Path) -> None:
    with QuestionService(right) as service:
        result = evaluated(gold, service, tmp_path / "run")
    assert result.verdict == "pass"
    assert result.headline == "All 4 limits hold; 2 gates had nothing live to compare with."
    table = read_table(tmp_path / "run" / "cases.parquet")
    assert table["retrieval.recall@10"].to_list() == [1.0] * CASES
    assert table["answer.numeric_match"].sum() == CASES
    record = result.to_json()
    assert json.loads(json.dumps(record)) == record
    assert record["cost"] == {"usd": pytest.approx(0.06), "input_tokens": 6000, "output_tokens": 1200}
    assert record["baseline"] is None
    assert record["latency"]["p50"] > 0
    assert {(part["tag"], part["value"]) for part in record["slices"]} == {("difficulty", "easy"), ("difficulty", "hard")}


def test_a_worse_image_fails_against_the_live_one_and_names_the_cases(gold: GoldSet, tmp_path: Path) -> None:
    with QuestionService(right) as service:
        evaluated(gold, service, tmp_path / "live")
    with QuestionService(worse) as service:
        baseline = Baseline(path=tmp_path / "live" / "cases.parquet", digest="sha256:live")
        result = evaluated(gold, service, tmp_path / "this", baseline=baseline)
    assert result.verdict == "fail"
    assert sorted(result.worse) == sorted(f"c{place}" for place in range(1, CASES, 2))
    assert result.better == []
    drop = next(gate for gate in result.gates if gate.rule == "max_drop 0.1" and gate.metric == "retrieval.recall@10")
    assert (drop.verdict, drop.diff, drop.baseline) == ("fail", -0.5, 1.0)
    assert drop.ci_high is not None
    assert drop.ci_high < -0.1
    assert result.baseline is not None
    assert (result.baseline["digest"], result.baseline["common"]) == ("sha256:live", CASES)


def test_a_service_that_answers_html_is_stopped_early(gold: GoldSet, tmp_path: Path) -> None:
    async def html(_body: dict[str, Any], _count: int) -> web.Response:
        return web.Response(text="<!doctype html><title>Sign in</title>" + "x" * 500, content_type="text/html")

    with QuestionService(html) as service:
        with pytest.raises(OutsideError) as caught:
            evaluated(gold, service, tmp_path / "run")
        assert len(service.asked) < 20
        assert caught.value.where == f"{service.url}/query"
    message = str(caught.value)
    assert "HTML instead of JSON, HTTP 200 (text/html): <!doctype html><title>Sign in</title>xxx" in message
    assert len(message) < 500
    assert not (tmp_path / "run" / "cases.parquet").exists()


def test_a_service_that_is_not_there_is_said_within_seconds(gold: GoldSet, tmp_path: Path) -> None:
    with QuestionService(right) as service:
        pass
    start = time.monotonic()
    with pytest.raises(OutsideError, match=r"is not there \(no connection: .*refused.*\); 0 of 60 questions were answered"):
        evaluated(gold, service, tmp_path / "run")
    assert time.monotonic() - start < 9


def test_a_service_that_dies_is_resumed_where_it_stopped(gold: GoldSet, tmp_path: Path) -> None:
    service: QuestionService

    async def dying(body: dict[str, Any], count: int) -> web.Response:
        if count > 25:
            service.stop_soon()
        return await right(body, count)

    with (
        QuestionService(dying) as service,
        pytest.raises(OutsideError, match=r"the service died .* of 60 questions were answered"),
    ):
        evaluated(gold, service, tmp_path / "run")
    asked_before = len(service.asked)
    with QuestionService(right, port=service.port) as healed:
        result = evaluated(gold, healed, tmp_path / "run", resume=True)
    assert result.verdict == "pass"
    assert asked_before + len(healed.asked) <= CASES + 8
    assert result.timing["reused"] >= 25
    with QuestionService(right) as quiet:
        evaluated(gold, quiet, tmp_path / "quiet")
    columns = ["id", "answer", "retrieved", "retrieval.recall@10", "answer.numeric_match"]
    first, second = (read_table(tmp_path / name / "cases.parquet").select(columns) for name in ("run", "quiet"))
    assert first.equals(second)


def test_a_restart_in_mid_run_costs_no_case(gold: GoldSet, tmp_path: Path) -> None:
    async def flaky(body: dict[str, Any], count: int) -> web.StreamResponse:
        if count % 3 == 0:
            return web.Response(status=503, headers={"Retry-After": "0"}, text="busy")
        return await right(body, count)

    with QuestionService(flaky) as service:
        result = evaluated(gold, service, tmp_path / "run")
    assert result.verdict == "pass"
    assert read_table(tmp_path / "run" / "cases.parquet")["attempts"].max() > 1  # type: ignore[operator]


def test_timeouts_and_server_errors_are_errors_and_not_wrong_answers(gold: GoldSet, tmp_path: Path) -> None:
    async def some_fail(body: dict[str, Any], count: int) -> web.StreamResponse:
        place = place_of(body)
        if place == 5:
            await asyncio.sleep(2)
        if place == 6:
            return web.Response(status=500, text="Traceback")
        if place == 7:
            return web.json_response({"answer": "x", "contexts": "none"})
        if place == 8:
            return web.Response(body=b'{"answer": "cut', content_type="application/json")
        return await right(body, count)

    mapping = RequestMapping(**{**MAPPING.__dict__, "timeout_seconds": 0.5})
    with QuestionService(some_fail) as service:
        subject = HttpSubject(service.url, mapping)
        result = evaluate(gold=gold, subject=subject, gates=GATES, out_dir=tmp_path / "run", options=OPTIONS)
    table = read_table(tmp_path / "run" / "cases.parquet")
    errors = dict(table.filter(table["error"].is_not_null()).select("id", "error").iter_rows())
    assert errors["c5"] == "no answer within 0.5 s"
    assert errors["c6"] == "HTTP 500 (text/plain): Traceback"
    assert errors["c7"].startswith("wrong shape, HTTP 200 (application/json): contexts is")
    assert errors["c8"].startswith("no JSON, HTTP 200 (application/json):")
    assert len(errors) == 4
    assert result.metrics["answer.numeric_match"].value == 1.0
    assert (result.metrics["answer.numeric_match"].n, result.metrics["answer.numeric_match"].missing) == (56, 4)
    assert result.metrics["errors.rate"].value == 4 / 60
    assert [gate.verdict for gate in result.gates if gate.metric == "errors.rate"] == ["fail"]
    assert [gate.verdict for gate in result.gates if gate.rule == "min 0.7"] == ["inconclusive"]
