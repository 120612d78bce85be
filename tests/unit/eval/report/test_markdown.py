from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.report.markdown import LIMIT, escape, evaluation_summary, summary
from goldgate.eval.report.model import ChangeBlock, Links

from .sample import HOSTILE, sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_summary_is_as_the_gold_file_has_it(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    golden("summary.md", summary(sample(tmp_path)))


def test_however_much_changed_it_fits_a_comment(tmp_path: Path) -> None:
    huge = ChangeBlock(title="ml_config.yaml", kind="diff", lines=tuple("+ " + "x" * 90 for _ in range(2_000)))
    text = summary(replace(sample(tmp_path), changes=(huge, huge)))
    assert len(text) < LIMIT
    assert text.endswith("The rest stands in the report.\n")
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0


MARKDOWN = ("@everyone #12 [x](javascript:y) ![i](http://e.vil/x)", "| a | **b** ~~c~~ `d`", "two\nlines\n# title")


@pytest.mark.parametrize("poison", [*HOSTILE, *MARKDOWN])
def test_text_of_others_stays_text(poison: str) -> None:
    said = escape(poison)
    assert "\n" not in said
    assert not re.search(r"(?<!\\)[<>\[\]|*`#!]", said.replace("&lt;", "").replace("&gt;", ""))
    assert not re.search(r"(?<!\w)@\w", said)
    assert "://" not in said


def test_secrets_are_masked_before_a_text_is_cut(tmp_path: Path) -> None:
    secret = "ghp_" + "q7Zt2Lm9Xk" * 4
    assert escape(f"use {secret}") == "use \\[masked: GitHub token\\]"
    wrong = pl.DataFrame({"id": ["a"], "input": ["x" * 150 + f" {secret}"], "answer.token_f1": [0.0]})
    assert "ghp\\_" not in evaluation_summary({}, wrong)


def test_hostile_answers_add_no_mark_up(tmp_path: Path) -> None:
    text = summary(sample(tmp_path, hostile=True))
    assert set(re.findall(r"<[^>]+>", text)) == {"<details>", "</details>", "<summary>", "</summary>"}


def test_without_a_baseline_the_wrong_cases_are_listed(tmp_path: Path) -> None:
    text = summary(sample(tmp_path, live=False))
    assert "34 cases wrong" in text
    assert "and 14 more in the report" in text


def test_a_rollback_shows_its_cause_and_its_steps(tmp_path: Path) -> None:
    release = {
        "status": "rolled_back",
        "cause": "killed for memory\ntask memory limit 1,024 MB",
        "next": "raise memory",
        "steps": [{"at": "2026-11-20T14:05:12Z", "text": "2 tasks stopped"}],
    }
    text = summary(replace(sample(tmp_path), release=release))
    assert text.startswith("**✕ finrag: rolled back.** killed for memory.")
    assert "Timeline, 1 step" in text
    assert "| 14:05:12 | 2 tasks stopped |" in text


def test_a_link_that_is_no_address_is_left_out(tmp_path: Path) -> None:
    report = sample(tmp_path)
    assert "[Report](https://reports.example/finrag/)" in summary(report)
    assert "[Report]" not in summary(replace(report, links=Links(report="javascript:alert(1)")))


def standalone(folder: Path, *, live: bool = True, **changed: object) -> str:
    report = sample(folder, live=live, hostile="hostile" in changed)
    evaluation = {**(report.evaluation or {}), **changed}
    before = pl.read_parquet(report.baseline_cases) if report.baseline_cases else None
    return evaluation_summary(evaluation, pl.read_parquet(folder / "cases.parquet"), before, name="finrag gold")


def test_an_evaluation_without_a_pipeline_has_a_summary_too(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    golden("evaluation.md", standalone(tmp_path))


def test_slices_that_the_evaluation_found_to_have_moved_are_the_ones_shown(tmp_path: Path) -> None:
    part = {"tag": "kind", "value": "a|b", "metric": "answer.token_f1", "n": 7, "baseline": 0.5, "value_": 0.25, "diff": -0.25}
    text = standalone(tmp_path, moved=[{**part, "p": 0.0004, "p_adjusted": 0.0123}, {**part, "diff": 0.0, "p_adjusted": 1.0}])
    assert "1 slice moved most, p corrected for all slices" in text
    assert "| slice | metric | live | this | diff | p | cases |" in text
    assert r"| kind: a\|b | `answer.token_f1` | 0.500 | 0.250 | -25.0 | 0.012 | 7 |" in text
    assert "| slice |" not in standalone(tmp_path, moved=[])


def test_without_gates_metrics_and_wrong_cases_are_told(tmp_path: Path) -> None:
    text = standalone(tmp_path, live=False, gates=[], baseline=None, slices=[])
    assert "<summary>34 cases wrong</summary>" in text
    assert "| `retrieval.recall@10` | 0.927 | 0.904 to 0.950 |" in text


def test_a_huge_evaluation_still_fits_a_comment(tmp_path: Path) -> None:
    metrics = {f"house.metric_{place}": {"value": 0.5, "n": 3} for place in range(500)}
    text = standalone(tmp_path, metrics=metrics)
    assert len(text) < LIMIT
    assert "and 460 more in evaluation.json" in text


def test_hostile_text_in_a_standalone_summary_adds_no_mark_up(tmp_path: Path) -> None:
    text = standalone(tmp_path, hostile=True)
    assert set(re.findall(r"<[^>]+>", text)) == {"<details>", "</details>", "<summary>", "</summary>"}
