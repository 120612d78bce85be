"""A Ray cluster: how to reach it, what travels to its workers, and what its errors mean."""

from __future__ import annotations

import os
import sys
import sysconfig
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .errors import GoldgateError, OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL = 'pip install "goldgate[ray]"'
OURS = ("goldgate", "__main__", "__mp_main__")


def import_ray() -> Any:
    """The module `ray`, without its usage statistics; raises UsageError where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        msg = "Ray is not installed."
        raise UsageError(msg, next_step=f"{INSTALL}, here and on every node.") from error
    return ray


@contextmanager
def connected(ray: Any, address: str | None) -> Iterator[None]:
    """A connection to the cluster, ended afterwards; one that the caller has already is used and left alone."""
    if ray.is_initialized():
        yield
        return
    local = {} if address else {"include_dashboard": False}
    try:
        ray.init(address=address, logging_level="error", log_to_driver=False, **local)
    except (ConnectionError, TimeoutError, RuntimeError, ValueError) as error:
        msg = f"no Ray cluster answers: {str(error).partition(chr(10))[0].rstrip('.')}."
        raise OutsideError(
            msg, where=address, next_step="Look with `ray status` whether it is up, and what its address is."
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def workers(ray: Any, concurrency: int) -> int:
    """As many as the cluster has processors, but no more than questions may be asked at once."""
    return max(1, min(int(ray.cluster_resources().get("CPU", 1)), concurrency))


def packed(ray: Any, value: Any) -> bytes:
    """A value as bytes that `ray.cloudpickle.loads` reads where the caller's own modules are not.

    Raises:
        UsageError: it refers to something that cannot travel, such as an open connection.
    """
    modules = _own_modules()
    for module in modules:
        ray.cloudpickle.register_pickle_by_value(module)
    try:
        found: bytes = ray.cloudpickle.dumps(value)
    except Exception as error:
        msg = f"the subject or a metric cannot be sent to other machines: {error}."
        raise UsageError(msg, next_step="Give a subject that holds no open file, connection or lock.") from error
    finally:
        for module in modules:
            ray.cloudpickle.unregister_pickle_by_value(module)
    return found


def _own_modules() -> list[Any]:
    """The modules that the caller wrote: neither installed packages nor the standard library."""
    installed = tuple({sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()})
    return [
        module
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None))
        and name.partition(".")[0] not in OURS
        and not str(file).startswith(installed)
    ]


def explained(error: Any, what: str) -> GoldgateError:
    """What the failure of a task means: its own error where it is one of ours, a module that is not there, a lost worker."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, GoldgateError):
        return cause
    if isinstance(cause, ImportError):
        msg = f"a worker lacks a module: {cause}."
        return UsageError(msg, next_step=f"{INSTALL}, the same version on every node.")
    said = str(cause or error).strip().partition("\n")[0].rstrip(".")
    msg = f"{what} could not be done: {type(cause or error).__name__}: {said}."
    return OutsideError(msg, next_step="See `ray logs` on the node; where its worker was killed, look at its memory.")
