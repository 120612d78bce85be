"""The Docker engine behind tasks. All that depends on where the engine runs is decided in `Place`."""

from __future__ import annotations

import calendar
import contextlib
import os
import re
import signal as signals
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import docker
import docker.errors
import requests

from .engine import EngineError, Gone, Image, Owned, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .engine import Spec

LABEL = "goldgate.emulator"
_STAMP = re.compile(r"^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z ?(.*)$", re.DOTALL)
_CHECK_POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where containers live: on this machine's own network, or behind the network of a virtual machine."""

    host_network: bool

    @property
    def bind(self) -> str:
        """The address on which a service inside must listen."""
        return "127.0.0.1" if self.host_network else "0.0.0.0"  # noqa: S104 - inside the virtual machine's container

    def emulator_host(self) -> str:
        """The name by which a container reaches the emulator."""
        return "127.0.0.1" if self.host_network else "host.docker.internal"


def place_of(info: dict[str, Any]) -> Place:
    """Decide by what the engine says of itself (`docker info`)."""
    return Place(host_network="Docker Desktop" not in str(info.get("OperatingSystem", "")))


class DockerEngine:
    """An Engine on the local Docker. Raises EngineError at once where none answers."""

    def __init__(self) -> None:
        with _translated():
            self._api: Any = docker.APIClient(version="auto", timeout=120, num_pools=64)
            self.place = place_of(self._api.info())

    def pull(self, reference: str) -> Image:
        """Pull by what `reference` names; an image that is here by the same digest is not asked for again."""
        name, _, digest = reference.partition("@")
        with _translated():
            found = self._inspect(reference) if digest else None
            if found is None:
                for line in self._api.pull(reference, stream=True, decode=True):
                    if "error" in line:
                        raise EngineError(line["error"])
                found = self._api.inspect_image(reference)
        digests = [
            item.partition("@")[2] for item in found.get("RepoDigests") or [] if item.startswith(_repository(name) + "@")
        ]
        return Image(
            id=found["Id"],
            digest=digest or (digests[0] if digests else None),
            health_check=(found.get("Config") or {}).get("Healthcheck"),
        )

    def _inspect(self, reference: str) -> Any | None:
        try:
            return self._api.inspect_image(reference)
        except docker.errors.ImageNotFound:
            return None

    def create(self, spec: Spec) -> str:
        """Make the container; it never restarts by itself."""
        with _translated():
            made = self._api.create_container(
                spec.image,
                name=spec.name,
                command=list(spec.command) if spec.command is not None else None,
                entrypoint=list(spec.entrypoint) if spec.entrypoint is not None else None,
                environment=dict(spec.environment),
                labels=dict(spec.labels),
                user=spec.user,
                working_dir=spec.workdir,
                healthcheck={"test": ["NONE"]},
                ports=[inside for inside, _ in spec.ports] or None,
                host_config=self._host_config(spec),
            )
        return str(made["Id"])

    def _host_config(self, spec: Spec) -> Any:
        network: dict[str, Any] = {"network_mode": "host"}
        if not self.place.host_network:
            bindings = {inside: ("127.0.0.1", outside) for inside, outside in spec.ports}
            network = {"port_bindings": bindings, "extra_hosts": {"host.docker.internal": "host-gateway"}}
        return self._api.create_host_config(
            **network,
            mem_limit=spec.memory,
            memswap_limit=spec.memory,
            cpu_shares=spec.cpu_shares,
            read_only=spec.read_only,
            tmpfs=dict.fromkeys(spec.tmpfs, "rw,mode=1777") or None,
            init=spec.init or None,
            cap_drop=list(spec.dropped) or None,
            ulimits=[docker.types.Ulimit(**item) for item in spec.ulimits] or None,
            log_config={"Type": "json-file", "Config": {"max-size": "20m", "max-file": "2"}},
        )

    def start(self, container: str) -> None:
        """Start it."""
        with _translated():
            self._api.start(container)

    def status(self, container: str) -> Status | None:
        """Inspect it."""
        try:
            with _translated():
                state = self._api.inspect_container(container)["State"]
        except Gone:
            return None
        running = bool(state["Running"])
        code = None if running else int(state["ExitCode"])
        return Status(
            running=running, exit_code=code, out_of_memory=bool(state.get("OOMKilled")), error=state.get("Error") or ""
        )

    def check(self, container: str, command: Sequence[str], timeout: float) -> bool:
        """Run the command by exec, without a terminal; one that takes too long is killed."""
        deadline = time.monotonic() + timeout
        with _translated():
            job = self._api.exec_create(container, list(command), stdout=False, stderr=False)["Id"]
            self._api.exec_start(job, detach=True)
            while time.monotonic() < deadline:
                state = self._api.exec_inspect(job)
                if not state["Running"]:
                    return bool(state["ExitCode"] == 0)
                time.sleep(_CHECK_POLL_SECONDS)
        pid = int(state.get("Pid") or 0)
        if pid > 1 and self.place.host_network:
            with contextlib.suppress(OSError):
                os.kill(pid, signals.SIGKILL)
        return False

    def signal(self, container: str, name: str) -> None:
        """Send a signal."""
        with contextlib.suppress(docker.errors.APIError, requests.exceptions.RequestException):
            self._api.kill(container, signal=name)

    def remove(self, container: str) -> None:
        """Remove it by force."""
        with contextlib.suppress(docker.errors.APIError, requests.exceptions.RequestException):
            self._api.remove_container(container, force=True, v=True)

    def lines(self, container: str, since: float) -> Iterator[tuple[int, str]]:
        """Follow the log; a line longer than the engine's buffer arrives in pieces."""
        with contextlib.suppress(docker.errors.APIError, requests.exceptions.RequestException):
            follow = {"stdout": True, "stderr": True, "stream": True, "follow": True, "timestamps": True}
            for chunk in self._api.logs(container, since=since or None, **follow):
                for line in chunk.decode("utf-8", "replace").rstrip("\n").split("\n"):
                    yield _stamped(line)

    def owned(self, emulator: str) -> list[Owned]:
        """List by label."""
        with _translated():
            found = self._api.containers(all=True, filters={"label": f"{LABEL}={emulator}"})
        return [Owned(id=item["Id"], labels=item["Labels"], running=item["State"] == "running") for item in found]


def _repository(name: str) -> str:
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def _stamped(line: str) -> tuple[int, str]:
    found = _STAMP.match(line)
    if found is None:
        return int(time.time() * 1000), line
    *moment, fraction, text = found.groups()
    seconds = calendar.timegm(tuple(int(part) for part in moment))
    return seconds * 1000 + int((fraction or "0").ljust(9, "0")[:3]), text


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Docker's errors as EngineError, a missing container as Gone."""
    try:
        yield
    except docker.errors.APIError as error:
        words = str(error.explanation or error)
        raise (Gone if "No such container" in words else EngineError)(words) from error
    except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
        raise EngineError(str(error)) from error
