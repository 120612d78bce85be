"""How a container of the image behaves: becomes healthy, writes nowhere, stays within its memory, stops when asked."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from ..errors import OutsideError
from .smoke import SmokeEvent, ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..engine import Container, Exited

HEALTH_INTERVAL = 0.1
HEALTH_TIMEOUT = 5


def wait_until_healthy(container: Container, path: str, seconds: float, on_wait: Callable[[str], None]) -> float:
    """Wait until the container answers 200 on its health path; returns the seconds that it took.

    Raises:
        OutsideError: it exited, or was not healthy in time; the message ends with its last words.
    """
    start = time.monotonic()
    event = SmokeEvent(name="health", path=path, method="GET")
    seen = "no answer"
    while (waited := time.monotonic() - start) < seconds:
        state = container.state()
        if not state.get("Running"):
            msg = f"the container exited with code {state.get('ExitCode')} after {waited:.1f} s{_killed(state)}."
            raise OutsideError(msg, next_step=f"Its last words:\n{_indented(container.tail(10))}")
        try:
            status = ask(container.url, event, HEALTH_TIMEOUT).status
        except OutsideError:
            status = 0
        if status == 200:
            return time.monotonic() - start
        seen = f"status {status}" if status else seen
        on_wait(f"waiting for {path}: {seen}, {waited:.0f} s of {seconds:.0f}")
        time.sleep(HEALTH_INTERVAL)
    msg = f"the container was not healthy after {seconds:.0f} s: {path} gave {seen}."
    raise OutsideError(msg, next_step=f"Its last words:\n{_indented(container.tail(10))}")


def process_is_not_root(container: Container) -> tuple[bool, str]:
    """Whether the first process runs under another id than 0, as /proc tells."""
    code, text = container.exec(["cat", "/proc/1/status"])
    ids = [line.split()[1] for line in text.splitlines() if line.startswith("Uid:")]
    if code != 0 or not ids:
        return False, f"could not be read: {text[:80]}"
    return ids[0] != "0", f"uid {ids[0]}"


def root_is_read_only(container: Container) -> tuple[bool, str]:
    """Whether writing to the root file system fails while the service works."""
    code, text = container.exec(["touch", "/goldgate-was-here"])
    return code != 0, "healthy on a read-only root" if code != 0 else f"could write to /: {text}"


def memory_within(container: Container, limit_mb: int) -> tuple[bool, str]:
    """Whether it was not killed for memory and holds less than the task's limit."""
    if container.state().get("OOMKilled"):
        return False, f"killed for memory at {limit_mb:,} MB"
    used = container.memory_mb()
    return used < limit_mb, f"{used:,.0f} of {limit_mb:,} MB"


def stops_in_time(container: Container, grace_seconds: int) -> tuple[bool, str]:
    """Whether it ends by itself within the grace period after SIGTERM, with code 0 or 143."""
    start = time.monotonic()
    code = container.stop(grace_seconds)
    took = time.monotonic() - start
    if code == 137:
        return False, f"had to be killed after {grace_seconds} s"
    return code in {0, 143}, f"exit code {code} after {took:.1f} s"


def loader_report(done: Exited) -> tuple[bool, str]:
    """What the data loader said on its own: one JSON object with the time of the cold and of the warm path."""
    if done.code != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it said nothing"]
        return False, f"exit code {done.code}: {last[0][:300]}"
    try:
        report = json.loads(done.stdout.strip().splitlines()[-1])
        cold, warm = float(report["cold_ms"]), float(report["warm_ms"])
        rows = sum(int(count) for count in (report.get("rows") or {}).values())
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return False, f"printed no JSON with cold_ms, warm_ms and rows: {done.stdout[-100:]!r}"
    return True, f"cold {cold:,.0f} ms, warm {warm:,.0f} ms, {rows:,} rows"


def _killed(state: dict[str, object]) -> str:
    return ", killed for memory" if state.get("OOMKilled") else ""


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines()) or "  (nothing)"
