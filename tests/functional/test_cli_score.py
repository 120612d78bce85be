"""`goldgate score` and `goldgate compare` on recorded responses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.fakes.command_line import Done, call, run

if TYPE_CHECKING:
    from pathlib import Path

GOLD: list[dict[str, Any]] = [
    {"id": "a", "input": "Q1", "expected": {"answer": "yes", "evidence": ["s1"]}, "tags": {"kind": "span"}},
    {"id": "b", "input": "Q2", "expected": {"answer": "no", "evidence": ["s2"]}, "tags": {"kind": "span"}},
    {"id": "c", "input": "Q3", "expected": {"answer": "maybe", "evidence": ["s3"]}, "tags": {"kind": "list"}},
    {"id": "d", "input": "Q4", "expected": {"answer": "never", "evidence": ["s4"]}, "tags": {"kind": "list"}},
]
RESPONSES: list[dict[str, Any]] = [
    {"id": "a", "answer": "yes", "retrieved": ["s1", "s9"], "latency_ms": 100, "cost_usd": 0.002},
    {"id": "b", "answer": "No.", "retrieved": ["s9", "s2"], "latency_ms": 200, "cost_usd": 0.004},
    {"id": "c", "answer": "perhaps", "retrieved": ["s9"], "latency_ms": 300, "cost_usd": 0.006},
]
CONFIG = """\
version: 1
project: x
services:
  x:
    request: {path: /q, body: {q: "{{ input }}"}, answer: text, retrieved: "hits[].id"}
    gold_sets: [gold.jsonl]
    gates:
      - {metric: answer.exact_match, min: MIN}
    deploy: {cluster: x, cpu: 256, memory: 512}
"""


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "gold.jsonl", GOLD)
    write(tmp_path / "responses.jsonl", RESPONSES)
    return tmp_path


def score(folder: Path, *words: str, responses: str = "responses.jsonl") -> Done:
    return call("score", "--gold", "gold.jsonl", "--responses", responses, *words, cwd=folder)


def test_every_metric_that_the_gold_set_allows_is_computed(folder: Path) -> None:
    data = score(folder, "--json").data
    metrics = data["metrics"]
    assert data["verdict"] == "pass"
    assert (metrics["answer.exact_match"]["value"], metrics["answer.exact_match"]["n"]) == (pytest.approx(2 / 3), 3)
    assert metrics["answer.exact_match"]["missing"] == 1
    assert metrics["retrieval.recall@10"]["value"] == pytest.approx(2 / 3)
    assert metrics["retrieval.mrr"]["value"] == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert metrics["errors.rate"]["value"] == 0.25
    assert metrics["latency.mean_ms"]["value"] == 200
    assert metrics["cost.usd_per_case"]["value"] == pytest.approx(0.004)
    assert data["cost"]["usd"] == pytest.approx(0.012)
    assert (data["gold_set"]["cases"], data["subject"]["kind"]) == (4, "recorded")


def test_for_people_it_is_one_line_a_metric(folder: Path) -> None:
    done = run("score", "--gold", "gold.jsonl", "--responses", "responses.jsonl", "--metric", "answer.exact_match", cwd=folder)
    assert (done.code, done.err) == (0, "")
    (line,) = [line for line in done.out.splitlines() if "answer." in line]
    assert line.split()[:2] == ["answer.exact_match", "0.6667"]
    assert line.endswith("n 3")
    assert "\x1b" not in done.out


def test_metric_narrows_what_is_computed(folder: Path) -> None:
    names = score(folder, "--metric", "answer.exact_match", "--metric", "retrieval.hit@1", "--json").data["metrics"].keys()
    assert {name for name in names if name.startswith(("answer.", "retrieval."))} == {"answer.exact_match", "retrieval.hit@1"}


def test_out_holds_the_evaluation_and_its_rows(folder: Path) -> None:
    done = score(folder, "--out", "deep/out", "--json")
    out = folder / "deep" / "out"
    assert {path.name for path in out.iterdir()} == {"evaluation.json", "cases.parquet", "slices.parquet", "report"}
    assert json.loads((out / "evaluation.json").read_text()) == done.data
    rows = pl.read_parquet(out / "cases.parquet")
    assert rows["id"].to_list() == ["a", "b", "c", "d"]
    assert rows["answer.exact_match"].to_list() == [1.0, 1.0, 0.0, None]
    assert rows["error"].to_list()[:3] == [None, None, None]
    assert rows["error"][3] is not None


def test_parquet_scores_as_jsonl_does(folder: Path) -> None:
    pl.DataFrame(RESPONSES).write_parquet(folder / "responses.parquet")
    first, second = (score(folder, "--json", responses=f"responses.{kind}").data["metrics"] for kind in ("jsonl", "parquet"))
    assert first == second


def configured(folder: Path, least: float) -> None:
    (folder / "config.yaml").write_text(CONFIG.replace("MIN", str(least)))
    rows = [
        {"id": row["id"], "output": {"text": row["answer"], "hits": [{"id": name} for name in row["retrieved"]]}}
        for row in [*RESPONSES, {"id": "d", "answer": "Never", "retrieved": ["s4"]}]
    ]
    write(folder / "outputs.jsonl", rows)


@pytest.mark.parametrize(("least", "verdict", "sign"), [(0.1, "pass", "✓"), (0.99, "fail", "✕")])
def test_a_configuration_gives_gates_and_reads_the_services_own_output(
    folder: Path, least: float, verdict: str, sign: str
) -> None:
    configured(folder, least)
    words = ["--with-config", "config.yaml"]
    data = score(folder, *words, "--json", responses="outputs.jsonl").data
    assert data["metrics"]["answer.exact_match"]["value"] == pytest.approx(3 / 4)
    assert data["metrics"]["retrieval.mrr"]["value"] == pytest.approx((1 + 1 / 2 + 0 + 1) / 4)
    assert (data["verdict"], [gate["rule"] for gate in data["gates"]]) == (verdict, [f"min {least}"])
    table = score(folder, *words, responses="outputs.jsonl").out
    assert [line.split()[:2] for line in table.splitlines() if line.endswith(f"min {least}")] == [[sign, "answer.exact_match"]]


def test_a_gate_that_a_missing_answer_could_break_is_not_passed(folder: Path) -> None:
    configured(folder, 0.6)
    rows = (folder / "outputs.jsonl").read_text().splitlines(keepends=True)
    (folder / "outputs.jsonl").write_text("".join(rows[:3]))
    data = score(folder, "--with-config", "config.yaml", "--json", responses="outputs.jsonl").data
    assert (data["verdict"], data["metrics"]["answer.exact_match"]["missing"]) == ("inconclusive", 1)


@pytest.mark.parametrize(
    ("rows", "where", "words"),
    [
        ([{"id": "z", "answer": "x"}], "responses.jsonl:1", 'has no case "z"'),
        ([RESPONSES[0], RESPONSES[0]], "responses.jsonl:2", 'the id "a" stands on an earlier line'),
        ([{"answer": "x"}], "responses.jsonl:1", "has no id"),
        ([{"id": "a", "retrieved": "s1"}], "responses.jsonl:1", "wrong shape"),
        ([{"id": "a", "output": {}}], "responses.jsonl:1", "request mapping"),
    ],
)
def test_wrong_responses_are_said_and_nothing_is_written(
    folder: Path, rows: list[dict[str, Any]], where: str, words: str
) -> None:
    write(folder / "responses.jsonl", rows)
    done = score(folder, "--out", "out")
    assert done.code == 2
    assert done.err.startswith(where)
    assert words in done.err
    assert "Traceback" not in done.err
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--metric", "answer.exact_mach"], 'did you mean "answer.exact_match"?'),
        (["--with-config", "absent.yaml"], "absent.yaml"),
    ],
)
def test_a_wrong_name_is_said(folder: Path, words: list[str], told: str) -> None:
    done = score(folder, *words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


@pytest.mark.parametrize("part", ["gold", "responses"])
def test_an_absent_file_is_said(folder: Path, part: str) -> None:
    (folder / f"{part}.jsonl").unlink()
    done = score(folder)
    assert done.code == 2
    assert done.err.startswith(f"{part}.jsonl")


def tables(folder: Path) -> None:
    (folder / "a.csv").write_text("id,accuracy\n" + "".join(f"c{n},{int(n < 10)}\n" for n in range(20)))
    (folder / "b.csv").write_text("id,accuracy\n" + "".join(f"c{n},{int(n < 14)}\n" for n in range(1, 21)))


def test_tables_are_compared_on_their_common_cases(folder: Path) -> None:
    tables(folder)
    done = call("compare", "a.csv", "b.csv", "--json", cwd=folder)
    metric = done.data["metrics"]["accuracy"]
    assert done.data["cases"]["common"] == 19
    assert (done.data["cases"]["a"], done.data["cases"]["b"]) == (20, 20)
    assert (metric["n"], metric["wins"], metric["losses"], metric["ties"]) == (19, 4, 0, 15)
    assert metric["diff"] == pytest.approx(4 / 19)
    assert metric["tests"]["mcnemar_exact"]["p"] == pytest.approx(2 * 0.5**4)


def test_the_other_way_round_losses_are_wins(folder: Path) -> None:
    tables(folder)
    metric = call("compare", "b.csv", "a.csv", "--json", cwd=folder).data["metrics"]["accuracy"]
    assert (metric["wins"], metric["losses"]) == (0, 4)
    assert metric["diff"] == pytest.approx(-4 / 19)


def test_runs_are_compared_for_people(folder: Path) -> None:
    score(folder, "--out", "first")
    write(folder / "responses.jsonl", [*RESPONSES[:2], {**RESPONSES[2], "answer": "maybe"}])
    score(folder, "--out", "second")
    done = run("compare", "first", "second", cwd=folder)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("4 common cases of 4 and 4\n")
    (line,) = [line for line in done.out.splitlines() if line.strip().startswith("answer.exact_match")]
    assert "0.6667 -> 1.0000" in line
    assert "1 better, 0 worse, 2 same" in line


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("a.csv", "absent.csv", "absent.csv"),
        ("a.csv", "other.csv", "common"),
        ("a.csv", "nameless.csv", "id"),
        ("a.csv", "words.csv", "metric"),
    ],
)
def test_tables_that_cannot_be_compared_are_said(folder: Path, a: str, b: str, words: str) -> None:
    tables(folder)
    (folder / "other.csv").write_text("id,accuracy\nz1,1\n")
    (folder / "nameless.csv").write_text("name,accuracy\nc1,1\n")
    (folder / "words.csv").write_text("id,colour\nc1,red\n")
    done = call("compare", a, b, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert "Traceback" not in done.err
