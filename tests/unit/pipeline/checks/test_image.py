from __future__ import annotations

from typing import Any

import pytest

from goldgate.pipeline.checks.image import image_checks

LABEL = "org.opencontainers.image"
GOOD: dict[str, Any] = {
    "Os": "linux",
    "Architecture": "amd64",
    "Size": 212_600_000,
    "Config": {
        "User": "10001:10001",
        "Healthcheck": {"Test": ["CMD", "python3", "health.py"]},
        "Labels": {f"{LABEL}.source": "https://x", f"{LABEL}.revision": "9f31c2e" * 6, f"{LABEL}.created": "2026-11-20"},
    },
}
NAMES = [
    "platform linux/amd64",
    "runs as a user that is not root",
    "has a health check",
    "carries OCI labels",
    "at most 450 MB",
]


def failed(image: dict[str, Any], max_mb: int | None = 450) -> dict[str, str]:
    """The checks that do not hold, with what was seen."""
    return {one.name: one.detail for one in image_checks(image, platform="linux/amd64", max_mb=max_mb) if not one.ok}


def changed(**config: Any) -> dict[str, Any]:
    return {**GOOD, "Config": {**GOOD["Config"], **config}}


def test_a_good_image_passes_all_of_them() -> None:
    checks = image_checks(GOOD, platform="linux/amd64", max_mb=450)
    assert [check.name for check in checks] == NAMES
    assert [check.detail for check in checks] == [
        "linux/amd64",
        "USER 10001:10001",
        "python3 health.py",
        "revision 9f31c2e9f31c",
        "212.6 MB",
    ]
    assert failed(GOOD) == {}


@pytest.mark.parametrize(
    ("image", "name", "detail"),
    [
        ({**GOOD, "Architecture": "arm64"}, NAMES[0], "linux/arm64"),
        (changed(User=""), NAMES[1], "no USER: it would run as root"),
        (changed(User=None), NAMES[1], "no USER: it would run as root"),
        (changed(User="0"), NAMES[1], "USER 0"),
        (changed(User="root:10001"), NAMES[1], "USER root:10001"),
        (changed(User="0:0"), NAMES[1], "USER 0:0"),
        (changed(Healthcheck=None), NAMES[2], "no HEALTHCHECK"),
        (changed(Healthcheck={"Test": ["NONE"]}), NAMES[2], "no HEALTHCHECK"),
        (changed(Labels=None), NAMES[3], "without source, revision, created"),
        (changed(Labels={f"{LABEL}.source": "", f"{LABEL}.created": "x"}), NAMES[3], "without revision"),
        ({**GOOD, "Size": 450_000_001}, NAMES[4], "450.0 MB"),
    ],
)
def test_each_fault_is_told_by_its_own_check(image: dict[str, Any], name: str, detail: str) -> None:
    assert failed(image) == {name: detail}


def test_the_size_may_be_exactly_the_limit_and_without_one_is_not_looked_at() -> None:
    assert failed({**GOOD, "Size": 450_000_000}) == {}
    assert len(image_checks({**GOOD, "Size": 10**12}, platform="linux/amd64", max_mb=None)) == 4


def test_an_image_that_says_nothing_fails_without_a_crash() -> None:
    assert len(failed({})) == 4
