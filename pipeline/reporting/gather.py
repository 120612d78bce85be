"""Gather the records of a run into what its report is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..records import (
    ContractRecord,
    EvaluationRecord,
    ImageRecord,
    PushRecord,
    ReleaseRecord,
    VerificationRecord,
    read_json,
)
from ..what_changed import changes

if TYPE_CHECKING:
    from goldgate.eval.report.model import ChainLink, HistoryPoint, ReportInput

    from ..context import Context
    from ..ledger import Ledger, Release
    from ..records import Record

VERDICT_STATE = {"pass": "ok", "fail": "failed", "inconclusive": "warning"}
WENT_WRONG = {"rolled_back": "Rolled back", "failed": "The release failed"}
MOST_HISTORY = 20
PAGE = "report/index.html"
CASES, LIVE_CASES = "cases.parquet", "baseline.parquet"


def history_of(ledger: Ledger) -> tuple[HistoryPoint, ...]:
    """The earlier releases as points of the report's history, oldest first."""
    from goldgate.eval.report.model import HistoryPoint

    points = []
    for release in reversed(ledger.history(MOST_HISTORY)):
        record = ledger.get_record(release.evaluation)
        points.append(
            HistoryPoint(
                at=release.released_at,
                run_id=release.run_id,
                commit=release.commit[:7],
                verdict=release.verdict,
                metrics=record.get("metrics", {}),
                url=f"../../../{release.run_id}/{release.service}/{PAGE}",
            )
        )
    return tuple(points)


def report_input(
    context: Context, live: Release | None, history: tuple[HistoryPoint, ...] = (), *, address: str | None = None
) -> ReportInput:
    """Everything that the page shows, from the records of the run."""
    import goldgate
    from goldgate.eval.report.model import Links, ReportInput

    folder, run = context.folder, run_json(context)
    evaluation, contract, release = folder.find(EvaluationRecord), folder.find(ContractRecord), folder.find(ReleaseRecord)
    cases, baseline = folder.folder / CASES, folder.folder / LIVE_CASES
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
        chain=chain_links(context, live),
        contract=contract.to_json() if contract else None,
        release=release_facts(release) if release else None,
        changes=changes(context, live),
        history=history,
        links=Links(
            all_runs="../../../index.html",
            json="../evaluation.json" if evaluation else None,
            report=address,
        ),
        reproduce=f"goldgate evaluate --run {folder.run_id}",
        version=goldgate.__version__,
    )


def chain_links(context: Context, live: Release | None) -> tuple[ChainLink, ...]:
    """The links commit to running, each ok, failed or not reached."""
    from goldgate.eval.report.model import ChainLink

    find = context.folder.find
    image, contract, evaluation = find(ImageRecord), find(ContractRecord), find(EvaluationRecord)
    push, release, verification = find(PushRecord), find(ReleaseRecord), find(VerificationRecord)
    links = [ChainLink(label="commit", value=context.commit.short, state="ok", detail=context.commit.subject)]
    links.append(_link("image", image, short(image.image_id) if image else ""))
    held = sum(1 for check in contract.checks if check["ok"]) if contract else 0
    total = len(contract.checks) if contract else 0
    links.append(_link("contract", contract, f"{held} of {total}", ok=bool(contract and contract.passed)))
    words = {"pass": "passed", "fail": "blocked", "inconclusive": "not sure"}
    state = VERDICT_STATE[evaluation.verdict] if evaluation else "not reached"
    value = words[evaluation.verdict] if evaluation else "not reached"
    links.append(ChainLink(label="evaluation", value=value, state=state))  # type: ignore[arg-type]
    links.append(_link("push", push, short(push.digest) if push else ""))
    links.append(_link("release", release, _release_word(release), ok=bool(release and release.status not in WENT_WRONG)))
    links.append(_running(verification, release, live))
    return _with_the_break(tuple(links), run_json(context).get("error"))


def _with_the_break(links: tuple[ChainLink, ...], error: str | None) -> tuple[ChainLink, ...]:
    """The links, the stage that raised the run's error marked where no record tells of its failure."""
    if not error or any(link.state in {"failed", "warning"} for link in links):
        return links
    first = next((link for link in links if link.state == "not reached"), None)
    told = str(error).partition("\n")[0]
    return tuple(replace(link, value="stopped", state="failed", detail=told) if link is first else link for link in links)


def release_facts(release: ReleaseRecord) -> dict[str, Any]:
    """The release as the report takes it."""
    cause = release.cause or {}
    return {
        "status": release.status,
        "steps": release.steps,
        "cause": cause.get("summary"),
        "next": cause.get("next"),
        "log": cause.get("log", []),
        "tasks": cause.get("task_lines", []),
        "revision": (release.task_definition or "").rpartition("/")[2],
        "url": release.url,
        "digest": release.digest,
    }


def short(digest: str) -> str:
    """The beginning of a digest, as people compare them."""
    return digest.removeprefix("sha256:")[:12]


def _link(label: str, record: Record | None, value: str, *, ok: bool = True) -> ChainLink:
    from goldgate.eval.report.model import ChainLink

    if record is None:
        return ChainLink(label=label, value="not reached", state="not reached")
    return ChainLink(label=label, value=value, state="ok" if ok else "failed")


def _release_word(release: ReleaseRecord | None) -> str:
    if release is None:
        return ""
    return release.status.replace("_", " ")


def _running(verification: VerificationRecord | None, release: ReleaseRecord | None, live: Release | None) -> ChainLink:
    from goldgate.eval.report.model import ChainLink

    if verification is not None:
        count = len(verification.running)
        told = (
            f"{count} of {count} tasks run {short(verification.digest)}."
            if verification.ok
            else "; ".join(verification.problems)
        )
        state = "ok" if verification.ok else "failed"
        return ChainLink(label="running", value=short(verification.digest), state=state, detail=told)  # type: ignore[arg-type]
    if live is not None:
        told = f"The live image, {short(live.digest)}, keeps serving."
        return ChainLink(label="running", value=f"{short(live.digest)} stays live", state="info", detail=told)
    return ChainLink(label="running", value="nothing live" if release is None else "not proven", state="not reached")


def run_json(context: Context) -> dict[str, Any]:
    """The run's own file: when it began and what ended it; empty where there is none."""
    path = context.folder.path / "run.json"
    return read_json(path) if path.is_file() else {}
