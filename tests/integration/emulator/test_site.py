"""The site of runs in the emulator's S3: several that publish at once, over sockets."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.report.site.keep import add_run
from goldgate.pipeline.aws import Aws
from goldgate.pipeline.site_store import S3Site
from tests.fakes.emulator_process import EmulatorProcess
from tests.unit.eval.report.site.samples import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITERS, RUNS = 3, 5


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[EmulatorProcess]:
    """An emulator that starts no containers, with a bucket for the site."""
    process = EmulatorProcess(tmp_path / "emulator")
    process.start()
    try:
        process.client("s3").create_bucket(Bucket="reports")
        yield process
    finally:
        process.stop()


def test_writers_at_once_lose_no_run_and_leave_one_page(alone: EmulatorProcess) -> None:
    def site() -> S3Site:
        return S3Site(Aws("us-east-1", endpoint_url=alone.endpoint, is_emulator=True), "reports", "goldgate/site")

    def publish(writer: int) -> None:
        for number in range(RUNS):
            run_id = f"w{writer}-{number}"
            add_run(site(), run(10 * number + writer, run_id=run_id, service=f"s{writer}"), live=run_id)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(publish, range(WRITERS)))
    stored = site().load("index.json")
    page = site().load("index.html")
    assert stored is not None
    assert page is not None
    told = json.loads(stored[0])
    assert sorted(entry["run_id"] for entry in told["runs"]) == sorted(
        f"w{writer}-{number}" for writer in range(WRITERS) for number in range(RUNS)
    )
    assert told["live"] == {f"s{writer}": {"production": f"w{writer}-{RUNS - 1}"} for writer in range(WRITERS)}
    assert page[0].count(b"<tr class") == WRITERS * RUNS


def test_files_are_served_as_what_they_are(alone: EmulatorProcess) -> None:
    add_run(S3Site(Aws("us-east-1", endpoint_url=alone.endpoint, is_emulator=True), "reports", "site"), run(1), live="r00001")
    s3 = alone.client("s3")
    kinds = {
        "index.html": "text/html; charset=utf-8",
        "index.json": "application/json",
        "feed.xml": "application/atom+xml",
        "badge/finrag/production.svg": "image/svg+xml",
        "latest/finrag/production/index.html": "text/html; charset=utf-8",
        "live/finrag/production/index.html": "text/html; charset=utf-8",
    }
    heads = {name: s3.head_object(Bucket="reports", Key=f"site/{name}") for name in kinds}
    assert {name: head["ContentType"] for name, head in heads.items()} == kinds
    assert {head["CacheControl"] for head in heads.values()} == {"no-cache"}
