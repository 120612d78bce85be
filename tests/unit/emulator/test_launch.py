"""From a task definition to a container."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.ecs.docker_engine import _stamped, place_of
from emulator.ecs.launch import HealthCheck, health_check, image_reference


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b@sha256:1", "127.0.0.1:4566/a/b@sha256:1"),
        ("127.0.0.1:4566/a@sha256:1", "127.0.0.1:4566/a@sha256:1"),
        ("busybox:latest", "busybox:latest"),
    ],
)
def test_an_ecr_address_is_the_emulator(image: str, wanted: str) -> None:
    assert image_reference(image, 4566) == wanted


@pytest.mark.parametrize(
    ("definition", "image", "wanted"),
    [
        ({}, None, None),
        ({"healthCheck": {"command": ["NONE"]}}, None, None),
        ({}, {"Test": ["NONE"]}, None),
        (
            {"healthCheck": {"command": ["CMD-SHELL", "curl x"]}},
            None,
            HealthCheck(command=("/bin/sh", "-c", "curl x"), interval=30, timeout=5, retries=3, allowance=20),
        ),
        (
            {"healthCheck": {"command": ["CMD", "a", "b"], "interval": 5, "timeout": 2, "retries": 1, "startPeriod": 3}},
            {"Test": ["CMD", "other"]},
            HealthCheck(command=("a", "b"), interval=5, timeout=2, retries=1, allowance=8),
        ),
        (
            {},
            {"Test": ["CMD", "own"], "Interval": 2 * 10**9, "StartPeriod": 10**9, "Timeout": 3 * 10**9},
            HealthCheck(command=("own",), interval=2, timeout=3, retries=3, allowance=7),
        ),
    ],
)
def test_health_checks(definition: dict[str, Any], image: dict[str, object] | None, wanted: HealthCheck | None) -> None:
    assert health_check(definition, image, 20.0) == wanted


def test_a_virtual_machine_needs_its_ports_published() -> None:
    assert place_of({"OperatingSystem": "Debian GNU/Linux 12"}).emulator_host() == "127.0.0.1"
    desktop = place_of({"OperatingSystem": "Docker Desktop"})
    assert (desktop.bind, desktop.emulator_host()) == ("0.0.0.0", "host.docker.internal")


def test_log_lines_lose_their_stamp() -> None:
    assert _stamped("2026-11-21T04:47:36.607123456Z two words") == (1795236456607, "two words")
    assert _stamped("2026-11-21T04:47:36Z ") == (1795236456000, "")
    assert _stamped("no stamp")[1] == "no stamp"
