"""Write the report of a run, and put it with the index of runs where people look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import EvaluationRecord, ReleaseRecord
from ..reporting.gather import PAGE, WENT_WRONG, report_input, run_json
from ..site_store import S3Site

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.report.model import HistoryPoint
    from goldgate.eval.report.site import RunSummary

    from ..context import Context
    from ..ledger import Release

SUMMARY = "report/summary.md"


def write_report(context: Context, live: Release | None, history: tuple[HistoryPoint, ...] = ()) -> Path:
    """Write the page from the records of the run, however far it came, and add the run to `runs/index.html`.

    Beside it lies the summary in Markdown, for the step summary and the pull request. Returns the page's path.
    """
    from goldgate.eval.report.markdown import summary
    from goldgate.eval.report.page import write
    from goldgate.eval.report.site import add_run
    from goldgate.eval.table import write_whole

    told = report_input(context, live, history, address=report_address(context))
    path = write(told, context.folder.folder / PAGE)
    write_whole(context.folder.folder / SUMMARY, summary(told).encode())
    add_run(context.folder.root, _summary(context))
    return path


def publish(context: Context, report: Path) -> str | None:
    """Upload the report and add the run to the index in S3; returns the address, or None where none is configured.

    Raises:
        OutsideError: S3 refused.
    """
    from goldgate.eval.report.site import add_run

    if context.service.publish is None:
        return None
    place = context.publish
    store = S3Site(context.aws, place.bucket, f"{place.prefix}/site")
    folder = f"{context.folder.run_id}/{context.service.name}"
    store.write(f"{folder}/{PAGE}", report.read_bytes(), "text/html; charset=utf-8")
    for record in sorted(context.folder.folder.glob("*.json")):
        store.write(f"{folder}/{record.name}", record.read_bytes(), "application/json")
    add_run(store, _summary(context))
    return store.address("index.html")


def report_address(context: Context) -> str:
    """Where people open the report: in S3, or in the run's folder."""
    below = f"{context.folder.run_id}/{context.service.name}/{PAGE}"
    place = context.service.publish
    return f"s3://{place.bucket}/{place.prefix}/site/{below}" if place else f"{context.folder.root.name}/{below}"


def _summary(context: Context) -> RunSummary:
    from goldgate.eval.report.site import RunSummary

    evaluation, run = context.folder.find(EvaluationRecord), run_json(context)
    release = context.folder.find(ReleaseRecord)
    verdict = evaluation.verdict if evaluation else "fail"
    gated = {gate["metric"]: gate["value"] for gate in evaluation.gates} if evaluation else {}
    headline = evaluation.headline if evaluation else str(run.get("error", ""))
    if release and release.status in WENT_WRONG:
        verdict = release.status.replace("_", " ")
        headline = f"{WENT_WRONG[release.status]}. {(release.cause or {}).get('summary', '')}".strip()
    return RunSummary(
        run_id=context.folder.run_id,
        service=context.service.name,
        environment=context.environment,
        commit=context.commit.short,
        commit_subject=context.commit.subject,
        created_at=str(run.get("started_at", "")),
        verdict=verdict,
        headline=headline,
        metrics={name: value for name, value in gated.items() if value is not None},
        href=f"{context.folder.run_id}/{context.service.name}/{PAGE}",
    )
