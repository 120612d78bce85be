"""What the deploy stages are handed, and the ledger's entry once a release is proven."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .context import utc_now
from .git import is_ancestor
from .records import EvaluationRecord, ReleaseRecord
from .targets import load_balancer
from .targets.context import Context as TargetContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import Context
    from .ledger import Ledger, Release
    from .records import ImageRecord, PushRecord
    from .targets.settings import EcsSettings

AWS_POLL_SECONDS = 10.0
LOCAL_POLL_SECONDS = 0.5
PROBE_SECONDS = 5


def target_context(context: Context) -> TargetContext:
    """The outside of a deployment."""
    aws = context.aws
    return TargetContext(
        ecs=aws.client("ecs"),
        elbv2=aws.client("elbv2"),
        logs=aws.client("logs"),
        clock=time.time,
        sleep=time.sleep,
        tell=context.progress.step,
        poll_seconds=LOCAL_POLL_SECONDS if aws.endpoint_url else AWS_POLL_SECONDS,
        who=aws.identity,
    )


def settings_for(context: Context, reference: str) -> EcsSettings:
    """What the configuration wants of the target, with the image by digest."""
    from .targets.settings import settings_of

    return settings_of(context.service.deploy, context.service, name=context.service.name, image=reference)


def release_arguments(context: Context, push: PushRecord, evaluation: EvaluationRecord) -> dict[str, Any]:
    """What the stage `release` is handed."""
    return {
        **_common(context, push, evaluation),
        "ledger": context.ledger() if context.service.publish else None,
        "commit": context.commit.sha,
        "is_ancestor": lambda older, newer: is_ancestor(context.root, older, newer),
        "on_started": context.folder.write,
        "resume": context.folder.find(ReleaseRecord),
    }


def verify_arguments(context: Context, push: PushRecord, evaluation: EvaluationRecord) -> dict[str, Any]:
    """What the stage `verify` is handed."""
    return {
        **_common(context, push, evaluation),
        "http_get": status_of,
        "url_of": _url_of(context),
        "on_record": context.folder.write,
    }


def rollback_arguments(context: Context) -> dict[str, Any]:
    """What the stage `rollback` is handed besides its goal."""
    handed = {**_outside(context), "ledger": context.ledger(), "author": context.commit.author}
    handed |= {"http_get": status_of, "url_of": _url_of(context)}
    return handed | {"on_release": context.folder.write, "on_verification": context.folder.write}


def live_url(context: Context) -> str | None:
    """The address at which the service's users reach it; None without a load balancer."""
    balancer = context.service.deploy.load_balancer
    if balancer is None:
        return None
    return load_balancer.address_of(balancer.target_group, target_context(context), _url_of(context))


def local_url(_balancer: dict[str, Any], listener: dict[str, Any]) -> str:
    """The address of a listener of the local AWS, which serves on loopback."""
    return f"http://127.0.0.1:{listener['Port']}"


def status_of(url: str) -> int:
    """The status that a GET gives; 0 where nothing answers."""
    place = urlsplit(url)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", place.path or "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def enter(
    context: Context, ledger: Ledger, image: ImageRecord, push: PushRecord, release: ReleaseRecord, live: Release | None
) -> Release:
    """Write the proven release into the ledger: the evaluation, its rows, and the pointer to what is live.

    Raises:
        Refused: another release went first.
    """
    from .ledger import Release

    evaluation = context.folder.read(EvaluationRecord)
    entry = Release(
        service=context.service.name,
        environment=context.environment,
        run_id=context.folder.run_id,
        commit=image.commit,
        image_id=image.image_id,
        digest=push.digest,
        reference=push.reference,
        evaluation=ledger.put_record(evaluation.to_json()),
        cases=ledger.upload_cases(context.folder.folder / "cases.parquet"),
        gold_sha=str(evaluation.gold_set["sha256"]),
        verdict=evaluation.verdict,
        released_at=utc_now(),
        task_definition=release.task_definition,
        author=context.commit.author,
    )
    if live is not None and (live.digest, live.evaluation) == (entry.digest, entry.evaluation):
        return live
    return ledger.publish_release(entry, live.etag if live else None)


def _url_of(context: Context) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    return local_url if context.aws.is_emulator else load_balancer.public_url


def _common(context: Context, push: PushRecord, evaluation: EvaluationRecord) -> dict[str, Any]:
    return {**_outside(context), "push": push, "evaluation": evaluation}


def _outside(context: Context) -> dict[str, Any]:
    outside = target_context(context)
    return {
        "deploy": context.service.deploy,
        "service_name": context.service.name,
        "service_config": context.service,
        "environment": context.environment,
        "ecs": outside.ecs,
        "elbv2": outside.elbv2,
        "logs": outside.logs,
        "poll_seconds": outside.poll_seconds,
        "clock": outside.clock,
        "sleep": outside.sleep,
        "on_step": outside.tell,
        "who": outside.who,
    }
