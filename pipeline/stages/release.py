"""The stage `deploy`: put the evaluated image in front of users, wait for its end, and tell why where it fails."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ..errors import DeploymentFailed, Refused
from ..records import ReleaseRecord
from ..targets import diagnosis
from ..targets import ecs as ecs_target
from ..targets.context import Context, iso
from ..targets.plan import Plan, Previous, Started
from ..targets.waiting import Outcome, stop, wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..ledger import Ledger, Release
    from ..records import EvaluationRecord, PushRecord
    from ..targets.job import Job
    from ..targets.settings import EcsSettings

PASS = "pass"  # noqa: S105
MOST_WAITS = 5


def run(
    job: Job,
    *,
    push: PushRecord,
    evaluation: EvaluationRecord,
    ledger: Ledger | None,
    commit: str,
    is_ancestor: Callable[[str, str], bool | None] | None,
    on_started: Callable[[ReleaseRecord], None] | None = None,
    resume: ReleaseRecord | None = None,
    on_purpose: bool = False,
) -> ReleaseRecord:
    """Release the pushed image to ECS; returns once the deployment has ended, well or not (see `raise_if_failed`).

    `is_ancestor(older, newer)` speaks of commits, None where git does not know one. `on_started` gets a record of status
    in_progress before the waiting; that record as `resume` makes a new process wait for the same deployment. `on_purpose`
    allows an older commit (a rollback).

    Raises:
        Refused: a link of the chain does not hold, the live commit is newer, or another deployment is active and
            `deploy.when_busy` says to refuse.
        GoldgateError: the configuration does not fit the account, or AWS refused a call.
    """
    began = job.outside.clock()
    check_chain(push, evaluation)
    live = ledger.current() if ledger is not None else None
    check_order(live, commit, is_ancestor, on_purpose=on_purpose)
    settings = job.settings(reference_of(push))
    context, steps = _listened(job.outside, began)
    record = ReleaseRecord(
        service=job.service.name,
        image_id=push.image_id,
        started_at=iso(began),
        seconds=0.0,
        environment=job.environment,
        target="ecs",
        status="unchanged",
        digest=push.digest,
        steps=steps,
        reference=settings.image,
        kind="rollback" if on_purpose else "release",
    )
    record, started = _start(record, settings, context, on_started, resume)
    if started is not None:
        record = _finish(record, started, settings, context, began)
    return dataclasses.replace(record, seconds=round(context.clock() - began, 3))


def _listened(outside: Context, began: float) -> tuple[Context, list[dict[str, Any]]]:
    """The outside with a listener that also keeps what is told as the record's steps."""
    steps: list[dict[str, Any]] = []

    def tell(text: str) -> None:
        now = outside.clock()
        steps.append({"at": iso(now), "after_seconds": round(now - began, 1), "text": text})
        outside.tell(text)

    return dataclasses.replace(outside, tell=tell), steps


def raise_if_failed(record: ReleaseRecord) -> None:
    """Do nothing for a release that stands.

    Raises:
        DeploymentFailed: it was rolled back or failed; the message gives the cause and what to do.
    """
    if record.status not in {"rolled_back", "failed"}:
        return
    cause = record.cause or {}
    summary = cause.get("summary", "no cause known")
    msg = f"the deployment of {record.digest[7:19]} {_after_failure(record)} after {record.seconds:.0f} s: {summary}."
    step = str(cause.get("next", "look at the service's events in the ECS console."))
    raise DeploymentFailed(msg + _serving(record), where=record.deployment, next_step=step[:1].upper() + step[1:])


def _after_failure(record: ReleaseRecord) -> str:
    if record.status == "rolled_back":
        return "was rolled back"
    return "failed and could not be rolled back" if record.previous else "failed"


def _serving(record: ReleaseRecord) -> str:
    if not record.previous:
        return " Nothing was live before, and nothing is now."
    if record.status != "rolled_back":
        return " Look at what serves with `goldgate status`."
    return f" {_short(record.previous.get('digest') or record.previous['task_definition'])} serves as before."


def check_chain(push: PushRecord, evaluation: EvaluationRecord) -> None:
    """Hold the push against the evaluation.

    Raises:
        Refused: they speak of two images, or the verdict is not pass.
    """
    if evaluation.image_id != push.image_id:
        pushed, judged = push.image_id[7:19], evaluation.image_id[7:19]
        msg = f"the pushed image is {pushed}, the evaluated one {judged}: evaluated = pushed does not hold."
        raise Refused(msg, where=push.reference, next_step="Run `goldgate evaluate` and `goldgate push` on the same image.")
    if evaluation.verdict != PASS:
        msg = f"the verdict of image {push.image_id[7:19]} is {evaluation.verdict}, not pass: it may not go out."
        raise Refused(msg, where=push.reference, next_step="Read the report, mend what it names, and run again.")


def check_order(
    live: Release | None, commit: str, is_ancestor: Callable[[str, str], bool | None] | None, *, on_purpose: bool
) -> None:
    """Let releases move only forward in commit ancestry.

    Raises:
        Refused: the live commit is newer than `commit`, or git cannot tell.
    """
    if live is None or is_ancestor is None or on_purpose or live.commit == commit:
        return
    if is_ancestor(live.commit, commit):
        return
    older = is_ancestor(commit, live.commit)
    if older:
        msg = f"commit {commit[:7]} is older than {live.commit[:7]}, which is live since {live.released_at}."
        step = "Let the newer one serve; to go back on purpose, use `goldgate rollback`."
    elif older is None:
        msg = f"git does not know both {commit[:7]} and {live.commit[:7]}, which is live: nothing says which is newer."
        step = "Fetch the whole history (actions/checkout: `fetch-depth: 0`) and run again."
    else:
        msg = f"commit {commit[:7]} does not contain {live.commit[:7]}, which is live since {live.released_at}."
        step = "Merge or rebase onto it and run again; to go back on purpose, use `goldgate rollback`."
    raise Refused(msg, where=f"{live.service} in {live.environment}", next_step=step)


def reference_of(push: PushRecord) -> str:
    """The pushed image by digest."""
    return push.reference if push.reference.endswith(f"@{push.digest}") else f"{push.repository}@{push.digest}"


def _start(
    record: ReleaseRecord,
    settings: EcsSettings,
    context: Context,
    on_started: Callable[[ReleaseRecord], None] | None,
    resume: ReleaseRecord | None,
) -> tuple[ReleaseRecord, Started | None]:
    """Plan and apply, or take up what an earlier process began; None where nothing is to be done."""
    if resume is not None and resume.resume is not None and resume.digest == record.digest:
        started = _started(resume.resume)
        context.tell(f"waiting again for {started.deployment or started.task_definition}")
        return _with_start(record, started, resume.plan), started
    plan, ours = _plan_when_free(settings, context)
    if plan.previous is not None:
        record = dataclasses.replace(record, previous=plan.previous.to_json(), live=plan.previous.task_definition)
    if ours is None and plan.empty:
        return dataclasses.replace(record, task_definition=plan.task_definition, deployment=_deployment(plan)), None
    started = ours or ecs_target.apply(plan, context)
    record = _with_start(record, started, [change.to_json() for change in plan.changes])
    if on_started is not None:
        on_started(dataclasses.replace(record, status="in_progress"))
    return record, started


def _plan_when_free(settings: EcsSettings, context: Context) -> tuple[Plan, Started | None]:
    """A plan of a service that no other deployment is changing, or the active deployment if it is ours already."""
    for _ in range(MOST_WAITS):
        plan = ecs_target.plan(settings, context)
        if plan.busy is None:
            return plan, None
        if (ours := ecs_target.adopt(plan, context)) is not None:
            context.tell(f"waiting again for {ours.deployment}")
            return plan, ours
        _let_it_end(plan, settings, context)
    msg = f"other deployments keep starting on this service: {MOST_WAITS} were waited for."
    raise Refused(msg, where=settings.address, next_step="Find out who deploys it, then run again.")


def _let_it_end(plan: Plan, settings: EcsSettings, context: Context) -> None:
    if settings.when_busy == "refuse":
        msg = f"another deployment of this service is active: {plan.busy}."
        step = f"Run again when it has ended, or set services.{settings.name}.deploy.when_busy to wait or stop."
        raise Refused(msg, where=settings.address, next_step=step)
    arn = plan.busy if plan.busy and plan.busy.startswith("arn:") else None
    other = Started(
        cluster=plan.cluster,
        service=plan.service,
        container=plan.container,
        task_definition=str(plan.task_definition),
        deployment=arn,
        by_rollouts=arn is None,
        previous=plan.previous,
        started_at=context.clock(),
    )
    if settings.when_busy == "stop":
        context.tell(f"stopping the active deployment {plan.busy}")
        stop(other, context)
    else:
        context.tell(f"waiting for the active deployment {plan.busy}")
    outcome = wait(other, context, wait_seconds=settings.wait_seconds, stop_when_late=False)
    if outcome.late:
        msg = f"another deployment of this service is still active after {settings.wait_seconds / 60:g} minutes: {plan.busy}."
        step = f"Run again when it has ended, or set services.{settings.name}.deploy.when_busy to stop."
        raise Refused(msg, where=settings.address, next_step=step)


def _finish(record: ReleaseRecord, started: Started, settings: EcsSettings, context: Context, began: float) -> ReleaseRecord:
    """Wait for the end; on failure gather the evidence at once, and once before a late deployment is stopped."""
    seen: list[diagnosis.Evidence] = []
    record = dataclasses.replace(record, observations=[])
    outcome = wait(
        started,
        context,
        wait_seconds=settings.wait_seconds,
        on_late=lambda: seen.append(diagnosis.gather(started, context)),
        on_change=lambda told: record.observations.append({"after_seconds": round(context.clock() - began, 1), **told}),
    )
    context.tell(_ending(outcome))
    if outcome.state == "successful":
        return dataclasses.replace(record, status="released", live=started.task_definition, resume=None)
    evidence = diagnosis.gather(started, context)
    if seen and not evidence.tasks:
        evidence = seen[0]
    return dataclasses.replace(
        record,
        status=outcome.state,
        live=ecs_target.serving(started, context),
        cause=diagnosis.diagnose(outcome, evidence, settings),
        resume=None,
    )


def _ending(outcome: Outcome) -> str:
    words = {"successful": "deployed", "rolled_back": "rolled back", "failed": "failed"}[outcome.state]
    return f"{words} after {outcome.seconds:.0f} s"


def _with_start(record: ReleaseRecord, started: Started, changes: list[dict[str, Any]]) -> ReleaseRecord:
    previous = started.previous.to_json() if started.previous else None
    return dataclasses.replace(
        record,
        deployment=started.deployment,
        task_definition=started.task_definition,
        previous=previous or record.previous,
        plan=changes,
        resume=dataclasses.asdict(started),
    )


def _started(data: dict[str, Any]) -> Started:
    """What `dataclasses.asdict` made of a `Started`, read back from a record."""
    previous = data.get("previous")
    return Started(**{**data, "previous": Previous(**previous) if previous else None})


def _deployment(plan: Plan) -> str | None:
    return plan.previous.deployment if plan.previous else None


def _short(digest_or_arn: str) -> str:
    return digest_or_arn[7:19] if digest_or_arn.startswith("sha256:") else digest_or_arn.rpartition("/")[2]
