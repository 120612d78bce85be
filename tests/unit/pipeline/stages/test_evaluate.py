from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.gold.load import load_gold
from goldgate.pipeline.errors import GateFailed, Inconclusive, OutsideError
from goldgate.pipeline.stages import evaluate
from tests.unit.pipeline.config.files import COMPLETE
from tests.unit.pipeline.makers import IMAGE, OTHER_IMAGE, evaluation_record, image_record
from tests.unit.pipeline.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.pipeline.context import Context
    from goldgate.pipeline.records import EvaluationRecord

DATA = "data: {bucket: finrag-data, base_path: assets, sentences: sentences.parquet, facts: facts.parquet}\n"
TEXT = COMPLETE.replace("project: finrag\n", f"project: finrag\n{DATA}").replace(
    "      memory: 512\n", "      memory: 512\n      environment: {A: one, B: two}\n"
)
EARLIER = "20261119-090000-6b02aaa"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return at(tmp_path)


def at(root: Path, text: str = TEXT) -> World:
    made = World(root, text)
    made.s3.buckets["finrag-data"] = {"assets/sentences.parquet": b"S", "assets/facts.parquet": b"F"}
    return made


def print_of(world: World, image: str = IMAGE, gold: str = "g" * 64) -> str:
    return evaluate.fingerprint(world.context(), image, gold)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{A: one, B: two}", "{A: one, B: three}"),
        ("{A: one, B: two}", "{A: one}"),
        ("min: 0.80", "min: 0.81"),
        ("metric: retrieval.recall@10", "metric: retrieval.recall@5"),
        ("path: /query", "path: /ask"),
        ("answer: answer", "answer: text"),
        ("cpu: 256\n      memory: 512", "cpu: 256\n      memory: 1024"),
    ],
)
def test_the_fingerprint_changes_with_each_input_of_the_configuration(tmp_path: Path, old: str, new: str) -> None:
    before = print_of(at(tmp_path))
    assert TEXT.count(old) == 1
    assert print_of(at(tmp_path, TEXT.replace(old, new))) != before


def test_the_fingerprint_changes_with_image_gold_set_and_data(world: World) -> None:
    before = print_of(world)
    assert print_of(world, image=OTHER_IMAGE) != before
    assert print_of(world, gold="h" * 64) != before
    world.s3.buckets["finrag-data"]["assets/facts.parquet"] = b"G"
    assert print_of(world) != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{A: one, B: two}", "{B: two, A: one}"),
        ("sentences: sentences.parquet, facts: facts.parquet", "facts: facts.parquet, sentences: sentences.parquet"),
        ("project: finrag\n", "project: finrag   # a remark\n"),
        ("retrieval: {top_k: 10}\n", "\n\nretrieval: {top_k: 10}\n"),
    ],
)
def test_the_fingerprint_does_not_change_with_order_or_remarks(tmp_path: Path, old: str, new: str) -> None:
    before = print_of(at(tmp_path))
    assert TEXT.count(old) == 1
    assert print_of(at(tmp_path, TEXT.replace(old, new))) == before


def test_data_that_is_not_there_is_said_with_its_address(world: World) -> None:
    del world.s3.buckets["finrag-data"]["assets/facts.parquet"]
    with pytest.raises(OutsideError) as caught:
        print_of(world)
    assert caught.value.where == "s3://finrag-data/assets/facts.parquet"


def earlier(world: World, run_id: str = EARLIER, *, rows: bytes | None = b"PAR1", **fields: Any) -> None:
    """An earlier run of the same service, by default one that passed on the very same things."""
    context = world.context(run_id)
    told = {"fingerprint": print_of(world, gold=gold_of(world).sha256), **fields}
    context.folder.write(evaluation_record(**told))
    if rows is not None:
        (context.folder.folder / "cases.parquet").write_bytes(rows)


def gold_of(world: World) -> Any:
    return load_gold(world.root / "gold.jsonl")


def run(world: World, context: Context | None = None) -> EvaluationRecord:
    return evaluate.run(context or world.context(), image_record(), gold_of(world), None)


def test_an_earlier_pass_on_the_same_things_is_taken_over_and_nothing_is_asked(world: World) -> None:
    earlier(world)
    for name, content in ((evaluate.BASELINE_FILE, b"LIVE"), (evaluate.JUNIT_FILE, b"<testsuites/>")):
        (world.context(EARLIER).folder.folder / name).write_bytes(content)
    record = run(world)
    assert record.reused_from == EARLIER
    assert record.verdict == "pass"
    assert world.docker.containers.made == []
    folder = world.context().folder.folder
    assert (folder / "cases.parquet").read_bytes() == b"PAR1"
    assert (folder / evaluate.BASELINE_FILE).read_bytes() == b"LIVE"
    assert (folder / evaluate.JUNIT_FILE).read_bytes() == b"<testsuites/>"


def test_a_pass_taken_over_twice_names_the_run_that_asked(world: World) -> None:
    earlier(world, "20261119-100000-6b02aaa", reused_from=EARLIER)
    assert run(world).reused_from == EARLIER


def test_the_newest_of_several_is_taken(world: World) -> None:
    for run_id in (EARLIER, "20261119-100000-6b02aaa"):
        earlier(world, run_id)
    assert run(world).reused_from == "20261119-100000-6b02aaa"


@pytest.mark.parametrize(
    "fault",
    [{"fingerprint": "0" * 64}, {"verdict": "fail"}, {"verdict": "inconclusive"}, {"rows": None}, {"run_id": None}],
    ids=str,
)
def test_what_is_no_pass_on_the_same_things_is_asked_anew(world: World, fault: dict[str, Any]) -> None:
    context = world.context()
    if "run_id" in fault:
        fault = {"run_id": context.folder.run_id}
    earlier(world, **fault)
    world.docker.life = lambda container: container.exits(1, err="no such model\n")
    with pytest.raises(OutsideError, match="exited with code 1"):
        run(world, context)
    assert len(world.docker.containers.made) == 1
    assert world.docker.containers.all == []


def test_the_verdict_ends_the_chain_unless_it_is_pass() -> None:
    record = evaluation_record(headline="recall@10 fell by 6.1 points.")
    evaluate.raise_if_not_passed(record)
    with pytest.raises(GateFailed, match="recall@10 fell") as failed:
        evaluate.raise_if_not_passed(replace(record, verdict="fail"))
    with pytest.raises(Inconclusive, match="recall@10 fell") as unsure:
        evaluate.raise_if_not_passed(replace(record, verdict="inconclusive"))
    assert (failed.value.exit_code, unsure.value.exit_code) == (1, 5)


def test_gates_and_request_reach_the_evaluator_whole(tmp_path: Path) -> None:
    gate = "      - {metric: answer.token_f1, max_drop: 0.03, slice: {difficulty: hard}}\n"
    text = TEXT.replace("    deploy:\n", f"{gate}    deploy:\n")
    text = text.replace("answer: answer\n", "answer: answer\n      timeout_seconds: 3\n")
    service = at(tmp_path, text).config.service()
    first, second = evaluate.gates_of(service)
    assert (first.metric, first.min, first.slice) == ("retrieval.recall@10", 0.8, None)
    assert (second.max_drop, second.slice) == (0.03, {"difficulty": "hard"})
    mapping = evaluate.request_mapping(service)
    assert (mapping.path, mapping.answer, mapping.timeout_seconds) == ("/query", "answer", 3.0)
    assert mapping.body == {"question": "{{ input }}"}
