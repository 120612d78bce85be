"""From a call's arguments to the context that the stages are handed."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from .. import runs
from ..local_state import RUNS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..aws import Aws
    from ..config.load import Config
    from ..context import Context
    from ..progress import Progress


def load(args: argparse.Namespace, *, check_files: bool = True) -> Config:
    """Read the configuration that the call names; `check_files` looks whether the files that it names are there.

    Raises:
        Problems: the file has faults.
    """
    from ..config.load import load_config

    return load_config(Path(args.config), args.env, args.set or (), check_files=check_files)


def root_of(args: argparse.Namespace) -> Path:
    """The folder of the configuration file: where runs, state and Dockerfile paths start."""
    return Path(args.config).parent


def aws_of(args: argparse.Namespace, config: Config) -> Aws:
    """The account and region of the environment, its account compared with the configured one.

    Raises:
        Refused: the credentials are of another account.
        OutsideError: AWS does not answer, or there are no credentials.
    """
    from ..aws import Aws

    aws = Aws.of(config.aws, root_of(args))
    aws.check_account()
    return aws


@contextmanager
def opened(
    args: argparse.Namespace, progress: Progress, *, run: str | None = None, needs_engine: bool = True
) -> Iterator[Context]:
    """The context of one service; `run` opens an earlier run, None begins a new one. Held under a lock, so one at a time.

    A command that touches no image does without an engine.

    Raises:
        GoldgateError: configuration, git, engine or AWS are not ready; says which.
    """
    from .. import local_state as state
    from ..context import Context
    from ..engine import Engine
    from ..git import read_commit

    root = root_of(args)
    config = load(args)
    service = config.service(args.service)
    commit = read_commit(root)
    engine = Engine.connect() if needs_engine else cast("Engine", None)
    aws = aws_of(args, config)
    folder = root / RUNS
    environment = config.environment or "default"
    with runs.lock(root / state.FOLDER, f"{service.name}-{environment}"):
        if needs_engine:
            engine.remove_left_behind()
        yield Context(
            root=root,
            config=config,
            service=service,
            environment=environment,
            folder=(
                runs.new_run(folder, service.name, commit.sha, datetime.now(UTC))
                if run is None
                else runs.open_run(folder, service.name, run)
            ),
            commit=commit,
            aws=aws,
            engine=engine,
            progress=progress,
            base_image=state.load(root).base_image,
        )
