from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.checks.check import checked
from goldgate.pipeline.checks.live import (
    loader_report,
    memory_within,
    process_is_not_root,
    root_is_read_only,
    stops_in_time,
    wait_until_healthy,
)
from goldgate.pipeline.engine import Container, ContainerSpec, Exited
from goldgate.pipeline.errors import OutsideError
from tests.fakes import small_server
from tests.fakes.engine import FakeContainer, FakeDocker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def start() -> Iterator[Callable[..., Container]]:
    """Start a container with a life; it is gone at the end of the test."""
    with contextlib.ExitStack() as stack:

        def begin(life: Callable[[FakeContainer], None]) -> Container:
            spec = ContainerSpec(image="sha256:1", name="x", port=8080, memory_mb=512)
            return stack.enter_context(FakeDocker(life).engine().running(spec))

        yield begin


def answering(*statuses: int) -> Callable[[FakeContainer], None]:
    """A life that serves: one status a request, the last one stays."""
    left = list(statuses)

    def life(container: FakeContainer) -> None:
        def answer(_method: str, path: str, _body: bytes) -> tuple[int, Any]:
            assert path == "/healthz"
            return (left.pop(0) if len(left) > 1 else left[0]), {}

        _, stop = small_server.start(answer, int(container.environment["PORT"]))
        container.at_end.append(stop)

    return life


def test_a_healthy_container_tells_how_long_it_took(start: Callable[..., Container]) -> None:
    waited: list[str] = []
    took = wait_until_healthy(start(answering(503, 200)), "/healthz", 5, waited.append)
    assert 0.1 <= took < 5
    assert waited == ["waiting for /healthz: status 503, 0 s of 5"]


def test_one_that_never_answers_is_said_with_its_last_words(start: Callable[..., Container]) -> None:
    def life(container: FakeContainer) -> None:
        container.out = "".join(f"line {n}\n" for n in range(20))

    with pytest.raises(OutsideError, match=r"not healthy after 0 s: /healthz gave no answer\.") as caught:
        wait_until_healthy(start(life), "/healthz", 0.2, lambda _: None)
    told = str(caught.value.next_step).splitlines()
    assert told[0] == "Its last words:"
    assert told[1:] == [f"  line {n}" for n in range(10, 20)]


def test_one_that_stays_unready_is_said_with_its_status(start: Callable[..., Container]) -> None:
    with pytest.raises(OutsideError, match=r"/healthz gave status 503\.") as caught:
        wait_until_healthy(start(answering(503)), "/healthz", 0.2, lambda _: None)
    assert str(caught.value.next_step) == "Its last words:\n  (nothing)"


@pytest.mark.parametrize(("killed", "words"), [(False, "exited with code 3 after"), (True, r"s, killed for memory\.")])
def test_one_that_exits_is_said_at_once(start: Callable[..., Container], words: str, *, killed: bool) -> None:
    container = start(lambda one: one.exits(3, err="no such model\n", killed=killed))
    with pytest.raises(OutsideError, match=words) as caught:
        wait_until_healthy(container, "/healthz", 60, lambda _: None)
    assert "  no such model" in str(caught.value.next_step)
    assert ("killed" in caught.value.what) is killed


STATUS = "Name:\tpython3\nUid:\t{0}\t{0}\t{0}\t{0}\nGid:\t5\t5\t5\t5\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((0, STATUS.format(10001)), (True, "uid 10001")),
        ((0, STATUS.format(0)), (False, "uid 0")),
        ((1, "no such file"), (False, "could not be read: no such file")),
        ((0, "nothing"), (False, "could not be read: nothing")),
    ],
)
def test_who_the_first_process_is(start: Callable[..., Container], answer: tuple[int, str], expected: tuple[bool, str]) -> None:
    assert process_is_not_root(start(lambda one: one.answers.update(cat=answer))) == expected


@pytest.mark.parametrize("ok", [True, False])
def test_whether_the_root_can_be_written(start: Callable[..., Container], *, ok: bool) -> None:
    container = start(lambda one: one.answers.update(touch=(1 if ok else 0, "")))
    assert root_is_read_only(container)[0] is ok


@pytest.mark.parametrize(
    ("mb", "killed", "expected"),
    [
        (300, False, (True, "300 of 512 MB")),
        (512, False, (False, "512 of 512 MB")),
        (1, True, (False, "killed for memory at 512 MB")),
    ],
)
def test_its_memory(start: Callable[..., Container], mb: int, expected: tuple[bool, str], *, killed: bool) -> None:
    def life(one: FakeContainer) -> None:
        one.memory_bytes = mb * 2**20
        one.state["OOMKilled"] = killed

    assert memory_within(start(life), 512) == expected


@pytest.mark.parametrize(
    ("code", "ok", "words"),
    [
        (0, True, "exit code 0 after 0.0 s"),
        (143, True, "exit code 143"),
        (1, False, "exit code 1 after"),
        (137, False, "had to be killed after 7 s"),
    ],
)
def test_how_it_stops(start: Callable[..., Container], code: int, words: str, *, ok: bool) -> None:
    def life(one: FakeContainer) -> None:
        one.stop_code = code

    stopped, detail = stops_in_time(start(life), 7)
    assert stopped is ok
    assert words in detail


GOOD = '{"cold_ms": 2400.4, "warm_ms": 31, "rows": {"sentences": 15000, "facts": 2000}}'


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (Exited(code=0, stdout=f"loading\n{GOOD}\n", stderr=""), (True, "cold 2,400 ms, warm 31 ms, 17,000 rows")),
        (Exited(code=0, stdout='{"cold_ms": 1, "warm_ms": 2}', stderr=""), (True, "cold 1 ms, warm 2 ms, 0 rows")),
        (Exited(code=1, stdout="", stderr="Traceback\nOSError: no bucket\n"), (False, "exit code 1: OSError: no bucket")),
        (Exited(code=1, stdout="on stdout\n", stderr=""), (False, "exit code 1: on stdout")),
        (Exited(code=2, stdout="", stderr=""), (False, "exit code 2: it said nothing")),
        (Exited(code=0, stdout="", stderr=""), (False, "printed no JSON with cold_ms, warm_ms and rows: ''")),
        (
            Exited(code=0, stdout='{"cold_ms": 1}', stderr=""),
            (False, "printed no JSON with cold_ms, warm_ms and rows: '{\"cold_ms\": 1}'"),
        ),
        (Exited(code=0, stdout="[1]", stderr=""), (False, "printed no JSON with cold_ms, warm_ms and rows: '[1]'")),
    ],
)
def test_what_the_loader_said(done: Exited, expected: tuple[bool, str]) -> None:
    assert loader_report(done) == expected


@pytest.mark.parametrize("rows", ["[1, 2]", '{"sentences": "many"}', "5"])
def test_a_loader_that_counts_its_rows_otherwise_fails_its_check(rows: str) -> None:
    done = Exited(code=0, stdout=f'{{"cold_ms": 1, "warm_ms": 2, "rows": {rows}}}', stderr="")
    assert loader_report(done)[0] is False


def test_an_expected_failure_is_a_check_that_does_not_hold() -> None:
    def look() -> tuple[bool, str]:
        msg = "no answer."
        raise OutsideError(msg, where="x")

    check = checked("answers", look)
    assert (check.name, check.ok, check.detail) == ("answers", False, "x: no answer.")
    assert check.seconds >= 0


def test_a_fault_of_ours_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        checked("divides", lambda: (bool(1 / 0), ""))
