"""What S3 checks and moto does not: body checksums, aws-chunked framing, and conditions on copies."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from . import backends
from .checksums import checksum
from .wire import AwsError

if TYPE_CHECKING:
    from .wire import Answer, Call

ALGORITHMS = ("crc32", "crc32c", "crc64nvme", "sha1", "sha256")
_UNSIGNED = frozenset({"", "UNSIGNED-PAYLOAD"})


def answer(call: Call) -> Answer:
    """Check the call as S3 would, then let moto do it; a condition and its write are one step under S3's lock."""
    _correct_moto()
    call = _verified(_unchunked(call))
    with backends.locks["s3"]:
        _check_conditions(call)
        return backends.answer(call)


def _unchunked(call: Call) -> Call:
    """Take the aws-chunked framing off the body and put its trailing headers among the others."""
    streaming = call.headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
    encodings = [part.strip() for part in call.headers.get("content-encoding", "").split(",") if part.strip()]
    if not streaming and "aws-chunked" not in encodings:
        return call
    body, trailer = decode_chunks(call.body)
    headers = {**call.headers, **trailer, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    rest = ",".join(part for part in encodings if part != "aws-chunked")
    headers.pop("content-encoding", None)
    headers.pop("x-amz-trailer", None)
    if rest:
        headers["content-encoding"] = rest
    declared = call.headers.get("x-amz-decoded-content-length")
    if declared is not None and int(declared) != len(body):
        raise AwsError(code="IncompleteBody", message="The request body terminated unexpectedly.")
    return replace(call, body=body, headers=headers)


def decode_chunks(data: bytes) -> tuple[bytes, dict[str, str]]:
    """The content and the trailing headers of an aws-chunked body. Raises AwsError where it is cut off."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = data.find(b"\r\n", at)
        try:
            size = int(data[at:end].split(b";")[0], 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0 or end + 2 + size > len(data):
            raise AwsError(code="IncompleteBody", message="The request body terminated unexpectedly.")
        at = end + 2
        if size == 0:
            break
        parts.append(data[at : at + size])
        at += size + 2
    lines = (line.partition(b":") for line in data[at:].split(b"\r\n") if b":" in line)
    trailer = {name.decode().strip().lower(): value.decode().strip() for name, _, value in lines}
    return b"".join(parts), trailer


def _verified(call: Call) -> Call:
    """Compare the body with every checksum that was sent along. Raises AwsError on a difference."""
    if call.method not in {"PUT", "POST"}:
        return call
    _check_md5(call)
    sent_hash = call.headers.get("x-amz-content-sha256", "")
    if sent_hash not in _UNSIGNED and sent_hash != hashlib.sha256(call.body).hexdigest():
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise AwsError(code="XAmzContentSHA256Mismatch", message=message)
    if call.operation == "CompleteMultipartUpload":
        return call
    sent = {name: call.headers[f"x-amz-checksum-{name}"] for name in ALGORITHMS if f"x-amz-checksum-{name}" in call.headers}
    for algorithm, value in sent.items():
        if checksum(algorithm, call.body) != value:
            message = f"The {algorithm.upper()} you specified did not match the calculated checksum."
            raise AwsError(code="BadDigest", message=message)
    if sent and "x-amz-sdk-checksum-algorithm" not in call.headers:
        return replace(call, headers={**call.headers, "x-amz-sdk-checksum-algorithm": next(iter(sent)).upper()})
    return call


def _check_md5(call: Call) -> None:
    sent = call.headers.get("content-md5")
    if sent is None:
        return
    try:
        wanted = base64.b64decode(sent, validate=True)
    except binascii.Error:
        wanted = b""
    if len(wanted) != 16:
        raise AwsError(code="InvalidDigest", message="The Content-MD5 you specified is not valid.")
    if hashlib.md5(call.body, usedforsecurity=False).digest() != wanted:
        raise AwsError(code="BadDigest", message="The Content-MD5 you specified did not match what we received.")


def _check_conditions(call: Call) -> None:
    """If-Match and If-None-Match where moto ignores them: on copies, and If-Match on a completed multipart upload."""
    copies = call.method == "PUT" and "x-amz-copy-source" in call.headers and call.operation != "UploadPartCopy"
    completes = call.operation == "CompleteMultipartUpload"
    if not copies and not completes:
        return
    match, none_match = call.headers.get("if-match"), call.headers.get("if-none-match")
    if match is None and none_match is None:
        return
    etag = _etag(call)
    if completes and etag is not None and _already_completed(call):
        return
    if none_match is not None and etag is not None:
        raise _precondition_failed(condition="If-None-Match")
    if match is not None and etag is None:
        raise AwsError(code="NoSuchKey", message="The specified key does not exist.", status=404)
    if match is not None and match.strip('"') != etag:
        raise _precondition_failed(condition="If-Match")


def _precondition_failed(*, condition: str) -> AwsError:
    message = "At least one of the pre-conditions you specified did not hold"
    return AwsError(code="PreconditionFailed", message=message, status=412, Condition=condition)


def _etag(call: Call) -> str | None:
    key = _key(call)
    return None if key is None else str(key.etag).strip('"')


def _already_completed(call: Call) -> bool:
    key, upload = _key(call), parse_qs(call.query).get("uploadId", [""])[0]
    return key is not None and key.multipart is not None and key.multipart.id == upload


def _key(call: Call) -> Any:
    bucket, _, key = call.path.lstrip("/").partition("/")
    return backends.backend("s3").get_object(unquote(bucket), unquote(key))


@lru_cache(maxsize=1)
def _correct_moto() -> None:
    """moto takes CRC-32 for CRC-32C where a C library is missing: give it ours."""
    import moto.s3.models as models
    import moto.s3.responses as responses

    def compute(body: bytes, algorithm: str, encode_base64: bool = True) -> bytes:
        value = checksum(algorithm.lower(), body)
        return value.encode() if encode_base64 else base64.b64decode(value)

    for module in (models, responses):
        vars(module)["compute_checksum"] = compute
