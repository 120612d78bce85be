"""`python -m emulator --port 4566 --state DIR`: the local AWS in one process."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from .app import Emulator, Settings
from .ecs.engine import EngineError
from .registry import RegistryError
from .state import StateError


def _arguments(words: list[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="A local AWS on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=4566, help="where it listens (%(default)s)")
    parser.add_argument("--state", type=Path, required=True, help="the folder that keeps everything between runs")
    parser.add_argument("--registry-port", type=int, default=0, help="where the registry child listens (0: any free port)")
    parser.add_argument("--keep-tasks", action="store_true", help="leave the tasks' containers running at the end")
    parser.add_argument(
        "--start-cap",
        type=float,
        default=20.0,
        metavar="SECONDS",
        help="the longest that a task may take to get healthy for the first time, whatever its checks allow (%(default)s)",
    )
    found = parser.parse_args(words)
    return Settings(
        port=found.port,
        state=found.state.resolve(),
        registry_port=found.registry_port,
        keep_tasks=found.keep_tasks,
        start_cap=found.start_cap,
    )


def main(words: list[str]) -> int:
    """Run the emulator; 0 after an orderly end, 3 where it could not start."""
    settings = _arguments(words)
    os.environ.pop("AWS_PROFILE", None)  # boto3, on which moto rests, would look for it
    try:
        asyncio.run(Emulator(settings).run())
    except EngineError as error:
        sys.stderr.write(f"no Docker engine answers: {error}\nStart one, or point DOCKER_HOST at it.\n")
        return 3
    except (StateError, RegistryError) as error:
        sys.stderr.write(f"{error}\n")
        return 3
    except OSError as error:
        sys.stderr.write(f"cannot listen on 127.0.0.1:{settings.port}: {error.strerror or error}; give another --port\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
