"""An S3 bucket in memory with conditional writes; requests are held against botocore's model."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

from .shapes import check, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Body(io.BytesIO):
    """What `get_object` gives to read."""

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        while chunk := self.read(size):
            yield chunk


class FakeS3:
    """`before_put` is called before each write, so that a test can let somebody else go first; `refuse` {operation: code}."""

    def __init__(self, *buckets: str) -> None:
        self.buckets: dict[str, dict[str, bytes]] = {name: {} for name in buckets}
        self.before_put: Callable[[str], None] = lambda key: None
        self.refuse: dict[str, str] = {}
        self.puts: list[str] = []

    def get_object(self, **request: Any) -> dict[str, Any]:
        objects = self._objects("GetObject", request)
        if request["Key"] not in objects:
            refuse("GetObject", "NoSuchKey", "The specified key does not exist.", 404)
        content = objects[request["Key"]]
        return {"Body": Body(content), "ETag": etag(content), "ContentLength": len(content)}

    def put_object(self, **request: Any) -> dict[str, Any]:
        content = request["Body"] if isinstance(request["Body"], bytes) else request["Body"].read()
        objects = self._objects("PutObject", {**request, "Body": content})
        self.before_put(request["Key"])
        held = objects.get(request["Key"])
        if request.get("IfNoneMatch") == "*" and held is not None:
            refuse("PutObject", "PreconditionFailed", "At least one of the pre-conditions did not hold", 412)
        if "IfMatch" in request and (held is None or etag(held) != request["IfMatch"]):
            refuse("PutObject", "PreconditionFailed", "At least one of the pre-conditions did not hold", 412)
        objects[request["Key"]] = content
        self.puts.append(request["Key"])
        return {"ETag": etag(content)}

    def get_paginator(self, name: str) -> Any:
        assert name == "list_objects_v2"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        keys = sorted(key for key in self._objects("ListObjectsV2", request) if key.startswith(request["Prefix"]))
        for start in range(0, len(keys), 2):
            yield {"Contents": [{"Key": key} for key in keys[start : start + 2]]}
        if not keys:
            yield {}

    def _objects(self, operation: str, request: dict[str, Any]) -> dict[str, bytes]:
        check("s3", operation, request=request)
        if operation in self.refuse:
            refuse(operation, self.refuse[operation], "Access Denied", 403)
        if request["Bucket"] not in self.buckets:
            refuse(operation, "NoSuchBucket", "The specified bucket does not exist", 404)
        return self.buckets[request["Bucket"]]


def etag(content: bytes) -> str:
    """S3's ETag of one put."""
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
