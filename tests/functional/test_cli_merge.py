"""`goldgate evaluate --shard i/n` on several machines, and `goldgate merge` of what they left."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from tests.fakes.command_line import Done, call, run

if TYPE_CHECKING:
    from pathlib import Path

CASES = 40
SHARDS = 3
SERVICE = """
def answer(case):
    place = int(case.id[1:])
    text = "wrong" if place % 4 == 0 else f"answer {place}"
    return {"answer": text, "retrieved": [f"s{place}"], "latency_ms": place + 1.0, "asked_at": "t", "cost_usd": 0.01}


def worse(case):
    return {**answer(case), "answer": "wrong", "latency_ms": 5.0}
"""
OWN_METRICS = """
from goldgate import metric


@metric("house.only_seventh")
def only_seventh(case, response):
    return True if case.id == "c7" else None


@metric("house.length", unit="value", higher_is_better=False)
def length(case, response):
    return len(response.answer)
"""
GATES = ("--gate", "answer.exact_match min=0.6", "--gate", "answer.exact_match max_drop=0.1 kind=odd")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gold set, a service in Python, its whole evaluation in `single`, and its shards in `shard-1` to `shard-3`."""
    made = tmp_path_factory.mktemp("merge")
    rows = [
        {
            "id": f"c{place}",
            "input": f"question {place}",
            "expected": {"answer": f"answer {place}", "evidence": [f"s{place}"]},
            "tags": {"kind": "odd" if place % 2 else "even"},
        }
        for place in range(CASES)
    ]
    (made / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (made / "merge_service.py").write_text(SERVICE)
    for out, more in (
        ("single", ()),
        *((f"shard-{index}", ("--shard", f"{index}/{SHARDS}")) for index in range(1, SHARDS + 1)),
    ):
        done = evaluate(made, "--out", out, *more)
        assert done.code == 0, done.err
    return made


def evaluate(folder: Path, *words: str, function: str = "answer") -> Done:
    return run(
        "evaluate", "--gold", "gold.jsonl", "--callable", f"merge_service:{function}", *GATES, "--json", *words, cwd=folder
    )


def merge(folder: Path, *words: str) -> Done:
    return call("merge", *words, "--json", cwd=folder)


TIMES = {"timing": None, "asking": None}
ALL = tuple(f"shard-{index}" for index in range(SHARDS, 0, -1))


def test_merged_shards_are_the_rows_and_the_verdict_of_one_run(folder: Path) -> None:
    done = merge(folder, *ALL, "--out", "merged")
    assert done.code == 0, done.out
    single = json.loads((folder / "single/evaluation.json").read_text())
    assert (folder / "merged/cases.parquet").read_bytes() == (folder / "single/cases.parquet").read_bytes()
    for part in ("verdict", "headline", "metrics", "slices", "gates", "cost", "latency", "gold_set"):
        assert done.data[part] == single[part], part
    assert json.loads((folder / "merged/evaluation.json").read_text()) == done.data


def test_a_second_run_says_the_same_but_for_its_times(folder: Path) -> None:
    assert evaluate(folder, "--out", "again").code == 0
    texts = [(folder / out / "evaluation.json").read_text() for out in ("single", "again")]
    first, second = (json.dumps(json.loads(text) | TIMES) for text in texts)
    assert first == second


def test_junit_and_summary_are_those_of_the_whole(folder: Path) -> None:
    done = merge(folder, *ALL, "--junit", "junit.xml", "--summary", "summary.md")
    assert done.code == 0
    root = ET.parse(folder / "junit.xml").getroot()
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["skipped"]) == (str(CASES + 2), str(CASES // 4), "1")
    assert "10 cases wrong" in (folder / "summary.md").read_text()


def test_a_missing_shard_is_named_and_leaves_it_inconclusive_at_best(folder: Path) -> None:
    refused = merge(folder, "shard-1", "shard-3")
    assert refused.code == 2
    assert refused.data["what"] == "shard 2/3 is missing."
    done = merge(folder, "shard-1", "shard-3", "--allow-missing")
    assert done.code == 5
    assert done.data["verdict"] == "inconclusive"
    assert "2/3" in done.data["stopped"]


def test_a_shard_is_not_judged_by_itself(folder: Path, tmp_path: Path) -> None:
    for name in ("gold.jsonl", "merge_service.py"):
        shutil.copy(folder / name, tmp_path / name)
    outs = [f"shard-{index}" for index in range(1, SHARDS + 1)]
    for index, out in enumerate(outs, start=1):
        done = evaluate(tmp_path, "--out", out, "--shard", f"{index}/{SHARDS}", function="worse")
        assert done.code == 0, done.err
    done = merge(tmp_path, *outs, "--out", "merged")
    assert (done.code, done.data["verdict"]) == (1, "fail")


def test_a_stored_baseline_is_that_of_the_whole(folder: Path, tmp_path: Path) -> None:
    for name in ("gold.jsonl", "merge_service.py"):
        shutil.copy(folder / name, tmp_path / name)
    shutil.copytree(folder / "single", tmp_path / "live")
    assert evaluate(tmp_path, "--out", "single", "--baseline", "live", function="worse").code == 1
    for index in ("1", "2"):
        words = ("--out", f"shard-{index}", "--shard", f"{index}/2", "--baseline", "live")
        assert evaluate(tmp_path, *words, function="worse").code == 0
    done = merge(tmp_path, "shard-1", "shard-2")
    single = json.loads((tmp_path / "single/evaluation.json").read_text())
    assert done.code == 1
    for part in ("verdict", "headline", "gates", "baseline", "worse", "better", "slices", "moved"):
        assert done.data[part] == single[part], part


def test_metrics_of_ones_own_need_no_code_where_shards_are_merged(folder: Path, tmp_path: Path) -> None:
    for name in ("gold.jsonl", "merge_service.py"):
        shutil.copy(folder / name, tmp_path / name)
    (tmp_path / "own.py").write_text(OWN_METRICS)
    own = ("--metrics-from", "own.py", "--gate", "house.length max=20")
    assert evaluate(tmp_path, "--out", "single", *own).code == 0
    for index in ("1", "2"):
        assert evaluate(tmp_path, "--out", f"shard-{index}", "--shard", f"{index}/2", *own).code == 0
    (tmp_path / "own.py").unlink()
    done = run("merge", "shard-1", "shard-2", "--out", "merged", "--json", cwd=tmp_path)
    assert done.code == 0, done.out
    assert (tmp_path / "merged/cases.parquet").read_bytes() == (tmp_path / "single/cases.parquet").read_bytes()
    single = json.loads((tmp_path / "single/evaluation.json").read_text())
    assert done.data["metrics"] == single["metrics"]
    assert done.data["metrics"]["house.only_seventh"]["n"] == 1


def test_shards_of_different_runs_are_not_mixed(folder: Path, tmp_path: Path) -> None:
    for name in ("gold.jsonl", "merge_service.py"):
        shutil.copy(folder / name, tmp_path / name)
    evaluate(tmp_path, "--out", "one", "--shard", "1/2")
    evaluate(tmp_path, "--out", "two", "--shard", "2/2", "--seed", "7")
    done = merge(tmp_path, "one", "two")
    assert done.code == 2
    assert "other seed: 7, not 0" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--shard", "1/2"), "a shard must be written somewhere"),
        (("--shard", "3/2", "--out", "x"), 'there is no shard "3/2"'),
        (("--shard", "1/2", "--out", "x", "--sequential"), "a shard has none"),
        (("--engine", "ray", "--resume"), "--resume is for cases that are asked from this process"),
        (("--address", "auto"), "--address is that of a Ray cluster"),
    ],
)
def test_words_that_do_not_go_together_are_refused(folder: Path, words: tuple[str, ...], said: str) -> None:
    whom = ("--gold", "gold.jsonl", "--callable", "merge_service:answer")
    done = call("evaluate", *whom, *words, cwd=folder)
    assert done.code == 2
    assert said in done.err
    assert not (folder / "x").exists()
