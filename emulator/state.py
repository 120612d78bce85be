"""The state folder: loaded at the start, written shortly after changes and at the end."""

from __future__ import annotations

import contextlib
import fcntl
import json
import platform
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, Protocol

from . import backends, snapshot
from .events import event
from .files import write_atomically

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

FORMAT = 1
DELAY_SECONDS = 0.3
# Saving may take this share of the time at most; large state is written less often.
SHARE = 0.1
# In the order of loading: what others refer to comes first.
_SAVED = ("ec2", "iam", *(name for name in backends.MOTO_SERVICES if name not in {"ec2", "iam"}))


class StateError(Exception):
    """The state folder cannot be used; the message says why."""


class Part(Protocol):
    """A part of the state that is not moto's: JSON out and in."""

    name: str

    def export(self) -> dict[str, Any]:
        """The part as JSON values."""

    def restore(self, value: dict[str, Any]) -> None:
        """Put an exported part back."""


def versions() -> dict[str, Any]:
    """What a state folder must agree with to be read."""
    from importlib.metadata import version

    return {"format": FORMAT, "moto": version("moto"), "python": platform.python_version_tuple()[0:2]}


class State:
    """One state folder, held by one process. `changed` marks a service; a thread writes it out soon after."""

    def __init__(self, folder: Path, parts: list[Part]) -> None:
        self.folder = folder
        self.parts = {part.name: part for part in parts}
        self.id = ""
        self._dirty: set[str] = set()
        self._due: dict[str, float] = {}
        self._used: dict[str, set[str]] = {}
        self._wake = threading.Condition()
        self._saving = threading.Lock()
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._lock_file: TextIOWrapper | None = None
        self.blobs = snapshot.BlobStore(folder / "blobs")

    def hold(self) -> None:
        """Lock the folder for this process and read the emulator's id. Raises StateError where another holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock_file = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock_file.close()
            message = f"another emulator holds the state folder {self.folder}; stop it or give another --state"
            raise StateError(message) from None
        id_file = self.folder / "id"
        if not id_file.exists():
            write_atomically(id_file, uuid.uuid4().hex.encode())
        self.id = id_file.read_text().strip()

    def load(self) -> bool:
        """Put back what was saved; whether there was anything. Unreadable state is set aside and said so."""
        meta = self.folder / "state.json"
        if not meta.exists():
            return False
        try:
            self._load(json.loads(meta.read_text()))
        except Exception as error:  # noqa: BLE001 - a damaged pickle may raise anything
            self._set_aside(str(error) or type(error).__name__)
            return False
        self.blobs.sweep(set().union(*self._used.values()))
        return True

    def _load(self, meta: dict[str, Any]) -> None:
        found = {name: meta.get(name) for name in ("format", "moto", "python")}
        wanted = json.loads(json.dumps(versions()))
        if found != wanted:
            message = f"it was written by {found}, this is {wanted}"
            raise ValueError(message)
        parts = {name: json.loads(path.read_text()) for name in self.parts if (path := self._file(name, "json")).exists()}
        for service in _SAVED:
            path = self._file(service, "pickle")
            if path.exists():
                self._used[service] = snapshot.load(service, path.read_bytes(), self.blobs)
        for name, value in parts.items():
            self.parts[name].restore(value)

    def _set_aside(self, reason: str) -> None:
        from moto.core.base_backend import BackendDict

        BackendDict.reset()
        aside = self.folder / f"unreadable-{time.strftime('%Y%m%d-%H%M%S')}"
        aside.mkdir()
        for name in ("state.json", "services", "blobs"):
            with contextlib.suppress(FileNotFoundError):
                (self.folder / name).rename(aside / name)
        self._used.clear()
        event("the saved state cannot be read: starting empty", kept=aside, reason=reason)

    def _file(self, name: str, kind: str) -> Path:
        return self.folder / "services" / f"{name}.{kind}"

    def start(self) -> None:
        """Start the thread that writes changes; the default network, which moto makes up anew each time, is one."""
        write_atomically(self.folder / "state.json", json.dumps(versions()).encode())
        self._thread = threading.Thread(target=self._run, name="state", daemon=True)
        self._thread.start()
        if not self._file("ec2", "pickle").exists():
            self.changed("ec2")

    def changed(self, name: str) -> None:
        """Mark a service or part as changed; it is written within about a second."""
        if name not in _SAVED and name not in self.parts:
            return
        with self._wake:
            self._dirty.add(name)
            self._wake.notify()

    def stop(self) -> None:
        """Write what is left and let go of the folder."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()
        self.save_all()
        if self._lock_file is not None:
            self._lock_file.close()

    def save_all(self) -> None:
        """Write everything that changed since it was last written, now."""
        with self._wake:
            names, self._dirty = self._dirty, set()
        for name in sorted(names):
            self._save(name)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stopped or bool(self._dirty))
                if self._stopped:
                    return
                self._wake.wait(DELAY_SECONDS)
                now = time.monotonic()
                ready = {name for name in self._dirty if self._due.get(name, 0.0) <= now}
                self._dirty -= ready
            for name in sorted(ready):
                started = time.monotonic()
                self._save(name)
                self._due[name] = time.monotonic() + (time.monotonic() - started) / SHARE

    def _save(self, name: str) -> None:
        with self._saving:
            try:
                if name in self.parts:
                    data = json.dumps(self.parts[name].export()).encode()
                    write_atomically(self._file(name, "json"), data)
                else:
                    data, self._used[name] = snapshot.dump(name, self.blobs)
                    write_atomically(self._file(name, "pickle"), data)
            except Exception as error:  # noqa: BLE001 - whatever cannot be written must not end the saving of the rest
                event("state not saved", service=name, error=repr(error))
