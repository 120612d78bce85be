"""Time and memory of a command and of what it starts."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from bench.measure import Command, CommandFailed, interleaved, medians, run, save, table

if TYPE_CHECKING:
    from pathlib import Path

HUNGRY = "import time; room = bytearray({}); time.sleep(0.2)"
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {HUNGRY.format(60_000_000)!r}])
room = bytearray(60_000_000)
sys.exit(child.wait())
"""


def python(code: str, **others: object) -> Command:
    return Command(argv=[sys.executable, "-c", code], **others)  # type: ignore[arg-type]


def test_the_memory_of_the_whole_tree_counts() -> None:
    alone, tree = run(python(HUNGRY.format(60_000_000))), run(python(PARENT))
    assert 55 < alone.peak_mb < 100
    assert 115 < tree.peak_mb < 200


def test_wall_time_is_that_of_the_command() -> None:
    done = run(python("import time; time.sleep(0.3)"))
    assert 0.3 <= done.seconds < 3
    assert done.cpu_seconds < done.seconds


def test_another_exit_code_is_an_error_that_says_what_was_written() -> None:
    with pytest.raises(CommandFailed, match=r"ended with 3:\nwhat happened"):
        run(python("print('what happened'); raise SystemExit(3)"))
    assert run(python("raise SystemExit(3)", ok=(0, 3))).exit_code == 3


def test_a_traceback_is_no_result_though_its_code_is_one_of_those_that_count() -> None:
    with pytest.raises(CommandFailed, match="ValueError: what"):
        run(python("raise ValueError('what')", ok=(0, 1)))


def test_a_command_that_hangs_is_ended() -> None:
    with pytest.raises(CommandFailed, match="ended with -9"):
        run(python("import time; time.sleep(60)", timeout_seconds=0.3))


def test_a_talkative_command_is_read_while_it_runs() -> None:
    assert len(run(python("print('x' * 1_000_000)")).stdout) == 1_000_001


def test_commands_take_turns_and_their_preparation_is_not_measured(tmp_path: Path) -> None:
    order = tmp_path / "order"
    order.touch()

    def prepare() -> None:
        order.write_text(order.read_text() + ".")

    noted = "from pathlib import Path; p = Path({!r}); p.write_text(p.read_text() + {!r})"
    commands = {name: python(noted.format(str(order), name), before=prepare) for name in "ab"}
    assert interleaved(commands, runs=2)["a"].runs == 2
    assert order.read_text() == ".a.b.a.b"


def test_bytecode_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert run(python("import sys; print(sys.dont_write_bytecode)")).stdout == "False\n"


def test_medians_of_runs() -> None:
    runs = [run(python("pass")) for _ in range(3)]
    figures = medians(runs)
    assert figures.fastest <= figures.seconds <= figures.slowest
    assert figures.seconds == sorted(each.seconds for each in runs)[1]


def test_results_carry_the_machine(tmp_path: Path) -> None:
    path = save("bench", {"bar": 3}, tmp_path / "results", page=table(["a", "b"], [["c", "1"]]))
    assert {"machine", "bar"} == json.loads(path.read_text()).keys()
    assert path.with_suffix(".md").read_text() == "| a | b |\n| --- | ---: |\n| c | 1 |\n"
