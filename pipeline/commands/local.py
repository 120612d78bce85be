"""`goldgate local up | down | status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .opening import load, root_of

if TYPE_CHECKING:
    import argparse

    from ..progress import Progress


def up(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Bring up engine, base image and emulator, and make there what the configuration names."""
    from ..context import Stopwatch
    from ..local import setup

    watch = Stopwatch()
    config = load(args, check_files=False)
    progress.begin("local")
    state = setup.up(root_of(args), config, progress)
    progress.end("local", f"AWS stands in at {state.endpoint}", watch.seconds)
    return {"format": 1, "endpoint": state.endpoint, "base_image": state.base_image}


def down(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """End what `up` started."""
    from ..local import setup

    progress.begin("local")
    images = [service.deploy.repository for service in load(args, check_files=False).services.values()] if args.images else []
    ended = setup.down(root_of(args), progress, images=images)
    progress.line("  local       " + (f"ended {', '.join(ended)}" if ended else "nothing of goldgate's was running"))
    return {"format": 1, "ended": ended}


def status(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """What of it is up."""
    from ..local import setup

    found = setup.status(root_of(args))
    engine, emulator = found["engine"], found["emulator"]
    progress.line(f"  engine      {engine['name'] + ' ' + engine['version'] if engine else 'none answers'}")
    progress.line(f"  base image  {found['base_image'] or 'none yet'}")
    progress.line(f"  local AWS   {found['endpoint'] + ' (process ' + str(emulator.get('pid')) + ')' if emulator else 'down'}")
    return found


def env(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Shell lines that point every AWS tool at the local AWS: `eval "$(goldgate local env)"`."""
    from ..aws import EMULATOR_CREDENTIALS
    from ..local_state import load as load_state

    region = load(args, check_files=False).aws.region
    variables = {"AWS_ENDPOINT_URL": load_state(root_of(args)).endpoint, "AWS_DEFAULT_REGION": region, "AWS_REGION": region}
    variables |= {name.upper(): value for name, value in EMULATOR_CREDENTIALS.items()}
    for name, value in variables.items():
        progress.line(f"export {name}={value}")
    return variables
