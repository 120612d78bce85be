"""The S3 that uploads go to: the bucket in memory, with heads, metadata and new buckets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from .s3 import FakeS3, etag
from .shapes import refuse


class ObjectStore(FakeS3):
    """`tags` says whether objects keep the metadata that they were put with, as those of other tools would not."""

    def __init__(self, *buckets: str, tags: bool = True, region: str = "us-east-1") -> None:
        super().__init__(*buckets)
        self.meta = SimpleNamespace(region_name=region)
        self.created: list[dict[str, Any]] = []
        self._tags: dict[str, dict[str, str]] = {}
        self._keeps_tags = tags

    def put_object(self, **request: Any) -> dict[str, Any]:
        answer = super().put_object(**request)
        self._tags[request["Key"]] = request.get("Metadata", {}) if self._keeps_tags else {}
        return answer

    def head_object(self, **request: Any) -> dict[str, Any]:
        if "HeadObject" in self.refuse:
            refuse("HeadObject", self.refuse["HeadObject"], "Forbidden", 403)
        content = self.buckets.get(request["Bucket"], {}).get(request["Key"])
        if content is None:
            refuse("HeadObject", "404", "Not Found", 404)
        return {"ETag": etag(content), "ContentLength": len(content), "Metadata": self._tags.get(request["Key"], {})}

    def head_bucket(self, **request: Any) -> dict[str, Any]:
        if request["Bucket"] not in self.buckets:
            refuse("HeadBucket", "404", "Not Found", 404)
        return {}

    def create_bucket(self, **request: Any) -> dict[str, Any]:
        self.created.append(request)
        self.buckets[request["Bucket"]] = {}
        return {}
