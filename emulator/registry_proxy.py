"""The registry's HTTP API under /v2/: manifests and tags from moto's ECR, blobs streamed to and from the child."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from . import ecr
from .wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = {"Docker-Distribution-API-Version": "registry/2.0"}
_PATH = re.compile(r"^/v2/(?P<name>[a-z0-9._/-]+?)/(?P<kind>manifests|blobs|tags|referrers)/(?P<rest>.+)$")
_HOP = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "authorization", "expect"})


class RegistryProxy:
    """Serves /v2/ requests. `port` is the child's, `pushed` is called after a manifest was recorded."""

    def __init__(self, port: int, *, pushed: Callable[[], None]) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._pushed = pushed
        self._client: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client towards the child."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
        connector = aiohttp.TCPConnector(limit=0)
        self._client = aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False)

    async def stop(self) -> None:
        """Close the client."""
        if self._client is not None:
            await self._client.close()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        path = request.path
        if path in {"/v2", "/v2/"}:
            return web.json_response({}, headers=VERSION)
        if path == "/v2/_catalog":
            return web.json_response({"repositories": ecr.repositories()}, headers=VERSION)
        found = _PATH.match(path)
        if found is None:
            return _error(404, "UNSUPPORTED", f"no such address: {path}")
        try:
            return await self._repository(request, found["name"], found["kind"], found["rest"])
        except AwsError as error:
            return _refusal(error, found["name"])

    async def _repository(self, request: web.BaseRequest, name: str, kind: str, rest: str) -> web.StreamResponse:
        ecr.repository(name)
        if kind == "tags":
            return web.json_response({"name": name, "tags": ecr.tags_of(name)}, headers=VERSION)
        if kind == "referrers":
            return _error(404, "UNSUPPORTED", "the referrers API is not served; use the sha256-<digest> tag")
        if kind == "blobs":
            source = request.query.get("from")
            if source:
                ecr.repository(source)
            return await self._stream(request)
        if request.method == "PUT":
            return await self._put_manifest(request, name, rest)
        if request.method in {"GET", "HEAD"}:
            return _manifest(name, rest)
        return _error(405, "UNSUPPORTED", "delete images with ecr batch-delete-image")

    async def _put_manifest(self, request: web.BaseRequest, name: str, reference: str) -> web.StreamResponse:
        body = await request.content.read()
        digest = ecr.digest_of(body)
        tag = None if reference.startswith("sha256:") else reference
        if tag is not None:
            ecr.check_tag(name, tag, digest)
        assert self._client is not None
        media_type = request.headers.get("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")
        url, headers = self._base + request.raw_path, {"Content-Type": media_type, "Host": request.host}
        async with self._client.put(url, data=body, headers=headers) as answer:
            content = await answer.read()
            if answer.status == 201:
                manifest = ecr.Manifest(text=body.decode(), media_type=media_type, digest=digest)
                ecr.record_push(name, tag, manifest)
                self._pushed()
            return web.Response(status=answer.status, headers=_passed(answer.headers), body=content)

    async def _stream(self, request: web.BaseRequest) -> web.StreamResponse:
        assert self._client is not None
        data: Any = request.content if request.body_exists else None
        headers = [*_passed(request.headers, joined=True).items(), ("Host", request.host)]
        async with self._client.request(
            request.method, self._base + request.raw_path, headers=headers, data=data, allow_redirects=False
        ) as answer:
            response = web.StreamResponse(status=answer.status, headers=_passed(answer.headers))
            await response.prepare(request)
            if request.method != "HEAD":
                async for block in answer.content.iter_any():
                    await response.write(block)
            await response.write_eof()
            return response


def _manifest(name: str, reference: str) -> web.Response:
    manifest = ecr.find(name, reference)
    if manifest is None:
        return _error(404, "MANIFEST_UNKNOWN", f"Requested image not found: {name} has no {reference}")
    headers = {**VERSION, "Docker-Content-Digest": manifest.digest, "ETag": f'"{manifest.digest}"'}
    return web.Response(body=manifest.text.encode(), headers={**headers, "Content-Type": manifest.media_type})


def _passed(headers: Any, *, joined: bool = False) -> dict[str, str]:
    """Headers that go through; repeated Accept lines become one, or the registry reads the first alone."""
    kept = {name: value for name, value in headers.items() if name.lower() not in _HOP and name.lower() != "host"}
    if joined and "Accept" in headers:
        kept["Accept"] = ", ".join(headers.getall("Accept"))
    return kept


def _refusal(error: AwsError, name: str) -> web.Response:
    if error.code == "RepositoryNotFoundException":
        hint = f"{error.message}; make it: aws ecr create-repository --repository-name {name}"
        return _error(404, "NAME_UNKNOWN", hint)
    return _error(400, "TAG_INVALID", error.message)


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"errors": [{"code": code, "message": message, "detail": {}}]}, status=status, headers=VERSION)
