"""A context for commands that read records only, and need neither engine nor AWS."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from .. import runs
from ..local_state import RUNS
from .opening import load, root_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..context import Context
    from ..progress import Progress


@contextmanager
def offline(args: argparse.Namespace, progress: Progress, *, run: str) -> Iterator[Context]:
    """The context of an earlier run; whatever asks for AWS or Docker through it fails."""
    from ..context import Context
    from ..git import read_commit

    root, config = root_of(args), load(args)
    service = config.service(args.service)
    yield Context(
        root=root,
        config=config,
        service=service,
        environment=config.environment or "default",
        folder=runs.open_run(root / RUNS, service.name, run),
        commit=read_commit(root),
        aws=cast("Any", None),
        engine=cast("Any", None),
        progress=progress,
    )
