"""The command line: parses, calls, prints, exits."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import goldgate
from goldgate.eval.errors import GoldgateError

from .evaluator_arguments import JSON_HELP, add_evaluator, add_report, add_standalone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

INTERRUPTED = 130
ONE_BLAS_THREAD = "OPENBLAS_NUM_THREADS", "1"
"""numpy starts a thread a core when it is imported, and nothing here multiplies matrices: a tenth of a short command's time."""
PIPELINE = frozenset({"run", "check", "plan", "build", "test", "evaluate", "push", "deploy", "publish", "rollback", "local"})
LEFT_AT_AN_INTERRUPT = "interrupted: no container of this command is left; a release that had begun goes on by itself"
EPILOG = """exit codes:
  0    done
  1    a gate or a contract check failed
  2    usage or configuration
  3    the outside failed: AWS, Docker, network
  4    the deployment failed and was rolled back
  5    inconclusive
  6    refused: chain broken, older commit, lock held
  130  interrupted"""

STAGES = {
    "build": "build the image of this commit and begin a run",
    "test": "hold the built image to its contract",
    "evaluate": "ask the built image its gold set, and judge the answers",
    "push": "push the image that passed to ECR",
    "deploy": "release the pushed image and prove that it runs",
    "publish": "write the report and upload it with the index of runs",
    "report": "write the report of a run again, from its records alone",
}
OF_OWN_FILE = {"evaluate": "evaluating:evaluate", "report": "report:report"}

LOCAL = {
    "up": "bring it up",
    "down": "end what up started",
    "status": "what of it is up",
    "env": 'shell lines that point AWS tools at it: eval "$(goldgate local env)"',
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one goldgate command and return its exit code; expected failures are one paragraph on standard error."""
    os.environ.setdefault(*ONE_BLAS_THREAD)
    args = parser().parse_args(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    from .console import make_console

    console = make_console(json=args.json)
    try:
        result = _call(args, console)
    except GoldgateError as error:
        console.close()
        return _failed(error, args)
    except KeyboardInterrupt:
        console.close()
        print(f"\n{left_at_an_interrupt(args)}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    finally:
        console.close()
    return _printed(result) if args.json else 0


def left_at_an_interrupt(args: argparse.Namespace) -> str:
    """What an interrupt leaves, by what was under way."""
    if getattr(args, "url", None) or getattr(args, "callable", None) or getattr(args, "function", None):
        kept = f"the journal in {args.out} keeps what was answered: --resume goes on with it" if args.out else "nothing is kept"
        return f"interrupted: {kept}"
    return LEFT_AT_AN_INTERRUPT if args.command in PIPELINE else "interrupted: nothing was written"


def _printed(result: dict[str, Any]) -> int:
    """Print JSON; a reader that has seen enough is no fault."""
    try:
        print(json.dumps(result, indent=2, ensure_ascii=False, default=str), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    return 0


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(prog="goldgate", description=goldgate.__doc__, epilog=EPILOG)
    top.formatter_class = argparse.RawDescriptionHelpFormatter
    top.add_argument("--version", action="version", version=f"goldgate {goldgate.__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _command(commands, "run", "the whole chain: build, test, evaluate, push, release, verify, publish", "stages:run")
    _command(commands, "check", "read configuration and gold sets, and look whether engine and AWS are ready", "look:check")
    _command(commands, "plan", "show what a deployment would change, without changing it", "look:plan", run=True)
    for name, text in STAGES.items():
        target = OF_OWN_FILE.get(name, f"stages:{name}")
        stage = _command(commands, name, text, target, run=name != "build")
        if name == "evaluate":
            add_standalone(stage)
        elif name == "report":
            add_report(stage)
    _command(commands, "status", "what is live, and what it passed", "look:status")
    history = _command(commands, "history", "the releases and rollbacks, newest first", "look:history")
    history.add_argument("--limit", type=int, default=20, help="how many (20)")
    rollback = _command(commands, "rollback", "go back to the last release that passed", "look:rollback")
    rollback.add_argument("--to", metavar="DIGEST|RUN", help="another release than the last one that passed")
    add_evaluator(commands)
    local = commands.add_parser("local", help="the local AWS: up, down, status, env").add_subparsers(dest="sub", required=True)
    for name, text in LOCAL.items():
        command = _command(local, name, text, f"local:{name}")
        if name == "down":
            command.add_argument("--images", action="store_true", help="remove the images of the services and the stand-in too")
    return top


def _command(commands: Any, name: str, text: str, target: str, *, run: bool = False) -> argparse.ArgumentParser:
    """A command with the arguments that all of them share; `target` is `file:function` in `commands/`."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(target=target)
    environment = os.environ.get("GOLDGATE_ENV", "local")
    command.add_argument("--config", default="ml_config.yaml", metavar="FILE", help="the configuration (ml_config.yaml)")
    command.add_argument("--env", default=environment, help=f"the environment to lay over it ({environment})")
    command.add_argument("--service", help="which service, where there are several")
    command.add_argument("--set", action="append", metavar="KEY=VALUE", help="override one key; may be repeated")
    command.add_argument("--json", action="store_true", help=JSON_HELP)
    if run:
        command.add_argument("--run", default="latest", metavar="RUN", help="the run to go on with (latest)")
    return command


def _call(args: argparse.Namespace, console: Any) -> dict[str, Any]:
    from importlib import import_module

    file, _, function = args.target.partition(":")
    result: dict[str, Any] = getattr(import_module(f".commands.{file}", __package__), function)(args, console)
    return result


def _failed(error: GoldgateError, args: argparse.Namespace) -> int:
    from .github import annotations_of, in_actions

    if args.json:
        print(json.dumps(error.outcome or error.to_json(), indent=2, ensure_ascii=False, default=str))
    else:
        print(error, file=sys.stderr)
    if in_actions():
        print("\n".join(annotations_of(error)), file=sys.stderr if args.json else sys.stdout)
    return error.exit_code


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
