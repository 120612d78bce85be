"""ECR with moto as the source of truth: what a push records, what a pull may see, and addresses that can be reached."""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import backends
from .wire import Answer, AwsError, json_answer

if TYPE_CHECKING:
    from .wire import Call

TOKEN_SECONDS = 12 * 3600
_HOST = re.compile(rb"(?:https?://)?\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?P<path>/?)")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A manifest as it was pushed: exact text, media type and digest."""

    text: str
    media_type: str
    digest: str


def answer(call: Call, address: str) -> Answer:
    """Answer an ECR call; `address` (`127.0.0.1:4566`) replaces every registry host in it."""
    _correct_moto()
    if call.operation == "PutImage":
        return put_image(call)
    result = backends.answer(call)
    body = _HOST.sub(lambda found: _local(found, address), result.body)
    if call.operation == "GetAuthorizationToken" and result.status == 200:
        body = _fresh_token(body)
    return replace(result, body=body)


def _local(found: re.Match[bytes], address: str) -> bytes:
    scheme = b"http://" if found.group().startswith(b"http") else b""
    return scheme + address.encode() + found["path"]


def _fresh_token(body: bytes) -> bytes:
    value = json.loads(body)
    for token in value.get("authorizationData", []):
        token["expiresAt"] = time.time() + TOKEN_SECONDS
    return json.dumps(value).encode()


def put_image(call: Call) -> Answer:
    """PutImage: a tag on a manifest, known or new."""
    wanted = call.json()
    name, text, tag = wanted.get("repositoryName", ""), wanted.get("imageManifest", ""), wanted.get("imageTag")
    media_type = wanted.get("imageManifestMediaType") or _media_type(text)
    digest = digest_of(text.encode())
    if wanted.get("imageDigest", digest) != digest:
        message = f"The image digest {wanted['imageDigest']} is not the manifest's, which is {digest}."
        raise AwsError(code="ImageDigestDoesNotMatchException", message=message)
    manifest = Manifest(text=text, media_type=media_type, digest=digest)
    with backends.locks["ecr"]:
        image = find(name, digest, call.region)
        if image is not None and (tag is None or tag in tags_of(name, digest, call.region)):
            message = f"Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{name}'."
            raise AwsError(code="ImageAlreadyExistsException", message=message)
        record_push(name, tag, manifest, region=call.region)
    image_id = {"imageDigest": digest, **({"imageTag": tag} if tag else {})}
    body = {"registryId": backends.ACCOUNT, "repositoryName": name, "imageId": image_id}
    return json_answer({"image": {**body, "imageManifest": text, "imageManifestMediaType": media_type}})


def _media_type(text: str) -> str:
    try:
        value = json.loads(text).get("mediaType")
    except (ValueError, AttributeError):
        value = None
    if not isinstance(value, str):
        message = "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'it names no mediaType'"
        raise AwsError(code="InvalidParameterException", message=message)
    return value


def digest_of(manifest: bytes) -> str:
    """The digest under which a registry knows this manifest."""
    return "sha256:" + hashlib.sha256(manifest).hexdigest()


def repository(name: str, region: str | None = None) -> Any:
    """moto's repository, in one region or in any. Raises AwsError RepositoryNotFoundException."""
    held = backends.in_all_regions("ecr") if region is None else [backends.backend("ecr", region)]
    found = next((item.repositories[name] for item in held if name in item.repositories), None)
    if found is None:
        message = f"The repository with name '{name}' does not exist in the registry with id '{backends.ACCOUNT}'"
        raise AwsError(code="RepositoryNotFoundException", message=message)
    return found


def repositories() -> list[str]:
    """The names of all repositories, sorted."""
    with backends.locks["ecr"]:
        return sorted({name for item in backends.in_all_regions("ecr") for name in item.repositories})


def _image(name: str, reference: str, region: str | None) -> Any | None:
    images = repository(name, region).images
    by_digest = reference.startswith("sha256:")
    hits = (i for i in images if (i.get_image_digest() == reference if by_digest else reference in i.image_tags))
    return next(hits, None)


def find(name: str, reference: str, region: str | None = None) -> Manifest | None:
    """The manifest behind a tag or digest, or None. Raises AwsError for an unknown repository."""
    with backends.locks["ecr"]:
        image = _image(name, reference, region)
        if image is None:
            return None
        return Manifest(text=image.image_manifest, media_type=image.image_manifest_media_type, digest=image.get_image_digest())


def missing(reference: str, address: str) -> str | None:
    """Why our registry at `address` does not have the image `reference`; None where it has it or is not asked."""
    host, _, path = reference.partition("/")
    if host != address:
        return None
    name, _, digest = path.partition("@")
    name, _, tag = name.partition(":")
    try:
        found = find(name, digest or tag or "latest")
    except AwsError as error:
        return error.message
    return None if found is not None else f"{reference}: not found"


def tags_of(name: str, digest: str | None = None, region: str | None = None) -> list[str]:
    """The tags of one image, or with no digest of the whole repository."""
    with backends.locks["ecr"]:
        images = repository(name, region).images
        return sorted(tag for i in images if digest in {None, i.get_image_digest()} for tag in i.image_tags)


def check_tag(name: str, tag: str, digest: str, region: str | None = None) -> None:
    """Raise AwsError where `tag` names another image already and must not move."""
    with backends.locks["ecr"]:
        repo = repository(name, region)
        held = _image(name, tag, region)
        if held is not None and held.get_image_digest() != digest and not _may_move(repo, tag):
            message = (
                f"The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten "
                "because the tag is immutable."
            )
            raise AwsError(code="ImageTagAlreadyExistsException", message=message)


def _may_move(repo: Any, tag: str) -> bool:
    filters = repo.image_tag_mutability_exclusion_filters or []
    patterns = (re.escape(rule["filter"]).replace(r"\*", ".*") for rule in filters)
    excluded = any(re.fullmatch(pattern, tag) for pattern in patterns)
    return bool(excluded) if repo.is_tag_immutable() else not excluded


def record_push(name: str, tag: str | None, manifest: Manifest, *, region: str | None = None) -> None:
    """Record a pushed manifest; a tag that another image had moves, and that image stays, untagged.

    Raises AwsError for an unknown repository and for a tag that must not move.
    """
    import moto.ecr.models

    _correct_moto()
    new_image: Any = moto.ecr.models.Image
    with backends.locks["ecr"]:
        repo = repository(name, region)
        if tag is not None:
            check_tag(name, tag, manifest.digest, region)
            for other in repo.images:
                if tag in other.image_tags:
                    other.remove_tag(tag)
        image = _image(name, manifest.digest, region)
        if image is None:
            image = new_image(backends.ACCOUNT, tag, manifest.text, name, manifest.media_type, manifest.digest)
            repo.images.append(image)
        elif tag is not None:
            image.update_tag(tag)


@lru_cache(maxsize=1)
def _correct_moto() -> None:
    """Digests and sizes as ECR has them: of the manifest's bytes, and of all that it names."""
    import moto.ecr.models

    image: Any = moto.ecr.models.Image
    image._create_digest = _create_digest
    image.get_image_size_in_bytes = _image_size


def _create_digest(image: Any) -> None:
    image._image_digest = digest_of(image.image_manifest.encode())


def _image_size(image: Any) -> int:
    manifest = json.loads(image.image_manifest)
    parts = [manifest.get("config", {}), *manifest.get("layers", []), *manifest.get("manifests", [])]
    return sum(int(part.get("size", 0)) for part in parts)
