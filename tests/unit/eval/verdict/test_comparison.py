from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.evaluation import compare_tables
from goldgate.eval.verdict.comparison import compare

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
    assert found["tests"]["mcnemar_corrected"] == {"p": pytest.approx(0.60690543, abs=5e-9)}
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
    with pytest.raises(UsageError, match="is no table that can be read"):
        compare_tables(tmp_path / "a.txt", tmp_path / "a.txt")
    with pytest.raises(UsageError, match=r"holds no cases\.parquet"):
        compare_tables(tmp_path, tmp_path)


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_b_counts_what_a_had_right_and_c_what_b_has_right(tmp_path: Path) -> None:
    found = compare_tables(*tables(tmp_path, {"m": [1, 1, 1, 0, 0]}, {"m": [0, 0, 1, 1, 0]}))["metrics"]["m"]
    assert (found["tests"]["mcnemar_exact"]["b"], found["tests"]["mcnemar_exact"]["c"]) == (2, 1)
    assert (found["wins"], found["losses"], found["ties"], found["diff"]) == (1, 2, 2, pytest.approx(-0.2))
    assert found["tests"]["paired_t"]["statistic"] < 0


def test_one_common_case_has_no_interval_and_says_so(tmp_path: Path) -> None:
    found = compare_tables(*tables(tmp_path, {"m": [0.2]}, {"m": [0.7]}))["metrics"]["m"]
    assert (found["n"], found["diff"], found["ci_low"], found["note"]) == (1, pytest.approx(0.5), None, "insufficient data")
    assert (found["tests"]["paired_t"], found["tests"]["kendall_tau"]) == (None, None)
    assert found["tests"]["permutation"] == {"p": 1.0, "resamples": None}


def test_ties_only_are_no_difference(tmp_path: Path) -> None:
    found = compare_tables(*tables(tmp_path, {"m": [0.2, 0.4]}, {"m": [0.2, 0.4]}))["metrics"]["m"]
    assert (found["ties"], found["diff"], found["p_adjusted"]) == (2, 0.0, 1.0)
    assert (found["tests"]["wilcoxon"], found["tests"]["paired_t"]) == (None, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("b.csv", "id,m\n1,0.5\n2,NaN\n3,\n4,inf\n5,1\n"),
        ("b.csv", "\ufeffid, m \n1,0.5\n2,NA\n3,null\n4,none\n5,1\n"),
        ("b.jsonl", '{"id": 1, "m": 0.5}\n{"id": 2, "m": NaN}\n{"id": 3, "m": null}\n{"id": "4"}\n{"id": 5.0, "m": true}\n'),
        ("b.ndjson", '{"id": 1, "m": 0.5}\n\n{"id": 5, "m": 1}\n'),
    ],
)
def test_cells_without_a_number_are_left_out_and_counted(tmp_path: Path, name: str, text: str) -> None:
    a = write(tmp_path / "a.csv", "id,m\n1,0.1\n2,0.2\n3,0.3\n4,0.4\n5,0.5\n")
    found = compare_tables(a, write(tmp_path / name, text))["metrics"]["m"]
    assert (found["n"], found["b"]) == (2, 0.75)
    if name != "b.ndjson":
        assert found["note"] == "3 common cases without a number on both sides are left out"


def test_ids_are_text_whatever_they_are_written_as(tmp_path: Path) -> None:
    pl.DataFrame({"id": [7, 8], "m": [True, False]}).write_parquet(tmp_path / "a.parquet")
    b = write(tmp_path / "b.csv", "id,m\n7,false\n8,true\n")
    assert compare_tables(tmp_path / "a.parquet", b)["metrics"]["m"]["tests"]["mcnemar_exact"]["p"] == 1.0
    assert compare_tables(b, write(tmp_path / "c.csv", "id,m\n007,1\n8,0\n"))["cases"]["common"] == 1


def test_numbers_that_come_late_in_a_file_are_numbers(tmp_path: Path) -> None:
    rows = "".join(f"{place},{1 if place < 2000 else 0.5}\n" for place in range(2001))
    found = compare_tables(*(write(tmp_path / name, "id,m\n" + rows) for name in ("a.csv", "b.csv")))
    assert found["metrics"]["m"]["n"] == 2001


def test_what_is_not_compared_is_named(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", "id,m,words,alone,gone\n1,0.5,x,1,\n2,1,y,2,\n")
    b = write(tmp_path / "b.csv", "id,m,words,alone,other,gone\n1,0.5,1,x,3,1\n2,1,2,y,4,2\n")
    assert compare_tables(a, b)["not_compared"] == {
        "alone": "it is a column of numbers in a only",
        "gone": "no common case has a number on both sides",
        "other": "only b has it",
        "words": "it is a column of numbers in b only",
    }


def test_a_case_whose_question_changed_is_left_out(tmp_path: Path) -> None:
    a, b = tables(tmp_path, {"input": ["q", "r"], "m": [0.1, 0.2]}, {"input": ["q", "another"], "m": [0.1, 0.9]})
    result = compare_tables(a, b)
    assert result["cases"] == {"a": 2, "b": 2, "common": 1, "changed": 1}
    assert compare_tables(a, write(tmp_path / "plain.csv", "id,m\nq0,0.1\nq1,0.2\n"))["cases"]["common"] == 2


def test_weights_and_corrections_count(tmp_path: Path) -> None:
    a, b = tables(tmp_path, {"m": [0.0, 0.0], "weight": [3, 1]}, {"m": [1.0, 0.0], "weight": [3, 1]})
    assert compare_tables(a, b)["metrics"]["m"]["diff"] == 0.75
    names = {f"m{place}": [0.1 * place, 0.2, 0.3, 0.4, 0.1] for place in range(4)}
    shifted = {name: [value + 0.1 + 0.01 * place for place, value in enumerate(column)] for name, column in names.items()}
    pair = tables(tmp_path, names, shifted)
    holm, bh = (compare(*pair, correction=correction)["metrics"]["m0"]["p_adjusted"] for correction in ("holm", "bh"))
    assert bh < holm


def test_a_weight_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not above 0"):
        compare(*tables(tmp_path, {"m": [0.1, 0.2], "weight": [0, 1]}, {"m": [0.3, 0.4]}))


def test_slices_tell_what_moved_most(tmp_path: Path) -> None:
    kinds = ["hard", "easy"] * 60
    generator = np.random.default_rng(0)
    a = generator.random(120)
    b = np.where(np.asarray(kinds) == "hard", a * 0.5, a + generator.normal(0, 0.01, 120))
    columns = {"tag:kind": kinds, "tag:place": ["p", "p", "q", "q"] * 30}
    found = compare(*tables(tmp_path, {**columns, "m": a}, {**columns, "m": b}, ".parquet"), slices=True)["slices"]
    assert (found[0]["tag"], found[0]["value"], found[0]["metric"]) == ("kind", "hard", "m")
    assert found[0]["p_adjusted"] < 1e-6
    assert {part["tag"] for part in found} == {"kind", "place", "kind,place"}


def test_paired_tells_what_unpaired_cannot(tmp_path: Path) -> None:
    """Questions differ more than the two systems do."""
    from scipy import stats

    generator = np.random.default_rng(8)
    hardness = generator.random(60)
    a = np.clip(hardness + generator.normal(0, 0.05, 60), 0, 1)
    b = np.clip(hardness + 0.035 + generator.normal(0, 0.05, 60), 0, 1)
    tests = compare_tables(*tables(tmp_path, {"m": a}, {"m": b}))["metrics"]["m"]["tests"]
    assert tests["paired_t"]["p"] < 0.01
    assert stats.ttest_ind(b, a).pvalue > 0.3
