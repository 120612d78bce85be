from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.evaluation import compare_tables

if TYPE_CHECKING:
    from pathlib import Path


def tables(tmp_path: Path, a: dict[str, Any], b: dict[str, Any], suffix: str = ".csv") -> tuple[Path, Path]:
    paths = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    for path, columns in zip(paths, (a, b), strict=True):
        frame = pl.DataFrame({"id": [f"q{place}" for place in range(len(next(iter(columns.values()))))], **columns})
        if suffix == ".csv":
            frame.write_csv(path)
        elif suffix == ".parquet":
            frame.write_parquet(path)
        else:
            frame.write_ndjson(path)
    return paths


def discordant() -> tuple[list[int], list[int]]:
    """[[23, 15], [19, 31]]: rows are A right or wrong, columns B."""
    return [1] * 38 + [0] * 50, [1] * 23 + [0] * 15 + [1] * 19 + [0] * 31


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
def test_binary_columns_get_mcnemar(tmp_path: Path, suffix: str) -> None:
    a, b = discordant()
    result = compare_tables(*tables(tmp_path, {"right": a}, {"right": b}, suffix))
    found = result["metrics"]["right"]
    assert result["format"] == 1
    assert result["cases"] == {"a": 88, "b": 88, "common": 88, "changed": 0}
    assert found["tests"]["mcnemar_exact"] == {"b": 15, "c": 19, "p": pytest.approx(0.60759136, abs=5e-9)}
    assert found["tests"]["permutation"] == {"p": found["tests"]["mcnemar_exact"]["p"], "resamples": None}
    assert (found["n"], found["wins"], found["losses"], found["ties"]) == (88, 19, 15, 54)
    assert found["diff"] == pytest.approx(4 / 88)
    assert found["ci_low"] < found["diff"] < found["ci_high"]
    assert found["p_adjusted"] == found["tests"]["mcnemar_exact"]["p"]
    assert json.loads(json.dumps(result)) == result


def test_graded_columns_equal_scipy(tmp_path: Path) -> None:
    from scipy import stats

    generator = np.random.default_rng(2)
    a = generator.random(80).round(2)
    b = (a + generator.normal(0.02, 0.1, 80)).round(2)
    found = compare_tables(*tables(tmp_path, {"m": a, "n": a}, {"m": b, "n": a}))["metrics"]
    tests = found["m"]["tests"]
    t = stats.ttest_rel(b, a)
    assert tests["paired_t"] == {"statistic": pytest.approx(t.statistic), "df": 79, "p": pytest.approx(t.pvalue)}
    assert tests["wilcoxon"]["p"] == pytest.approx(stats.wilcoxon(b - a, zero_method="pratt").pvalue)
    assert tests["kendall_tau"] == pytest.approx(stats.kendalltau(a, b).statistic)
    assert tests["permutation"]["p"] == pytest.approx(t.pvalue, abs=0.02)
    assert "mcnemar_exact" not in tests
    assert found["m"]["p_adjusted"] == min(1, 2 * tests["permutation"]["p"])
    assert found["n"]["tests"]["paired_t"] is None
    assert found["n"]["p_adjusted"] == 1.0


def test_clusters_are_heeded(tmp_path: Path) -> None:
    a, b = discordant()
    clusters = [f"d{place // 8}" for place in range(88)]
    found = compare_tables(*tables(tmp_path, {"m": a, "cluster": clusters}, {"m": b, "cluster": clusters}))["metrics"]["m"]
    assert found["tests"]["paired_t"]["df"] == 10


def test_only_common_ids_count(tmp_path: Path) -> None:
    a, b = tables(tmp_path, {"m": [0.1, 0.2, 0.3]}, {"m": [0.1, 0.4]})
    result = compare_tables(a, b)
    assert result["cases"] == {"a": 3, "b": 2, "common": 2, "changed": 0}
    assert result["metrics"]["m"]["n"] == 2


def test_a_run_folder_stands_for_its_table(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "m": [0.1, 0.9]})
    (tmp_path / "run" / "finrag").mkdir(parents=True)
    frame.write_parquet(tmp_path / "run" / "finrag" / "cases.parquet")
    assert compare_tables(tmp_path / "run", tmp_path / "run")["metrics"]["m"]["ties"] == 2


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no such table"),
        ({"a.csv": "name,m\nx,1\n"}, "no column id"),
        ({"a.csv": "id,m\nx,1\nx,2\n"}, 'the id "x" stands in the table more than once'),
        ({"a.csv": "id,m\ny,1\n"}, "no case in common"),
        ({"a.csv": "id,k\nx,1\n"}, "no numeric column in common"),
    ],
)
def test_what_cannot_be_compared_is_said(tmp_path: Path, files: dict[str, str], message: str) -> None:
    (tmp_path / "b.csv").write_text("id,m\nx,1\n")
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=message):
        compare_tables(tmp_path / "a.csv", tmp_path / "b.csv")


def test_a_file_of_another_kind_or_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(UsageError, match="is no table that can be compared"):
        compare_tables(tmp_path / "a.txt", tmp_path / "a.txt")
    with pytest.raises(UsageError, match=r"holds no cases\.parquet"):
        compare_tables(tmp_path, tmp_path)
