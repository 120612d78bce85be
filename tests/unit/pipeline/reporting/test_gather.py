from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.reporting.gather import report_input, run_json
from goldgate.pipeline.reporting.live import remember_live
from tests.unit.pipeline.makers import (
    COMMIT,
    contract_record,
    evaluation_record,
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

WHOLE = (image_record(), contract_record(), evaluation_record(), push_record(), release_record(), verification_record())


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return World(tmp_path).context()


def test_a_run_without_records_is_a_report_of_nothing_reached(context: Context) -> None:
    told = report_input(context, None)
    assert (told.evaluation, told.contract, told.release, told.cases, told.seconds) == (None, None, None, None, None)
    assert {link.state for link in told.chain[1:]} == {"not reached"}
    assert {check.state for check in told.digests} == {"not reached"}
    assert run_json(context) == {}


def test_every_record_finds_its_place(context: Context) -> None:
    for record in WHOLE:
        context.folder.write(record)
    context.folder.write_run({"started_at": "2026-11-20T14:02:12Z", "seconds": 124.6})
    (context.folder.folder / "cases.parquet").write_bytes(b"PAR1")
    remember_live(context, release())
    told = report_input(context, release(run_id=RUN), address="s3://reports/x")
    assert (told.created_at, told.seconds, told.run_id) == ("2026-11-20T14:02:12Z", 124.6, RUN)
    assert told.cases == context.folder.folder / "cases.parquet"
    assert told.baseline_cases is None
    assert told.live is not None
    assert told.live.url == "../../../20261119-090000-6b02aaa/finrag/report/index.html"
    assert told.release is not None
    assert told.release["checks"][0]["name"] == "tasks run the evaluated digest"
    assert {check.state for check in told.digests} == {"ok"}
    assert told.changed
    assert told.links.report == "s3://reports/x"


@pytest.mark.parametrize(("dirty", "shown"), [(False, "abcdef1"), (True, "abcdef1+")])
def test_a_report_written_later_speaks_of_the_commit_of_its_run(context: Context, *, dirty: bool, shown: str) -> None:
    context.folder.write(image_record(commit="abcdef1" + "0" * 33, dirty=dirty))
    context.folder.write_run({"subject": "What it was then"})
    told = report_input(context, None)
    assert (told.commit, told.commit_subject) == (shown, "What it was then")
    assert context.commit.sha == COMMIT
