"""`goldgate judge` on tables of every kind, and on tables that are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from tests.fakes.command_line import call, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def scores(n: int = 400, labelled: int = 100) -> pl.DataFrame:
    """A judge that takes a fifth of the wrong answers for right ones, beside people who saw the first hundred."""
    generator = np.random.default_rng(1)
    human = generator.random(n) < 0.6
    judge = human | (generator.random(n) < 0.2)
    seen = pl.Series([bool(value) if place < labelled else None for place, value in enumerate(human)])
    return pl.DataFrame({"answer": [f"a{place}" for place in range(n)], "judge": judge, "human": seen})


@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "t.jsonl"])
def test_the_lenient_judge_is_corrected(tmp_path: Path, name: str) -> None:
    write: dict[str, Callable[[Path], None]] = {
        "t.csv": scores().write_csv,
        "t.parquet": scores().write_parquet,
        "t.jsonl": scores().write_ndjson,
    }
    write[name](tmp_path / name)
    done = call("judge", name, "--judge", "judge", "--human", "human", "--json", cwd=tmp_path)
    data = done.data
    assert (done.code, data["rows"], data["n"], data["labelled"]) == (0, 400, 400, 100)
    assert data["columns"] == {"judge": "judge", "human": "human"}
    assert data["raw"]["value"] > data["corrected"]["ci_high"]
    assert data["corrected"]["ci_low"] < 0.6 < data["corrected"]["ci_high"]
    assert data["corrected"]["worth"] > 100
    assert data["agreement"]["agreement"]["value"] > data["agreement"]["kappa"]["value"] > 0.7


def test_people_read_lines(tmp_path: Path) -> None:
    scores().write_csv(tmp_path / "t.csv")
    done = run("judge", "t.csv", "--judge", "judge", "--human", "human", cwd=tmp_path)
    first, *rest = done.out.splitlines()
    assert first == "400 rows, 400 with a judge's score, 100 of these with a human one"
    assert [line.split()[0] for line in rest] == [
        "agreement", "kappa", "kappa_quadratic", "pearson", "spearman", "kendall", "judge,", "people", "corrected",
    ]  # fmt: skip


def test_stars_are_no_fractions_and_blanks_are_no_scores(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("j,h\n5,4\n4,\nn/a,3\n3,3\n,\n1,2\n2,1\n")
    data = call("judge", "t.csv", "--judge", "j", "--human", "h", "--json", cwd=tmp_path).data
    assert (data["rows"], data["n"], data["labelled"]) == (7, 5, 4)
    assert data["raw"]["value"] == 3
    assert data["human"]["value"] == 2.5


def test_weights_and_clusters_count(tmp_path: Path) -> None:
    table = scores().with_columns(cluster=pl.int_range(pl.len()) // 4, w=pl.when("judge").then(3).otherwise(1))
    table.write_parquet(tmp_path / "t.parquet")
    plain = call("judge", "t.parquet", "--judge", "judge", "--human", "human", "--json", cwd=tmp_path).data
    weighed = call("judge", "t.parquet", "--judge", "judge", "--human", "human", "--weights", "w", "--json", cwd=tmp_path).data
    assert weighed["raw"]["value"] > plain["raw"]["value"]


def test_no_label_leaves_the_raw_mean(tmp_path: Path) -> None:
    scores(labelled=0).write_csv(tmp_path / "t.csv")
    data = call("judge", "t.csv", "--judge", "judge", "--human", "human", "--json", cwd=tmp_path).data
    assert (data["agreement"], data["corrected"], data["labelled"]) == (None, None, 0)
    assert data["raw"]["ci_low"] is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("t.csv", "--judge", "nope", "--human", "human"), 'the table has no column "nope"'),
        (("t.csv", "--judge", "answer", "--human", "human"), "'a0', which is no number"),
        (("t.csv", "--judge", "judge", "--human", "human", "--weights", "human"), "a weight that is not above 0"),
        (("gone.csv", "--judge", "judge", "--human", "human"), "there is no such table"),
    ],
)
def test_a_wrong_call_is_said_and_exits_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    scores().write_csv(tmp_path / "t.csv")
    done = run("judge", *arguments, cwd=tmp_path)
    assert (done.code, said in done.err) == (2, True)
    assert json.loads(run("judge", *arguments, "--json", cwd=tmp_path).out)["exit_code"] == 2
