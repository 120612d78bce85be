"""The live image beside the new one: asked where it can be had, left out and told of where it cannot."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.gold.load import load_gold
from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.stages import evaluate
from tests.fakes import small_server
from tests.unit.pipeline import whole
from tests.unit.pipeline.makers import OTHER_IMAGE, image_record, release
from tests.unit.pipeline.whole import CASES, Whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldgate.pipeline.ledger import Release
    from goldgate.pipeline.records import EvaluationRecord
    from tests.fakes.engine import FakeContainer

LIVE = release(image_id=OTHER_IMAGE)
ANSWERS = {f"Question {n}": f"word{n}" for n in range(CASES)}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Whole:
    return asking_both(tmp_path, monkeypatch)


def asking_both(root: Path, patch: pytest.MonkeyPatch) -> Whole:
    """Both images answer as they should, and the registry holds what is live."""
    patch.setattr(whole, "TEXT", whole.TEXT.replace("    gates:\n", "    evaluation: {beside_live: true}\n    gates:\n"))
    world = Whole(root, patch)
    world.docker.api.held.add(LIVE.reference)
    world.docker.life = lambda container: serve(container, ANSWERS)
    return world


def serve(container: FakeContainer, answers: dict[str, str], status: int = 200) -> None:
    """A container that is healthy, and answers what a table says under a status."""

    def answer(method: str, _path: str, body: bytes) -> tuple[int, Any]:
        if method == "GET":
            return 200, {}
        return status, {"answer": answers[json.loads(body)["question"]], "contexts": []}

    _, stop = small_server.start(answer, int(container.environment["PORT"]))
    container.at_end.append(stop)


def is_live(container: FakeContainer) -> bool:
    return bool(container.options["image"] == LIVE.reference)


def stored(world: Whole) -> Release:
    """What is live, with rows of an evaluation in which it was always wrong."""
    other = world.context("20261119-090000-6b02aaa")
    kept = world.docker.life
    world.docker.life = lambda container: serve(container, dict.fromkeys(ANSWERS, "nonsense"))
    evaluate.run(other, image_record(image_id=OTHER_IMAGE), gold(world), None)
    world.docker.life = kept
    world.docker.containers.made.clear()
    return replace(LIVE, cases=world.context().ledger().upload_cases(other.folder.folder / "cases.parquet"))


def gold(world: Whole) -> Any:
    return load_gold(world.root / "gold.jsonl")


def run(world: Whole, live: Release | None) -> EvaluationRecord:
    return evaluate.run(world.context(), image_record(), gold(world), live)


def baseline_rows(world: Whole) -> pl.DataFrame:
    return pl.read_parquet(world.context().folder.folder / evaluate.BASELINE_FILE)


def test_both_images_are_started_alike_and_asked(world: Whole) -> None:
    record = run(world, stored(world))
    new, live = world.docker.containers.made
    assert (new.options["image"], live.options["image"]) == (image_record().image_id, LIVE.reference)
    assert started_as(new) == started_as(live)
    assert world.docker.api.pulled == [(LIVE.reference, {"username": "AWS", "password": "pass:word"})]
    assert world.docker.containers.all == []
    assert record.asking["questions"] == 2 * CASES
    assert record.baseline is not None
    assert (record.baseline["digest"], record.baseline["released_at"]) == (LIVE.digest, LIVE.released_at)
    assert baseline_rows(world)["answer.exact_match"].to_list() == [1.0] * CASES
    assert world.told.lines == []


def started_as(container: FakeContainer) -> dict[str, Any]:
    """How a container was started, its image, name and port left out."""
    environment = {name: value for name, value in container.environment.items() if name != "PORT"}
    return {**container.options, "environment": environment, "image": "", "name": ""}


def test_what_is_live_needs_no_stored_rows_where_it_is_asked(world: Whole) -> None:
    record = run(world, LIVE)
    assert record.baseline is not None
    assert record.baseline["common"] == CASES


def dies(container: FakeContainer) -> None:
    container.exits(3, err="no such model\n")


def never_healthy(container: FakeContainer) -> None:
    del container


def knows_no_such_request(container: FakeContainer) -> None:
    serve(container, ANSWERS, status=422)


@pytest.mark.parametrize(
    ("life", "words"),
    [
        (dies, "the container exited with code 3"),
        (never_healthy, "the container was not healthy after 1 s"),
        (knows_no_such_request, "the service gives no usable answer"),
    ],
)
def test_a_live_image_that_does_not_come_up_or_answer_is_compared_by_its_stored_rows(
    world: Whole, life: Callable[[FakeContainer], None], words: str
) -> None:
    live = stored(world)
    start = world.config.service().start.model_copy(update={"timeout_seconds": 1})
    service = world.config.service().model_copy(update={"start": start})
    world.docker.life = lambda container: life(container) if is_live(container) else serve(container, ANSWERS)
    record = evaluate.run(world.context(service=service), image_record(), gold(world), live)
    assert any(words in line and "its stored rows are taken" in line for line in world.told.lines)
    assert baseline_rows(world)["answer.exact_match"].to_list() == [0.0] * CASES
    assert (record.verdict, record.metrics["answer.exact_match"]["value"]) == ("pass", 1.0)
    assert world.docker.containers.all == []


def test_nor_is_a_run_failed_by_one_that_cannot_be_pulled(world: Whole) -> None:
    live = stored(world)
    world.docker.api.held.clear()
    assert run(world, live).verdict == "pass"
    assert any("could not pull" in line for line in world.told.lines)
    assert len(world.docker.containers.made) == 1


def test_a_new_image_that_gives_nothing_usable_ends_the_run_whatever_is_live(world: Whole) -> None:
    world.docker.life = lambda container: serve(container, ANSWERS, status=200 if is_live(container) else 422)
    with pytest.raises(OutsideError, match="no usable answer"):
        run(world, LIVE)
    assert world.told.lines == []


def test_only_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = Whole(tmp_path, monkeypatch)
    world.docker.life = lambda container: serve(container, ANSWERS)
    run(world, stored(world))
    assert len(world.docker.containers.made) == 1
    assert world.docker.api.pulled == []


def test_nor_where_nothing_is_live(world: Whole) -> None:
    assert run(world, None).baseline is None
    assert len(world.docker.containers.made) == 1
