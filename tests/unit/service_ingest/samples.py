"""Small raw files to build from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

TOPICS = ("revenue grew in every region", "hackers may break into our systems", "we paid cash dividends", "suppliers may fail")


def sentence(number: int, **changes: Any) -> dict[str, Any]:
    """Sentence `number` of a report; companies 7 and 9 take turns."""
    cik = 7 if number % 2 else 9
    year = 2018 + number % 3
    row = {
        "sentence_id": f"{cik:010d}_10-K_{year}_section_7_{number}",
        "doc_id": f"{cik:010d}_10-K_{year}",
        "cik_int": cik,
        "company": f"Company {cik}",
        "ticker": f"C{cik}",
        "report_year": year,
        "section": "ITEM_7",
        "text": f"In {year} {TOPICS[number % len(TOPICS)]}, case {number % 5}.",
    }
    return {**row, **changes}


def write_sentences(path: Path, rows: list[dict[str, Any]]) -> Path:
    """The rows as JSONL."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def raw(folder: Path, count: int = 40, facts: str = "") -> tuple[Path, Path]:
    """(sentences.jsonl, facts.csv) with `count` sentences and one fact a company, or the lines of `facts`."""
    sentences = write_sentences(folder / "sentences.jsonl", [sentence(number) for number in range(count)])
    header = "ticker,year,metric,label,value,unit,filing,sentence_id\n"
    lines = (
        facts
        or "C7,2019,revenue,Revenue,1200000000,USD,0001-19,0000000007_10-K_2019_section_7_1\nC9,2018,roa,ROA,4.5,percent,,\n"
    )
    path = folder / "facts.csv"
    path.write_text(header + lines, encoding="utf-8")
    return sentences, path
