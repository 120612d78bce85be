from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.stages import publish
from tests.unit.pipeline.config.files import COMPLETE
from tests.unit.pipeline.makers import (
    contract_record,
    evaluation_record,
    gate,
    image_record,
    push_record,
    release_record,
    verification_record,
)
from tests.unit.pipeline.world import RUN, World

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.pipeline.context import Context
    from goldgate.pipeline.records import Record

TEXT = COMPLETE.replace("    deploy:\n", "    publish: {bucket: reports, prefix: p}\n    deploy:\n")
WHOLE = [image_record(), contract_record(), evaluation_record(), push_record(), release_record(), verification_record()]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, TEXT)


def with_records(world: World, *records: Record, **told: Any) -> Context:
    """A run with these records, and `told` in its run.json."""
    context = world.context()
    for record in records:
        context.folder.write(record)
    context.folder.write_run({"started_at": "2026-11-20T14:02:12Z", **told})
    return context


def test_the_report_is_written_however_far_the_run_came(world: World) -> None:
    context = with_records(world, image_record(), error="the image has no health check.")
    path = publish.write_report(context, None)
    assert path == context.folder.folder / "report" / "index.html"
    assert "the image has no health check" in path.read_text()


def test_a_refusal_after_the_push_is_the_headline(world: World) -> None:
    told = "finrag in production: commit 9f31c2e is older than 6b02aaa, which is live."
    context = with_records(world, *WHOLE[:4], error=told)
    page = publish.write_report(context, None).read_text()
    assert "Stopped" in page
    assert "elease: finrag in production: commit 9f31c2e is older than 6b02aaa" in page
    assert "Its evaluation passed." in page


def test_report_records_and_index_are_uploaded(world: World) -> None:
    context = with_records(world, *WHOLE)
    address = publish.publish(context, publish.write_report(context, None))
    assert address == "s3://reports/p/site/index.html"
    keys = set(world.s3.buckets["reports"])
    folder = f"p/site/{RUN}/finrag"
    assert {f"{folder}/{record.name}.json" for record in WHOLE} | {f"{folder}/report/index.html"} <= keys
    assert f"{RUN}/finrag/report/index.html" in world.s3.buckets["reports"]["p/site/index.html"].decode()
    assert json.loads(world.s3.buckets["reports"][f"{folder}/image.json"])["image_id"] == image_record().image_id


def test_without_a_place_to_publish_nothing_is_uploaded(tmp_path: Path) -> None:
    world = World(tmp_path)
    context = with_records(world, image_record())
    assert publish.publish(context, publish.write_report(context, None)) is None
    assert world.s3.puts == []


def index_of(world: World, *records: Record, **told: Any) -> dict[str, Any]:
    """The line of the run in the index, as JSON."""
    context = with_records(world, *records, **told)
    publish.publish(context, publish.write_report(context, None))
    (run,) = json.loads(world.s3.buckets["reports"]["p/site/index.json"])["runs"]
    assert isinstance(run, dict)
    return run


def test_the_index_has_one_line_a_run(world: World) -> None:
    gates = [gate(), gate(metric="latency.p95_ms", value=None)]
    run = index_of(world, image_record(), evaluation_record(gates=gates))
    assert (run["run_id"], run["verdict"], run["headline"]) == (RUN, "pass", "The one gate holds on 240 cases.")
    assert run["metrics"] == {"retrieval.recall@10": 0.91}


@pytest.mark.parametrize(
    ("status", "verdict", "headline"),
    [
        ("rolled_back", "rolled back", "Rolled back. the container was killed for memory"),
        ("failed", "failed", "The release failed. the container was killed for memory"),
    ],
)
def test_a_release_that_went_wrong_is_no_pass_in_the_index(world: World, status: str, verdict: str, headline: str) -> None:
    cause = {"summary": "the container was killed for memory"}
    run = index_of(world, *WHOLE[:4], release_record(status=status, cause=cause))
    assert (run["verdict"], run["headline"]) == (verdict, headline)


def test_a_run_that_ended_early_tells_why_in_the_index(world: World) -> None:
    run = index_of(world, image_record(), error="the image did not build.")
    assert (run["verdict"] == "pass", run["headline"]) == (False, "the image did not build.")


def test_the_summary_in_markdown_beside_the_page_tells_verdict_and_gates(world: World) -> None:
    failed = evaluation_record(verdict="fail", gates=[gate(verdict="fail", value=0.781)])
    page = publish.write_report(with_records(world, image_record(), failed), None)
    text = (page.parent / "summary.md").read_text()
    assert text.startswith("**✕ finrag: blocked.**")
    assert "`retrieval.recall@10`" in text
    assert "0.781" in text
