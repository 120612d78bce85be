"""The report of an evaluation on its own: that which `score`, `evaluate` and `merge` leave, and `goldgate report --from`."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.command_line import Done, call

if TYPE_CHECKING:
    from pathlib import Path

CASES = 60
SERVICE = """
def answer(question):
    return "word" + question.split()[-1]


def worse(question):
    return "word0"
"""
GATE = ("--gate", "answer.exact_match min=0.5 max_drop=0.1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A gold set, its answers, and worse ones."""
    rows = [{"id": f"q{n}", "input": f"Question {n}", "expected": {"answer": f"word{n}"}} for n in range(CASES)]
    write(tmp_path / "gold.jsonl", rows)
    write(tmp_path / "right.jsonl", [{"id": f"q{n}", "answer": f"word{n}"} for n in range(CASES)])
    write(tmp_path / "wrong.jsonl", [{"id": f"q{n}", "answer": f"wrong{n}"} for n in range(CASES)])
    (tmp_path / "report_service.py").write_text(SERVICE)
    return tmp_path


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def score(folder: Path, out: str, *words: str, responses: str = "right") -> Done:
    return call("score", "--gold", "gold.jsonl", "--responses", f"{responses}.jsonl", "--out", out, *words, cwd=folder)


def page(folder: Path, out: str) -> str:
    return (folder / out / "report" / "index.html").read_text()


def title(text: str) -> str:
    return re.search(r"<title>(.*?)</title>", text)[1]  # type: ignore[index]


def test_score_leaves_a_report_and_says_where(folder: Path) -> None:
    done = score(folder, "today")
    assert done.code == 0
    assert done.out.splitlines()[-1].split() == ["report", "today/report/index.html"]
    text = page(folder, "today")
    assert title(text) == "Evaluated: gold.jsonl"
    assert 'href="../evaluation.json"' in text
    assert "goldgate report --from today" in text
    assert "answers of <code>right.jsonl</code>" in text
    assert "gold.jsonl: evaluated" in (folder / "today" / "report" / "summary.md").read_text()


def test_what_is_compared_with_stands_on_the_page(folder: Path) -> None:
    score(folder, "before")
    done = score(folder, "after", "--baseline", "before", *GATE, responses="wrong")
    assert done.code == 1
    assert "report      after/report/index.html" in done.out
    text = page(folder, "after")
    assert title(text) == "Blocked: gold.jsonl"
    assert "Compared with before, called live here," in text
    assert re.search(rf"<dt>right → wrong</dt><dd[^>]*>{CASES}</dd>", text)


def test_no_report_where_it_is_not_wanted_or_nothing_is_written(folder: Path) -> None:
    done = score(folder, "today", "--no-report")
    assert not (folder / "today" / "report").exists()
    assert "report" not in done.out
    assert "report" not in call("score", "--gold", "gold.jsonl", "--responses", "right.jsonl", cwd=folder).out


def test_json_on_standard_output_stays_json(folder: Path) -> None:
    done = score(folder, "today", "--json")
    assert done.data["verdict"] == "pass"
    assert "today/report/index.html" in done.err


def test_the_report_may_have_a_name(folder: Path) -> None:
    score(folder, "today", "--name", "prompt of Friday")
    assert title(page(folder, "today")) == "Evaluated: prompt of Friday"


def evaluate(folder: Path, out: str, *words: str) -> Done:
    return call("evaluate", "--gold", "gold.jsonl", "--callable", "report_service:answer", "--out", out, *words, cwd=folder)


def test_evaluate_leaves_a_report_a_shard_leaves_none_and_merge_does(folder: Path) -> None:
    assert evaluate(folder, "whole").code == 0
    assert "answers of <code>report_service:answer</code>" in page(folder, "whole")
    for index in (1, 2):
        done = evaluate(folder, f"shard-{index}", "--shard", f"{index}/2")
        assert done.code == 0
        assert "index.html" not in done.out
        assert not (folder / f"shard-{index}" / "report").exists()
    done = call("merge", "shard-1", "shard-2", "--out", "merged", cwd=folder)
    assert "report      merged/report/index.html" in done.out
    assert title(page(folder, "merged")) == "Evaluated: gold.jsonl"


@pytest.mark.parametrize("source", ["today", "today/cases.parquet"])
def test_a_report_is_written_again_from_the_folder_or_its_table(folder: Path, source: str) -> None:
    score(folder, "today", "--no-report")
    done = call("report", "--from", source, cwd=folder)
    assert (done.code, done.out.split()) == (0, ["report", "today/report/index.html"])
    assert title(page(folder, "today")) == "Evaluated: gold.jsonl"


def test_a_report_may_lie_elsewhere_and_leads_back(folder: Path) -> None:
    score(folder, "runs/today", "--no-report")
    done = call("report", "--from", "runs/today", "--out", "pages/friday.html", "--name", "Friday", "--json", cwd=folder)
    assert done.data == {"format": 1, "from": "runs/today", "report": "pages/friday.html"}
    text = (folder / "pages" / "friday.html").read_text()
    assert title(text) == "Evaluated: Friday"
    assert 'href="../runs/today/evaluation.json"' in text


def test_a_page_above_the_limit_has_its_texts_beside_it(folder: Path) -> None:
    chance = random.Random(7)
    rows = [{"id": f"q{n}", "answer": "".join(map(chr, chance.choices(range(33, 123), k=60_000)))} for n in range(24)]
    write(folder / "long.jsonl", rows)
    write(folder / "gold.jsonl", [{"id": row["id"], "input": row["id"], "expected": {"answer": row["answer"]}} for row in rows])
    score(folder, "before", "--no-report", responses="long")
    score(folder, "today", "--baseline", "before", "--page-limit", "1", responses="long")
    beside = sorted(path.name for path in (folder / "today" / "report" / "texts").iterdir())
    assert beside
    assert all(re.fullmatch(r"t\d+\.js", name) for name in beside)
    assert call("report", "--from", "today", cwd=folder).code == 0
    assert not list((folder / "today" / "report").glob("texts/*.js"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "nowhere"), "nowhere/evaluation.json: there is no evaluation."),
        (("--from", "broken"), "broken/evaluation.json: cannot be read as JSON"),
        (("--from", "other"), "other/evaluation.json: is no evaluation."),
        (("--from", "shard-1"), "which has no report of its own. `goldgate merge` joins the shards"),
        (("--from", "bare"), "holds no cases.parquet"),
        (("--out", "x.html"), "--out is for an evaluation on its own."),
        (("--name", "x"), "--name is for an evaluation on its own."),
        (("--from", "today", "--baseline", "nowhere"), "nowhere"),
        (("--from", "today", "--page-limit", "0"), "is no whole number of megabytes"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, words: tuple[str, ...], told: str) -> None:
    score(folder, "today", "--no-report")
    evaluate(folder, "shard-1", "--shard", "1/2")
    for name, text in (("broken", "{"), ("other", "{}"), ("bare", (folder / "today" / "evaluation.json").read_text())):
        (folder / name).mkdir()
        (folder / name / "evaluation.json").write_text(text)
    done = call("report", *words, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert "Traceback" not in done.err
