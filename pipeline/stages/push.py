"""Push the evaluated image to ECR, and prove that what lies there is what was evaluated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ..aws_errors import translate
from ..context import Stopwatch
from ..errors import OutsideError, Refused
from ..records import PushRecord
from ..registry import credentials

if TYPE_CHECKING:
    from ..context import Context
    from ..records import ContractRecord, EvaluationRecord, ImageRecord

MANIFEST_TYPES = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
]


def run(context: Context, image: ImageRecord, contract: ContractRecord, evaluation: EvaluationRecord) -> PushRecord:
    """Push `image` unless ECR has it already.

    Raises:
        Refused: it did not hold its contract or did not pass, a record speaks of another image, it holds uncommitted
            changes, or the manifest in ECR names another one.
        OutsideError: ECR or the engine failed.
    """
    watch = Stopwatch()
    check_chain(image, contract, evaluation, context.folder.shown)
    if image.dirty and not context.aws.is_emulator:
        msg = f"the image holds changes that are not in commit {image.commit[:7]}, and nobody could say later what runs."
        raise Refused(msg, where=context.folder.shown, next_step="Commit them and run `goldgate run`.")
    repository = context.service.deploy.repository
    ecr = context.aws.client("ecr")
    address = _repository_uri(ecr, repository, context)
    tag = f"{image.commit[:12]}-{image.image_id.removeprefix('sha256:')[:12]}"
    digest = _digest_of(ecr, repository, tag)
    already_there, sent = digest is not None, 0
    if digest is None:
        context.engine.tag(image.image_id, address, tag)
        context.progress.step(f"{address}:{tag}")
        digest, sent = context.engine.push(
            address, tag, credentials(ecr), lambda n: context.progress.step(f"{n / 1e6:,.1f} MB")
        )
    config = check_manifest(ecr, repository, digest, image.image_id)
    return PushRecord(
        service=context.service.name,
        image_id=image.image_id,
        started_at=watch.started_at,
        seconds=watch.seconds,
        repository=repository,
        reference=f"{address}@{digest}",
        digest=digest,
        tag=tag,
        already_there=already_there,
        pushed_bytes=sent,
        config=config,
    )


def check_chain(image: ImageRecord, contract: ContractRecord, evaluation: EvaluationRecord, where: str) -> None:
    """Refuse an image that has not passed, or another one than was tested and evaluated."""
    if evaluation.image_id != image.image_id:
        msg = f"the evaluation speaks of {evaluation.image_id[:19]}..., the image record of {image.image_id[:19]}...."
        raise Refused(msg, where=where, next_step="Run `goldgate run`: built, tested and evaluated must be one image.")
    if contract.image_id != image.image_id or not contract.passed:
        msg = f"{image.image_id[:19]}... did not hold its contract."
        if contract.image_id != image.image_id:
            msg = f"the contract record speaks of {contract.image_id[:19]}..., the image record of {image.image_id[:19]}...."
        raise Refused(msg, where=where, next_step="Run `goldgate run`: built, tested and evaluated must be one image.")
    if evaluation.verdict != "pass":
        msg = f"the verdict on {image.image_id[:19]}... is {evaluation.verdict}, and only an image that passed is pushed."
        raise Refused(msg, where=where, next_step="`goldgate report` shows which gate held it.")


def check_manifest(ecr: Any, repository: str, digest: str, image_id: str) -> str:
    """Refuse when the manifest behind `digest` names another config than the image that was evaluated; returns the config."""
    config = config_digest(ecr, repository, digest)
    if config != image_id:
        msg = f"{repository}@{digest} holds {config}, but {image_id} was evaluated."
        raise Refused(msg, next_step="Nothing was released. Find out who pushed there, and run `goldgate run` again.")
    return config


def config_digest(ecr: Any, repository: str, digest: str) -> str:
    """The config digest that a pushed manifest names: the image ID of what it holds. An index of manifests names none."""
    try:
        answer = ecr.batch_get_image(
            repositoryName=repository, imageIds=[{"imageDigest": digest}], acceptedMediaTypes=MANIFEST_TYPES
        )
    except (ClientError, BotoCoreError) as error:
        raise translate(error, action="ecr:BatchGetImage", resource=f"{repository}@{digest}") from error
    if not answer["images"]:
        reason = (answer.get("failures") or [{}])[0].get("failureReason", "no reason given")
        msg = f"ECR has no {repository}@{digest}: {reason}."
        raise OutsideError(msg, next_step="Push again with `goldgate push`.")
    manifest = json.loads(answer["images"][0]["imageManifest"])
    return str(manifest.get("config", {}).get("digest", "an index of manifests"))


def _repository_uri(ecr: Any, repository: str, context: Context) -> str:
    try:
        return str(ecr.describe_repositories(repositoryNames=[repository])["repositories"][0]["repositoryUri"])
    except ecr.exceptions.RepositoryNotFoundException as error:
        msg = f"ECR has no repository {repository!r} in {context.aws.region}."
        where = context.config.where("services", context.service.name, "deploy", "repository")
        advice = "Make it in ECR (locally `goldgate local up` does), or mend deploy.repository."
        raise OutsideError(msg, where=where, next_step=advice) from error
    except (ClientError, BotoCoreError) as error:
        raise translate(error, action="ecr:DescribeRepositories", resource=repository) from error


def _digest_of(ecr: Any, repository: str, tag: str) -> str | None:
    try:
        found = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except ecr.exceptions.ImageNotFoundException:
        return None
    except (ClientError, BotoCoreError) as error:
        raise translate(error, action="ecr:DescribeImages", resource=f"{repository}:{tag}") from error
    return str(found["imageDetails"][0]["imageDigest"])
