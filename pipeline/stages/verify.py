"""The stage after `deploy`: what runs is what was evaluated, and it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DeploymentFailed, Refused
from ..records import VerificationRecord
from ..targets import running
from ..targets.context import iso
from .release import check_chain, reference_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..records import EvaluationRecord, PushRecord
    from ..targets.job import Job
    from ..targets.running import Running

OK = 200


def run(
    job: Job,
    *,
    push: PushRecord,
    evaluation: EvaluationRecord,
    probes: int = 5,
    settle_seconds: float = 120.0,
    on_record: Callable[[VerificationRecord], None] | None = None,
) -> VerificationRecord:
    """Prove that the service's revision and every running task carry the evaluated digest, and that it answers.

    Tasks may take `settle_seconds` to report. `on_record` gets the record before a failure is raised.

    Raises:
        Refused: a revision or a task carries another digest; each is named.
        DeploymentFailed: the digest is right but tasks are unhealthy or missing, or the service does not answer.
    """
    context = job.outside
    began = context.clock()
    check_chain(push, evaluation)
    settings = job.settings(reference_of(push))
    seen = running.settled(settings, context, digest=push.digest, settle_seconds=settle_seconds)
    url = job.url()
    failed = _probe(url + settings.health, probes, job) if url else []
    record = VerificationRecord(
        service=job.service.name,
        image_id=push.image_id,
        started_at=iso(began),
        seconds=round(context.clock() - began, 3),
        environment=job.environment,
        ok=not seen.problems and not failed,
        digest=push.digest,
        running=[task.to_json() for task in seen.tasks],
        url=url,
        probes=probes if url else 0,
        failed_probes=len(failed),
        revisions=seen.revisions,
        problems=[*seen.problems, *failed],
    )
    if on_record is not None:
        on_record(record)
    _raise_if_wrong(record, seen, settings.address)
    return record


def _raise_if_wrong(record: VerificationRecord, seen: Running, where: str) -> None:
    if seen.mismatches:
        msg = f"not what was evaluated ({record.digest[7:19]}) runs: {'; '.join(seen.mismatches)}."
        raise Refused(msg, where=where, next_step="Find out who deployed it; `goldgate rollback` puts the last release back.")
    if not record.ok:
        msg = f"the evaluated image runs but does not serve: {'; '.join(record.problems)}."
        step = "Look at the tasks' log; `goldgate rollback` puts the last release back."
        raise DeploymentFailed(msg, where=record.url or where, next_step=step)


def _probe(url: str, probes: int, job: Job) -> list[str]:
    """Ask the service `probes` times; returns a sentence for each that it did not answer with 200."""
    job.outside.tell(f"asking {url} {probes} times")
    answers = [job.http_get(url) for _ in range(probes)]
    return [
        f"probe {number} of {probes} at {url} got {f'status {answer}' if answer else 'no answer'}"
        for number, answer in enumerate(answers, 1)
        if answer != OK
    ]
