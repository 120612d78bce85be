"""The S3 bucket of the data: what the other fake does, and HEAD."""

from __future__ import annotations

from typing import Any

from .s3 import FakeS3, etag
from .shapes import refuse


class DataBucket(FakeS3):
    """`asked` are the keys of every HEAD and GET."""

    def __init__(self, *buckets: str) -> None:
        super().__init__(*buckets)
        self.asked: list[str] = []

    def head_bucket(self, **request: Any) -> dict[str, Any]:
        if request["Bucket"] not in self.buckets:
            refuse("HeadBucket", "404", "Not Found", 404)
        return {}

    def head_object(self, **request: Any) -> dict[str, Any]:
        objects = self._objects("HeadObject", request)
        self.asked.append(request["Key"])
        if request["Key"] not in objects:
            refuse("HeadObject", "404", "Not Found", 404)
        return {"ETag": etag(objects[request["Key"]])}

    def get_object(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request["Key"])
        return super().get_object(**request)
