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
    release,
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


def test_blocks_beside_the_page_are_uploaded_as_scripts(world: World) -> None:
    context = with_records(world, *WHOLE)
    page = publish.write_report(context, None)
    (page.parent / "texts").mkdir()
    (page.parent / "texts" / "t0.js").write_text("block")
    publish.publish(context, page)
    assert world.s3.buckets["reports"][f"p/site/{RUN}/finrag/report/texts/t0.js"] == b"block"


def site(world: World, name: str) -> str:
    return world.s3.buckets["reports"][f"p/site/{name}"].decode()


def test_the_site_names_the_newest_run_and_the_one_that_is_live(world: World) -> None:
    ledger, context = world.context().ledger(), with_records(world, *WHOLE)
    ledger.publish_release(release(run_id=RUN), None)
    publish.publish(context, publish.write_report(context, None), serving=publish.serving(context))
    report = f"../../../{RUN}/finrag/report/index.html"
    assert report in site(world, "latest/finrag/local/index.html")
    assert report in site(world, "live/finrag/local/index.html")
    assert "live 9f31c2e" in site(world, "badge/finrag/local.svg")
    assert f'href="{RUN}/finrag/report/index.html"' in site(world, "feed.xml")


def test_after_a_rollback_the_site_names_the_run_that_serves_again(world: World) -> None:
    context = with_records(world, *WHOLE)
    publish.publish(context, publish.write_report(context, None), serving=RUN)
    publish.tell_live(context, "20261119-090000-6b02aaa")
    assert json.loads(site(world, "index.json"))["live"] == {"finrag": {"local": "20261119-090000-6b02aaa"}}
    assert "20261119-090000-6b02aaa" in site(world, "live/finrag/local/index.html")


def test_without_a_ledger_a_proven_run_is_live_and_an_unproven_one_is_not(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert publish.serving(with_records(world, *WHOLE[:-1])) is None
    assert publish.serving(with_records(world, *WHOLE)) == RUN
    assert publish.serving(with_records(world, verification_record(ok=False))) is None


def test_a_public_address_stands_in_feed_and_summary(tmp_path: Path) -> None:
    place = "publish: {bucket: reports, prefix: p, url: https://reports.example.org/site/}"
    world = World(tmp_path, TEXT.replace("publish: {bucket: reports, prefix: p}", place))
    context = with_records(world, *WHOLE)
    page = publish.write_report(context, None)
    assert publish.publish(context, page) == "https://reports.example.org/site/index.html"
    report = f"https://reports.example.org/site/{RUN}/finrag/report/index.html"
    assert f'href="{report}"' in site(world, "feed.xml")
    assert f"[Report]({report})" in (page.parent / "summary.md").read_text()


def test_the_folder_of_runs_keeps_its_own_latest(world: World) -> None:
    context = with_records(world, *WHOLE)
    publish.write_report(context, None, serving=RUN)
    runs = context.folder.root
    assert {path.name for path in runs.iterdir() if not path.name.startswith(".")} == {
        RUN, "latest", "live", "badge", "index.html", "index.json", "feed.xml",
    }  # fmt: skip
    assert (runs / "latest").readlink().name == RUN
    assert {path.name for path in context.folder.folder.iterdir() if path.is_dir()} == {"report"}


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
    assert (run["commit"], run["commit_subject"], run["author"]) == ("9f31c2e", "A change", "A. Tester")


def test_a_secret_in_an_error_does_not_reach_the_index(world: World) -> None:
    key = "AKIA" + "QWERTYUIOPASDFGH"
    run = index_of(world, image_record(), error=f"the loader printed {key} and died.")
    assert key not in run["headline"]
    assert "the loader printed [masked" in run["headline"]


def test_the_author_is_that_of_the_run_and_not_of_what_is_checked_out(world: World) -> None:
    told = {"subject": "An older change", "author": "B. Former", "ended_at": "2026-11-20T14:09:00Z"}
    run = index_of(world, image_record(commit="6b02aaa" + "0" * 33), evaluation_record(), **told)
    assert (run["commit"], run["commit_subject"], run["author"]) == ("6b02aaa", "An older change", "B. Former")
    assert run["ended_at"] == "2026-11-20T14:09:00Z"


def test_a_gate_on_a_slice_does_not_stand_for_all_cases(world: World) -> None:
    hard = gate(slice={"difficulty": "hard"}, value=0.5)
    metrics = {"retrieval.recall@10": {"value": 0.91}, "answer.token_f1": {"value": 0.7}}
    gates = [hard, gate(), gate(metric="answer.token_f1", slice={"difficulty": "hard"}, value=0.2)]
    run = index_of(world, image_record(), evaluation_record(gates=gates, metrics=metrics))
    assert run["metrics"] == {"retrieval.recall@10": 0.91, "answer.token_f1": 0.7}


@pytest.mark.parametrize(
    ("status", "verdict", "headline"),
    [
        ("rolled_back", "rolled back", "The container was killed for memory"),
        ("failed", "failed", "The container was killed for memory"),
    ],
)
def test_a_release_that_went_wrong_is_no_pass_in_the_index(world: World, status: str, verdict: str, headline: str) -> None:
    cause = {"summary": "the container was killed for memory"}
    run = index_of(world, *WHOLE[:4], release_record(status=status, cause=cause))
    assert (run["verdict"], run["headline"]) == (verdict, headline)


@pytest.mark.parametrize(
    ("records", "error", "verdict"),
    [
        ([image_record()], "the image did not build.", "stopped"),
        (WHOLE[:4], "commit 9f31c2e is older than 6b02aaa, which is live.", "stopped"),
        ([image_record(), evaluation_record(verdict="fail", headline="recall fell")], "recall fell", "fail"),
        ([image_record()], "", "not evaluated"),
    ],
)
def test_a_run_that_ended_early_tells_why_in_the_index(world: World, records: list[Record], error: str, verdict: str) -> None:
    run = index_of(world, *records, **({"error": error} if error else {}))
    assert (run["verdict"], run.get("headline", "")) == (verdict, error)


def test_the_summary_in_markdown_beside_the_page_tells_verdict_and_gates(world: World) -> None:
    failed = evaluation_record(verdict="fail", gates=[gate(verdict="fail", value=0.781)])
    page = publish.write_report(with_records(world, image_record(), failed), None)
    text = (page.parent / "summary.md").read_text()
    assert text.startswith("**✕ finrag: blocked.**")
    assert "`retrieval.recall@10`" in text
    assert "0.781" in text
