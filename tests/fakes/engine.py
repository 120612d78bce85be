"""A Docker engine behind the client that docker-py gives: images, containers whose life a test scripts, pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import docker
import requests
from requests import Response

from goldgate.pipeline.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def api_error(explanation: str, status: int = 500) -> docker.errors.APIError:
    """What docker-py raises when the engine refuses."""
    answer = Response()
    answer.status_code = status
    return docker.errors.APIError(explanation, answer, explanation)


class FakeImage:
    """An image; `layers` is the stream that `docker save` gives."""

    def __init__(self, client: FakeDocker, attrs: dict[str, Any], tags: Iterable[str] = (), layers: bytes = b"") -> None:
        self._client = client
        self.attrs = attrs
        self.id = str(attrs["Id"])
        self.tags = list(tags)
        self.layers = layers

    def tag(self, repository: str, tag: str) -> bool:
        self.tags.append(f"{repository}:{tag}")
        return True

    def save(self) -> Iterator[bytes]:
        for start in range(0, len(self.layers), 1000):
            yield self.layers[start : start + 1000]


class FakeImages:
    """`events` is what a push answers; `pull_error` what a pull raises."""

    def __init__(self, client: FakeDocker) -> None:
        self._client = client
        self.all: list[FakeImage] = []
        self.events: Callable[[str, str, FakeImage], Iterable[dict[str, Any]]] = lambda repository, tag, image: []
        self.pushed: list[tuple[str, str, dict[str, str]]] = []
        self.pulled: list[str] = []
        self.pull_error: Exception | None = None

    def add(self, attrs: dict[str, Any], *tags: str, layers: bytes = b"") -> FakeImage:
        image = FakeImage(self._client, attrs, tags, layers)
        self.all.append(image)
        return image

    def get(self, reference: str) -> FakeImage:
        for image in self.all:
            if reference == image.id or reference in image.tags:
                return image
        msg = f"No such image: {reference}"
        raise docker.errors.ImageNotFound(msg)

    def list(self) -> list[FakeImage]:
        return list(self.all)

    def remove(self, identity: str, *, force: bool) -> None:
        self.all.remove(self.get(identity))

    def pull(self, repository: str, *, platform: str) -> None:
        if self.pull_error is not None:
            raise self.pull_error
        self.pulled.append(f"{repository} {platform}")

    def push(self, repository: str, *, tag: str, auth_config: dict[str, str], stream: bool, decode: bool) -> Any:
        assert stream
        assert decode
        self.pushed.append((repository, tag, auth_config))
        return iter(self.events(repository, tag, self.get(f"{repository}:{tag}")))


class FakeContainer:
    """What docker-py gives for a container. A test's `life` gets it when it starts, and sets what it does.

    `state` is the engine's word on it; `exits` makes it end at once; `at_end` are called when it stops.
    """

    def __init__(self, client: FakeDocker, options: dict[str, Any]) -> None:
        self._client = client
        self.options = options
        self.name = options["name"]
        self.labels = options["labels"]
        self.environment: dict[str, str] = options["environment"]
        self.state: dict[str, Any] = {"Running": False, "ExitCode": 0, "OOMKilled": False}
        self.out, self.err = "", ""
        self.memory_bytes = 100 * 2**20
        self.answers: dict[str, tuple[int, str]] = {}
        self.stop_code = 0
        self.at_end: list[Callable[[], None]] = []
        self.given = b""
        self.waits_for_ever = False
        self.removed = False

    @property
    def attrs(self) -> dict[str, Any]:
        return {"State": dict(self.state)}

    def reload(self) -> None:
        return

    def start(self) -> None:
        self.state["Running"] = True
        self._client.life(self)

    def exits(self, code: int, *, out: str = "", err: str = "", killed: bool = False) -> None:
        """End at once, having printed something."""
        self.state |= {"Running": False, "ExitCode": code, "OOMKilled": killed}
        self.out, self.err = out, err

    def attach_socket(self, params: dict[str, int]) -> FakeContainer:
        assert params["stdin"]
        return self

    def sendall(self, data: bytes) -> None:
        self.given += data

    def shutdown(self, _how: int) -> None:
        return

    def close(self) -> None:
        return

    def wait(self, timeout: float) -> dict[str, int]:
        if self.waits_for_ever:
            raise requests.exceptions.ReadTimeout
        return {"StatusCode": self.state["ExitCode"]}

    def logs(self, *, stdout: bool = True, stderr: bool = True, tail: int | None = None) -> bytes:
        text = (self.out if stdout else "") + (self.err if stderr else "")
        lines = text.splitlines(keepends=True)
        return "".join(lines[-tail:] if tail else lines).encode()

    def stats(self, *, stream: bool) -> dict[str, Any]:
        assert not stream
        return {"memory_stats": {"usage": self.memory_bytes + 2**20, "stats": {"inactive_file": 2**20}}}

    def exec_run(self, command: list[str]) -> Any:
        code, text = self.answers.get(command[0], (1, ""))
        return docker.models.containers.ExecResult(code, text.encode())

    def stop(self, timeout: int) -> None:
        self.state |= {"Running": False, "ExitCode": self.stop_code}
        self._end()

    def remove(self, *, force: bool, v: bool = False) -> None:
        self.removed = True
        if self in self._client.containers.all:
            self._client.containers.all.remove(self)
        self._end()

    def _end(self) -> None:
        while self.at_end:
            self.at_end.pop()()


class FakeContainers:
    """`made` are all that ever were, `all` those that are there; `create_error` is what the next creation raises."""

    def __init__(self, client: FakeDocker) -> None:
        self._client = client
        self.all: list[FakeContainer] = []
        self.made: list[FakeContainer] = []
        self.create_error: Exception | None = None

    def create(self, **options: Any) -> FakeContainer:
        if self.create_error is not None:
            raise self.create_error
        container = FakeContainer(self._client, options)
        self.all.append(container)
        self.made.append(container)
        return container

    def list(self, *, all: bool, filters: dict[str, str]) -> list[FakeContainer]:  # noqa: A002 - docker-py names it so
        assert all
        return [one for one in self.all if filters["label"] in one.labels]


class FakeApi:
    """The lower floor of docker-py. `held` are the references that a pull finds, `pull_events` what it says of them."""

    def __init__(self, client: FakeDocker) -> None:
        self._client = client
        self.held: set[str] = set()
        self.pull_events: list[dict[str, Any]] = []
        self.pulled: list[tuple[str, dict[str, str]]] = []
        self.steps: list[dict[str, Any]] = []
        self.imported: list[tuple[str, str]] = []
        self.import_answer = '{"status":"sha256:aa"}'

    def history(self, _reference: str) -> list[dict[str, Any]]:
        return self.steps

    def pull(
        self, repository: str, *, tag: str, auth_config: dict[str, str], stream: bool, decode: bool
    ) -> Iterator[dict[str, Any]]:
        assert stream
        assert decode
        reference = f"{repository}@{tag}"
        self.pulled.append((reference, auth_config))
        if reference not in self.held:
            msg = f"manifest for {reference} not found"
            raise api_error(msg, 404)
        self._client.images.add({"Id": tag}, reference)
        return iter(self.pull_events)

    def import_image_from_stream(self, stream: Any, *, repository: str, tag: str) -> str:
        assert stream.read()
        self.imported.append((repository, tag))
        return self.import_answer


class FakeDocker:
    """The client. `life(container)` says what a container does once it is started."""

    def __init__(
        self, life: Callable[[FakeContainer], None] = lambda container: None, system: str = "Debian GNU/Linux 12"
    ) -> None:
        self.life = life
        self.images = FakeImages(self)
        self.containers = FakeContainers(self)
        self.api = FakeApi(self)
        self._system = system

    def info(self) -> dict[str, str]:
        return {"OperatingSystem": self._system, "ServerVersion": "20.10.24"}

    def engine(self) -> Engine:
        """goldgate's engine over this client."""
        return Engine(self)


def dead_process() -> int:
    """The id of a process that is gone."""
    from subprocess import Popen

    with Popen(["true"]) as process:
        process.wait()
    return process.pid
