"""A Ray cluster: how to reach it, what travels to its workers, and what its errors mean."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import sysconfig
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .errors import GoldgateError, OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL = 'pip install "goldgate[ray]"'
KNOCK_SECONDS = 10
_PLACE = re.compile(r"(?:ray://)?\[?(?P<host>[\w.:-]+?)\]?:(?P<port>\d{1,5})", re.ASCII)
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
    """A connection to the cluster, ended afterwards; one that the caller has already is used and left alone.

    Raises:
        OutsideError: nobody answers at that address, or no cluster can be started here.
    """
    if ray.is_initialized():
        yield
        return
    _knock(address)
    local = {} if address else {"include_dashboard": False}
    try:
        with _own_sigterm():
            ray.init(address=address, logging_level="error", log_to_driver=False, **local)
    except (OSError, RuntimeError, ValueError) as error:
        raise _unreachable(error, address) from error
    try:
        yield
    finally:
        ray.shutdown()


def _knock(address: str | None) -> None:
    """Find out within seconds whether anything listens: Ray itself tries for minutes."""
    place = _PLACE.fullmatch(address or "")
    if place is None:
        return
    try:
        socket.create_connection((place["host"], int(place["port"])), timeout=KNOCK_SECONDS).close()
    except OSError as error:
        raise _unreachable(error, address) from error


def _unreachable(error: Exception, address: str | None) -> OutsideError:
    said = getattr(error, "strerror", None) or str(error).partition("\n")[0].rstrip(".")
    advice = "Look with `ray status` whether the cluster is up, and at which address."
    return OutsideError(f"no Ray cluster answers: {said}.", where=address, next_step=advice)


@contextmanager
def _own_sigterm() -> Iterator[None]:
    """Leave the caller's handling of SIGTERM as it was: Ray puts its own in the place."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
