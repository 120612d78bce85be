"""What an image is: platform, user, health check, labels, size. Read from `docker inspect`, nothing is started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .check import Check, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS = ("source", "revision", "created")


def image_checks(image: Mapping[str, Any], *, platform: str, max_mb: int | None) -> list[Check]:
    """The checks of an image's configuration."""
    config = image.get("Config") or {}
    checks = [
        checked(f"platform {platform}", lambda: platform_is(image, platform)),
        checked("runs as a user that is not root", lambda: user_is_not_root(config)),
        checked("has a health check", lambda: has_health_check(config)),
        checked("carries OCI labels", lambda: has_labels(config)),
    ]
    if max_mb is not None:
        checks.append(checked(f"at most {max_mb} MB", lambda: size_within(image, max_mb)))
    return checks


def platform_is(image: Mapping[str, Any], platform: str) -> tuple[bool, str]:
    """Whether it was built for `os/architecture`."""
    found = f"{image.get('Os')}/{image.get('Architecture')}"
    return found == platform, found


def user_is_not_root(config: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether USER names somebody other than root; none means root."""
    user = str(config.get("User") or "")
    name = user.partition(":")[0]
    return name not in {"", "0", "root"}, f"USER {user}" if user else "no USER: it would run as root"


def has_health_check(config: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether HEALTHCHECK is there and not NONE."""
    test = (config.get("Healthcheck") or {}).get("Test") or ["NONE"]
    return test[0] != "NONE", " ".join(test[1:])[:100] or "no HEALTHCHECK"


def has_labels(config: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the OCI labels say where the image came from."""
    labels = config.get("Labels") or {}
    absent = [name for name in LABELS if f"org.opencontainers.image.{name}" not in labels]
    revision = str(labels.get("org.opencontainers.image.revision", ""))[:12]
    return not absent, f"without {', '.join(absent)}" if absent else f"revision {revision}"


def size_within(image: Mapping[str, Any], max_mb: int) -> tuple[bool, str]:
    """Whether the image has at most `max_mb` MB (10^6 bytes)."""
    size = int(image.get("Size", 0))
    return size <= max_mb * 1_000_000, f"{size / 1e6:,.1f} MB"
