"""ragas samples and test sets, with their names of today and of before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .cells import listed, structured
from .conversation import asked
from .draft import Draft, with_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...errors import GoldgateError
    from ..source import Source

NAME = "ragas"
OLD = ("answer", "contexts", "ground_truth", "ground_truths")
TAGS = ("synthesizer_name", "persona_name", "query_style", "query_length", "evolution_type")
KNOWN = (
    "user_input", "question", "reference", "ground_truth", "ground_truths", "reference_contexts", "reference_context_ids",
    "contexts", "metadata", *TAGS,
)  # fmt: skip


def recognises(source: Source) -> bool:
    """Whether its records have a user_input, or a question with one of the older names."""
    keys = source.keys
    if keys & {"id", "expected"} and "user_input" not in keys:
        return False
    return "user_input" in keys or ("question" in keys and any(name in keys for name in OLD))


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The samples as cases; what a service answered and retrieved is no part of a gold set and is left out.

    The older `contexts` are what was retrieved where an answer stands beside them, and the reference of a test set otherwise.
    """
    return with_ids(_draft(source, line, record).record for line, record in source.rows(problems))


def _draft(source: Source, line: int, record: Mapping[str, Any]) -> Draft:
    draft = Draft(source, line)
    draft.input = asked(structured(record.get("user_input") or record.get("question")))
    draft.expect_texts([record.get("reference"), record.get("ground_truth"), *listed(record.get("ground_truths"))])
    _expect_contexts(draft, record)
    for name in TAGS:
        draft.tag(name, record.get(name))
    draft.tag_all(structured(record.get("metadata")), "metadata")
    draft.leave_out_all(record, KNOWN)
    return draft


def _expect_contexts(draft: Draft, record: Mapping[str, Any]) -> None:
    ids = listed(record.get("reference_context_ids"))
    if ids:
        draft.expect("evidence", [str(one) for one in ids])
        if record.get("reference_contexts"):
            draft.leave_out("reference_contexts")
        return
    draft.expect_passages(map(str, listed(record.get("reference_contexts"))), "reference_contexts")
    if record.get("contexts"):
        if record.get("answer"):
            draft.leave_out("contexts")
        else:
            draft.expect_passages(map(str, listed(record["contexts"])), "contexts")
