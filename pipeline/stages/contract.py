"""Hold the built image to its contract, started as production would start it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..checks.check import Check, checked
from ..checks.credentials import credential_checks
from ..checks.image import image_checks
from ..checks.live import (
    loader_report,
    memory_within,
    process_is_not_root,
    root_is_read_only,
    stops_in_time,
    wait_until_healthy,
)
from ..checks.smoke import load_events, smoke_check
from ..context import Stopwatch
from ..errors import GateFailed
from ..records import ContractRecord

if TYPE_CHECKING:
    from ..context import Context
    from ..records import ImageRecord

LOADER_SECONDS = 120


def run(context: Context, image: ImageRecord) -> ContractRecord:
    """Run every check and record all of them; one that does not hold does not keep the others from running.

    Raises:
        UsageError: the smoke events or the loader's event cannot be read.
        OutsideError: the engine cannot start a container.
    """
    watch = Stopwatch()
    service, engine = context.service, context.engine
    inspected = engine.image(image.image_id)
    context.progress.step("reading the image")
    checks = image_checks(inspected, platform=service.build.platform, max_mb=service.build.max_image_mb)
    context.progress.step("looking for credentials in its layers")
    checks += credential_checks(inspected, engine.history(image.image_id), engine.export(image.image_id))
    checks += _loader(context, image)
    checks += _running(context, image)
    return ContractRecord(
        service=service.name,
        image_id=image.image_id,
        started_at=watch.started_at,
        seconds=watch.seconds,
        passed=all(check.ok for check in checks),
        checks=[check.to_json() for check in checks],
    )


def _loader(context: Context, image: ImageRecord) -> list[Check]:
    loader = context.service.contract.loader
    if loader is None:
        return []
    context.progress.step("loading the data alone, cold and warm")
    event = (context.root / loader.event).read_text(encoding="utf-8") if loader.event else "{}"
    spec = context.container(image.image_id, "loader", command=loader.command, stdin=event)
    return [checked("loads its data alone", lambda: loader_report(context.engine.run(spec, LOADER_SECONDS)))]


def _running(context: Context, image: ImageRecord) -> list[Check]:
    """The checks that need the service to run, in the order of its life."""
    service, checks = context.service, list[Check]()
    events = load_events(context.root / service.contract.smoke) if service.contract.smoke else []
    spec = context.container(image.image_id, "contract", port=service.port)
    with context.engine.running(spec) as container:

        def healthy() -> tuple[bool, str]:
            limit = service.start.timeout_seconds
            took = wait_until_healthy(container, service.health, limit, context.progress.step)
            return True, f"after {took:.1f} s of {limit}"

        first = checked("becomes healthy", healthy)
        checks.append(first)
        if not first.ok:
            return checks
        for event in events:
            context.progress.step(f"smoke: {event.name}")
            checks.append(smoke_check(container.url, event))
        checks.append(checked("its process is not root", lambda: process_is_not_root(container)))
        checks.append(checked("works on a read-only root", lambda: root_is_read_only(container)))
        checks.append(checked("stays within its memory", lambda: memory_within(container, service.deploy.memory)))
        context.progress.step("stopping it by SIGTERM")
        grace = service.start.stop_grace_seconds
        checks.append(checked("stops when asked", lambda: stops_in_time(container, grace)))
    return checks


def raise_if_failed(record: ContractRecord) -> None:
    """End the chain on a broken contract.

    Raises:
        GateFailed: names the checks that did not hold, the first one with what was seen.
    """
    broken = [check for check in record.checks if not check["ok"]]
    if not broken:
        return
    lines = "\n".join(f"  {check['name']}: {check['detail']}" for check in broken)
    msg = f"{len(broken)} of {len(record.checks)} contract checks did not hold:\n{lines}"
    raise GateFailed(msg, next_step="\nNothing was evaluated, pushed or released.")
