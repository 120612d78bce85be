"""Asking and scoring on a Ray cluster of two nodes on this machine, workers killed in mid-run."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from aiohttp import web

from goldgate.eval.ask.callable_subject import CallableSubject
from goldgate.eval.ask.http_subject import HttpSubject
from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.errors import OutsideError, UsageError
from goldgate.eval.evaluation import evaluate
from goldgate.eval.ray_engine import run_parts
from goldgate.eval.results import Response
from goldgate.eval.score.registry import METRICS, default_names, metric
from goldgate.eval.verdict.gate import Gate
from tests.fakes.question_service import QuestionService
from tests.unit.eval.makers import case, gold_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from goldgate.eval.case import Case, GoldSet
    from goldgate.eval.evaluation import Evaluation
    from goldgate.eval.results import Progress

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'goldgate[ray]'")
pytestmark = pytest.mark.slow

CASES = 120
GATES = [
    Gate(metric="answer.exact_match", min=0.5),
    Gate(metric="house.short", min=0.9),
    Gate(metric="retrieval.ndcg@3", min=0.1),
]
OPTIONS = AskOptions(concurrency=4)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head without a processor and two nodes with one each, so that parts run on both."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    made: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    for _ in range(2):
        made.add_node(num_cpus=1)
    made.wait_for_nodes()
    yield made
    made.shutdown()


@pytest.fixture
def gold() -> GoldSet:
    return gold_of(*(one(place) for place in range(CASES)))


def one(place: int) -> Case:
    return case(f"c{place}", f"question {place}", answer=f"answer {place}", evidence={f"s{place % 9}": 1}, tags={"kind": "odd"})


@pytest.fixture(autouse=True)
def own_metric() -> Iterator[None]:
    default_names()
    before = dict(METRICS)

    @metric("house.short")
    def short(_: Case, response: Response) -> bool:
        return len(response.answer or "") < 12

    yield
    METRICS.clear()
    METRICS.update(before)


def answered(case: Case) -> Response:
    """The same answer wherever it is asked: wrong for every fifth case, nothing retrieved for the first half."""
    place = int(case.id[1:])
    text = "wrong" if place % 5 == 0 else f"answer {place}"
    found = ("s1", "s2") if place >= CASES // 2 else ()
    return Response(id=case.id, answer=text, retrieved=found, latency_ms=1.0 + place, cost_usd=0.001, asked_at="t")


def run(gold: GoldSet, out: Path, subject: Any, address: str | None, **more: Any) -> Evaluation:
    engine = None if address is None else partial(run_parts, address=address)
    options = more.pop("options", OPTIONS)
    return evaluate(gold=gold, subject=subject, gates=GATES, out_dir=out, options=options, engine=engine, **more)


def test_the_rows_and_the_verdict_are_those_of_a_single_run(cluster: Any, gold: GoldSet, tmp_path: Path) -> None:
    told: list[Progress] = []
    subject = CallableSubject(answered, name="answered")
    single = run(gold, tmp_path / "single", subject, None)
    many = run(gold, tmp_path / "many", subject, cluster.address, on_progress=told.append)
    assert (tmp_path / "many/cases.parquet").read_bytes() == (tmp_path / "single/cases.parquet").read_bytes()
    assert many.verdict == single.verdict
    assert [gate.to_json() for gate in many.gates] == [gate.to_json() for gate in single.gates]
    assert many.metrics == single.metrics
    assert (told[-1].done, told[-1].total) == (CASES, CASES)
    assert told[-1].cost_usd == pytest.approx(0.001 * CASES)


def test_a_worker_that_is_killed_costs_its_part_only(cluster: Any, gold: GoldSet, tmp_path: Path) -> None:
    count = tmp_path / "asked"
    killed = tmp_path / "killed"

    def deadly(case: Case) -> Response:
        with count.open("a") as file:
            file.write(f"{case.id}\n")
        if case.id == "c40" and not killed.exists():
            killed.touch()
            time.sleep(0.3)
            os.kill(os.getpid(), signal.SIGKILL)
        return answered(case)

    run(gold, tmp_path / "many", CallableSubject(deadly, name="answered"), cluster.address)
    assert killed.exists()
    run(gold, tmp_path / "single", CallableSubject(answered, name="answered"), None)
    assert (tmp_path / "many/cases.parquet").read_bytes() == (tmp_path / "single/cases.parquet").read_bytes()
    asked = count.read_text().split()
    assert set(asked) == {case.id for case in gold.cases}
    assert CASES < len(asked) <= CASES + CASES // 8


def test_a_node_that_goes_down_costs_its_parts_only(cluster: Any, gold: GoldSet, tmp_path: Path) -> None:
    def slow(case: Case) -> Response:
        time.sleep(0.02)
        return answered(case)

    doomed = [cluster.add_node(num_cpus=1)]
    cluster.wait_for_nodes()

    def told(progress: Progress) -> None:
        if doomed and progress.done > 20:
            cluster.remove_node(doomed.pop(), allow_graceful=False)

    options = AskOptions(concurrency=3)
    run(gold, tmp_path / "many", CallableSubject(slow, name="answered"), cluster.address, on_progress=told, options=options)
    assert not doomed
    run(gold, tmp_path / "single", CallableSubject(answered, name="answered"), None)
    assert (tmp_path / "many/cases.parquet").read_bytes() == (tmp_path / "single/cases.parquet").read_bytes()


def test_a_worker_that_dies_every_time_ends_the_run(cluster: Any, gold: GoldSet, tmp_path: Path) -> None:
    def fatal(case: Case) -> Response:
        if case.id == "c40":
            os.kill(os.getpid(), signal.SIGKILL)
        return answered(case)

    with pytest.raises(OutsideError, match=r"part 3 of 8 could not be done: WorkerCrashedError"):
        run(gold, tmp_path / "many", CallableSubject(fatal, name="fatal"), cluster.address)


def test_the_budget_of_all_workers_together_stops_them(cluster: Any, gold: GoldSet, tmp_path: Path) -> None:
    def slow(case: Case) -> Response:
        time.sleep(0.03)
        return answered(case)

    options = AskOptions(concurrency=2, budget_usd=0.03)
    result = run(gold, tmp_path / "many", CallableSubject(slow, name="slow"), cluster.address, options=options)
    assert result.verdict != "pass"
    assert "budget: $0.03 is spent" in str(result.to_json())
    rows = pl.read_parquet(tmp_path / "many/cases.parquet").height
    assert 30 <= rows < CASES


def test_a_service_is_asked_over_http_from_the_workers(cluster: Any, gold: GoldSet, tmp_path: Path) -> None:
    async def right(body: dict[str, Any], _count: int) -> web.Response:
        return web.json_response({"answer": f"answer {body['question'].split()[-1]}"})

    mapping = RequestMapping(path="/query", body={"question": "{{ input }}"}, answer="answer")
    with QuestionService(right) as service:
        result = run(gold, tmp_path / "many", HttpSubject(service.url, mapping), cluster.address)
        assert len(service.asked) == CASES
    assert result.metrics["answer.exact_match"].value == 1.0


def test_a_service_that_is_down_is_said_as_in_a_single_run(cluster: Any, gold: GoldSet, tmp_path: Path) -> None:
    mapping = RequestMapping(path="/query", body={"question": "{{ input }}"}, answer="answer")
    start = time.monotonic()
    with pytest.raises(OutsideError, match="is not there"):
        run(gold, tmp_path / "many", HttpSubject("http://127.0.0.1:9", mapping), cluster.address)
    assert time.monotonic() - start < 20


def test_what_cannot_travel_is_refused_before_anything_is_asked(cluster: Any, gold: GoldSet, tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as file, pytest.raises(UsageError, match="cannot be sent to other machines"):
        run(gold, tmp_path / "many", CallableSubject(lambda case: file.name, name="open"), cluster.address)


def test_no_cluster_is_an_outside_error(gold: GoldSet, tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="no Ray cluster answers"):
        run(gold, tmp_path / "many", CallableSubject(answered, name="x"), "127.0.0.1:9")
