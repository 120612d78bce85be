"""The stage after `deploy`: what runs is what was evaluated, and it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import DeploymentFailed, Refused
from ..records import VerificationRecord
from ..targets import load_balancer, running
from ..targets.context import Context, iso
from ..targets.settings import settings_of
from .release import check_chain, reference_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..config.deploy_schema import Deploy
    from ..config.service_schema import Service
    from ..records import EvaluationRecord, PushRecord
    from ..targets.running import Running

OK = 200


def run(
    *,
    deploy: Deploy,
    service_name: str,
    service_config: Service,
    environment: str,
    push: PushRecord,
    evaluation: EvaluationRecord,
    ecs: Any,
    elbv2: Any,
    logs: Any,
    http_get: Callable[[str], int],
    poll_seconds: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    on_step: Callable[[str], None],
    url_of: Callable[[dict[str, Any], dict[str, Any]], str] = load_balancer.public_url,
    probes: int = 5,
    settle_seconds: float = 120.0,
    who: Callable[[], str] | None = None,
    on_record: Callable[[VerificationRecord], None] | None = None,
) -> VerificationRecord:
    """Prove that the service's revision and every running task carry the evaluated digest, and that it answers.

    `http_get(url)` gives the status of a GET, 0 where nothing answers; `url_of(load_balancer, listener)` makes the
    address of elbv2's descriptions. Tasks may take `settle_seconds` to report. `on_record` gets the record before a
    failure is raised.

    Raises:
        Refused: a revision or a task carries another digest; each is named.
        DeploymentFailed: the digest is right but tasks are unhealthy or missing, or the service does not answer.
    """
    began = clock()
    check_chain(push, evaluation)
    settings = settings_of(deploy, service_config, name=service_name, image=reference_of(push))
    context = Context(
        ecs=ecs, elbv2=elbv2, logs=logs, clock=clock, sleep=sleep, tell=on_step, poll_seconds=poll_seconds, who=who
    )
    seen = running.settled(settings, context, digest=push.digest, settle_seconds=settle_seconds)
    url = _address(settings.target_group, context, url_of)
    failed = _probe(url + settings.health, probes, context, http_get) if url else []
    record = VerificationRecord(
        service=service_name,
        image_id=push.image_id,
        started_at=iso(began),
        seconds=round(clock() - began, 3),
        environment=environment,
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


def _address(group: str | None, context: Context, url_of: Callable[[dict[str, Any], dict[str, Any]], str]) -> str | None:
    return load_balancer.address_of(group, context, url_of) if group else None


def _probe(url: str, probes: int, context: Context, http_get: Callable[[str], int]) -> list[str]:
    """Ask the service `probes` times; returns a sentence for each that it did not answer with 200."""
    context.tell(f"asking {url} {probes} times")
    answers = [http_get(url) for _ in range(probes)]
    return [
        f"probe {number} of {probes} at {url} got {f'status {answer}' if answer else 'no answer'}"
        for number, answer in enumerate(answers, 1)
        if answer != OK
    ]
