"""S3 calls of the loaders, and their failures in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from ..errors import LoadError

MISSING = ("404", "NoSuchKey", "NoSuchBucket", "NotFound")


@dataclass(frozen=True, kw_only=True)
class ObjectVersion:
    """The version of an object that lies in the bucket now."""

    etag: str
    version_id: str | None
    size: int


def head(client: Any, bucket: str, key: str) -> ObjectVersion:
    """The current version of `key`; LoadError where there is none, or no permission, or no S3."""
    try:
        answer = client.head_object(Bucket=bucket, Key=key)
    except (ClientError, BotoCoreError) as error:
        raise explain(error, "HeadObject", client, bucket, key) from error
    version = answer.get("VersionId")
    return ObjectVersion(
        etag=str(answer["ETag"]).strip('"'),
        version_id=None if version in (None, "null") else str(version),
        size=int(answer["ContentLength"]),
    )


def get(client: Any, bucket: str, key: str, version: ObjectVersion) -> bytes:
    """The bytes of exactly that version; LoadError where it was replaced meanwhile or arrived short."""
    try:
        wanted = {"VersionId": version.version_id} if version.version_id else {"IfMatch": f'"{version.etag}"'}
        answer = client.get_object(Bucket=bucket, Key=key, **wanted)
        body: bytes = answer["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise explain(error, "GetObject", client, bucket, key) from error
    if len(body) != version.size:
        msg = f"{len(body)} bytes arrived of {version.size}."
        raise LoadError(msg, where=f"s3://{bucket}/{key}")
    return body


def explain(error: Exception, call: str, client: Any, bucket: str, key: str) -> LoadError:
    """What a failed S3 call means for the person who runs the service."""
    what, after = _cause(error, call, client, bucket)
    return LoadError(what, where=f"s3://{bucket}/{key}", next_step=after)


def _cause(error: Exception, call: str, client: Any, bucket: str) -> tuple[str, str | None]:
    """What happened, and what to do about it."""
    if isinstance(error, NoCredentialsError):
        return f"there are no AWS credentials for {call}.", "Give the task a role, or set AWS_ACCESS_KEY_ID and its companions."
    if not isinstance(error, ClientError):
        return f"S3 cannot be reached for {call}: {error}", "Check AWS_ENDPOINT_URL and the network."
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in MISSING and (code == "NoSuchBucket" or not _bucket_exists(client, bucket)):
        return f'the bucket "{bucket}" does not exist.', "Check data.bucket in ml_config.yaml."
    if code in MISSING:
        return "there is no such object.", "Run the ingest, or check data in ml_config.yaml."
    if code in ("403", "AccessDenied", "Forbidden"):
        return f"S3 answered AccessDenied to {call}.", "The task role needs s3:GetObject on that key."
    if code in ("412", "PreconditionFailed"):
        return "the object was replaced while it was being read.", "Start again."
    return f"S3 answered {code} to {call}.", None


def _bucket_exists(client: Any, bucket: str) -> bool:
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Code", "")) not in MISSING
    except BotoCoreError:
        return True
    return True
