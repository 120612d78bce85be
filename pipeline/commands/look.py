"""Commands that look, and `goldgate rollback`, which needs the same things: check, plan, status, history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..records import PushRecord
from .opening import aws_of, load, opened

if TYPE_CHECKING:
    import argparse

    from ..config.schema import Service
    from ..context import Context
    from ..ledger import Ledger
    from ..progress import Progress


def check(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Read configuration and gold sets, and look whether engine and AWS are ready; changes nothing."""
    from ..engine import Engine
    from ..gold_sets import data_versions, load_gold_sets

    config = load(args)
    names = [args.service] if args.service else list(config.services)
    progress.line(f"  config      {config.path}: {len(config.services)} service{'s' * (len(config.services) > 1)}, no faults")
    engine = Engine.connect()
    progress.line(f"  engine      {engine.name} {engine.version}")
    aws = aws_of(args, config)
    who = aws.identity()
    progress.line(f"  AWS         {who}")
    versions = data_versions(config, aws)
    progress.line(f"  data        {len(versions)} files in s3://{config.data.bucket if config.data else ''}")
    sets = {}
    for name in names:
        gold = load_gold_sets(config, config.service(name), aws)
        lost = sum(len(case.evidence_missing) for case in gold.cases)
        sets[name] = {"cases": len(gold), "sha256": gold.sha256, "evidence_missing": lost}
        progress.line(f"  gold set    {name}: {len(gold)} cases, {lost} evidence ids not in the corpus")
    return {"format": 1, "engine": engine.version, "identity": who, "data": versions, "gold_sets": sets}


def plan(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """What `deploy` of a pushed run would change."""
    from ..deploying import job_of
    from ..targets import ecs

    with opened(args, progress, run=args.run, needs_engine=False) as context:
        push = context.folder.read(PushRecord)
        job = job_of(context)
        made = ecs.plan(job.settings(push.reference), job.outside)
    for line in made.lines() or ["  nothing to change"]:
        progress.line(line)
    return made.to_json()


def status(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """What is live by the ledger, and what really runs."""
    from ..deploying import job_of
    from ..targets import running

    with opened(args, progress, run=None, needs_engine=False) as context:
        live = context.ledger().current()
        if live is None:
            progress.line(f"{context.service.name}  {context.environment}  nothing was released yet")
            return {"format": 1, "live": None}
        job = job_of(context)
        seen = running.look(job.settings(live.reference), job.outside, digest=live.digest)
        url = job.url()
    progress.line(
        f"{context.service.name}  {context.environment}  {live.identity()}, verdict {live.verdict}, run {live.run_id}"
    )
    for task in seen.tasks:
        progress.line(
            f"  task        {task.task.rpartition('/')[2][:12]}  {(task.digest or '?')[7:19]}  {task.status}  {task.health}"
        )
    for problem in seen.problems:
        progress.line(f"  ✕           {problem}")
    if url:
        progress.line(f"  live        {url}")
    tasks = [task.to_json() for task in seen.tasks]
    return {"format": 1, "live": live.to_json(), "tasks": tasks, "problems": list(seen.problems), "url": url}


def rollback(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Go back to the last release that passed, by the same way as every release."""
    from ..deploying import job_of
    from ..stages import rollback as stage

    with opened(args, progress, run=None, needs_engine=False) as context:
        progress.begin("rollback")
        result = stage.run(
            job_of(context),
            to=args.to,
            ledger=context.ledger(),
            author=context.commit.author,
            on_release=context.folder.write,
            on_verification=context.folder.write,
        )
        _tell_the_site(context, result.published.run_id)
    progress.end("rollback", result.published.identity(), result.release.seconds)
    if result.verification.url:
        progress.line(f"  live        {result.verification.url}")
    return {"format": 1, "run": context.folder.shown, "live": result.published.to_json()}


def _tell_the_site(context: Context, run_id: str) -> None:
    """Let the site of runs name what is live now; a failure is said, and changes nothing about the rollback."""
    from ..errors import GoldgateError
    from ..stages.publish import tell_live

    try:
        tell_live(context, run_id)
    except GoldgateError as failure:
        context.progress.line(f"  {'site':<11} not updated: {failure}")


def history(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """The releases and rollbacks, newest first."""
    config = load(args)
    service = config.service(args.service)
    ledger = _ledger(args, service)
    releases = ledger.history(args.limit)
    for release in releases:
        words = f"{release.released_at}  {release.kind:<9} {release.digest[7:19]}  {release.commit[:7]}"
        progress.line(f"{words}  {release.verdict:<13} {release.run_id}")
    if not releases:
        progress.line(f"{service.name}  {config.environment}  nothing was released yet")
    return {"format": 1, "releases": [release.to_json() for release in releases]}


def _ledger(args: argparse.Namespace, service: Service) -> Ledger:
    from ..errors import UsageError
    from ..ledger import Ledger

    config = load(args)
    aws = aws_of(args, config)
    if service.publish is None:
        msg = "there is no ledger without `publish.bucket`."
        raise UsageError(msg, where=config.where("services", service.name))
    place = service.publish
    environment = config.environment or "default"
    return Ledger(aws.client("s3"), place.bucket, place.prefix, service=service.name, environment=environment, who=aws.identity)
