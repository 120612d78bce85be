"""The live image, started to be asked beside the new one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ..checks.live import wait_until_healthy
from ..errors import GoldgateError
from ..registry import credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..context import Context
    from ..engine import Container
    from ..ledger import Release


@contextlib.contextmanager
def live_container(context: Context, live: Release | None) -> Iterator[Container | None]:
    """A healthy container of what is live for as long as the block runs, started as that of the new image is.

    Null where the configuration does not ask for one or nothing is live, and where it cannot be had, which is told.
    """
    with contextlib.ExitStack() as stack:
        container = None
        if live is not None and context.service.evaluation.beside_live:
            try:
                container = stack.enter_context(_started(context, live))
            except GoldgateError as error:
                tell_it_is_left_out(context, error)
        yield container


def tell_it_is_left_out(context: Context, error: GoldgateError) -> None:
    """Say why what is live is not asked, and what it is compared by instead."""
    context.progress.line(f"{'':14}the live image is not asked, its stored rows are taken: {error}")


@contextlib.contextmanager
def _started(context: Context, live: Release) -> Iterator[Container]:
    service, tell = context.service, context.progress.step
    context.engine.pull(
        live.reference,
        lambda: credentials(context.aws.client("ecr")),
        lambda count: tell(f"pulling what is live: {count / 1e6:,.1f} MB"),
    )
    spec = context.container(live.reference, "live", port=service.port)
    with context.engine.running(spec) as container:
        wait_until_healthy(container, service.health, service.start.timeout_seconds, tell)
        yield container
