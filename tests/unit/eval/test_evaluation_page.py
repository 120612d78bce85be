"""What docs/evaluation.md shows is what goldgate takes."""

from __future__ import annotations

import re
import shlex
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from goldgate import load_gold
from goldgate.eval.judge.rubric_file import load_rubrics
from goldgate.eval.score.registry import METRICS, OPERATIONAL, default_names
from goldgate.pipeline.cli import parser
from goldgate.pipeline.commands.evaluating import read_mapping
from goldgate.pipeline.commands.terms import parse_gate
from tests.references.page import PAGE

if TYPE_CHECKING:
    from pathlib import Path

TEXT = PAGE.read_text(encoding="utf-8")
COMMAND = re.compile(r"`(goldgate (?:score|evaluate|compare|judge|gold \w+) [^`]*)`")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def commands() -> list[str]:
    shown = [line for block in blocks("") for line in block.replace("\\\n", " ").splitlines() if line.startswith("goldgate")]
    return [*shown, *COMMAND.findall(TEXT)]


@pytest.mark.parametrize("command", commands())
def test_commands_are_understood(command: str) -> None:
    args = parser().parse_args(shlex.split(command)[1:])
    for gate in getattr(args, "gate", []):
        assert parse_gate(gate).rules


def test_the_case_is_a_gold_set(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(blocks("json")[0].replace("\n ", " "))
    [case] = load_gold(path).cases
    assert (case.expected.numeric, case.expected.evidence["s-118"], case.tags["kind"]) == (14.8, 2, "figure")


def test_the_request_is_a_mapping() -> None:
    assert read_mapping(blocks("json")[1]).answer == "answer"


def test_the_rubrics_are_rubrics(tmp_path: Path) -> None:
    path = tmp_path / "rubrics.yaml"
    path.write_text(blocks("yaml")[0])
    file = load_rubrics(path)
    assert [(rubric.name, rubric.kind) for rubric in file.rubrics] == [("helpfulness", "rating"), ("preferred", "preference")]
    assert {rubric.model for rubric in file.rubrics} == file.models.keys()


def test_the_library_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "a", "input": "What?", "expected": {"answer": "the 10-K"}}\n')
    service = ModuleType("my_service")
    service.answer = lambda question: "10-K"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "my_service", service)
    monkeypatch.chdir(tmp_path)
    try:
        exec(blocks("python")[0], {"my_service": service})
    finally:
        METRICS.pop("house.cites_a_filing", None)
    assert capsys.readouterr().out == "1.0 pass\n"


def test_every_metric_is_on_the_page() -> None:
    default_names()
    table = TEXT.partition("## Metrics")[2].partition("## A model as judge")[0]
    told = {name for cell in re.findall(r"`([^`]+)`", table) for name in _names(cell)}
    missing = {name.rstrip("@^") for name, metric in METRICS.items() if not metric.user} | set(OPERATIONAL)
    assert missing - told == set()


def _names(cell: str) -> set[str]:
    """The names that a cell stands for: `a.{b,c}[@k]` is a.b and a.c."""
    family, brace, rest = cell.partition("{")
    inside, _, after = rest.partition("}")
    names = [f"{family}{part}{after}" for part in inside.split(",")] if brace else [cell]
    return {re.sub(r"\[.*\]|[@^]\w$", "", name) for name in names}
