from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

from goldgate.eval.report.cases import CaseTable, load
from goldgate.eval.report.columns import PASSAGES_A_BLOCK, ROWS_A_BLOCK, blocks, pack

from .sample import sample

if TYPE_CHECKING:
    from pathlib import Path


def unpack(packed: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def opened(folder: Path, **options: Any) -> tuple[CaseTable, dict[str, Any]]:
    report = sample(folder, **options)
    table = load(report.cases, report.baseline_cases, report.evaluation)
    return table, {name: unpack(packed) for name, packed in blocks(table).items()}


def test_every_case_can_be_read_back(tmp_path: Path) -> None:
    table, found = opened(tmp_path, cases=600)
    head = found["head"]
    assert len(table) == 600
    assert [name for name in found if name.startswith("r")] == [f"r{n}" for n in range(-(-600 // ROWS_A_BLOCK))]
    for index in (0, ROWS_A_BLOCK, 599):
        row, block = table.rows(9999)[index], found[f"r{index // ROWS_A_BLOCK}"]
        at = index % ROWS_A_BLOCK
        assert head["id"][index] == row.id
        assert head["outcomes"][head["outcome"][index]] == row.outcome
        assert block["answer"][at] == row.this["answer"]
        passages = [found[f"p{number // PASSAGES_A_BLOCK}"][number % PASSAGES_A_BLOCK] for number, _ in block["contexts"][at]]
        assert passages == [[part["id"], part["text"]] for part in row.this["contexts"]]


def test_a_passage_is_stored_once_and_an_unchanged_answer_is_not_repeated(tmp_path: Path) -> None:
    table, found = opened(tmp_path)
    passages = [tuple(entry) for name, block in found.items() if name.startswith("p") for entry in block]
    assert len(passages) == len(set(passages)) == found["head"]["passages"]
    lives = found["r0"]["live"]
    unchanged = [row.live is not None and row.live["answer"] == row.this["answer"] for row in table.rows(ROWS_A_BLOCK)]
    assert [live == 0 for live in lives] == unchanged


def test_regressions_lie_in_the_first_block(tmp_path: Path) -> None:
    table, found = opened(tmp_path, cases=600)
    worse = found["head"]["worse"]
    assert worse == sorted(worse, reverse=True)
    assert sum(worse) == table.counts["worse"] < ROWS_A_BLOCK


def test_packing_is_smaller_than_the_text(tmp_path: Path) -> None:
    table, _ = opened(tmp_path)
    text = sum(len(str(row.this)) + len(str(row.live)) for row in table.rows(9999))
    assert sum(map(len, blocks(table).values())) < text / 3
    assert pack(["ü"]) == pack(["ü"])
