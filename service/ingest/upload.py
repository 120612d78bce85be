"""Put the built files into S3, and leave alone what is there already."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import IngestError, OutsideError
from .schemas import EMBEDDINGS_FILE, FACTS_FILE, FILES, MODEL_FILE, SENTENCES_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from .progress import Progress

# The sentences last: a reader who sees the new ones finds the rest new as well.
ORDER = (MODEL_FILE, EMBEDDINGS_FILE, FACTS_FILE, SENTENCES_FILE)
CONTENT_KEY = "sha256"
ABSENT = frozenset({"404", "NoSuchKey", "NotFound", "403", "AccessDenied", "Forbidden"})


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """One object: its address, its size in bytes, and whether it was written or there already."""

    uri: str
    size: int
    written: bool


def upload(client: Any, folder: Path, bucket: str, prefix: str, progress: Progress, *, create: bool = False) -> list[Uploaded]:
    """Upload the built files of `folder` to `s3://bucket/prefix/`; `create` makes the bucket where it is missing.

    An object counts as the same if it carries our SHA-256 in its metadata, or if its ETag is the MD5 of the content.

    Raises:
        IngestError: `folder` holds no built data.
        OutsideError: S3 refuses or cannot be reached.
    """
    paths = [folder / name for name in ORDER if (folder / name).is_file()]
    missing = [name for name in FILES if name != MODEL_FILE and not (folder / name).is_file()]
    if missing:
        msg = f"it lacks {', '.join(missing)}."
        raise IngestError(msg, where=str(folder), next_step="Build first: python -m service.ingest build --out FOLDER.")
    progress.step(f"uploading to s3://{bucket}/{prefix.strip('/')}")
    if create:
        _create(client, bucket)
    done = []
    for at, path in enumerate(paths):
        key = "/".join(part for part in (prefix.strip("/"), path.name) if part)
        done.append(_upload(client, path, bucket, key))
        progress.count(at + 1, len(paths))
    written = [item for item in done if item.written]
    progress.done(f"{len(written)} uploaded, {len(done) - len(written)} unchanged")
    return done


def _upload(client: Any, path: Path, bucket: str, key: str) -> Uploaded:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    uri = f"s3://{bucket}/{key}"
    if _same(client, bucket, key, content, digest):
        return Uploaded(uri=uri, size=len(content), written=False)
    _call(client, "put_object", uri, Bucket=bucket, Key=key, Body=content, Metadata={CONTENT_KEY: digest})
    return Uploaded(uri=uri, size=len(content), written=True)


def _same(client: Any, bucket: str, key: str, content: bytes, digest: str) -> bool:
    """Whether the object is there with this content. Without the right to list, S3 answers 403 for an absent one."""
    try:
        head = _call(client, "head_object", f"s3://{bucket}/{key}", absent=ABSENT, Bucket=bucket, Key=key)
    except KeyError:
        return False
    if head.get("ContentLength") != len(content):
        return False
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return digest == head.get("Metadata", {}).get(CONTENT_KEY) or md5 == str(head.get("ETag", "")).strip('"')


def _create(client: Any, bucket: str) -> None:
    try:
        _call(client, "head_bucket", f"s3://{bucket}", absent=frozenset({"404", "NoSuchBucket"}), Bucket=bucket)
    except KeyError:
        region = client.meta.region_name
        extra: dict[str, Any] = (
            {} if region in (None, "us-east-1") else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        _call(client, "create_bucket", f"s3://{bucket}", Bucket=bucket, **extra)


def _call(client: Any, method: str, uri: str, *, absent: frozenset[str] = frozenset(), **arguments: Any) -> dict[str, Any]:
    """One call; KeyError for the codes in `absent`, every other failure as OutsideError."""
    from botocore.exceptions import BotoCoreError, ClientError

    name = "".join(part.capitalize() for part in method.split("_"))
    try:
        answer: dict[str, Any] = getattr(client, method)(**arguments)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in absent:
            raise KeyError(uri) from error
        msg = f"S3 answered {code} to {name} {uri}."
        raise OutsideError(msg, next_step=_advice(code, name, uri)) from error
    except BotoCoreError as error:
        msg = f"S3 did not answer {name} {uri}: {str(error).rstrip('.')}."
        raise OutsideError(msg, next_step="Check --endpoint-url, the credentials and the network.") from error
    return answer


def _advice(code: str, name: str, uri: str) -> str:
    bucket = uri.removeprefix("s3://").partition("/")[0]
    if code == "NoSuchBucket":
        return f'There is no bucket "{bucket}": create it, or call again with --create-bucket.'
    if code in ("AccessDenied", "403"):
        return f"The credentials lack s3:{name} there."
    if code in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"):
        return "The credentials are not valid here."
    return "Nothing more was uploaded; what was is complete."
