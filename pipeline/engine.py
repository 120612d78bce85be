"""The Docker engine: builds by the docker command, all else by its API. The only file that touches Docker."""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

RUN_LABEL = "goldgate.pid"


@dataclass(frozen=True, kw_only=True)
class ContainerSpec:
    """How a container is started: as production would, read-only, with the task's memory (MiB) and a port of its own.

    `command` runs instead of the image's entry point and command.
    """

    image: str
    name: str
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None
    memory_mb: int | None = None
    command: Sequence[str] | None = None
    read_only: bool = True
    stdin: str | None = None


@dataclass(frozen=True, kw_only=True)
class Exited:
    """What a container left behind that ran to its end."""

    code: int
    stdout: str
    stderr: str


class Engine:
    """A Docker engine that answers. Containers started here carry the process id and are removed when it is done."""

    def __init__(self, client: Any) -> None:
        self.client = client
        info = client.info()
        self.name = str(info.get("OperatingSystem", ""))
        self.version = str(info.get("ServerVersion", ""))
        self.in_virtual_machine = "Docker Desktop" in self.name or "Rancher Desktop" in self.name

    @classmethod
    def connect(cls) -> Engine:
        """Connect to the engine that DOCKER_HOST or the default socket names.

        Raises:
            OutsideError: no engine answers.
        """
        import docker

        try:
            return cls(docker.from_env(timeout=120))
        except docker.errors.DockerException as error:
            where = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
            msg = "no Docker engine answers."
            raise OutsideError(
                msg, where=where, next_step="Start Docker, or call `goldgate local up`, which starts one."
            ) from error

    def address_for_container(self, url: str) -> str:
        """The address under which a container reaches a server on this machine's loopback."""
        if self.in_virtual_machine:
            return url.replace("127.0.0.1", "host.docker.internal").replace("localhost", "host.docker.internal")
        return url

    def image(self, reference: str) -> dict[str, Any]:
        """What the engine says of an image (`docker inspect`).

        Raises:
            UsageError: there is no such image here.
        """
        import docker

        try:
            attributes: dict[str, Any] = self.client.images.get(reference).attrs
        except docker.errors.ImageNotFound as error:
            msg = f"image {reference} is not on this engine."
            raise UsageError(msg, next_step="Run `goldgate build` first.") from error
        return attributes

    def has_image(self, reference: str) -> bool:
        """Tell whether the engine has an image."""
        import docker

        try:
            self.client.images.get(reference)
        except docker.errors.ImageNotFound:
            return False
        return True

    def history(self, reference: str) -> list[dict[str, Any]]:
        """The steps that made an image, newest first, with what each command line was."""
        entries: list[dict[str, Any]] = self.client.api.history(reference)
        return entries

    def export(self, reference: str) -> Iterator[bytes]:
        """The image as a tar stream of its layers (`docker save`)."""
        chunks: Iterator[bytes] = self.client.images.get(reference).save()
        return chunks

    @contextlib.contextmanager
    def running(self, spec: ContainerSpec) -> Iterator[Container]:
        """Start a container and remove it at the end, whatever happens."""
        container = self._start(spec)
        try:
            yield container
        finally:
            container.remove()

    def run(self, spec: ContainerSpec, timeout: float) -> Exited:
        """Run a container to its end, `timeout` seconds at most, and return what it printed."""
        import requests

        with self.running(spec) as container:
            try:
                code = int(container.handle.wait(timeout=timeout)["StatusCode"])
            except requests.exceptions.RequestException as error:
                msg = f"{' '.join(spec.command or [spec.image])} was still running after {timeout:.0f} s."
                raise OutsideError(msg, where=spec.name, next_step=f"Its last words: {container.tail(5)}") from error
            return Exited(code=code, stdout=container.output(stderr=False), stderr=container.output(stdout=False))

    def push(self, repository: str, tag: str, auth: Mapping[str, str], on_line: Any = None) -> tuple[str, int]:
        """Push `repository:tag`; returns the manifest's digest and the bytes of the layers that travelled.

        Raises:
            OutsideError: the registry refused, in its own words.
        """
        import docker

        digest, sizes = "", dict[str, int]()
        try:
            for event in self.client.images.push(repository, tag=tag, auth_config=dict(auth), stream=True, decode=True):
                if "error" in event:
                    msg = f"the registry refused the push: {str(event['error']).strip()}."
                    raise OutsideError(msg, where=f"{repository}:{tag}")
                detail = event.get("progressDetail") or {}
                if event.get("status") == "Pushing" and detail.get("current"):
                    sizes[event.get("id", "")] = int(detail["current"])
                digest = (event.get("aux") or {}).get("Digest", digest)
                if on_line is not None:
                    on_line(sum(sizes.values()))
        except docker.errors.APIError as error:
            msg = f"the engine could not push: {error.explanation or error}."
            raise OutsideError(msg, where=f"{repository}:{tag}") from error
        if not digest:
            msg = "the registry named no digest for what was pushed."
            raise OutsideError(
                msg, where=f"{repository}:{tag}", next_step="Push again; if it stays so, look at the registry's log."
            )
        return digest, sum(sizes.values())

    def pull(self, reference: str, auth: Callable[[], Mapping[str, str]], on_bytes: Callable[[int], None]) -> None:
        """Have the image `repository@sha256:...` on this engine; what bears that name already is that very image.

        `auth` is called where something must be pulled; `on_bytes` is told how much has arrived.

        Raises:
            OutsideError: the registry does not have it or does not give it, in its own words.
        """
        import docker

        if self.has_image(reference):
            return
        repository, _, digest = reference.partition("@")
        sizes = dict[str, int]()
        try:
            for event in self.client.api.pull(repository, tag=digest, auth_config=dict(auth()), stream=True, decode=True):
                if "error" in event:
                    msg = f"the registry did not give the image: {str(event['error']).strip().rstrip('.')}."
                    raise OutsideError(msg, where=reference)
                if event.get("status") == "Downloading":
                    sizes[event.get("id", "")] = int((event.get("progressDetail") or {}).get("current", 0))
                    on_bytes(sum(sizes.values()))
        except docker.errors.APIError as error:
            msg = f"the engine could not pull: {str(error.explanation or error).strip().rstrip('.')}."
            raise OutsideError(msg, where=reference) from error

    def tag(self, image_id: str, repository: str, tag: str) -> None:
        """Give an image a name."""
        self.client.images.get(image_id).tag(repository, tag=tag)

    def remove_left_behind(self) -> int:
        """Remove containers of goldgate processes that no longer live (a kill -9 leaves them); returns how many."""
        removed = 0
        for handle in self.client.containers.list(all=True, filters={"label": RUN_LABEL}):
            if not _alive(int(handle.labels[RUN_LABEL])):
                with contextlib.suppress(Exception):
                    handle.remove(force=True)
                    removed += 1
        return removed

    def remove_images(self, repositories: Sequence[str]) -> int:
        """Remove every image whose name is one of `repositories`, with any registry before it; returns how many."""
        removed = 0
        for image in self.client.images.list():
            names = [tag.rpartition(":")[0].rpartition("/")[2] for tag in image.tags]
            if any(name in repositories for name in names):
                with contextlib.suppress(Exception):
                    self.client.images.remove(image.id, force=True)
                    removed += 1
        return removed

    def _start(self, spec: ContainerSpec) -> Container:
        import docker

        port = free_port() if spec.port else None
        options: dict[str, Any] = {
            "image": spec.image,
            "name": f"{spec.name}-{os.getpid()}-{os.urandom(3).hex()}",
            "entrypoint": list(spec.command) if spec.command else None,
            "labels": {RUN_LABEL: str(os.getpid())},
            "read_only": spec.read_only,
            "tmpfs": {"/tmp": "rw,nosuid,size=512m"} if spec.read_only else None,  # noqa: S108
            "mem_limit": f"{spec.memory_mb}m" if spec.memory_mb else None,
            "memswap_limit": f"{spec.memory_mb}m" if spec.memory_mb else None,
            "environment": dict(spec.environment),
            "stdin_open": spec.stdin is not None,
            "detach": spec.stdin is None,
        }
        if self.in_virtual_machine:
            inside = spec.port or 0
            options["environment"] |= {"HOST": "0.0.0.0", "PORT": str(inside)}  # noqa: S104
            options["ports"] = {f"{inside}/tcp": ("127.0.0.1", port)} if port else None
        else:
            options["network_mode"] = "host"
            options["environment"] |= {"HOST": "127.0.0.1", "PORT": str(port or 0)}
        try:
            handle = self.client.containers.create(**options)
        except docker.errors.APIError as error:
            msg = f"the engine could not start {spec.image}: {error.explanation or error}."
            raise OutsideError(msg) from error
        container = Container(handle, port)
        try:
            if spec.stdin is not None:
                _start_with_input(handle, spec.stdin)
            else:
                handle.start()
        except docker.errors.APIError as error:
            container.remove()
            msg = f"the engine could not start {spec.image}: {error.explanation or error}."
            raise OutsideError(msg) from error
        except BaseException:
            container.remove()
            raise
        return container


class Container:
    """A container of ours, with the loopback address at which it is reached."""

    def __init__(self, handle: Any, port: int | None) -> None:
        self.handle = handle
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def state(self) -> dict[str, Any]:
        """The engine's word on it: Running, ExitCode, OOMKilled, Health."""
        self.handle.reload()
        state: dict[str, Any] = self.handle.attrs["State"]
        return state

    def alive(self) -> bool:
        """Tell whether it runs."""
        return bool(self.state().get("Running"))

    def tail(self, lines: int = 20) -> str:
        """The last lines that it printed."""
        return str(self.handle.logs(tail=lines).decode("utf-8", "replace")).strip()

    def output(self, *, stdout: bool = True, stderr: bool = True) -> str:
        """All that it printed."""
        return str(self.handle.logs(stdout=stdout, stderr=stderr).decode("utf-8", "replace"))

    def memory_mb(self) -> float:
        """What its processes hold now, in MiB, page cache left out."""
        stats = self.handle.stats(stream=False)["memory_stats"]
        inactive = stats.get("stats", {}).get("inactive_file", stats.get("stats", {}).get("total_inactive_file", 0))
        return float(stats.get("usage", 0) - inactive) / 2**20

    def exec(self, command: Sequence[str]) -> tuple[int, str]:
        """Run a command inside; returns its exit code and output."""
        done = self.handle.exec_run(list(command))
        return int(done.exit_code), str(done.output.decode("utf-8", "replace")).strip()

    def stop(self, grace_seconds: int) -> int:
        """Ask it to stop by SIGTERM, kill it after the grace period, and return its exit code."""
        self.handle.stop(timeout=grace_seconds)
        return int(self.state().get("ExitCode", -1))

    def remove(self) -> None:
        """Remove it, running or not; an interrupt meanwhile is not lost, only late."""
        import docker

        with contextlib.suppress(docker.errors.NotFound):
            self.handle.remove(force=True, v=True)


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_with_input(handle: Any, text: str) -> None:
    stream = handle.attach_socket(params={"stdin": 1, "stream": 1})
    handle.start()
    raw = getattr(stream, "_sock", stream)
    raw.sendall(text.encode())
    raw.shutdown(socket.SHUT_WR)
    stream.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
