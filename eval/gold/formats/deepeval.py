"""DeepEval's goldens, in snake_case and camelCase."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .cells import listed, structured
from .draft import Draft, as_text, with_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...errors import GoldgateError
    from ..source import Source

NAME = "deepeval"
FIELDS = (
    "input", "actual_output", "expected_output", "context", "retrieval_context", "tools_called", "expected_tools",
    "additional_metadata", "comments", "source_file", "name",
)  # fmt: skip
KNOWN = ("input", "expected_output", "context", "additional_metadata", "comments", "source_file", "name")
CONVERSATION = frozenset({"scenario", "expected_outcome", "turns"})
SEPARATORS = "|;"
HUMP = re.compile(r"(?<=[a-z])([A-Z])")


def recognises(source: Source) -> bool:
    """Whether its records have an input beside other fields of a golden, or are conversational goldens."""
    keys = {_snake(key) for key in source.keys}
    if keys & {"id", "expected", "target"}:
        return False
    lists_inputs = source.is_list and "input" in keys
    return lists_inputs or ("input" in keys and bool(keys & set(FIELDS[1:]))) or {"scenario", "turns"} <= keys


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The goldens as cases; a name that only one of them bears is its id, a source file its cluster.

    What a service answered, retrieved and called is no part of a gold set and is left out; so are expected tools.
    """
    goldens = [(line, {_snake(key): value for key, value in record.items()}) for line, record in source.rows(problems)]
    names = Counter(as_text(golden.get("name")) for _, golden in goldens)
    return with_ids(_records(source, goldens, names, problems))


def _records(
    source: Source, goldens: list[tuple[int, dict[str, Any]]], names: Counter[str | None], problems: list[GoldgateError]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, golden in goldens:
        if "input" not in golden and golden.keys() & CONVERSATION:
            msg = "a conversational golden has no single input that a service could be asked."
            problems.append(UsageError(msg, where=source.where(line), next_step="Convert goldens of single questions."))
            continue
        draft = _draft(source, line, golden)
        name = as_text(golden.get("name"))
        if names[name] == 1:
            draft.identity = name
        else:
            draft.note(name)
        yield draft.record


def _draft(source: Source, line: int, golden: Mapping[str, Any]) -> Draft:
    draft = Draft(source, line)
    draft.input = golden.get("input")
    draft.cluster = golden.get("source_file")
    draft.expect_texts([golden.get("expected_output")])
    draft.expect_passages(map(str, listed(golden.get("context"), SEPARATORS)), "context")
    draft.tag_all(structured(golden.get("additional_metadata")), "additional_metadata")
    draft.note(golden.get("comments"))
    draft.leave_out_all(golden, KNOWN)
    return draft


def _snake(key: str) -> str:
    return HUMP.sub(lambda found: "_" + found[1].lower(), key)
