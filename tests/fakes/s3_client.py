"""The four calls of an S3 client that the service's loaders use, on objects in memory."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from botocore.exceptions import ClientError


class S3Client:
    """Objects by (bucket, key); `calls` keeps the names of the calls, `failing` the error code of the next ones by name."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.versions: dict[tuple[str, str], str] = {}
        self.buckets: set[str] = set()
        self.calls: list[str] = []
        self.failing: dict[str, str] = {}
        self.cut_short = False

    def put(self, bucket: str, key: str, body: bytes, version: str | None = None) -> None:
        """Store an object."""
        self.buckets.add(bucket)
        self.objects[bucket, key] = body
        if version:
            self.versions[bucket, key] = version

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._call("HeadObject", Bucket, Key)
        body = self.objects[Bucket, Key]
        found = {"ETag": f'"{_md5(body)}"', "ContentLength": len(body)}
        return found | ({"VersionId": self.versions[Bucket, Key]} if (Bucket, Key) in self.versions else {})

    def get_object(self, *, Bucket: str, Key: str, IfMatch: str = "", VersionId: str = "") -> dict[str, Any]:  # noqa: N803
        self._call("GetObject", Bucket, Key)
        body = self.objects[Bucket, Key]
        if IfMatch and IfMatch != f'"{_md5(body)}"':
            msg = "PreconditionFailed"
            raise _error(msg, "GetObject")
        if VersionId and VersionId != self.versions[Bucket, Key]:
            msg = "NoSuchVersion"
            raise _error(msg, "GetObject")
        return {"Body": io.BytesIO(body[:-1] if self.cut_short else body)}

    def head_bucket(self, *, Bucket: str) -> dict[str, Any]:  # noqa: N803
        self.calls.append("HeadBucket")
        if Bucket not in self.buckets:
            msg = "404"
            raise _error(msg, "HeadBucket")
        return {}

    def _call(self, name: str, bucket: str, key: str) -> None:
        self.calls.append(name)
        if name in self.failing:
            raise _error(self.failing[name], name)
        if (bucket, key) not in self.objects:
            msg = "404"
            raise _error(msg, name)


def _error(code: str, call: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, call)


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
