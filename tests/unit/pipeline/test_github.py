from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.config.configerror import ConfigError
from goldgate.pipeline.errors import GoldgateError, OutsideError, Problems, UsageError
from goldgate.pipeline.github import SUMMARY_BYTES, annotations_of, in_actions, write_output, write_summary

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("variables", "told"), [({"GITHUB_ACTIONS": "true"}, True), ({"GITHUB_ACTIONS": ""}, False), ({}, False)]
)
def test_a_workflow_is_told_by_its_variable(variables: dict[str, str], *, told: bool) -> None:
    assert in_actions(variables) is told


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            ConfigError('unknown key "retreival".', file="ml_config.yaml", line=27, next_step="Keys: docs/config.md"),
            '::error file=ml_config.yaml,line=27,title=goldgate::unknown key "retreival". Keys: docs/config.md',
        ),
        (
            UsageError("is 100 % wrong\r\nin two lines", where="a,b:c.jsonl:118"),
            "::error file=a%2Cb%3Ac.jsonl,line=118,title=goldgate::is 100 %25 wrong%0D%0Ain two lines",
        ),
        (
            OutsideError("there is no such key.", where="s3://finrag-data/x.parquet"),
            "::error title=goldgate::s3://finrag-data/x.parquet: there is no such key.",
        ),
        (
            OutsideError("the port is held.", where="http://127.0.0.1:4566"),
            "::error title=goldgate::http://127.0.0.1:4566: the port is held.",
        ),
        (OutsideError("no engine answers.", next_step="Start it."), "::error title=goldgate::no engine answers. Start it."),
        (UsageError("is absent.", where=":12"), "::error title=goldgate:::12: is absent."),
    ],
)
def test_an_error_becomes_an_annotation(error: GoldgateError, line: str) -> None:
    assert annotations_of(error) == [line]


def test_ten_annotations_at_most_in_the_order_of_the_file() -> None:
    problems = Problems([UsageError(f"fault {n}", where=f"g.jsonl:{n}") for n in range(1, 14)])
    lines = annotations_of(problems)
    assert [line.partition("title=goldgate::")[2] for line in lines] == [f"fault {n}" for n in range(1, 11)]


def test_the_summary_is_appended(tmp_path: Path) -> None:
    target = tmp_path / "summary.md"
    for text in ("# finrag: passed", "# bot: blocked ✕"):
        write_summary(text, {"GITHUB_STEP_SUMMARY": str(target)})
    assert target.read_text(encoding="utf-8") == "# finrag: passed\n# bot: blocked ✕\n"


@pytest.mark.parametrize("pad", [0, 1, 2])
def test_a_summary_too_large_is_cut_between_characters_and_says_so(tmp_path: Path, pad: int) -> None:
    target = tmp_path / "summary.md"
    write_summary("x" * pad + "€" * SUMMARY_BYTES, {"GITHUB_STEP_SUMMARY": str(target)})
    text = target.read_bytes().decode("utf-8")
    assert "the whole is in the report" in text
    assert set(text.partition("\n")[0]) <= {"x", "€"}
    assert SUMMARY_BYTES - 3 <= len(text.partition("\n")[0].encode()) <= SUMMARY_BYTES
    assert target.stat().st_size < 1024 * 1024


def test_a_summary_that_just_fits_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "summary.md"
    write_summary("x" * SUMMARY_BYTES, {"GITHUB_STEP_SUMMARY": str(target)})
    assert target.read_text() == "x" * SUMMARY_BYTES + "\n"


def test_outputs_stand_on_one_line_each(tmp_path: Path) -> None:
    target = tmp_path / "output"
    write_output("verdict", "pass", {"GITHUB_OUTPUT": str(target)})
    write_output("headline", "recall fell\nevil=1", {"GITHUB_OUTPUT": str(target)})
    assert target.read_text() == "verdict=pass\nheadline=recall fell evil=1\n"


def test_outside_of_a_workflow_nothing_is_written(tmp_path: Path) -> None:
    write_summary("text", {})
    write_output("a", "b", {"GITHUB_OUTPUT": ""})
    assert list(tmp_path.iterdir()) == []
