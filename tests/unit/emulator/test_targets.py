"""Who gets traffic."""

from __future__ import annotations

from collections import Counter

import pytest

from emulator.lb.groups import Group
from emulator.lb.targets import Target, Targets
from tests.fakes.fake_tasks import FakeClock


def group(arn: str = "tg", *, codes: str = "200") -> Group:
    return Group(
        arn=arn, path="/", codes=codes, interval=1.0, timeout=5.0, unhealthy_count=2, first_seconds=60.0, drain_seconds=5.0
    )


def made(count: int = 1) -> tuple[Targets, FakeClock]:
    """Targets with `count` healthy ones: tasks t0, t1, ... on ports 1000, 1001, ..."""
    clock = FakeClock()
    targets = Targets(start_cap=10.0, clock=clock)
    for number in range(count):
        targets.register(group(), f"t{number}", 1000 + number, 0)
    for target in targets.all():
        targets.checked(target, None)
    return targets, clock


def picked(targets: Targets, **fields: frozenset[int]) -> Target | None:
    return targets.pick([("tg", 1)], **fields)


def test_a_new_target_gets_nothing_until_its_first_success() -> None:
    targets, _ = made(0)
    targets.register(group(), "t", 1000, 0)
    assert picked(targets) is None
    targets.checked(targets.all()[0], None)
    assert picked(targets) is not None


def test_healthy_targets_take_turns() -> None:
    targets, _ = made(3)
    ports = Counter(target.port for _ in range(30) if (target := picked(targets)) is not None)
    assert set(ports.values()) == {10}


def test_a_draining_target_gets_nothing_and_its_requests_are_counted() -> None:
    targets, _ = made(1)
    target = picked(targets)
    assert target is not None
    assert targets.drain("t0") == 5.0
    assert (picked(targets), targets.in_flight("t0"), targets.of_task("t0")) == (None, 1, "draining")
    targets.done(target)
    assert targets.in_flight("t0") == 0
    targets.checked(target, None)
    assert targets.of_task("t0") == "draining"
    targets.remove("t0")
    assert targets.of_task("t0") is None


def test_a_target_that_refuses_is_passed_over_for_a_second() -> None:
    targets, clock = made(2)
    first = picked(targets)
    assert first is not None
    targets.done(first, refused=True)
    others = {target.port for _ in range(6) if (target := picked(targets)) is not None}
    assert others == {2001 - first.port}
    clock.now += 1.1
    both = {target.port for _ in range(6) if (target := picked(targets)) is not None}
    assert len(both) == 2


def test_ports_that_were_tried_are_not_picked_again() -> None:
    targets, _ = made(2)
    others = {t.port for _ in range(4) if (t := picked(targets, but=frozenset({1000}))) is not None}
    assert others == {1001}
    assert picked(targets, but=frozenset({1000, 1001})) is None


def test_unhealthy_targets_serve_when_there_is_no_healthy_one() -> None:
    targets, _ = made(1)
    for _ in range(2):
        targets.checked(targets.all()[0], "500")
    assert targets.of_task("t0") == "unhealthy"
    assert picked(targets) is not None


@pytest.mark.parametrize(("grace", "allowed"), [(0, 10.0), (300, 10.0)])
def test_a_new_target_is_unhealthy_only_after_its_allowance(grace: float, allowed: float) -> None:
    clock = FakeClock()
    targets = Targets(start_cap=10.0, clock=clock)
    targets.register(group(), "t", 1000, grace)
    target = targets.all()[0]
    for _ in range(9):
        clock.now += 1
        targets.checked(target, "503")
    assert target.state == "initial"
    clock.now += allowed - 9
    targets.checked(target, "503")
    assert (target.state, target.reason, target.description) == ("unhealthy", "Target.FailedHealthChecks", "503")


def test_a_healthy_target_needs_failures_in_a_row() -> None:
    targets, _ = made(1)
    target = targets.all()[0]
    for problem in ("x", None, "x", None):
        targets.checked(target, problem)
    assert target.state == "healthy"


def test_weights_choose_among_groups() -> None:
    targets, _ = made(1)
    targets.register(group("new"), "n", 3000, 0)
    targets.checked(targets.of_group("new")[0], None)
    ports = Counter(t.port for _ in range(400) if (t := targets.pick([("tg", 90), ("new", 10)])) is not None)
    assert 10 < ports[3000] < 90
    assert targets.pick([("new", 0)]) is None


@pytest.mark.parametrize(
    ("codes", "status", "wanted"),
    [("200", 200, True), ("200", 201, False), ("200-299,301", 301, True), ("200-299", 300, False)],
)
def test_matchers(codes: str, status: int, wanted: bool) -> None:
    assert group(codes=codes).accepts(status) is wanted
