"""The workload, the bars and the table of the bench beside peers."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from bench.peers.contenders import contenders
from bench.peers.tables import misses, rendered
from bench.peers.workload import make

if TYPE_CHECKING:
    from pathlib import Path


def figures(**seconds: float) -> dict[str, Any]:
    return {key: {"seconds": value, "peak_mb": 100.0} for key, value in seconds.items()}


def results(**sizes: dict[str, Any]) -> dict[str, Any]:
    return {
        "titles": {key: key for size in sizes.values() for key in size},
        "sizes": {k.strip("n"): v for k, v in sizes.items()},
    }


def test_the_workload_says_how_many_answers_are_right(tmp_path: Path) -> None:
    work = make(tmp_path, 500)
    golds, answers = ([json.loads(line) for line in path.read_text().splitlines()] for path in (work.gold, work.responses))
    right = sum(gold["expected"]["answer"] == answer["answer"] for gold, answer in zip(golds, answers, strict=True))
    assert work.right == right / 500
    assert 0.75 < work.right < 0.85
    assert make(tmp_path / "again", 500).right == work.right


def test_bars_are_held_at_their_limits() -> None:
    assert misses(results(n10000=figures(bare=0.5, score=1.0, evaluate=1.0, ragas=6.0))) == []


def test_each_missed_bar_is_a_sentence() -> None:
    missed = misses(results(n10000=figures(bare=0.5, score=1.01, ragas=6.0)))
    assert missed == [
        "goldgate score takes 2.02 times the bare loop's time; the bar is 2",
        "goldgate score is 5.94 times as fast as ragas; the bar is 6",
    ]


def test_bars_are_for_ten_thousand_cases() -> None:
    assert misses(results(n1000=figures(bare=0.5, score=10.0, ragas=1.0))) == []


def test_who_took_no_part_has_dashes() -> None:
    page = rendered(results(n1000=figures(bare=0.5, deepeval=4.0), n10000=figures(bare=0.5)))
    assert page.splitlines()[3] == "| deepeval | 4.00 s | 100 MB | 8.0 | - | - | - |"


def test_commands_run_in_empty_folders_of_their_own_without_telemetry(tmp_path: Path) -> None:
    work, out = make(tmp_path / "work", 10), tmp_path / "out"
    out.mkdir()
    (out / "old").touch()
    bare = next(each for each in contenders(tmp_path / "cache") if each.key == "bare")
    command = bare.command(work, out)
    assert command.before is not None
    command.before()
    assert list(out.iterdir()) == []
    assert (command.cwd, command.argv[0]) == (out, sys.executable)
    assert command.env is not None
    assert command.env["DEEPEVAL_TELEMETRY_OPT_OUT"] == "1"
    assert not (tmp_path / "cache").exists()
