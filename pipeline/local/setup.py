"""`goldgate local up | down | status`."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import local_state as states
from ..engine import Engine
from ..errors import OutsideError
from .base_image import STAND_IN, WANTED, ensure_base_image
from .emulator_process import ensure_emulator, health, stop_emulator
from .engine_setup import ensure_builder, ensure_engine, ensure_registry
from .processes import end, is_program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..config.load import Config
    from ..progress import Progress


def up(root: Path, config: Config | None, progress: Progress) -> states.LocalState:
    """Bring up engine, base image and emulator, and make there what the configuration names; what is up stays as it is.

    The state file is written after every step, so that `down` knows of it even when a later one fails.

    Raises:
        OutsideError: something cannot be had on this machine; says what to do.
    """
    state = states.load(root)
    engine, engine_pid = ensure_engine(root, progress)
    if engine_pid:
        state = replace(state, engine_pid=engine_pid)
        states.save(root, state)
    state = replace(state, base_image=ensure_base_image(engine, progress))
    states.save(root, state)
    ensure_builder(progress)
    ensure_registry(progress)
    state = replace(state, emulator_pid=ensure_emulator(root, state, progress))
    states.save(root, state)
    if config is not None:
        from ..aws import Aws
        from .provision import provision

        provision(config, Aws.of(config.aws, root, {}), state, progress)
    return state


def down(root: Path, progress: Progress, *, images: Sequence[str] = ()) -> list[str]:
    """End what `up` started and nothing else; returns what was ended.

    `images` are names of repositories whose images are removed before the engine goes, the stand-in base image with them.
    """
    state = states.load(root)
    ended: list[str] = []
    if stop_emulator(state):
        ended.append(f"the local AWS (process {state.emulator_pid})")
    with contextlib.suppress(OutsideError):
        engine = Engine.connect()
        if count := engine.remove_left_behind():
            ended.append(f"{count} container{'s' if count > 1 else ''} left behind")
        if images and (count := engine.remove_images([*images, STAND_IN.partition(":")[0]])):
            ended.append(f"{count} image{'s' if count > 1 else ''}")
    if is_program(state.engine_pid, "dockerd"):
        progress.step("stopping the Docker engine")
        end(state.engine_pid, seconds=30)
        ended.append(f"the Docker engine (process {state.engine_pid})")
    states.save(root, replace(state, emulator_pid=0, engine_pid=0))
    return ended


def status(root: Path) -> dict[str, Any]:
    """What is up: engine, base image, emulator; for people and for `--json`."""
    state = states.load(root)
    try:
        engine: Engine | None = Engine.connect()
    except OutsideError:
        engine = None
    images = [name for name in (WANTED, STAND_IN) if engine and engine.has_image(name)]
    return {
        "format": 1,
        "engine": {"name": engine.name, "version": engine.version, "started_here": bool(state.engine_pid)} if engine else None,
        "base_image": images[0] if images else None,
        "endpoint": state.endpoint,
        "emulator": health(state),
    }
