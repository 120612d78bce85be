"""What promptfoo's asserts say about the right answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .draft import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .draft import Draft

REFERENCES = frozenset(
    {
        "equals", "contains", "icontains", "similar", "similar:cosine", "factuality", "model-graded-factuality", "levenshtein",
        "rouge-n", "bleu", "gleu", "meteor", "context-recall", "f-score",
    }
)  # fmt: skip
ALTERNATIVES = frozenset({"contains-any", "icontains-any"})
LISTS = frozenset({"contains-all", "icontains-all"})
RUBRICS = frozenset({"llm-rubric", "model-graded-closedqa", "g-eval", "search-rubric"})
EXACT = frozenset({"contains", "icontains"})
SETTINGS = ("threshold", "weight", "metric", "transform", "provider", "rubricPrompt")
WRITTEN = re.compile(r"(?s)\s*(?P<type>(?:not-)?[a-z][a-z0-9:-]*?)(?:\((?P<threshold>[\d.]+)\))?\s*:\s*(?P<value>.*)")
SHORT = {"grade": "llm-rubric", "fn": "javascript", "eval": "javascript"}
BARE = frozenset(
    {
        "is-json", "contains-json", "is-refusal", "is-xml", "contains-xml", "is-sql", "contains-sql", "is-html",
        "contains-html", "is-valid-function-call", "is-valid-openai-function-call", "is-valid-openai-tools-call", "guardrails",
        "moderation",
    }
)  # fmt: skip
OTHERS = frozenset(
    {
        "javascript", "python", "ruby", "regex", "starts-with", "latency", "cost", "perplexity", "perplexity-score", "webhook",
        "classifier", "answer-relevance", "context-faithfulness", "context-relevance", "conversation-relevance", "select-best",
        "max-score", "word-count", "finish-reason", "tool-call-f1", "rouge-l", "rouge-s", "human", "pi",
    }
)  # fmt: skip
KINDS = REFERENCES | ALTERNATIVES | LISTS | RUBRICS | BARE | OTHERS


def parsed_assert(cell: str) -> dict[str, Any]:
    """An assert as a cell writes it: `type: value`, `type(threshold): value`, or a bare value, which must be equal."""
    found = WRITTEN.fullmatch(cell)
    kind = SHORT.get(found["type"], found["type"]) if found else cell.strip()
    if kind.removeprefix("not-") not in KINDS or (found is None and kind not in BARE):
        return {"type": "equals", "value": cell}
    value: Any = found["value"].strip() if found else None
    if kind.removeprefix("not-") in ALTERNATIVES | LISTS and isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    threshold = {"threshold": float(found["threshold"])} if found and found["threshold"] else {}
    return {"type": kind, "value": value, **threshold}


def expect_asserts(draft: Draft, asserts: Iterable[Any]) -> None:
    """Set what the asserts expect. Reference texts and alternatives are answers, several texts to be contained are items.

    The text of a rubric goes to the notes; what judges by code, form, time or cost is left out.
    """
    contained: list[str] = []
    for one in _flat(asserts):
        kind, value = str(one.get("type")), one.get("value")
        if isinstance(value, str) and value.startswith("file://"):
            draft.leave_out(f"assert {kind} from a file")
        elif kind in EXACT:
            contained.append(as_text(value) or "")
        elif kind in LISTS:
            contained.extend(as_text(part) or "" for part in _parts(value))
        else:
            _expect(draft, kind, value)
        for setting in SETTINGS:
            if one.get(setting) is not None:
                draft.leave_out(f"assert {setting}")
    _expect_contained(draft, [text for text in contained if text])


def _expect(draft: Draft, kind: str, value: Any) -> None:
    if kind in REFERENCES:
        draft.expect_texts(value if isinstance(value, list) else [value])
    elif kind in ALTERNATIVES:
        draft.expect_texts(_parts(value))
    elif kind == "is-refusal":
        draft.tag("kind", "unanswerable")
    else:
        if kind in RUBRICS:
            draft.note(f"{kind}: {as_text(value)}")
        draft.leave_out(f"assert {kind}")


def _expect_contained(draft: Draft, texts: list[str]) -> None:
    if len(texts) > 1:
        draft.expect("items", list(dict.fromkeys(texts)))
    else:
        draft.expect_texts(texts)


def _flat(asserts: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    for one in asserts:
        if isinstance(one, str):
            yield parsed_assert(one)
        elif isinstance(one, dict) and one.get("type") == "assert-set":
            yield from _flat(one.get("assert") or ())
        elif isinstance(one, dict):
            yield one


def _parts(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) and "," in value else [value]
