"""FinRAG's gold files: one JSON list of questions about annual reports."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ...errors import GoldgateError, UsageError
from ..fields import Fields, read_case

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ...case import Case

NAME = "finrag"
KNOWN = (
    "question_id", "cik_int", "company_name", "years", "question_text", "answer_type", "answer_text", "answer_numeric",
    "answer_unit", "tolerance", "evidence_sentence_ids", "evidence_spans", "retrieval_scope", "section_hints", "difficulty",
    "notes", "gold_version", "created_by", "created_at", "curation_confidence",
)  # fmt: skip
YES = re.compile(r"(?i)^\W*(yes|true)\b")
NO = re.compile(r"(?i)^\W*(no|false)\b")


def recognises(data: Any) -> bool:
    """Whether a JSON document is a list of FinRAG's questions."""
    return isinstance(data, list) and bool(data) and isinstance(data[0], dict) and "question_text" in data[0]


def read(text: str, path: Path, problems: list[GoldgateError]) -> list[Case]:
    """The cases of a FinRAG file. Fields that only describe its making are left out; unknown ones are left alone.

    `answer_type` becomes the tag kind; a boolean's value is the yes or no that its text begins with.
    """
    cases = []
    for record, line in zip(json.loads(text), record_lines(text), strict=True):
        where = f"{path}:{line}"
        if not isinstance(record, dict):
            problems.append(UsageError(f"a question must be an object, not {type(record).__name__}.", where=where))
            continue
        case = read_case(_native(record, where, problems), where, line, problems)
        if case is not None:
            cases.append(case)
    return cases


def _native(record: Mapping[str, Any], where: str, problems: list[GoldgateError]) -> dict[str, Any]:
    identity = record.get("question_id")
    fields = Fields(record, where, f'question "{identity}"', problems)
    data = {
        "id": identity,
        "input": record.get("question_text"),
        "expected": _expected(record, fields),
        "tags": _tags(record),
        "notes": record.get("notes") or None,
    }
    return {key: value for key, value in data.items() if value is not None}


def _expected(record: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    kind, answer = record.get("answer_type"), record.get("answer_text")
    expected: dict[str, Any] = {
        "numeric": record.get("answer_numeric"),
        "unit": record.get("answer_unit"),
        "tolerance": record.get("tolerance"),
        "evidence": record.get("evidence_sentence_ids") or None,
    }
    if isinstance(answer, list):
        expected["items"] = list(fields.texts("answer_text"))
        expected["answer"] = "\n".join(expected["items"]) or None
    else:
        expected["answer"] = answer or None
    if kind == "boolean" and isinstance(answer, str):
        expected["boolean"] = True if YES.match(answer) else False if NO.match(answer) else None
    return {key: value for key, value in expected.items() if value is not None}


def _tags(record: Mapping[str, Any]) -> dict[str, Any]:
    companies = record.get("company_name") or []
    names = [companies] if isinstance(companies, str) else companies
    years = record.get("years") or []
    tags = {
        "kind": record.get("answer_type"),
        "difficulty": record.get("difficulty"),
        "company": str(names[0]) if len(names) == 1 else "several" if names else None,
        "years": "one" if len(years) == 1 else "several" if years else None,
        "scope": record.get("retrieval_scope"),
    }
    return {name: value for name, value in tags.items() if value}


def record_lines(text: str) -> list[int]:
    """The line on which each element of the top-level JSON list begins."""
    decoder, position = json.JSONDecoder(), text.index("[") + 1
    lines: list[int] = []
    line, seen = 1, 0
    while True:
        while text[position] in " \t\r\n,":
            position += 1
        if text[position] == "]":
            return lines
        line += text.count("\n", seen, position)
        seen = position
        lines.append(line)
        _, position = decoder.raw_decode(text, position)
