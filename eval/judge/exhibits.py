"""What a judge is shown of the rows of a table of cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .prompts import Exhibit

if TYPE_CHECKING:
    import polars as pl

UNANSWERABLE = "(the right answer says that this cannot be answered)"


def exhibits(table: pl.DataFrame) -> list[Exhibit]:
    """One for each row: input, answer, what was expected (without the evidence), and the passages that the answer rests on."""
    kinds = table["tag:kind"].to_list() if "tag:kind" in table.columns else [None] * len(table)
    rows = zip(table.select("input", "answer", "expected", "contexts").iter_rows(), kinds, strict=True)
    return [
        Exhibit(
            input=question or "",
            answer=answer or "",
            expected=UNANSWERABLE if kind == "unanswerable" else expected_text(expected),
            contexts="\n".join(f"[{part['id']}] {part['text'] or ''}".rstrip() for part in contexts or ()),
        )
        for (question, answer, expected, contexts), kind in rows
    ]


def expected_text(expected: str | None) -> str:
    """The `expected` JSON for a reader: the texts alone, each on its line, where it holds nothing but texts."""
    parts: dict[str, Any] = json.loads(expected or "{}")
    parts.pop("evidence", None)
    if parts.keys() <= {"answer", "answers"}:
        first = [parts["answer"]] if "answer" in parts else []
        return "\nor: ".join(dict.fromkeys([*first, *parts.get("answers", [])]))
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)
