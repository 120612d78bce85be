"""Write the report of a run, and put it with the index of runs where people look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import EvaluationRecord, ImageRecord, ReleaseRecord, VerificationRecord
from ..reporting.chain import WENT_WRONG
from ..reporting.gather import of_the_run, report_input, run_json
from ..reporting.live import PAGE
from ..site_store import S3Site

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.report.site.index import RunSummary

    from ..config.schema import Publish
    from ..context import Context
    from ..ledger import Release
    from ..reporting.history import History

SUMMARY = "report/summary.md"
SITE = "site"


def write_report(
    context: Context,
    live: Release | None,
    history: History | None = None,
    *,
    serving: str | None = None,
    page_megabytes: int | None = None,
) -> Path:
    """Write the page from the records of the run, however far it came, and add the run to `runs/index.html`.

    `serving` is the id of the run whose image is live now, None where that is not known. Beside the page lies the summary in
    Markdown, for the step summary and the pull request; above `page_megabytes` (None: the configuration's) texts too. Returns
    the page's path.
    """
    from goldgate.eval.report.site.keep import add_run
    from goldgate.eval.report.standalone import write_report as write

    told = report_input(context, live, history, address=report_address(context))
    limit = page_megabytes or context.service.report.page_megabytes
    path = write(told, context.folder.folder / PAGE, page_megabytes=limit)
    add_run(context.folder.root, _summary(context), live=serving, latest=False)
    return path


def publish(context: Context, report: Path, *, serving: str | None = None) -> str | None:
    """Upload the report and add the run to the site in S3; returns the site's address, or None where none is configured.

    Raises:
        OutsideError: S3 refused, or others kept writing the index.
    """
    from goldgate.eval.report.page import beside
    from goldgate.eval.report.site.keep import add_run

    if context.service.publish is None:
        return None
    store, folder = site_of(context), f"{context.folder.run_id}/{context.service.name}"
    for block in beside(report):
        store.write(f"{folder}/{block.relative_to(context.folder.folder).as_posix()}", block.read_bytes(), "text/javascript")
    store.write(f"{folder}/{PAGE}", report.read_bytes(), "text/html; charset=utf-8")
    for record in sorted(context.folder.folder.glob("*.json")):
        store.write(f"{folder}/{record.name}", record.read_bytes(), "application/json")
    add_run(store, _summary(context), live=serving, address=context.publish.url or "")
    return _below_site(context.publish, "index.html")


def serving(context: Context) -> str | None:
    """The id of the run whose image is live: the ledger's, or this one where there is no ledger and it is proven to run."""
    if context.service.publish is not None:
        live = context.ledger().current()
        return live.run_id if live else None
    verification = context.folder.find(VerificationRecord)
    return context.folder.run_id if verification and verification.ok else None


def tell_live(context: Context, run_id: str) -> None:
    """Let the site in S3 say that another run's image is live.

    Raises:
        OutsideError: S3 refused, or others kept writing the index.
    """
    from goldgate.eval.report.site.keep import set_live

    set_live(site_of(context), (context.service.name, context.environment), run_id, address=context.publish.url or "")


def site_of(context: Context) -> S3Site:
    """The site of the service's runs in S3."""
    return S3Site(context.aws, context.publish.bucket, f"{context.publish.prefix}/{SITE}")


def report_address(context: Context) -> str:
    """Where people open the report: at the site's address, in S3, or in the run's folder."""
    below = f"{context.folder.run_id}/{context.service.name}/{PAGE}"
    place = context.service.publish
    return _below_site(place, below) if place else f"{context.folder.root.name}/{below}"


def _below_site(place: Publish, name: str) -> str:
    return f"{place.url.rstrip('/')}/{name}" if place.url else f"s3://{place.bucket}/{place.prefix}/{SITE}/{name}"


def _summary(context: Context) -> RunSummary:
    from goldgate.eval.report.secrets import mask
    from goldgate.eval.report.site.index import RunSummary

    evaluation, run = context.folder.find(EvaluationRecord), run_json(context)
    commit = of_the_run(context, context.folder.find(ImageRecord), run).commit
    checked_out = commit.sha == context.commit.sha
    verdict, headline = _verdict(context, evaluation)
    return RunSummary(
        run_id=context.folder.run_id,
        service=context.service.name,
        environment=context.environment,
        commit=commit.short,
        commit_subject=mask(commit.subject),
        author=str(run.get("author") or (commit.author if checked_out else "")),
        created_at=str(run.get("started_at", "")),
        ended_at=str(run.get("ended_at", "")),
        verdict=verdict,
        headline=mask(headline),
        metrics=_headline_metrics(evaluation) if evaluation else {},
        href=f"{context.folder.run_id}/{context.service.name}/{PAGE}",
    )


def _verdict(context: Context, evaluation: EvaluationRecord | None) -> tuple[str, str]:
    """The verdict of the whole run and its sentence: what was released and went wrong, or stopped on its way, is no pass."""
    release, error = context.folder.find(ReleaseRecord), str(run_json(context).get("error", ""))
    if release and release.status in WENT_WRONG:
        cause = str((release.cause or {}).get("summary", ""))
        return release.status.replace("_", " "), cause[:1].upper() + cause[1:]
    if evaluation is None:
        return ("stopped", error) if error else ("not evaluated", "")
    if error and evaluation.verdict == "pass":
        return "stopped", error
    return evaluation.verdict, evaluation.headline


def _headline_metrics(evaluation: EvaluationRecord) -> dict[str, float]:
    """The gated metrics over all cases, in the order of the gates; a gate on a slice says nothing of all cases."""
    values = {gate["metric"]: gate["value"] for gate in evaluation.gates if not gate.get("slice")}
    for gate in evaluation.gates:
        values.setdefault(gate["metric"], evaluation.metrics.get(gate["metric"], {}).get("value"))
    return {name: value for name, value in values.items() if value is not None}
