from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.reporting.chain import Records
from goldgate.pipeline.reporting.changes import changes
from tests.unit.pipeline.config.files import COMPLETE
from tests.unit.pipeline.makers import OTHER_IMAGE, evaluation_record, image_record, release
from tests.unit.pipeline.world import World

if TYPE_CHECKING:
    from goldgate.pipeline.context import Context
    from tests.fakes.repository import Repository

FACTS: dict[str, Any] = {
    "size_bytes": 212_400_000,
    "layers": ["sha256:aa", "sha256:old"],
    "base_image": "python:3.11",
    "base_digest": f"sha256:{'d' * 64}",
    "data": {"s3://d/sentences.parquet": "v1"},
}


@pytest.fixture
def context(repository: Repository) -> Context:
    return World(repository.root).context()


def told(context: Context, live: Any, **records: Any) -> dict[str, tuple[str, bool]]:
    found = changes(context, Records(**(dict.fromkeys(Records._fields) | records)), live)
    return {line.name: (line.words, line.changed) for line in found.lines}


def test_where_nothing_is_live_nothing_changed(context: Context) -> None:
    assert changes(context, Records(*[None] * 6), None) == ((), ())


def test_commits_and_settings_since_the_live_commit(repository: Repository, context: Context) -> None:
    live = repository.commit(ml_config__yaml=COMPLETE)
    now = repository.commit("Raise the gate", ml_config__yaml=COMPLETE.replace("port: 8080", "port: 8081"))
    image = image_record(commit=now)
    assert told(context, release(commit=live), image=image)["commits"] == ("1 commit", True)
    assert told(context, release(commit=live), image=image)["ml_config.yaml"] == ("services.finrag.port", True)
    assert told(context, release(commit=now), image=image)["commits"] == ("the live commit", False)
    assert told(context, release(commit="0" * 40), image=image)["commits"][0] == "git does not know 0000000, which is live"


def test_the_blocks_behind_the_lines(repository: Repository, context: Context) -> None:
    live = repository.commit(ml_config__yaml=COMPLETE)
    now = repository.commit("Raise the gate", ml_config__yaml=COMPLETE.replace("0.80", "0.85"))
    records = Records(image_record(commit=now, image_id=OTHER_IMAGE), None, evaluation_record(), None, None, None)
    blocks = changes(context, records, release(commit=live)).blocks
    assert [(block.title, block.kind) for block in blocks] == [
        (f"Commits since {live[:7]}", "facts"),
        ("ml_config.yaml", "diff"),
        ("Image, gold set and data", "facts"),
    ]
    assert blocks[0].lines == (f"{now[:7]}: Raise the gate (A. Tester)",)
    assert "gold set: unchanged, 240 cases" in blocks[2].lines


@pytest.mark.parametrize(
    ("baseline", "words"),
    [
        ({"only_here": 4, "only_there": 1, "changed": 2}, "4 added, 1 removed, 2 changed, 244 cases now"),
        (None, "changed, 244 cases now"),
    ],
)
def test_the_gold_set_is_told_by_its_cases(context: Context, baseline: dict[str, int] | None, words: str) -> None:
    evaluation = evaluation_record(gold_set={"sha256": "cd" * 32, "cases": 244}, baseline=baseline)
    assert told(context, release(), evaluation=evaluation)["gold set"] == (words, True)


def test_the_image_its_layers_and_its_base(context: Context) -> None:
    image = image_record(image_id=OTHER_IMAGE, base_image="python:3.11", base_digest=FACTS["base_digest"])
    found = told(context, release(facts=FACTS), image=image)
    assert found["image"] == ("212.4 → 212.6 MB, 1 of 2 layers new", True)
    assert found["base"] == ("python:3.11, same digest", False)
    equal = image_record(image_id=OTHER_IMAGE, size_bytes=FACTS["size_bytes"] + 10)
    assert told(context, release(facts=FACTS), image=equal)["image"][0].startswith("212.4 MB as before, ")
    moved = image_record(image_id=OTHER_IMAGE, base_image="python:3.11", base_digest=f"sha256:{'e' * 64}")
    assert told(context, release(facts=FACTS), image=moved)["base"] == ("python:3.11, dddddddddddd → eeeeeeeeeeee", True)
    other = image_record(image_id=OTHER_IMAGE, base_image="debian:12")
    assert told(context, release(facts=FACTS), image=other)["base"] == ("python:3.11 → debian:12", True)


def test_a_release_that_kept_no_facts_is_compared_by_its_image_id(context: Context) -> None:
    found = told(context, release(), image=image_record(image_id=OTHER_IMAGE))
    assert found["image"] == ("212.6 MB, was 111111111111", True)
    assert told(context, release(), image=image_record())["image"] == ("the live image, 212.6 MB", False)


def test_data_is_compared_by_its_versions(context: Context) -> None:
    live = release(facts=FACTS)
    same, other = ({"s3://d/sentences.parquet": version} for version in ("v1", "v2"))
    assert told(context, live, evaluation=evaluation_record(data=same))["data"] == ("same version", False)
    assert told(context, live, evaluation=evaluation_record(data=other))["data"] == ("sentences.parquet changed", True)
    assert "data" not in told(context, release(), evaluation=evaluation_record(data=same))
