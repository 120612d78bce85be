"""`goldgate run` and its stages one by one: build, test, evaluate, push, deploy, publish."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..records import ContractRecord, EvaluationRecord, ImageRecord, PushRecord, ReleaseRecord
from .opening import opened

if TYPE_CHECKING:
    import argparse

    from ..context import Context
    from ..progress import Progress
    from ..records import Record


def run(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """The whole chain."""
    from .. import chain

    with opened(args, progress) as context:
        outcome = chain.run(context)
    if outcome.error is not None:
        outcome.error.outcome = outcome.to_json()
        raise outcome.error
    return outcome.to_json()


def build(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Build the image and begin a run."""
    from .. import chain
    from ..context import utc_now
    from ..stages import build as stage

    with opened(args, progress) as context:
        progress.begin("build")
        record = stage.run(context)
        commit = context.commit
        context.folder.write_run(
            {
                "started_at": utc_now(),
                "service": context.service.name,
                "environment": context.environment,
                "commit": commit.sha,
                "subject": commit.subject,
                "author": commit.author,
                "status": "built",
            }
        )
        context.folder.write(record)
        progress.end("build", chain.build_text(record), record.seconds)
        return _told(context, record)


def test(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Hold the built image to its contract."""
    from .. import chain
    from ..stages import contract

    with opened(args, progress, run=args.run) as context:
        record = chain.contract_stage(context, context.folder.read(ImageRecord))
        for check in record.checks:
            progress.line(f"    {'✓' if check['ok'] else '✕'} {check['name']}: {check['detail']}")
        contract.raise_if_failed(record)
        return _told(context, record)


def evaluate(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Ask the built image its gold set."""
    from .. import chain
    from ..reporting.live import remember_live
    from ..stages import evaluate as stage

    with opened(args, progress, run=args.run) as context:
        gold = stage.gold_of(context)
        live = context.ledger().current() if context.service.publish else None
        remember_live(context, live)
        record = chain.evaluate_stage(context, context.folder.read(ImageRecord), gold, live)
        stage.raise_if_not_passed(record)
        return _told(context, record)


def push(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Push the evaluated image."""
    from .. import chain

    with opened(args, progress, run=args.run) as context:
        folder = context.folder
        image, contract, evaluation = folder.read(ImageRecord), folder.read(ContractRecord), folder.read(EvaluationRecord)
        return _told(context, chain.push_stage(context, image, contract, evaluation))


def deploy(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Release the pushed image and prove that it runs."""
    from .. import chain

    with opened(args, progress, run=args.run, needs_engine=False) as context:
        folder = context.folder
        chain.deploy_stage(context, folder.read(ImageRecord), folder.read(PushRecord), folder.read(EvaluationRecord))
        record = folder.read(ReleaseRecord)
        if record.url:
            progress.line(f"  live        {record.url}")
        return _told(context, record)


def publish(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Write and upload the report of a run."""
    from .. import chain

    with opened(args, progress, run=args.run, needs_engine=False) as context:
        live = context.ledger().current() if context.service.publish else None
        return {"format": 1, "run": context.folder.shown, "report": chain.publish_stage(context, live)}


def _told(context: Context, record: Record) -> dict[str, Any]:
    return {"run": context.folder.shown, **replace(record).to_json()}
