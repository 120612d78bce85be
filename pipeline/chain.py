"""The order of the stages: build, test, evaluate, push, release, verify, publish; and what to do when one fails."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .console import seconds_text
from .context import Context, Stopwatch, utc_now
from .errors import GoldgateError
from .records import EvaluationRecord, ImageRecord, PushRecord, ReleaseRecord
from .verdict_lines import gate_table, verdict_lines

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.case import GoldSet

    from .ledger import Release
    from .records import ContractRecord, VerificationRecord


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to: `status` is live, unchanged or failed; `error` is why it failed."""

    status: str
    run: str
    report: str | None = None
    url: str | None = None
    error: GoldgateError | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0, or that of the error."""
        return self.error.exit_code if self.error else 0

    def to_json(self) -> dict[str, Any]:
        """The outcome for `--json`."""
        return {
            "format": 1,
            "status": self.status,
            "run": self.run,
            "report": self.report,
            "url": self.url,
            "exit_code": self.exit_code,
            **({"error": self.error.to_json()} if self.error else {}),
            **self.facts,
        }


def run(context: Context) -> Outcome:
    """Take the checked-out commit through the whole chain.

    The report is written however far the run came; run.json tells how it ended, an interrupt included.

    Raises:
        GoldgateError: the gold set or the engine made a start impossible; nothing was recorded.
    """
    from .reporting.live import remember_live
    from .stages import build, evaluate

    watch = Stopwatch()
    show = context.progress
    show.begin("gold set")
    gold = evaluate.gold_of(context)
    show.begin("build")
    image = build.run(context)
    live = context.ledger().current()
    if (same := unchanged(context, image, gold, live)) is not None:
        return same
    show.line(header(context) + context.folder.shown)
    show.end("build", build_text(image), image.seconds)
    tell = {"started_at": watch.started_at, "service": context.service.name, "environment": context.environment}
    tell |= {"commit": context.commit.sha, "subject": context.commit.subject, "author": context.commit.author}
    context.folder.write_run({**tell, "status": "running"})
    context.folder.write(image)
    remember_live(context, live)
    error: GoldgateError | None = None
    try:
        _after_build(context, image, gold, live)
    except GoldgateError as failure:
        error = failure
    except BaseException:
        context.folder.write_run({**tell, "status": "interrupted", "ended_at": utc_now()})
        raise
    ended = {"status": "failed" if error else "live", "ended_at": utc_now(), "seconds": watch.seconds}
    context.folder.write_run({**tell, **ended, **({"error": str(error), "exit_code": error.exit_code} if error else {})})
    report = publish_stage(context, live)
    release = context.folder.find(ReleaseRecord)
    url = release.url if release else None
    if url and error is None:
        show.line(f"  live        {url}")
    facts = {"image_id": image.image_id, "seconds": watch.seconds}
    return Outcome(status=str(ended["status"]), run=context.folder.shown, report=report, url=url, error=error, facts=facts)


def _after_build(context: Context, image: ImageRecord, gold: GoldSet, live: Release | None) -> None:
    from .stages import contract, evaluate

    tested = contract_stage(context, image)
    contract.raise_if_failed(tested)
    evaluation = evaluate_stage(context, image, gold, live)
    evaluate.raise_if_not_passed(evaluation)
    deploy_stage(context, image, push_stage(context, image, tested, evaluation), evaluation)


def deploy_stage(context: Context, image: ImageRecord, push: PushRecord, evaluation: EvaluationRecord) -> None:
    """Release, verify, and enter the release into the ledger.

    Raises:
        DeploymentFailed: it was rolled back.
        Refused: something else runs than was evaluated, or another release went first.
    """
    from .deploying import enter

    ledger = context.ledger() if context.service.publish else None
    live = ledger.current() if ledger else None
    release = release_stage(context, push, evaluation)
    verification = verify_stage(context, push, evaluation)
    release = replace(release, url=verification.url)
    context.folder.write(release)
    if ledger is not None:
        enter(context, ledger, image, push, release, live)


def contract_stage(context: Context, image: ImageRecord) -> ContractRecord:
    """Run the contract tests, record them and show their line."""
    from .stages import contract

    context.progress.begin("test")
    record = contract.run(context, image)
    context.folder.write(record)
    held = sum(1 for check in record.checks if check["ok"])
    text = f"{held} of {len(record.checks)} contract checks"
    context.progress.end("test", text, record.seconds, state="ok" if record.passed else "failed")
    return record


def evaluate_stage(context: Context, image: ImageRecord, gold: GoldSet, live: Release | None) -> EvaluationRecord:
    """Evaluate, record it, and show its line, the gates and the verdict."""
    from .stages import evaluate

    show = context.progress
    show.begin("evaluate")
    record = evaluate.run(context, image, gold, live)
    context.folder.write(record)
    state = {"pass": "ok", "fail": "failed"}.get(record.verdict, "unsure")
    show.end("evaluate", evaluation_text(record), 0.0 if record.reused_from else record.seconds, state=state)
    if live is not None and record.baseline:
        when = live.released_at[:10]
        show.line(f"{'':14}compared with {live.digest[7:19]} (live since {when}), {record.baseline['common']} common cases")
    for line in ["", *gate_table(record.gates), "", *verdict_lines(record), ""]:
        show.line(line)
    return record


def push_stage(context: Context, image: ImageRecord, contract: ContractRecord, evaluation: EvaluationRecord) -> PushRecord:
    """Push, record it and show its line."""
    from .stages import push

    context.progress.begin("push")
    record = push.run(context, image, contract, evaluation)
    context.folder.write(record)
    text = "already there" if record.already_there else f"{record.pushed_bytes / 1e6:,.2f} MB sent"
    context.progress.end("push", f"{record.digest[:19]}  {text}", record.seconds)
    return record


def release_stage(context: Context, push: PushRecord, evaluation: EvaluationRecord) -> ReleaseRecord:
    """Release, record it and show its line; a rollback shows its cause first.

    Raises:
        DeploymentFailed: the deployment was rolled back.
    """
    from .deploying import job_of
    from .git import is_ancestor
    from .stages import release

    show = context.progress
    show.begin("release")
    record = release.run(
        job_of(context),
        push=push,
        evaluation=evaluation,
        ledger=context.ledger() if context.service.publish else None,
        commit=context.commit.sha,
        is_ancestor=lambda older, newer: is_ancestor(context.root, older, newer),
        on_started=context.folder.write,
        resume=context.folder.find(ReleaseRecord),
    )
    context.folder.write(record)
    revision = (record.task_definition or "").rpartition("/")[2]
    if record.status in {"rolled_back", "failed"}:
        word = record.status.replace("_", " ")
        show.end("release", f"{revision}  {word} after {seconds_text(record.seconds)}", record.seconds, state="failed")
        for line in cause_lines(record):
            show.line(line)
    else:
        show.end("release", f"{revision}  {record.status}", record.seconds)
    release.raise_if_failed(record)
    return record


def verify_stage(context: Context, push: PushRecord, evaluation: EvaluationRecord) -> VerificationRecord:
    """Prove what runs, record it and show its line."""
    from .deploying import job_of
    from .stages import verify

    context.progress.begin("verify")
    record = verify.run(job_of(context), push=push, evaluation=evaluation, on_record=context.folder.write)
    count = len(record.running)
    text = f"{count} of {count} tasks run {record.digest[:19]}, {record.probes} of {record.probes} probes answered"
    context.progress.end("verify", text, record.seconds)
    return record


def cause_lines(record: ReleaseRecord) -> list[str]:
    """Why a deployment failed, before anything else: the cause, the tail of the log, what to do, what serves."""
    cause = record.cause or {}
    lines = [f"  {'CAUSE':<11} {cause.get('summary', 'not known')}"]
    lines += [f"{'':14}log   {line}" for line in cause.get("log", [])[-5:]]
    lines += [f"{'':14}task  {line}" for line in cause.get("task_lines", [])[:3]]
    lines += [f"  {'NEXT':<11} {cause['next']}"] if cause.get("next") else []
    return lines


def publish_stage(context: Context, live: Release | None) -> str | None:
    """Write and upload the report; a failure to upload is said, and changes nothing about the release."""
    from .github import write_summary
    from .reporting.history import entry_of, history_of
    from .stages import publish

    show, watch = context.progress, Stopwatch()
    show.begin("report")
    ledger = context.ledger() if context.service.publish else None
    history = history_of(context, ledger=ledger)
    serving = publish.serving(context)
    report = publish.write_report(context, live, history, serving=serving)
    shown = f"{context.folder.root.name}/latest/{context.service.name}/report/index.html"
    try:
        address = publish.publish(context, report, serving=serving)
        if ledger is not None and (entry := entry_of(context)) is not None:
            ledger.put_evaluation(entry)
    except GoldgateError as failure:
        show.end("report", f"{shown} (not uploaded: {failure})", watch.seconds, state="unsure")
    else:
        show.end("report", shown + (f"  {address}" if address else ""), watch.seconds)
    write_summary((context.folder.folder / publish.SUMMARY).read_text(encoding="utf-8"))
    return str(report)


def unchanged(context: Context, image: ImageRecord, gold: GoldSet, live: Release | None) -> Outcome | None:
    """The outcome where this very image is live, passed this very gold set on this very data, and runs as released."""
    from .deploying import job_of
    from .stages import evaluate
    from .targets import ecs, running

    if live is None or live.image_id != image.image_id or live.verdict != "pass":
        return None
    record = context.ledger().get_record(live.evaluation)
    if record.get("fingerprint") != evaluate.fingerprint(context, image.image_id, gold.sha256):
        return None
    job = job_of(context)
    settings = job.settings(live.reference)
    if not ecs.plan(settings, job.outside).empty or running.look(settings, job.outside, digest=live.digest).problems:
        return None
    where = f"{context.folder.root.name}/{live.run_id}"
    context.progress.line(header(context) + f"nothing changed since {where}: live, evaluated, verdict pass")
    url = job.url()
    if url:
        context.progress.line(f"  live        {url}")
    report = context.folder.root / live.run_id / context.service.name / "report" / "index.html"
    shown: Path | None = report if report.is_file() else None
    if shown:
        context.progress.line(f"  report      {where}/{context.service.name}/report/index.html")
    return Outcome(status="unchanged", run=where, url=url, report=str(shown) if shown else None)


def header(context: Context) -> str:
    """The first words of a run: service, commit, environment."""
    return f"{context.service.name}  {context.commit.short}  {context.environment}      "


def build_text(image: ImageRecord) -> str:
    """What a build came to: the size, and how much of it was new."""
    count = image.built_layers
    steps = f"{count} step{'s' * (count != 1)} built, {image.cached_layers} cached" if count else "all cached"
    return f"{image.size_bytes / 1e6:,.1f} MB  {steps}"


def evaluation_text(record: EvaluationRecord) -> str:
    """What an evaluation came to: cases, pace, p95, cost."""
    cases = f"{record.gold_set['cases']} cases"
    if record.reused_from:
        return f"{cases}  nothing asked: passed in {record.reused_from}"
    pace, p95 = record.timing.get("requests_per_second"), record.latency.get("p95")
    parts = [cases, f"{pace:,.0f}/s" if pace else "", f"p95 {p95:,.0f} ms" if p95 else ""]
    return "  ".join(part for part in [*parts, f"${record.cost.get('usd') or 0:,.2f}"] if part)
