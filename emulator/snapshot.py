"""moto's backends as bytes and back: pickles in which objects' contents are files of their own."""

from __future__ import annotations

import copyreg
import hashlib
import importlib
import io
import marshal
import pickle
import threading
import types
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BaseBackend
from moto.s3.models import FakeKey
from moto.s3.utils import _VersionedKeyStore

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
    """Puts large bytes in the store, names other services' backends, and writes the lambdas that moto's dictionaries hold.

    `names` collects the contents in use; locks are replaced by fresh ones.
    """

    def __init__(self, file: io.BytesIO, service: str, put: Callable[[bytes], str]) -> None:
        super().__init__(file, protocol=5)
        self.names: set[str] = set()
        self._service = service
        self._put = put
        self._lock_types = _lock_types()

    def persistent_id(self, value: Any) -> Any:
        if type(value) is _Stored:
            return ("blob", value.name)
        if type(value) is bytes and len(value) >= BLOB_BYTES:
            name = self._put(value)
            self.names.add(name)
            return ("blob", name)
        if isinstance(value, BaseBackend) and _service_of(value) != self._service:
            return ("backend", _service_of(value), value.account_id, value.region_name)
        kind = self._lock_types.get(type(value))
        return ("lock", kind) if kind else None

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, FakeKey):
            return copyreg.__newobj__, (type(value),), self._key_state(value)  # type: ignore[attr-defined]
        if isinstance(value, _VersionedKeyStore):
            return _filled, (type(value), dict(dict.items(value)))
        if isinstance(value, defaultdict) and type(value) is not defaultdict:
            return _default_dict, (type(value), value.default_factory), vars(value), None, iter(value.items())
        if not isinstance(value, types.FunctionType) or "<" not in value.__qualname__:
            return NotImplemented
        cells = tuple(cell.cell_contents for cell in value.__closure__ or ())
        return _function, (marshal.dumps(value.__code__), value.__module__, value.__name__, value.__defaults__, cells)

    def _key_state(self, key: Any) -> dict[str, Any]:
        """An S3 object's state; a content that was kept before is neither read nor hashed again."""
        state = {name: value for name, value in vars(key).items() if name not in {"_value_buffer", "lock", "_stored"}}
        try:
            content = (key.etag, key.contentsize)
            known = vars(key).get("_stored")
            if known is None or known[0] != content:
                data = key.value
                if len(data) < BLOB_BYTES:
                    return {**state, "value": data}
                known = key._stored = (content, self._put(data))
        except ValueError:  # a deleted object, its buffer is closed
            return {**state, "value": b""}
        self.names.add(known[1])
        return {**state, "value": _Stored(known[1])}


@dataclass(frozen=True)
class _Stored:
    """Stands for a content that the store has already."""

    name: str


def _filled(kind: Any, items: dict[str, Any]) -> Any:
    """S3's keys with all their versions: its own iteration and assignment know the newest alone."""
    made = kind()
    dict.update(made, items)
    return made


def _default_dict(kind: Any, factory: Any) -> Any:
    """An empty defaultdict of a class whose constructor takes other arguments than defaultdict's."""
    made = kind.__new__(kind)
    made.default_factory = factory
    return made


def _function(code: bytes, module: str, name: str, defaults: tuple[Any, ...] | None, cells: tuple[Any, ...]) -> Any:
    """A function that was written by its code, for the same Python only (the state folder's versions see to that)."""
    names = vars(importlib.import_module(module))
    closure = tuple(types.CellType(value) for value in cells)
    return types.FunctionType(marshal.loads(code), names, name, defaults, closure)  # noqa: S302 - our own state folder


def _service_of(backend: BaseBackend) -> str:
    return type(backend).__module__.split(".")[1]


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, get: Callable[[str], bytes]) -> None:
        super().__init__(file)
        self._get = get

    def persistent_load(self, pid: Any) -> Any:
        kind, name, *rest = pid
        if kind == "blob":
            return self._get(name)
        if kind == "backend":
            account, region = rest
            return _backends(name)[account][region]
        return threading.Lock() if name == "lock" else threading.RLock()


def _backends(service: str) -> Any:
    from moto.backends import get_backend

    return get_backend(service)  # type: ignore[call-overload]


def _lock_types() -> dict[type, str]:
    return {type(threading.Lock()): "lock", type(threading.RLock()): "rlock"}


def dump(service: str, blobs: BlobStore) -> tuple[bytes, set[str]]:
    """A service's backends of every region in use, pickled, and the names of the blobs that they need."""
    with backends.locks[service]:
        found = _backends(service)
        state = {
            "regions": {(account, region): item for account, region, item in found.iter_backends()},
            "buckets": dict(getattr(found, "bucket_accounts", {})),
        }
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, service, blobs.put)
        pickler.dump(state)
    return buffer.getvalue(), pickler.names


def load(service: str, data: bytes, blobs: BlobStore) -> set[str]:
    """Put a dumped service back; the names of the blobs it needs. Raises whatever a damaged pickle raises."""
    used: set[str] = set()

    def get(name: str) -> bytes:
        used.add(name)
        return blobs.get(name)

    state = _Unpickler(io.BytesIO(data), get).load()
    with backends.locks[service]:
        found = _backends(service)
        for (account, region), item in state["regions"].items():
            found[account][region] = item
        if state["buckets"]:
            found.bucket_accounts.update(state["buckets"])
    return used
