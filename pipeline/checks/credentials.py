"""No credentials in an image: neither in its environment, nor in its history, nor in its layers."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import re
import tarfile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ..errors import OutsideError
from .check import Check, checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

NAMES = re.compile(r"(SECRET|TOKEN(?!S|IZ)|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY|ACCESS_KEY|CREDENTIAL)", re.IGNORECASE)
VALUES = re.compile(
    rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    rb"|-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{64}"
    rb"|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}\b|\bsk-(?:ant-)?[A-Za-z0-9_-]{40,}\b"
)
MARKS = (b"AKIA", b"ASIA", b"PRIVATE KEY-----", b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_", b"sk-")
FILES = re.compile(r"(^|/)(\.aws/credentials|\.env|\.netrc|\.pypirc|\.docker/config\.json|id_(rsa|ed25519|ecdsa))$")
ELF = b"\x7fELF"
ZSTD = b"\x28\xb5\x2f\xfd"
CHUNK = 1 << 20
EXAMPLE = re.compile(rb"EXAMPLE|example")
LARGEST_FILE = 4 * 2**20


def credential_checks(image: Mapping[str, Any], history: Sequence[Mapping[str, Any]], layers: Iterable[bytes]) -> list[Check]:
    """The three checks; `layers` is the stream of `docker save`."""
    environment = (image.get("Config") or {}).get("Env") or []
    return [
        checked("no credentials in its environment", lambda: environment_is_clean(environment)),
        checked("no credentials in its history", lambda: history_is_clean(history)),
        checked("no credentials in its layers", lambda: layers_are_clean(layers)),
    ]


def environment_is_clean(environment: Sequence[str]) -> tuple[bool, str]:
    """Whether no variable is called like a secret and has a value, and none holds something shaped like one."""
    found = [
        name
        for name, _, value in (entry.partition("=") for entry in environment)
        if value and (NAMES.search(name) or VALUES.search(value.encode()))
    ]
    return not found, f"set: {', '.join(found)}" if found else f"{len(environment)} variables"


def history_is_clean(history: Sequence[Mapping[str, Any]]) -> tuple[bool, str]:
    """Whether no build step shows a secret: a build argument called like one with a value, or something shaped like one."""
    found = []
    for step in history:
        command = str(step.get("CreatedBy", ""))
        pairs = re.findall(r"(\w+)=(\S+)", command)
        named = any(NAMES.search(name) for name, value in pairs if value not in {'""', "''"})
        if named or VALUES.search(command.encode()):
            found.append(VALUES.sub(b"***", command.encode()).decode().split("=")[0][:60])
    return not found, f"in: {'; '.join(found)}" if found else f"{len(history)} steps"


def layers_are_clean(stream: Iterable[bytes]) -> tuple[bool, str]:
    """Whether no file in any layer is a credentials file, or holds a key; a file deleted by a later layer counts too."""
    found, count = [], 0
    for name, content in files_of(stream):
        count += 1
        if (FILES.search(name) and content.strip()) or holds_key(content):
            found.append(name)
    return not found, f"in: {', '.join(found[:5])}" if found else f"{count:,} files"


def holds_key(content: bytes) -> bool:
    """Whether a file holds something shaped like a key. Programs do not count: TLS libraries carry keys of their self-tests."""
    if content.startswith(ELF) or not any(mark in content for mark in MARKS):
        return False
    matches = VALUES.finditer(content)
    return any(not EXAMPLE.search(content[max(0, match.start() - 40) : match.end() + 40]) for match in matches)


def files_of(stream: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Every regular file of every layer of a saved image, with its content where it is at most 4 MiB.

    Raises:
        OutsideError: a layer is compressed in a way that cannot be read: it is not passed over in silence.
    """
    with tarfile.open(fileobj=_reader(stream), mode="r|") as outer:
        for member in outer:
            if not member.isfile():
                continue
            inner = outer.extractfile(member)
            if inner is None or not _may_be_layer(member.name):
                continue
            head = inner.read(len(ZSTD))
            if head == ZSTD:
                msg = f"layer {member.name} is compressed with zstd, which cannot be looked into here."
                raise OutsideError(msg, next_step="Export the image with gzip layers, or use Docker's own image store.")
            whole = _reader(itertools.chain([head], iter(functools.partial(inner.read, CHUNK), b"")))
            with contextlib.suppress(tarfile.ReadError), tarfile.open(fileobj=whole, mode="r|*") as layer:
                for entry in layer:
                    if entry.isfile() and entry.size <= LARGEST_FILE:
                        file = layer.extractfile(entry)
                        yield entry.name, file.read() if file else b""


def _may_be_layer(name: str) -> bool:
    """In Docker's layout layers have a name of their own; in OCI's any blob may be one, and what is no tar is passed over."""
    return name.endswith("layer.tar") or name.startswith("blobs/")


class _Chunks(io.RawIOBase):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = iter(stream)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._stream, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _reader(stream: Iterable[bytes]) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Chunks(stream), buffer_size=CHUNK))
