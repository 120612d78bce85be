"""Giskard's QATestset: JSON lines of questions that were made from a knowledge base."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .cells import structured
from .draft import Draft, with_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...errors import GoldgateError
    from ..source import Source

NAME = "giskard"
KNOWN = ("id", "question", "reference_answer", "reference_context", "conversation_history", "metadata")
DOCUMENT = re.compile(r"(?:^|\n\n)Document [^\s:]+: ")


def recognises(source: Source) -> bool:
    """Whether its records have a question and a reference_answer."""
    return {"question", "reference_answer"} <= source.keys


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The questions as cases. A conversation before the question goes into the input; the seed document is the cluster."""
    return with_ids(_draft(source, line, record).record for line, record in source.rows(problems))


def _draft(source: Source, line: int, record: Mapping[str, Any]) -> Draft:
    draft = Draft(source, line)
    draft.identity = None if record.get("id") is None else str(record["id"])
    history = structured(record.get("conversation_history"))
    question = record.get("question")
    draft.input = {"question": question, "conversation_history": history} if history else question
    draft.expect_texts([record.get("reference_answer")])
    draft.expect_passages(DOCUMENT.split(str(record.get("reference_context") or "")), "reference_context")
    metadata = structured(record.get("metadata"))
    draft.tag_all(metadata, "metadata")
    if isinstance(metadata, dict) and metadata.get("seed_document_id") is not None:
        draft.cluster = str(metadata["seed_document_id"])
    draft.leave_out_all(record, KNOWN)
    return draft
