"""ECR in memory: one repository, its tags and manifests; requests are held against botocore's model."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from botocore.exceptions import ClientError

from .shapes import check, refuse

URI = "127.0.0.1:4566/finrag"


class RepositoryNotFound(ClientError):  # type: ignore[misc]
    """As `client.exceptions.RepositoryNotFoundException`."""


class ImageNotFound(ClientError):  # type: ignore[misc]
    """As `client.exceptions.ImageNotFoundException`."""


class Exceptions:
    """As `client.exceptions`."""

    RepositoryNotFoundException = RepositoryNotFound
    ImageNotFoundException = ImageNotFound


class FakeEcr:
    """`tags` is {tag: digest}, `manifests` {digest: text}; `errors` is {operation: code}."""

    exceptions = Exceptions

    def __init__(self, repository: str = "finrag") -> None:
        self.repository = repository
        self.tags: dict[str, str] = {}
        self.manifests: dict[str, str] = {}
        self.errors: dict[str, str] = {}

    def put(self, tag: str, image_id: str) -> str:
        """Store an image with that config; the digest of its manifest."""
        manifest = json.dumps({"schemaVersion": 2, "config": {"digest": image_id}, "layers": []})
        digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
        self.manifests[digest] = manifest
        self.tags[tag] = digest
        return digest

    def describe_repositories(self, **request: Any) -> dict[str, Any]:
        self._enter("DescribeRepositories", request)
        if request["repositoryNames"] != [self.repository]:
            raise RepositoryNotFound({"Error": {"Code": "RepositoryNotFoundException"}}, "DescribeRepositories")
        return {"repositories": [{"repositoryName": self.repository, "repositoryUri": URI}]}

    def describe_images(self, **request: Any) -> dict[str, Any]:
        self._enter("DescribeImages", request)
        digest = self.tags.get(request["imageIds"][0]["imageTag"])
        if digest is None:
            raise ImageNotFound({"Error": {"Code": "ImageNotFoundException"}}, "DescribeImages")
        return {"imageDetails": [{"imageDigest": digest}]}

    def get_authorization_token(self, **request: Any) -> dict[str, Any]:
        self._enter("GetAuthorizationToken", request)
        return {"authorizationData": [{"authorizationToken": base64.b64encode(b"AWS:pass:word").decode()}]}

    def batch_get_image(self, **request: Any) -> dict[str, Any]:
        self._enter("BatchGetImage", request)
        digest = request["imageIds"][0]["imageDigest"]
        if digest not in self.manifests:
            failure = {"imageId": {"imageDigest": digest}, "failureCode": "ImageNotFound", "failureReason": "it is not there"}
            return {"images": [], "failures": [failure]}
        return {"images": [{"imageId": {"imageDigest": digest}, "imageManifest": self.manifests[digest]}], "failures": []}

    def _enter(self, operation: str, request: dict[str, Any]) -> None:
        check("ecr", operation, request=request)
        if operation in self.errors:
            refuse(operation, self.errors[operation], "no", 400)
