"""moto's backends as bytes and back: pickles in which objects' contents are files of their own."""

from __future__ import annotations

import hashlib
import io
import pickle
import threading
from typing import TYPE_CHECKING, Any

from . import backends
from .files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BLOB_BYTES = 32 * 1024


class BlobStore:
    """A folder of contents named by their SHA-256; what is there is never written again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def put(self, data: bytes) -> str:
        """Keep `data` and return its name."""
        name = hashlib.sha256(data).hexdigest()
        path = self.folder / name
        if not path.exists():
            write_atomically(path, data)
        return name

    def get(self, name: str) -> bytes:
        """The content called `name`. Raises ValueError where it is missing or altered."""
        path = self.folder / name
        data = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(data).hexdigest() != name:
            message = f"{path} is missing or damaged"
            raise ValueError(message)
        return data

    def sweep(self, used: set[str]) -> None:
        """Delete every content that is not in `used`."""
        for path in self.folder.glob("*"):
            if path.name not in used:
                path.unlink()


class _Pickler(pickle.Pickler):
    """Puts large bytes in the store; locks become fresh locks; `names` collects what is used."""

    def __init__(self, file: io.BytesIO, put: Callable[[bytes], str]) -> None:
        super().__init__(file, protocol=5)
        self.names: set[str] = set()
        self._put = put
        self._lock_types = _lock_types()

    def persistent_id(self, value: Any) -> Any:
        if type(value) is bytes and len(value) >= BLOB_BYTES:
            name = self._put(value)
            self.names.add(name)
            return ("blob", name)
        kind = self._lock_types.get(type(value))
        return ("lock", kind) if kind else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, get: Callable[[str], bytes]) -> None:
        super().__init__(file)
        self._get = get

    def persistent_load(self, pid: Any) -> Any:
        kind, name = pid
        if kind == "blob":
            return self._get(name)
        return threading.Lock() if name == "lock" else threading.RLock()


def _lock_types() -> dict[type, str]:
    return {type(threading.Lock()): "lock", type(threading.RLock()): "rlock"}


def dump(service: str, blobs: BlobStore) -> tuple[bytes, set[str]]:
    """A service's backends of every region in use, pickled, and the names of the blobs that they need."""
    from moto.backends import get_backend

    with backends.locks[service]:
        found = get_backend(service)  # type: ignore[call-overload]
        state = {
            "regions": {(account, region): item for account, region, item in found.iter_backends()},
            "buckets": dict(getattr(found, "bucket_accounts", {})),
        }
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, blobs.put)
        pickler.dump(state)
    return buffer.getvalue(), pickler.names


def load(service: str, data: bytes, blobs: BlobStore) -> set[str]:
    """Put a dumped service back; the names of the blobs it needs. Raises whatever a damaged pickle raises."""
    from moto.backends import get_backend

    used: set[str] = set()

    def get(name: str) -> bytes:
        used.add(name)
        return blobs.get(name)

    state = _Unpickler(io.BytesIO(data), get).load()
    with backends.locks[service]:
        found = get_backend(service)  # type: ignore[call-overload]
        for (account, region), item in state["regions"].items():
            found[account][region] = item
        if state["buckets"]:
            found.bucket_accounts.update(state["buckets"])
    return used
