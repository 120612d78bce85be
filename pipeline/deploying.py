"""What the deploy stages are handed, and the ledger's entry once a release is proven."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .context import utc_now
from .records import EvaluationRecord
from .targets.context import Context as Outside
from .targets.job import Job
from .targets.load_balancer import public_url

if TYPE_CHECKING:
    from .context import Context
    from .ledger import Ledger, Release
    from .records import ImageRecord, PushRecord, ReleaseRecord

AWS_POLL_SECONDS = 10.0
LOCAL_POLL_SECONDS = 0.5
PROBE_SECONDS = 5
IMAGE_FACTS = ("size_bytes", "layers", "base_image", "base_digest")


def job_of(context: Context) -> Job:
    """What is deployed where, with this process's way to AWS."""
    aws = context.aws
    outside = Outside(
        ecs=aws.client("ecs"),
        elbv2=aws.client("elbv2"),
        logs=aws.client("logs"),
        clock=time.time,
        sleep=time.sleep,
        tell=context.progress.step,
        poll_seconds=LOCAL_POLL_SECONDS if aws.endpoint_url else AWS_POLL_SECONDS,
        who=aws.identity,
    )
    url_of = local_url if aws.is_emulator else public_url
    return Job(service=context.service, environment=context.environment, outside=outside, http_get=status_of, url_of=url_of)


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
        facts={**{name: getattr(image, name) for name in IMAGE_FACTS}, "data": evaluation.data},
    )
    if live is not None and (live.digest, live.evaluation) == (entry.digest, entry.evaluation):
        return live
    return ledger.publish_release(entry, live.etag if live else None)
