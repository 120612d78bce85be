"""FinRAG's gold files: one JSON list of questions about annual reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..fields import Fields
from .cells import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...errors import GoldgateError
    from ..source import Source

NAME = "finrag"
LEFT_OUT = (
    "cik_int", "evidence_spans", "section_hints", "gold_version", "created_by", "created_at", "curation_confidence",
)  # fmt: skip
YES = re.compile(r"(?i)^\W*(yes|true)\b")
NO = re.compile(r"(?i)^\W*(no|false)\b")


def recognises(source: Source) -> bool:
    """Whether its records have FinRAG's question_text."""
    return "question_text" in source.keys


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The questions as cases; fields that describe only how a question was made are counted and left out.

    `answer_type` becomes the tag kind; a boolean's value is the yes or no that its text begins with.
    """
    for line, record in source.rows(problems):
        source.left(record, *LEFT_OUT)
        yield line, _native(record, source.where(line), problems)


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
    names = listed(record.get("company_name"), "")
    years = listed(record.get("years"), "")
    tags = {
        "kind": record.get("answer_type"),
        "difficulty": record.get("difficulty"),
        "company": str(names[0]) if len(names) == 1 else "several" if names else None,
        "years": "one" if len(years) == 1 else "several" if years else None,
        "scope": record.get("retrieval_scope"),
    }
    return {name: value for name, value in tags.items() if value}
