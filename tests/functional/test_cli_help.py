"""What goldgate says of itself, and what that costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import goldgate
from tests.fakes.command_line import ROOT, call, run

COMMANDS = [
    "run",
    "check",
    "plan",
    "build",
    "test",
    "evaluate",
    "push",
    "deploy",
    "publish",
    "report",
    "status",
    "history",
    "rollback",
    "score",
    "compare",
    "merge",
    "judge",
    "gold lint",
    "gold hash",
    "gold convert",
    "gold power",
    "local up",
    "local down",
    "local status",
]
HEAVY = ["polars", "numpy", "scipy", "boto3", "botocore", "docker", "pydantic", "aiohttp", "jinja2", "rich", "requests", "yaml"]


def test_help_names_every_command_and_every_exit_code() -> None:
    done = run("--help", cwd=ROOT)
    assert (done.code, done.err) == (0, "")
    for command in {name.split()[0] for name in COMMANDS}:
        assert f"\n    {command} " in done.out
    codes = done.out[done.out.index("exit codes:") :]
    assert [line.split()[0] for line in codes.splitlines()[1:] if line.strip()] == ["0", "1", "2", "3", "4", "5", "6", "130"]


def test_version_is_the_packages() -> None:
    assert run("--version", cwd=ROOT).out == f"goldgate {goldgate.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_names_its_arguments(command: str) -> None:
    done = call(*command.split(), "--help", cwd=ROOT)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"usage: goldgate {command} ")
    assert "--json" in done.out


def test_the_list_of_commands_here_is_whole() -> None:
    listed = call("--help", cwd=ROOT).out.partition("COMMAND\n")[2].partition("exit codes:")[0]
    found = {line.split()[0] for line in listed.splitlines() if line.startswith("    ") and not line.startswith("     ")}
    assert found == {name.split()[0] for name in COMMANDS}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["depoly"], "invalid choice: 'depoly'"),
        (["gold"], "the following arguments are required: COMMAND"),
        (["run", "--nope"], "unrecognized arguments: --nope"),
        (["score", "--gold", "x"], "the following arguments are required: --responses"),
        (["gold", "lint", "x", "--missing-evidence", "maybe"], "invalid choice: 'maybe'"),
        (["history", "--limit", "many"], "invalid int value: 'many'"),
    ],
)
def test_a_wrong_call_is_said_with_usage(words: list[str], told: str) -> None:
    done = call(*words, cwd=ROOT)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("usage: goldgate")
    assert told in done.err


def test_defaults_follow_the_environment() -> None:
    assert "lay over it (local)" in call("run", "--help", cwd=ROOT).out
    assert "lay over it (staging)" in call("run", "--help", cwd=ROOT, GOLDGATE_ENV="staging").out


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["compare", "--help"], ["nope"]])
def test_help_and_version_import_nothing_heavy(words: list[str]) -> None:
    program = (
        "import sys, json, contextlib, io\n"
        "from goldgate.pipeline.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), "
        "contextlib.suppress(SystemExit):\n"
        f"    main({words!r})\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == []


def test_the_package_itself_imports_nothing_heavy() -> None:
    program = f"import sys, goldgate; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_the_heavy_ones_are_what_they_are_called() -> None:
    """A name misspelt above would never be imported by anyone."""
    from importlib.util import find_spec

    assert [name for name in HEAVY if find_spec(name) is None] == []


def test_the_installed_command_is_this_one() -> None:
    program = Path(sys.executable).parent / "goldgate"
    if not program.exists():
        pytest.skip("goldgate is not installed into this environment")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60)
    assert done.stdout == f"goldgate {goldgate.__version__}\n"
