"""All cases as compressed columns that the page unpacks when it shows them; every passage is stored once."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

from . import figures
from .outcomes import ORDER
from .text import clipped, visible

if TYPE_CHECKING:
    from .cases import CaseTable, Evidence, Row

FORMAT = 1
ROWS_A_BLOCK = 250
PASSAGES_A_BLOCK = 500
QUESTION_HEAD = 240


def pack(value: object) -> str:
    """JSON, zlib, base64: what `DecompressionStream("deflate")` reads."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 6)).decode("ascii")


def blocks(table: CaseTable) -> dict[str, str]:
    """Block name -> packed text: `head` (what lists, filters and searches need), `r0…` (rows), `p0…` (passages).

    Rows are in the order of the page, so the first block holds the regressions.
    """
    passages, rows = _Passages(), table.rows(len(table))
    parts = [_rows(table, rows, start, passages) for start in range(0, len(rows), ROWS_A_BLOCK)]
    packed = {"head": pack(_head(table, rows, passages))}
    packed |= {f"r{index}": pack(part) for index, part in enumerate(parts)}
    for index, start in enumerate(range(0, len(passages.entries), PASSAGES_A_BLOCK)):
        packed[f"p{index}"] = pack(passages.entries[start : start + PASSAGES_A_BLOCK])
    return packed


class _Passages:
    """Each distinct passage once, numbered in the order of first use."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str]] = []
        self._numbers: dict[tuple[Any, Any], int] = {}

    def number(self, passage: dict[str, Any]) -> int:
        key = (passage.get("id"), passage.get("text"))
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self.entries)
            self.entries.append((visible(str(key[0] or "")), visible(str(key[1] or ""))))
        return known

    def references(self, row: dict[str, Any] | None) -> list[list[float | None]] | None:
        if row is None:
            return None
        return [[self.number(part), _rounded(part.get("score"))] for part in row.get("contexts") or []]


def _head(table: CaseTable, rows: list[Row], passages: _Passages) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "rows_a_block": ROWS_A_BLOCK,
        "passages_a_block": PASSAGES_A_BLOCK,
        "passages": len(passages.entries),
        "live": table.has_live,
        "metrics": table.metrics,
        "main": [int(name in table.main) for name in table.metrics],
        "names": [figures.plain_name(name) for name in table.metrics],
        "outcomes": ORDER,
        "id": [visible(row.id) for row in rows],
        "question": [clipped(visible(row.question), QUESTION_HEAD) for row in rows],
        "outcome": [ORDER.index(row.outcome) for row in rows],
        "worse": [int(row.worse) for row in rows],
        "tags": {visible(tag): _coded([visible(row.tags.get(tag, "")) for row in rows]) for tag in table.tags},
    }


def _coded(values: list[str]) -> dict[str, Any]:
    names = sorted(set(values))
    codes = {name: code for code, name in enumerate(names)}
    return {"names": names, "codes": [codes[value] for value in values]}


def _rows(table: CaseTable, every: list[Row], start: int, passages: _Passages) -> dict[str, Any]:
    rows = every[start : start + ROWS_A_BLOCK]
    return {
        "question": [visible(row.question) if len(row.question) > QUESTION_HEAD else None for row in rows],
        "expected": [visible(row.expected) for row in rows],
        "answer": [_text(row.this, "answer") for row in rows],
        "live": [_live_answer(row) for row in rows],
        "error": [_text(row.this, "error") for row in rows],
        "notes": [_text(row.this, "notes") for row in rows],
        "scores": [[_rounded(row.this.get(name)) for name in table.metrics] for row in rows],
        "live_scores": [row.live and [_rounded(row.live.get(name)) for name in table.metrics] for row in rows],
        "evidence": [[_evidence(part, passages) for part in row.evidence] for row in rows],
        "contexts": [passages.references(row.this) for row in rows],
        "live_contexts": [passages.references(row.live) for row in rows],
        "citations": [[visible(str(name)) for name in row.this.get("citations") or []] for row in rows],
        "facts": [_facts(row) for row in rows],
    }


def _live_answer(row: Row) -> str | int | None:
    """The live answer; 0 where it is this one's, so that no text is stored twice."""
    live = _text(row.live, "answer")
    return 0 if live is not None and live == _text(row.this, "answer") else live


def _evidence(part: Evidence, passages: _Passages) -> list[Any]:
    """Id, rank here, rank live, whether the corpus has it, number of its passage."""
    number = passages.number({"id": part.id, "text": part.text}) if part.text else None
    return [visible(part.id), part.rank, part.live_rank, int(part.in_corpus), number]


def _facts(row: Row) -> list[Any]:
    """Latency here and live, dollars here and live, tokens in and out, attempts, line in the gold file, time of asking."""
    live = row.live or {}
    here = row.this
    return [
        _rounded(here.get("latency_ms")),
        _rounded(live.get("latency_ms")),
        here.get("cost_usd"),
        live.get("cost_usd"),
        here.get("input_tokens"),
        here.get("output_tokens"),
        here.get("attempts"),
        here.get("line"),
        here.get("asked_at"),
    ]


def _text(row: dict[str, Any] | None, key: str) -> str | None:
    value = (row or {}).get(key)
    return visible(str(value)) if value is not None else None


def _rounded(value: object) -> float | None:
    if value is None:
        return None
    amount = figures.number(value)
    return None if amount is None else round(amount, 4)
