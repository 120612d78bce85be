"""The stream of `docker save`: layers as tars within a tar, in the old layout and in OCI's."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Layout = Literal["docker", "oci"]


def saved(*layers: Mapping[str, bytes], layout: Layout = "docker") -> bytes:
    """An image of these layers, lowest first; each maps a path to its content."""
    files: dict[str, bytes] = {}
    for number, layer in enumerate(layers):
        content = packed(layer)
        digest = hashlib.sha256(content).hexdigest()
        files[f"{number:064}/layer.tar" if layout == "docker" else f"blobs/sha256/{digest}"] = content
    config = json.dumps({"config": {}, "history": ["x" * 5000]}).encode()
    digest = hashlib.sha256(config).hexdigest()
    files[f"{digest}.json" if layout == "docker" else f"blobs/sha256/{digest}"] = config
    files["manifest.json"] = json.dumps([{"Layers": list(files)}]).encode()
    return packed(files)


def packed(files: Mapping[str, bytes]) -> bytes:
    """A tar as BuildKit writes it: without padding to whole records."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        end = archive.offset + 2 * tarfile.BLOCKSIZE
    return out.getvalue()[:end]


def in_chunks(data: bytes, size: int = 700) -> Iterator[bytes]:
    """The bytes in pieces, as an engine sends them."""
    for start in range(0, len(data), size):
        yield data[start : start + size]
