"""Gather the records of a run into what its report is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..records import read_json
from .chain import Records, chain_links, digest_checks
from .changes import changes
from .history import History
from .live import live_image, live_of
from .releasing import release_facts

if TYPE_CHECKING:
    from goldgate.eval.report.model import ReportInput

    from ..context import Context
    from ..ledger import Release
    from ..records import ImageRecord


def report_input(
    context: Context, now_live: Release | None, history: History | None = None, *, address: str | None = None
) -> ReportInput:
    """Everything that the page shows, from the records of the run.

    `now_live` serves where the run did not keep what was live when it began. `address` is where people open the page.
    """
    import goldgate
    from goldgate.eval.report.model import Links, ReportInput
    from goldgate.eval.report.standalone import CASES, LIVE_CASES, REPEATS

    folder, run = context.folder, run_json(context)
    records, live = Records.of(folder), live_of(context, now_live)
    context = of_the_run(context, records.image, run)
    evaluation, contract, release = records.evaluation, records.contract, records.release
    changed, past = changes(context, records, live), history or History((), "")
    cases, baseline, repeats = (folder.folder / name for name in (CASES, LIVE_CASES, REPEATS))
    return ReportInput(
        service=context.service.name,
        environment=context.environment,
        run_id=folder.run_id,
        commit=context.commit.short,
        commit_subject=context.commit.subject,
        created_at=str(run.get("started_at", "")),
        evaluation=evaluation.to_json() if evaluation else None,
        cases=cases if cases.is_file() else None,
        baseline_cases=baseline if baseline.is_file() else None,
        repeats=repeats if repeats.is_file() else None,
        seconds=run.get("seconds"),
        live=live_image(live) if live else None,
        chain=chain_links(context, records, live, run.get("error")),
        digests=digest_checks(records),
        contract=contract.to_json() if contract else None,
        release=release_facts(release, records.verification) if release else None,
        changed=changed.lines,
        changes=changed.blocks,
        history=past.points,
        history_note=past.note,
        links=Links(
            all_runs="../../../index.html",
            json="../evaluation.json" if evaluation else None,
            report=address,
        ),
        reproduce=f"goldgate evaluate --run {folder.run_id}",
        version=goldgate.__version__,
    )


def run_json(context: Context) -> dict[str, Any]:
    """The run's own file: when it began and what ended it; empty where there is none."""
    path = context.folder.path / "run.json"
    return read_json(path) if path.is_file() else {}


def of_the_run(context: Context, image: ImageRecord | None, run: dict[str, Any]) -> Context:
    """The context with the commit that the run's image was made of, whatever is checked out now."""
    now = context.commit
    if image is None or (image.commit, image.dirty) == (now.sha, now.dirty):
        return context
    subject = now.subject if image.commit == now.sha else str(run.get("subject") or "")
    return replace(context, commit=replace(now, sha=image.commit, subject=subject, dirty=image.dirty))
